import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { HTTPReceiver } from '@slack/bolt';
import type { Log } from './log.ts';

/** Seconds that Slack's clock and ours may differ, either way. The library looks at the past only. */
const SKEW_SECONDS = 300;
export const MOST_BYTES = 512 * 1024;

/** Looks at a request before the library does, which dies of a body that is no object and believes any future. */
export function guardBodies(receiver: HTTPReceiver, log: Log): void {
  const pass = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    guarded(request, response, log).then(
      (isGood) => {
        if (isGood) passOn(pass, request, response, log);
      },
      (error: unknown) => {
        log.warn({ err: error }, 'a request could not be read');
        refuse(response, 400);
      },
    );
  };
}

function passOn(
  pass: HTTPReceiver['requestListener'],
  request: IncomingMessage,
  response: ServerResponse,
  log: Log,
): void {
  try {
    pass(request, response);
  } catch {
    log.info({ method: request.method }, 'a request to an unknown address');
    refuse(response, 404);
  }
}

async function guarded(request: IncomingMessage, response: ServerResponse, log: Log): Promise<boolean> {
  if (request.method !== 'POST') return true;
  const seconds = Number(request.headers['x-slack-request-timestamp']);
  if (seconds > Date.now() / 1000 + SKEW_SECONDS) {
    log.warn(
      { aheadSeconds: Math.round(seconds - Date.now() / 1000) },
      'a request from the future was refused',
    );
    request.resume();
    return refuse(response, 401);
  }
  const body = await bodyOf(request);
  if (body === undefined) return refuse(response, 413);
  // The library takes what was read already.
  Reflect.set(request, 'rawBody', body);
  if (isObject(body.toString('utf8'), request.headers['content-type'])) return true;
  log.warn({}, 'a request whose body is no object was refused');
  return refuse(response, 400);
}

/** JSON of an object begins with a brace; whether the rest is JSON the library finds out. */
function isObject(text: string, type: string | undefined): boolean {
  const isForm = type?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  // The library takes a form that names its characters for JSON; nothing that begins like a field is that.
  if (!isForm || (type !== 'application/x-www-form-urlencoded' && !/^[\w%+.-]{1,100}=/.test(text)))
    return text.trimStart().startsWith('{');
  const { payload } = parse(text);
  return payload === undefined || (typeof payload === 'string' && payload.trimStart().startsWith('{'));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, status: number): false {
  if (!response.headersSent) response.writeHead(status).end();
  return false;
}

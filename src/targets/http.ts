import { Agent, errors, request } from 'undici';
import { harmless, type PageAnswer } from '../kit/index.ts';
import { MEDIA_TYPE } from '../kit/steps/request.ts';
import type { HttpClient, RequestSender } from '../kit/targets.ts';

export interface HttpOptions {
  /** Certificate authority of the consoles, PEM; the system's own unless set. */
  readonly ca?: string;
}

/** Asks pages from this machine, and sends the requests of changes: no redirect followed, no proxy, nothing kept but what was asked for. */
export function createHttpClient(
  options: HttpOptions = {},
): HttpClient & RequestSender & { readonly close: () => Promise<void> } {
  const agent = new Agent({
    connections: 8,
    keepAliveTimeout: 4000,
    maxHeaderSize: 32_768,
    connect: options.ca === undefined ? {} : { ca: options.ca },
  });
  return {
    close: () => agent.destroy(),
    async get(url, { timeoutSeconds, bodyCapBytes }) {
      const problem = problemOf(url);
      if (problem !== undefined) return { kind: 'no-answer', detail: problem };
      const startedAt = performance.now();
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      try {
        const { statusCode, headers, body } = await request(url, {
          method: 'GET',
          dispatcher: agent,
          signal,
          headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'fettle' },
        });
        const { text, truncated } = await readCapped(body, bodyCapBytes);
        return {
          kind: 'answered',
          status: statusCode,
          ...(typeof headers.location === 'string' ? { location: headers.location } : {}),
          body: harmless(text),
          truncated,
          tookMs: Math.round(performance.now() - startedAt),
        } satisfies PageAnswer;
      } catch (error) {
        const detail = signal.aborted ? `no answer within ${timeoutSeconds} s` : sentenceFor(error);
        return { kind: 'no-answer', detail };
      }
    },
    async send({ method, url, body }, { timeoutSeconds, bodyCapBytes }) {
      const problem = problemOf(url);
      if (problem !== undefined) return { kind: 'no-answer', sent: false, detail: problem };
      // Of its own, and closed after it: a request over a connection that was open before may be sent a second time.
      const sender = new Agent({
        pipelining: 0,
        maxHeaderSize: 32_768,
        connect: { timeout: CONNECT_MS, ...(options.ca === undefined ? {} : { ca: options.ca }) },
      });
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      try {
        const answer = await request(url, {
          method,
          dispatcher: sender,
          signal,
          headers: {
            accept: '*/*',
            'accept-encoding': 'identity',
            'user-agent': 'fettle',
            ...(body ? { 'content-type': MEDIA_TYPE[body.type] } : {}),
          },
          ...(body ? { body: body.text } : {}),
        });
        const { text } = await readCapped(answer.body, bodyCapBytes);
        return { kind: 'answered', status: answer.statusCode, body: harmless(text) };
      } catch (error) {
        const detail = signal.aborted ? `no answer within ${timeoutSeconds} s` : sentenceFor(error);
        return { kind: 'no-answer', sent: !isBeforeSending(error), detail };
      } finally {
        await sender.destroy();
      }
    },
  };
}

const CONNECT_MS = 5000;

/** Proof that no connection came about, to any address that the name has. */
function isBeforeSending(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isBeforeSending);
  return (
    error instanceof errors.ConnectTimeoutError ||
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(codeOf(error))
  );
}

function problemOf(text: string): string | undefined {
  if (!URL.canParse(text)) return 'this is not an address';
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'only http and https pages are asked';
  return username === '' && password === '' ? undefined : 'an address with a user name in it is not asked';
}

type Body = AsyncIterable<Buffer> & { readonly destroy: () => unknown };

/** Leaving the loop early destroys the body, and with it the connection: the rest is never read. */
async function readCapped(body: Body, capBytes: number): Promise<{ text: string; truncated: boolean }> {
  const kept: Buffer[] = [];
  let bytes = 0;
  let truncated = false;
  for await (const chunk of body) {
    kept.push(chunk.subarray(0, capBytes - bytes));
    truncated = chunk.length > capBytes - bytes;
    if (truncated) break;
    bytes += chunk.length;
  }
  const text = new TextDecoder().decode(Buffer.concat(kept), { stream: truncated });
  return { text, truncated };
}

function sentenceFor(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name could not be resolved';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'the connection was closed before an answer';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'there is no way to the host';
  if (error instanceof errors.ConnectTimeoutError || code === 'ETIMEDOUT') return 'no connection in time';
  if (/CERT|SELF_SIGNED|ISSUER|SIGNATURE|SSL|TLS|EPROTO/.test(code)) return `TLS: ${messageOf(error)}`;
  if (code.startsWith('HPE_') || error instanceof errors.HTTPParserError) return 'the answer is not HTTP';
  return messageOf(error);
}

/** Several addresses may have been tried; the first error speaks for them. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unexpected error');

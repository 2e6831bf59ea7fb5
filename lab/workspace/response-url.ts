import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './api/call.ts';
import { readContent } from './api/content.ts';
import type { ApiGateway } from './api/gateway.ts';
import { readBody, sendJson, sendText } from './http.ts';
import { isObject, parseJson, textOf, type JsonObject } from './json.ts';
import { addMessage, findMessage, removeMessage, replaceMessage } from './messages.ts';
import { RESPONSE_URL_USES } from './triggers.ts';
import type { Message, ResponseUrl, World } from './world.ts';

/** Answers a POST to a response_url: five times in thirty minutes. */
export async function serveResponseUrl(
  gateway: ApiGateway,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const body = parseJson((await readBody(request)).toString('utf8'));
  const fault = gateway.faults.next('response_url');
  if (fault?.kind === '429') {
    return sendJson(
      response,
      429,
      { ok: false, error: 'ratelimited' },
      { 'retry-after': String(fault.retryAfter) },
    );
  }
  if (fault?.kind === 'hang' && !fault.afterEffect) return;
  if (fault?.kind === '500' && !fault.afterEffect) return sendText(response, 500, 'server_error');
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  const url = gateway.world.responseUrls.get(id);
  const refusal = url === undefined ? 'expired_url' : refusalOf(gateway.world, url);
  if (url === undefined || refusal !== undefined) {
    return sendJson(response, 404, { ok: false, error: refusal ?? 'expired_url' });
  }
  if (!isObject(body)) return sendJson(response, 400, { ok: false, error: 'invalid_payload' });
  try {
    respond(gateway.world, url, body);
    url.used += 1;
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return sendJson(response, 400, { ok: false, error: thrown.error, ...thrown.more });
  }
  if (fault?.kind === 'hang') return;
  if (fault?.kind === '500') return sendText(response, 500, 'server_error');
  sendText(response, 200, 'ok');
}

function refusalOf(world: World, url: ResponseUrl): string | undefined {
  if (world.now() > url.expiresAt) return 'expired_url';
  return url.used >= RESPONSE_URL_USES ? 'used_url' : undefined;
}

function respond(world: World, url: ResponseUrl, body: JsonObject): void {
  const original = url.original === undefined ? undefined : findMessage(world, url.channel, url.original);
  if (body['delete_original'] === true) {
    if (original === undefined) throw new Refusal('message_not_found');
    return removeMessage(world, original);
  }
  const content = readContent(body);
  if (body['replace_original'] === true && original !== undefined) {
    const { blocks: _blocks, attachments: _attachments, ...kept } = original;
    return replaceMessage(world, { ...kept, ...content });
  }
  const message = postResponse(world, url, content, body);
  url.original ??= message.ts;
}

/** A new message by a response: private unless `in_channel`; in a thread only when in the channel and not replacing. */
export function postResponse(
  world: World,
  url: Pick<ResponseUrl, 'user' | 'channel'>,
  content: ReturnType<typeof readContent>,
  body: JsonObject,
): Message {
  const inChannel = body['response_type'] === 'in_channel';
  const threadTs = textOf(body['thread_ts']);
  const inThread = inChannel && threadTs !== '' && body['replace_original'] !== true;
  if (inThread && findMessage(world, url.channel, threadTs) === undefined)
    throw new Refusal('thread_not_found');
  return addMessage(world, {
    channel: url.channel,
    user: world.bot.userId,
    ...content,
    ...(inChannel ? {} : { onlyFor: url.user }),
    ...(inThread ? { threadTs } : {}),
  });
}

import { createHmac } from 'node:crypto';
import { isObject, parseJson, type JsonObject } from '../json.ts';
import type { Answer, Envelope, Transport } from './delivery.ts';

/** Headers that prove a request came from this workspace: HMAC-SHA256 of `v0:<seconds>:<body>`. */
export function sign(secret: string, body: string, seconds: number): Readonly<Record<string, string>> {
  const digest = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${digest}` };
}

/** Signed requests to the app's own address, as for an app with request URLs. */
export function createSignedHttp(appUrl: string, secret: string, ackMs: number): Transport {
  return {
    send: async (envelope) => {
      const { body, type } = encode(envelope);
      try {
        const response = await fetch(appUrl, {
          method: 'POST',
          redirect: 'error',
          headers: {
            'content-type': type,
            'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
            ...sign(secret, body, Math.floor(Date.now() / 1000)),
            ...(envelope.retry === undefined
              ? {}
              : {
                  'x-slack-retry-num': String(envelope.retry.attempt),
                  'x-slack-retry-reason': envelope.retry.reason,
                }),
          },
          body,
          signal: AbortSignal.timeout(ackMs),
        });
        return await read(response);
      } catch (thrown) {
        const timedOut = thrown instanceof Error && thrown.name === 'TimeoutError';
        return { kind: 'no-answer', why: timedOut ? 'timeout' : 'not-connected' };
      }
    },
  };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  if (!response.ok) {
    const noRetry = response.headers.get('x-slack-no-retry') === '1';
    return { kind: 'no-answer', why: noRetry ? 'refused' : 'http-error' };
  }
  const parsed = parseJson(text);
  if (isObject(parsed)) return { kind: 'acked', payload: parsed };
  return { kind: 'acked', payload: text === '' ? {} : { text } };
}

function encode({ kind, payload }: Envelope): { readonly body: string; readonly type: string } {
  const form = 'application/x-www-form-urlencoded';
  switch (kind) {
    case 'slash_commands':
      return { body: new URLSearchParams(stringsOf(payload)).toString(), type: form };
    case 'interactive':
      return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), type: form };
    case 'events_api':
      return { body: JSON.stringify(payload), type: 'application/json' };
    default:
      return kind satisfies never;
  }
}

const stringsOf = (payload: JsonObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value ?? null),
    ]),
  );

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient, failureOf, type Failure } from '../../../src/slack/client.ts';
import { rememberingLog } from './harness.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
}

async function failure(listener: RequestListener): Promise<Failure> {
  const slackApiUrl = await serve(listener);
  const client = createClient({ token: 'xoxb-1', log: rememberingLog().log, slackApiUrl, timeoutMs: 300 });
  return client.auth.test().then(
    () => expect.fail('it should have failed'),
    (error: unknown) => failureOf(error),
  );
}

const json =
  (body: unknown): RequestListener =>
  (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };

describe('a failed call', () => {
  it.each<[string, RequestListener, Partial<Failure>]>([
    [
      '429 with its time',
      (_, r) => r.writeHead(429, { 'retry-after': '7' }).end(),
      { kind: 'rate-limited', seconds: 7 },
    ],
    ['429 without a time', (_, r) => r.writeHead(429).end(), { kind: 'rate-limited', seconds: 30 }],
    ['a refusal', json({ ok: false, error: 'is_archived' }), { kind: 'refused', error: 'is_archived' }],
    ['an error of Slack itself', json({ ok: false, error: 'internal_error' }), { kind: 'unclear' }],
    ['a page of a proxy', (_, r) => r.end('<html>login</html>'), { kind: 'unclear' }],
    ['a 503', (_, r) => r.writeHead(503).end('busy'), { kind: 'unclear' }],
    ['silence', () => undefined, { kind: 'unclear' }],
    ['a cut connection', (_, r) => r.destroy(), { kind: 'unclear' }],
    [
      'an answer cut in the middle',
      (_, r) => {
        r.writeHead(200, { 'content-length': '100' });
        r.write('{"ok":');
        setTimeout(() => r.destroy(), 20);
      },
      { kind: 'unclear' },
    ],
    [
      'an answer that never ends',
      (_, r) => {
        r.writeHead(200, { 'content-length': '100' });
        r.write('{"ok":');
      },
      { kind: 'unclear' },
    ],
  ])('is understood: %s', async (_, listener, expected) => {
    expect(await failure(listener)).toMatchObject(expected);
  });

  it('that is a bug of ours is thrown on', () => {
    expect(() => failureOf(new RangeError('bug'))).toThrow('bug');
  });
});

describe('the client', () => {
  it.each(['http://127.0.0.1:1/x', 'https://evil.example/api/chat.postMessage', 'http://0x7f000001/'])(
    'never takes its token to another address: %s',
    async (address) => {
      const asked: (string | undefined)[] = [];
      const slackApiUrl = await serve((request, response) => {
        asked.push(request.url);
        json({ ok: true })(request, response);
      });
      const client = createClient({ token: 'xoxb-1', log: rememberingLog().log, slackApiUrl });
      await client.apiCall(address);
      expect(asked).toEqual([expect.stringMatching(/^\/api\/http/)]);
    },
  );
});

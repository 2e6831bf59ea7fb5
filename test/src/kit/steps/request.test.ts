import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/services.ts';
import {
  effectsOf,
  formBody,
  type Hands,
  lookAtStep,
  performStep,
  shownStep,
  type Step,
  type StepFrame,
  words,
} from '../../../../src/kit/index.ts';
import { createHttpClient } from '../../../../src/targets/http.ts';
import { estateOf } from '../../../support/estates.ts';
import { localExec } from '../../../support/local-exec.ts';
import { handsOver } from '../../../support/step-hands.ts';

type RequestStep = Extract<Step, { kind: 'request' }>;

const received: { method: string; url: string; type: string; body: string }[] = [];
let answer: { status: number; body: string } | 'cut' = { status: 200, body: '{"success":true}' };
let server: Server;
let url = '';
const client = createHttpClient();

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const { method = '', headers } = request;
      received.push({ method, url: request.url ?? '', type: headers['content-type'] ?? '', body });
      if (answer === 'cut') return request.socket.destroy();
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
});
beforeEach(() => {
  received.length = 0;
  answer = { status: 200, body: '{"success":true}' };
});
afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

const hands = (holds?: Hands['holds']): Hands => ({
  ...handsOver(localExec(), estateOf(), '/nowhere', holds),
  requests: client,
});
const frame = (): StepFrame => ({ runId: crypto.randomUUID(), no: 1, fence: 1, since: new Date() });
const step = (more: Partial<RequestStep> = {}): RequestStep => ({
  kind: 'request',
  title: words('R', '请'),
  from: 'worker',
  method: 'PUT',
  url,
  ...more,
});
const perform = (given: Step, permit = async (): Promise<boolean> => true) =>
  performStep(given, frame(), permit, hands());
const replied = async (status: number, body: string, more: Partial<RequestStep> = {}): Promise<string> => {
  answer = { status, body };
  return (await perform(step(more))).kind;
};

describe('what a reply means', () => {
  it.each([
    [200, '{"success":true}', 'done'],
    [204, '', 'done'],
    [200, 'OK', 'done'],
    [200, '{"success":false,"message":"no leader"}', 'failed'],
    [200, '{ "data" : [ { "success" :\n false } ] }', 'failed'],
    [200, '{"Success":"false"}', 'failed'],
    [200, '{"success":false,"cut', 'failed'],
    [200, '{"message":"success false"}', 'done'],
    [404, '{"success":false}', 'without-effect'],
    [405, '', 'without-effect'],
    [302, '', 'unknown'],
    [500, '{"success":true}', 'unknown'],
    [500, '{"success":false,"message":"store is read only"}', 'failed'],
    [502, '{"success":false}', 'unknown'],
    [504, '{"success":false}', 'unknown'],
  ])('is by status %i and body %s: %s', async (status, body, is) => {
    expect(await replied(status, body)).toBe(is);
  });

  it.each([
    [{ has: '"success":true' }, 200, '{ "success" : true }', 'done'],
    [{ has: '"success":true' }, 200, '{}', 'failed'],
    [{ hasNot: 'error' }, 200, '{"error":1}', 'failed'],
    [{ hasNot: 'error' }, 200, '{"success":false}', 'failed'],
    [{ status: [201] }, 201, '', 'done'],
    [{ status: [302] }, 302, '', 'done'],
    [{ status: [201] }, 200, '', 'unknown'],
  ] as const)('is by what is expected, %j: %i %s is %s', async (expected, status, body, is) => {
    expect(await replied(status, body, { expect: expected })).toBe(is);
  });
});

describe('a request that versions spell differently', () => {
  const given = () => step({ url: `${url}/openiam`, ifNotFound: `${url}/openIam` });
  const asked = () => received.map((each) => each.url);

  it('goes to the other address only where the first is not found', async () => {
    answer = { status: 404, body: '' };
    expect(await perform(given())).toMatchObject({ kind: 'without-effect' });
    expect(asked()).toEqual(['/api/openiam', '/api/openIam']);
    received.length = 0;
    await perform(step({ url: `${url}/openiam`, ifNotFound: 'http://127.0.0.2:1/openIam' }));
    expect(asked()).toEqual(['/api/openiam']);
    for (const status of [200, 400, 500]) {
      received.length = 0;
      answer = { status, body: '' };
      await perform(given());
      expect(asked()).toEqual(['/api/openiam']);
    }
  });

  it('needs the permit once more before it', async () => {
    answer = { status: 404, body: '' };
    let asks = 0;
    expect(await perform(given(), async () => (asks += 1) === 1)).toMatchObject({ kind: 'without-effect' });
    expect(asked()).toEqual(['/api/openiam']);
  });

  it('shows both, may have had either effect, and hides secrets in either', () => {
    const { text } = shownStep(
      step({ url: 'http://h/openiam', ifNotFound: 'http://h/openIam?token=s3cr3t-Value-1234567890' }),
    );
    expect(text.en).toContain('# only where that is answered with 404:\ncurl -X PUT');
    expect(text.zh).toContain('仅当返回 404 时改为');
    expect(text.en).not.toContain('s3cr3t');
    expect(effectsOf(given())).toHaveLength(2);
  });
});

describe('a request from the worker', () => {
  it('arrives once, as it was shown', async () => {
    const given = step({ method: 'POST', body: formBody({ ip: '10.0.0.1', note: 'a b&c=锁' }) });
    expect(await perform(given)).toMatchObject({ kind: 'done' });
    expect(received).toEqual([
      {
        method: 'POST',
        url: '/api',
        type: 'application/x-www-form-urlencoded',
        body: 'ip=10.0.0.1&note=a+b%26c%3D%E9%94%81',
      },
    ]);
    expect(shownStep(given)).toMatchObject({ note: { en: 'from Fettle’s worker, once' } });
  });

  it('is not sent again when its connection is cut, and is unknown then', async () => {
    answer = 'cut';
    for (const method of ['GET', 'PUT', 'POST', 'DELETE'] as const)
      expect(await perform(step({ method }))).toMatchObject({ kind: 'unknown' });
    expect(received).toHaveLength(4);
  });

  it('is without effect where nobody listens', async () => {
    const nobody = step({ url: `http://127.0.0.1:${await freePort()}/` });
    expect(await perform(nobody)).toMatchObject({ kind: 'without-effect' });
  });

  it('does not leave without a permit, nor with one that was long in coming', async () => {
    const slowly = async (): Promise<boolean> => {
      await new Promise((resolve) => setTimeout(resolve, 2200));
      return true;
    };
    expect(await perform(step(), async () => false)).toMatchObject({ kind: 'without-effect' });
    expect(await perform(step(), slowly)).toMatchObject({ kind: 'without-effect' });
    expect(received).toEqual([]);
  });

  it('is looked at by its probe alone: without one nobody knows', async () => {
    expect(await lookAtStep(step(), frame(), hands())).toMatchObject({ kind: 'unknown' });
    const probe = { kind: 'page', host: 'h', url: 'http://127.0.0.1/', has: 'x' } as const;
    const held = (holds: boolean) => async () => ({ holds, says: words('seen', '见'), evidence: '' });
    expect(await lookAtStep(step({ probe }), frame(), hands(held(true)))).toMatchObject({ kind: 'done' });
    expect(await lookAtStep(step({ probe }), frame(), hands(held(false)))).toMatchObject({ kind: 'unknown' });
    expect(received).toEqual([]);
  });
});

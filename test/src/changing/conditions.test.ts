import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AskChecks,
  type CheckAnswer,
  type CheckState,
  type Condition,
  type Estate,
  NOTHING_CAPTURED,
  words,
} from '../../../src/kit/index.ts';
import { Condition as ConditionShape } from '../../../src/kit/steps/condition.ts';
import { type ConditionEyes, holdsBy } from '../../../src/changing/conditions.ts';
import { type HostPage, judgePage, readPage } from '../../../src/changing/page-seen.ts';
import type { ExecAnswer } from '../../../src/kit/targets.ts';
import { numbers } from '../kit/text/hostile-text.ts';
import { localExec } from '../../support/local-exec.ts';
import { estateOf } from '../../support/estates.ts';

const estate: Estate = estateOf({
  hosts: [{ name: 'h-1', app: 'a', site: 'a', address: '127.0.0.1', port: 22 }],
});
const now = new Date();

/** Checks that answer by host. */
const answering =
  (states: Readonly<Record<string, CheckState>>): AskChecks =>
  async (refs) =>
    refs.map((ref): CheckAnswer => {
      const host = 'host' in ref.on ? ref.on.host : ref.on.app;
      return {
        ref,
        host,
        state: states[host] ?? 'unknown',
        says: words(`${ref.check} of ${host}`, `${host} ${ref.check}`),
        evidence: NOTHING_CAPTURED,
        title: words(ref.check, ref.check),
        rows: [],
        command: NOTHING_CAPTURED,
      };
    });

const eyes = (over: Partial<ConditionEyes> = {}): ConditionEyes => ({
  estate,
  exec: localExec(),
  checks: answering({}),
  checksAtOnce: answering({}),
  checksWithin: () => answering({}),
  now: async () => now,
  containers: async ({ host }) => ({ holds: false, says: words(host, host), evidence: '' }),
  ...over,
});

const green = (...hosts: string[]): Condition => ({
  kind: 'checks',
  checks: hosts.map((host) => ({ system: 'S', check: 'c', on: { host } })),
});

describe('a condition of checks', () => {
  it('holds when all are ok, and with nothing else', async () => {
    const states: readonly CheckState[] = ['ok', 'warning', 'critical', 'unknown'];
    for (const a of states)
      for (const b of states) {
        const holds = holdsBy(eyes({ checks: answering({ a, b }) }));
        const held = await holds(green('a', 'b'), now);
        expect([a, b, held.holds]).toEqual([a, b, a === 'ok' && b === 'ok']);
        expect(held.holds || /(warning|critical|unknown)/.test(held.says.en)).toBe(true);
      }
  });

  it('does not hold when nothing was answered, or nobody could ask', async () => {
    expect((await holdsBy(eyes({ checks: async () => [] }))(green('a'), now)).holds).toBe(false);
    const broken = await holdsBy(eyes({ checks: () => Promise.reject(new Error('password=hunter2 away')) }))(
      green('a'),
      now,
    );
    expect(broken.holds).toBe(false);
    expect(broken.says.en).toContain('Could not look');
    expect(broken.says.en).not.toContain('hunter2');
  });
});

describe('values that must be there', () => {
  const condition: Condition = {
    kind: 'at-least',
    check: { system: 'S', check: 'counts', app: 'a' },
    windowSeconds: 300,
    parts: [
      { part: 'pub', value: 90 },
      { part: 'sub', value: 50 },
    ],
  };
  const measuring =
    (values?: Readonly<Record<string, number>>): AskChecks =>
    async (refs) =>
      (await answering({ a: 'critical' })(refs)).map((answer) => ({
        ...answer,
        ...(values ? { values } : {}),
      }));

  it.each([
    [{ pub: 90, sub: 50 }, true],
    [{ pub: 89, sub: 50 }, false],
    [{ pub: 900 }, false],
    [undefined, false],
  ] as const)('are %o: %s, whatever they were held against before', async (values, holds) => {
    const held = await holdsBy(eyes({ checks: measuring(values) }))(condition, now);
    expect(held.holds).toBe(holds);
    expect(held.says.en).toContain(`pub ${values?.pub ?? '?'} / 90`);
  });

  it('count in a wait only when they were measured since it began', async () => {
    const asked: number[] = [];
    const holds = holdsBy(
      eyes({
        checks: measuring({ pub: 100, sub: 100 }),
        checksWithin: (seconds) => {
          asked.push(seconds);
          return measuring();
        },
      }),
    );
    const after = (seconds: number) =>
      holds(condition, now, new Date(now.getTime() - seconds * 1000)).then((held) => held.holds);
    expect(await after(0)).toBe(false);
    expect(await after(20)).toBe(false);
    expect(await after(299.5)).toBe(false);
    expect(await after(300)).toBe(true);
    expect(asked).toEqual([20, 299]);
  });
});

const quorum = (over: Partial<Extract<Condition, { kind: 'quorum' }>> = {}): Condition => ({
  kind: 'quorum',
  needs: 2,
  hosts: ['b', 'c', 'd'],
  system: 'S',
  checks: ['c', 'e'],
  ...over,
});

describe('a quorum', () => {
  it('counts the hosts that are ok in every check, and no others', async () => {
    const random = numbers(7);
    const states: readonly CheckState[] = ['ok', 'warning', 'critical', 'unknown'];
    for (let n = 0; n < 200; n += 1) {
      const of = Object.fromEntries(['b', 'c', 'd'].map((host) => [host, states[random(4)] ?? 'unknown']));
      const needs = 1 + random(3);
      const held = await holdsBy(eyes({ checksAtOnce: answering(of) }))(quorum({ needs }), now);
      const well = Object.values(of).filter((state) => state === 'ok').length;
      expect(held.holds).toBe(well >= needs);
    }
  });

  it('counts a host once that is named twice, and never the one that is touched', async () => {
    const holds = holdsBy(eyes({ checksAtOnce: answering({ a: 'ok', b: 'ok' }) }));
    expect((await holds(quorum({ hosts: ['b', 'b'] }), now)).holds).toBe(false);
    expect((await holds(quorum({ hosts: ['a', 'b'], unlessRed: 'a' }), now)).holds).toBe(false);
    expect((await holds(quorum({ hosts: ['b'], needs: 1, unlessRed: 'a' }), now)).holds).toBe(true);
  });

  it('needs nobody else when the host itself is red; unknown or warned is not red', async () => {
    const of = (a: CheckState) =>
      holdsBy(eyes({ checksAtOnce: answering({ a }) }))(quorum({ unlessRed: 'a' }), now);
    expect((await of('critical')).holds).toBe(true);
    for (const state of ['ok', 'warning', 'unknown'] as const) expect((await of(state)).holds).toBe(false);
  });

  it('says how many are well, how many are needed, and who is not', async () => {
    const held = await holdsBy(eyes({ checksAtOnce: answering({ b: 'ok', c: 'critical', d: 'unknown' }) }))(
      quorum(),
      now,
    );
    expect(held.says.en).toContain('1 of 3 hosts that must stay are well (b); 2 are needed.');
    expect(held.says.en).toContain('c: c is critical');
    expect(held.says.zh).toContain('至少需要 2 台');
  });

  it('is asked by the eyes that are quick, never by those that wait for slow hosts', async () => {
    const slow: AskChecks = () => Promise.reject(new Error('too slow for a quorum'));
    const quick = answering({ b: 'ok', c: 'ok' });
    expect((await holdsBy(eyes({ checks: slow, checksAtOnce: quick }))(quorum(), now)).holds).toBe(true);
  });
});

describe('a page as a host sees it', () => {
  let server: Server;
  let base = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url ?? '';
      if (path === '/moved') return void response.writeHead(302, { location: '/good' }).end('success:true');
      if (path === '/refused') return void response.writeHead(500).end('{"success": true}');
      if (path === '/broken') {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"success": true');
        setTimeout(() => response.destroy(), 50);
        return;
      }
      if (path === '/long') return void response.end(`success ${'x'.repeat(200_000)} false`);
      response.end('{ "success" :\n  true }');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const see = (
    path: string,
    wanted: { has?: string; hasNot?: string } = {},
    shell: [string, ...string[]] = ['sh'],
  ) =>
    holdsBy(eyes({ exec: localExec(shell) }))(
      { kind: 'page', host: 'h-1', url: `${base}${path}`, ...wanted },
      now,
    );

  it('holds for 2xx with the text, whatever the spaces', async () => {
    expect(await see('/good', { has: '"success":true' })).toMatchObject({ holds: true });
    expect(await see('/good', { has: '" success " : t rue', hasNot: 'false' })).toMatchObject({
      holds: true,
    });
    expect(await see('/good', { has: 'false' })).toMatchObject({ holds: false });
    expect(await see('/good', { hasNot: 'suc cess' })).toMatchObject({ holds: false });
  });

  it.each(['/moved', '/refused', '/broken', '/long'])('does not hold for %s', async (path) => {
    expect(await see(path, { hasNot: 'nothing of this' })).toMatchObject({ holds: false });
    expect(await see(path)).toMatchObject({ holds: false });
  });

  it('does not hold where nobody listens, the host is gone, or the address is none', async () => {
    const holds = holdsBy(eyes());
    const page = (host: string, url: string) => holds({ kind: 'page', host, url }, now);
    expect(await page('h-1', 'http://127.0.0.1:1/')).toMatchObject({ holds: false });
    const gone = await page('h-9', `${base}/good`);
    expect(gone).toMatchObject({ holds: false });
    expect(gone.says.en).toContain('has no host h-9');
    for (const url of [
      '',
      'file:///etc/passwd',
      'gopher://x/',
      'http://',
      '127.0.0.1',
      "http://'; touch /tmp/x",
    ])
      expect(await page('h-1', url)).toMatchObject({ holds: false });
  });

  it('is judged the same with and without white space put anywhere', () => {
    const random = numbers(11);
    const letters = ['a', 'b', '"', ':', '真', ' ', '\n', '\t', '\u3000'];
    const text = (length: number) => Array.from({ length }, () => letters[random(letters.length)]).join('');
    const spread = (plain: string) =>
      Array.from(plain, (each) => each + [' ', '', '\n', '\r\n', '\t'][random(5)]).join('');
    for (let n = 0; n < 500; n += 1) {
      const [body, wanted] = [text(random(20)), text(1 + random(3))];
      const judge = (page: string, part: string) => [
        judgePage(answered(page), { has: part }).holds,
        judgePage(answered(page), { hasNot: part }).holds,
      ];
      const plain = judge(body, wanted);
      expect(judge(spread(body), spread(wanted))).toEqual(plain);
      const isBlank = wanted.replace(/\s/g, '') === '';
      // What can be looked for is there or not there, never both and never neither.
      expect(plain.filter(Boolean)).toHaveLength(isBlank ? 0 : 1);
    }
  });

  it('never holds for an answer that did not come whole, whatever arrived', () => {
    const output = 'HTTP/1.1 200 OK\r\n\r\nfine';
    const whole = { exitCode: 0, output, truncated: false, timedOut: false };
    const holds = (page: HostPage) => judgePage(page, { hasNot: 'false' }).holds;
    expect(holds(readPage({ kind: 'answered', answer: whole }))).toBe(true);
    for (const part of [
      { exitCode: 18 },
      { exitCode: 28 },
      { exitCode: null },
      { exitCode: 127 },
      { truncated: true },
      { output: 'fine' },
      { output: '' },
      { output: `mail from HTTP/1.1 200 OK\n\nfine` },
    ])
      expect(holds(readPage({ kind: 'answered', answer: { ...whole, ...part } }))).toBe(false);
    expect(holds(readPage({ kind: 'no-answer', says: words('x', 'x'), output }))).toBe(false);
  });

  it('does not hold on a host that does not answer', async () => {
    const none: ExecAnswer = {
      kind: 'no-answer',
      reason: 'timeout',
      detail: '',
      stdout: 'HTTP/1.1 200',
      sent: true,
      tookMs: 20_000,
    };
    const held = await holdsBy(eyes({ exec: { run: async () => none } }))(
      { kind: 'page', host: 'h-1', url: base },
      now,
    );
    expect(held).toMatchObject({ holds: false });
    expect(held.says.en).toContain('did not answer within 20 s');
  });
});

const answered = (body: string): HostPage => ({ kind: 'answered', status: 200, body, whole: body });

describe('a condition as it is stored', () => {
  it('cannot look for nothing', () => {
    const page = { kind: 'page', host: 'h', url: 'http://x/' };
    expect(ConditionShape.safeParse({ ...page, has: ' \n' }).success).toBe(false);
    expect(ConditionShape.safeParse({ ...page, hasNot: '' }).success).toBe(false);
    expect(ConditionShape.safeParse({ ...page, has: 'x' }).success).toBe(true);
  });

  it('of a container does not hold where nobody can look at containers', async () => {
    const held = await holdsBy(eyes())({ kind: 'container', host: 'h-1', state: 'running' }, now);
    expect(held).toMatchObject({ holds: false });
  });
});

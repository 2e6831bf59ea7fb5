import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import ms from '../../../playbooks/ms/inspection.ts';
import { HEARTBEAT, PUSH } from '../../../playbooks/ms/judge-logs.ts';
import { parseHeartbeat, parsePush } from '../../../playbooks/ms/logs.ts';
import { awkKeys } from '../../support/awk-keys.ts';
import { ageLog, linesOver, runCheck, runClusterCheck, statesOf, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'drm-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (id: string) => runCheck(ms, id, folder);
const write = (name: string, lines: Parameters<typeof writeLog>[2], stamped = true) =>
  writeLog(folder, `drmdata/${name}.log`, lines, stamped);

describe('client heartbeats', () => {
  const beat = (client = 10, result = 'Y', stale = 0): string =>
    ` ${result};0ms;GZ00B;UX8YY6AL9CHS;100.81.77.${client};240;${stale};bolt`;
  const put = (lines: Parameters<typeof writeLog>[2], stamped = true) =>
    write('drmdata-heartbeat', lines, stamped);

  it('are counted on the host as they are read here', async () => {
    const lines = [
      beat(),
      beat(11, 'N'),
      beat(12, 'Y', 4),
      beat(13, 'N', 2),
      ' Y;0ms;GZ00B',
      'XY;0ms;a;b;c;1;0;bolt',
    ];
    const keys = lines.map((line) => {
      const read = parseHeartbeat(line);
      return !read ? '?' : !read.ok ? `N ${read.client}` : read.stale > 0 ? `stale ${read.client}` : 'Y';
    });
    expect(await awkKeys(HEARTBEAT, lines)).toEqual(keys);
  });

  it('are well when all have Y and nobody is behind', async () => {
    await put(linesOver(58, 40, (k) => beat(k % 20)));
    expect(await run('drm-heartbeat')).toMatchObject([
      { part: 'result', state: 'ok', value: 0 },
      { part: 'stale', state: 'ok', value: 0 },
    ]);
  });

  it('with an N are a warning that names the clients', async () => {
    await put(linesOver(58, 40, (k) => beat(k % 20, k % 20 === 7 ? 'N' : 'Y')));
    const judged = await run('drm-heartbeat');
    expect(statesOf(judged)).toEqual({ result: 'warning', stale: 'ok' });
    expect(judged[0]?.says).toEqual({
      en: '2 abnormal heartbeats in the last minute, above the limit of 0 (MS-C26): 100.81.77.7 ×2',
      zh: '最近一分钟 2 次心跳异常，高于阈值 0（MS-C26）：100.81.77.7 ×2',
    });
  });

  it('of a client that is behind are a warning, of however many clients', async () => {
    await put(linesOver(58, 90, (k) => beat(k, 'Y', k < 60 ? 2 : 0)));
    const judged = await run('drm-heartbeat');
    expect(statesOf(judged)).toEqual({ result: 'ok', stale: 'warning' });
    expect(judged[1]?.value).toBe(60);
  });

  it('count for the last minute only', async () => {
    await put([{ ago: 90, text: beat(1, 'N') }, ...linesOver(58, 10, () => beat())]);
    expect(statesOf(await run('drm-heartbeat'))).toEqual({ result: 'ok', stale: 'ok' });
  });

  it('without time stamps, as the manual shows them, are those of the newest lines', async () => {
    await put(
      linesOver(58, 30, (k) => beat(k, k === 3 ? 'N' : 'Y').trim()),
      false,
    );
    const [result] = await run('drm-heartbeat');
    expect(result).toMatchObject({
      state: 'warning',
      value: 1,
      says: { en: expect.stringContaining('in the newest 30 lines') as string },
    });
    await ageLog(folder, 'drmdata/drmdata-heartbeat.log', 600);
    expect(await run('drm-heartbeat')).toMatchObject([{ state: 'unknown' }]);
  });

  it('are unknown without the log, without a line for a minute, and in another format', async () => {
    expect(await run('drm-heartbeat')).toMatchObject([{ state: 'unknown' }]);
    await put([{ ago: 300, text: beat() }]);
    expect(await run('drm-heartbeat')).toMatchObject([{ state: 'unknown' }]);
    await put(linesOver(58, 10, (k) => (k < 3 ? ' heartbeat ok' : beat())));
    expect(await run('drm-heartbeat')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('long connections as drmdata logs them', () => {
  const zone = (name: string, connections: number): string =>
    ` [monitorZone]${connections + 8};${name};4;32;${connections};`;

  it('are told by zone, the newest of each, and never red', async () => {
    await write(
      'drm-monitor',
      linesOver(200, 6, (k) => (k % 2 === 0 ? zone('DEFAULT_ZONE', k) : zone('GZ00B', k))),
    );
    expect(await run('drm-connections')).toMatchObject([
      {
        state: 'ok',
        value: 13,
        says: {
          en: '13 long connections: DEFAULT_ZONE 4, GZ00B 5',
          zh: '长连接 13 条：DEFAULT_ZONE 4、GZ00B 5',
        },
      },
    ]);
  });

  it('are unknown in another format, and without the log', async () => {
    expect(await run('drm-connections')).toMatchObject([{ state: 'unknown' }]);
    await write(
      'drm-monitor',
      linesOver(200, 6, () => ' connections: 11'),
    );
    expect(await run('drm-connections')).toMatchObject([{ state: 'unknown' }]);
  });

  it('of long ago are only said to be so', async () => {
    await write('drm-monitor', [{ ago: 4000, text: zone('DEFAULT_ZONE', 3) }]);
    expect(await run('drm-connections')).toMatchObject([
      { state: 'ok', says: { en: expect.stringMatching(/^no line in 5 minutes, newest \d{4}-/) as string } },
    ]);
  });
});

describe('pushes', () => {
  const push = (result = 0, item = 'com.bank.pay:name=limit.switch'): string =>
    ` [push]UX8YY6AL9CHS;${item};100.81.77.9;${result}`;

  it('are counted on the host as they are read here', async () => {
    const lines = [push(), push(1), push(2), ' push;a;b;c;0', ' [push]a;b;c;1;', ' [push]a;b;0'];
    const keys = lines.map((line) => {
      const read = parsePush(line);
      return !read ? '?' : read.ok ? '0' : `${read.instanceId} ${read.item}`;
    });
    expect(await awkKeys(PUSH, lines)).toEqual(keys);
  });

  it('of the last minute are told, on one machine and in the cluster', async () => {
    await write('drmdata-push', [...linesOver(250, 40, () => push()), ...linesOver(55, 12, () => push())]);
    const [own] = await run('drm-pushes');
    expect(own).toMatchObject({ state: 'ok', unit: '/min' });
    expect(own?.value).toBeGreaterThanOrEqual(12);
    expect(await runClusterCheck(ms, 'drm-cluster-pushes', [folder, folder])).toMatchObject([
      { state: 'ok', value: 2 * (own?.value ?? 0) },
    ]);
  });

  it('of the cluster are unknown when a machine does not tell', async () => {
    await write(
      'drmdata-push',
      linesOver(55, 12, () => push()),
    );
    expect(await runClusterCheck(ms, 'drm-cluster-pushes', [folder, undefined])).toMatchObject([
      { state: 'unknown', value: 12, says: { en: expect.stringContaining('h-2') as string } },
    ]);
  });

  it('that failed are a warning with their items, for five minutes', async () => {
    await write(
      'drmdata-push',
      linesOver(280, 40, (k) => push(k < 3 ? 1 : 0)),
    );
    expect(await run('drm-push-failures')).toMatchObject([
      {
        state: 'warning',
        value: 3,
        says: {
          en: '3 failed pushes in 5 minutes, above the limit of 0 (MS-C27): UX8YY6AL9CHS com.bank.pay:name=limit.switch ×3',
        },
      },
    ]);
    expect(await run('drm-pushes')).toMatchObject([{ state: 'ok' }]);
  });

  it('are well when none failed or none was, and unknown in another format', async () => {
    await write(
      'drmdata-push',
      linesOver(280, 40, () => push()),
    );
    expect(await run('drm-push-failures')).toMatchObject([{ state: 'ok', value: 0 }]);
    await write('drmdata-push', []);
    expect(await run('drm-push-failures')).toMatchObject([{ state: 'ok', value: 0 }]);
    await write(
      'drmdata-push',
      linesOver(50, 40, () => ' pushed'),
    );
    expect(await run('drm-push-failures')).toMatchObject([{ state: 'unknown' }]);
    expect(await run('drm-pushes')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('thread pools', () => {
  /** Every pool each minute, for five minutes. */
  const put = (pools: Readonly<Record<string, readonly string[]>>, stamped = true) =>
    write(
      'drmdata-threadpool',
      Array.from({ length: 5 }, (_, k) => k).flatMap((k) =>
        Object.entries(pools).flatMap(([name, numbers]) => {
          const text = numbers[k];
          return text === undefined ? [] : [{ ago: 290 - 60 * k, text: ` ${name},${text}` }];
        }),
      ),
      stamped,
    );
  const same = (numbers: string): readonly string[] => Array.from({ length: 5 }, () => numbers);
  const queues = (...queued: readonly number[]): readonly string[] =>
    queued.map((count) => `${count},10,10,20`);

  it('are well when queues come and go and threads are idle', async () => {
    await put({ PUSH: queues(0, 4, 0, 1, 3), SYNC: same('0,0,5,5'), SPARE: same('0,0,0,0') });
    expect(await run('drm-thread-pools')).toMatchObject([
      { part: 'queue', state: 'ok', value: 3 },
      { part: 'threads', state: 'ok', value: 0 },
    ]);
  });

  it.each([
    ['a queue that only grows', queues(3, 9, 9, 20, 41), 'warning'],
    ['a queue that grew once', queues(0, 0, 0, 0, 5), 'ok'],
    ['a queue that is long and does not grow', queues(9, 9, 9, 9, 9), 'ok'],
    ['a queue that shrank between', queues(0, 3, 2, 5, 9), 'ok'],
  ])('with %s are judged', async (_, push, state) => {
    await put({ PUSH: push, SYNC: same('0,0,5,5') });
    expect(statesOf(await run('drm-thread-pools'))).toEqual({ queue: state, threads: 'ok' });
  });

  it('say which queue grows and from what', async () => {
    await put({ PUSH: queues(3, 9, 9, 20, 41), SYNC: same('0,0,5,5') });
    expect((await run('drm-thread-pools'))[0]?.says).toEqual({
      en: 'queues grow: PUSH 3 → 41',
      zh: '队列持续增长：PUSH 3 → 41',
    });
  });

  it('without an idle thread at the newest moment are a warning', async () => {
    await put({ PUSH: [...queues(0, 0, 0, 0), '0,20,0,20'], SYNC: ['0,5,0,5', ...same('0,0,5,5').slice(1)] });
    expect(await run('drm-thread-pools')).toMatchObject([
      { part: 'queue', state: 'ok' },
      { part: 'threads', state: 'warning', value: 1, says: { en: 'no idle thread: PUSH 20/20' } },
    ]);
  });

  it('are read without time stamps, too', async () => {
    await put({ PUSH: queues(3, 9, 9, 20, 41) }, false);
    expect(statesOf(await run('drm-thread-pools'))).toEqual({ queue: 'warning', threads: 'ok' });
  });

  it('are unknown with too few lines, in another format, and without the log', async () => {
    expect(await run('drm-thread-pools')).toMatchObject([{ state: 'unknown' }]);
    await put({ PUSH: ['4,1,9,10', '5,1,9,10'] });
    expect(statesOf(await run('drm-thread-pools'))).toEqual({ queue: 'unknown', threads: 'ok' });
    await put({ PUSH: same('idle') });
    expect(await run('drm-thread-pools')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('error logs of the configuration service', () => {
  it.each([
    ['drm-errors', 'drmdata/common-error.log', 'unknown'],
    ['drm-address-errors', 'drm/common-error.log', 'ok'],
  ])('%s is a warning with one line', async (id, file, without) => {
    expect(await run(id)).toMatchObject([{ state: without }]);
    await writeLog(folder, file, [{ ago: 900, text: ' ERROR an old one' }]);
    expect(await run(id)).toMatchObject([{ state: 'ok', value: 0 }]);
    await writeLog(folder, file, [{ ago: 20, text: ' ERROR Query zdrmdata server address empty' }]);
    expect(await run(id)).toMatchObject([{ state: 'warning', value: 1 }]);
  });

  it('take no other error of a client for a failed address lookup', async () => {
    await writeLog(folder, 'drm/common-error.log', [
      { ago: 20, text: ' ERROR callback of the listener failed' },
    ]);
    expect(await run('drm-address-errors')).toMatchObject([{ state: 'ok', value: 0 }]);
  });
});

describe('logs that are only named', () => {
  it.each(['app-auth', 'drmdata-container', 'drmdata-default', 'drmdata-sync'])(
    '%s is kept as evidence and never red',
    async (name) => {
      const id = `drm-${name.replace('drmdata-', '')}`;
      expect(await run(id)).toMatchObject([{ state: 'unknown' }]);
      await write(
        name,
        linesOver(100, 3, (k) => ` ERROR line ${k}`),
      );
      const [judged] = await run(id);
      expect(judged).toMatchObject({ state: 'ok', value: 3 });
      expect(judged?.evidence).toContain('ERROR line 2');
    },
  );
});

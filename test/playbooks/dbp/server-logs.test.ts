import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import dbp from '../../../playbooks/dbp/inspection.ts';
import type { Estate } from '../../../src/kit/index.ts';
import {
  linesOver,
  type PastLine,
  runCheck,
  runClusterCheck,
  stampOf,
  statesOf,
  writeLog,
} from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dbp-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (id: string, limits?: Estate['limits'], options?: Readonly<Record<string, string>>) =>
  runCheck(dbp, id, folder, limits, options);
const write = (name: string, lines: readonly PastLine[], stamped?: boolean) =>
  writeLog(folder, `zdalproxy/${name}`, lines, stamped);

/** A line of statistics: `ms` is the average time of its SQL, which the log has in microseconds. */
const stat = (ago: number, name: string, count: number, ms: number, result = 'Y'): PastLine => ({
  ago,
  text: `,${name},SELECT,${result},${count},${Math.round(count * ms * 1000)},95334,65305,27078,3589,801570,95728`,
});

describe('the SQL of a minute', () => {
  const see = async (
    lines: readonly PastLine[],
    ...rest: Parameters<typeof run> extends [string, ...infer R] ? R : never
  ) => {
    await write('sql-stat.log', lines);
    return run('sql-minute', ...rest);
  };

  it('is well with few and fast ones', async () => {
    const judged = await see([
      stat(400, 'cloud_load', 900_000, 900, 'N'),
      stat(40, 'cloud_load', 2600, 0.4),
      stat(20, 'cloud_load', 100, 0.4, 'N'),
      stat(20, 'ledger', 2000, 1.2),
    ]);
    expect(judged).toMatchObject([
      {
        part: 'volume',
        state: 'ok',
        value: 4700,
        unit: '/min',
        rows: expect.arrayContaining(['DBP-M02']) as string[],
      },
      {
        part: 'time',
        state: 'ok',
        value: 1.2,
        says: { zh: 'ledger 平均响应时间 1.2 ms，SQL 数 2000（阈值 15 ms）' },
      },
      { part: 'success', state: 'critical', value: 96.2 },
    ]);
    expect(judged[0]?.compare).toEqual({
      row: 'DBP-M02',
      against: 'last-week',
      moves: 'drops',
      percent: 20,
      state: 'critical',
    });
    expect(judged[1]?.evidence).toContain('cloud_load: 2700 SQL, 100 N, elapsed 1080000, 0.4 ms');
  });

  it.each([
    [600_000, 'ok'],
    [600_001, 'critical'],
  ])('of %i on one server is %s', async (count, state) => {
    const [volume] = await see([stat(30, 'a', 300_000, 1), stat(20, 'b', count - 300_000, 1)]);
    expect(volume).toMatchObject({ state, value: count });
    expect(volume?.rows?.includes('DBP-M02')).toBe(state === 'ok');
  });

  it.each([
    [101, 15, 'ok'],
    [101, 15.01, 'critical'],
    [100, 900, 'ok'],
  ])('of %i on a data source that take %f ms on average is %s', async (count, ms, state) => {
    expect((await see([stat(30, 'slow', count, ms), stat(30, 'fast', 500, 1)]))[1]).toMatchObject({ state });
  });

  it('names the slowest data source, and how many others are too slow', async () => {
    const [, time] = await see([stat(9, 'a', 200, 20), stat(8, 'b', 200, 31.5), stat(7, 'c', 200, 2)]);
    expect(time?.says).toEqual({
      en: 'average time of b 31.5 ms for 200 SQL, above the limit of 15 ms (DBP-M04), and 1 more',
      zh: 'b 平均响应时间 31.5 ms，SQL 数 200，高于阈值 15 ms（DBP-M04）；另有 1 个数据源超出阈值',
    });
  });

  it.each([
    [97, 97, 'ok'],
    [96.99, 96.9, 'critical'],
  ])('of which %f %% succeed, shown as %f, is %s', async (percent, value, state) => {
    const failed = Math.round(10_000 - percent * 100);
    const lines = [stat(9, 'a', 10_000 - failed, 1), stat(9, 'a', failed, 1, 'N'), stat(9, 'b', 70_000, 1)];
    const [, , success] = await see(lines);
    expect(success).toMatchObject({ state, value });
    expect(success?.says.en).toContain(
      state === 'ok'
        ? 'success rate of a 97 % with 300 of 10000 failed (limit 97 %)'
        : 'success rate of a 96.9 % with 301 of 10000 failed, below the limit of 97 % (DBP-M06)',
    );
  });

  it('finds the one bad data source among many', async () => {
    const many = Array.from({ length: 120 }, (_, k) => stat(9, `ds${k}`, 5000, 1));
    expect(statesOf(await see([...many, stat(9, 'rare', 2, 1), stat(9, 'rare', 2, 1, 'N')]))).toEqual({
      volume: 'critical',
      time: 'ok',
      success: 'critical',
    });
  });

  it('is not known of data sources that were not counted', async () => {
    const many = Array.from({ length: 450 }, (_, k) => stat(9, `ds${k}`, 500, 1));
    expect(statesOf(await see(many))).toEqual({ volume: 'unknown', time: 'unknown', success: 'unknown' });
  });

  it('of nobody is none, and not unknown', async () => {
    expect(await see([stat(400, 'a', 100, 1)])).toMatchObject([
      { part: 'volume', state: 'ok', value: 0 },
      { part: 'time', state: 'ok' },
      { part: 'success', state: 'ok', says: { en: 'no SQL executed' } },
    ]);
  });

  it('is unknown without the log, or in another format', async () => {
    expect(await run('sql-minute')).toMatchObject([{ state: 'unknown' }]);
    const judged = await see(linesOver(50, 9, () => ',cloud_load;SELECT;Y;2633'));
    expect(statesOf(judged)).toEqual({ volume: 'unknown', time: 'unknown', success: 'unknown' });
    expect(judged[0]).not.toHaveProperty('compare');
    // Half written at the moment it was read.
    expect((await see([stat(9, 'a', 200, 20), { ago: 1, text: ',cloud_lo' }]))[1]).toMatchObject({
      state: 'critical',
    });
  });

  it('is measured in the unit, the window and against the limits of the inventory', async () => {
    const lines = [stat(200, 'a', 6000, 0.02)];
    const wide = { 'DBP-M01': { windowSeconds: 300, value: 1000 } };
    expect((await see(lines, wide, { 'elapsed-unit': 'milliseconds' })).slice(0, 2)).toMatchObject([
      { state: 'critical', value: 1200 },
      { state: 'critical', value: 20 },
    ]);
  });
});

describe('the rise of the response time', () => {
  const see = async (lines: readonly PastLine[]) => {
    await write('sql-stat.log', lines);
    return run('sql-rise');
  };

  it.each([
    ['slower by a third and above 10 ms', [stat(900, 'a', 500, 9), stat(300, 'a', 500, 12)], 'critical'],
    ['slower by 30 %', [stat(900, 'a', 500, 10), stat(300, 'a', 500, 13)], 'ok'],
    ['slower, but not above 10 ms', [stat(900, 'a', 500, 2), stat(300, 'a', 500, 10)], 'ok'],
    ['slower with few SQL', [stat(900, 'a', 500, 2), stat(300, 'a', 100, 40)], 'ok'],
    ['slow as before', [stat(900, 'a', 500, 40), stat(300, 'a', 500, 40)], 'ok'],
    ['slow, and not there before', [stat(900, 'b', 500, 2), stat(300, 'a', 500, 40)], 'ok'],
    ['slower than longer ago', [stat(1300, 'a', 500, 2), stat(300, 'a', 500, 40)], 'ok'],
  ] as const)('of a data source that is %s', async (_, lines, state) => {
    expect(await see(lines)).toMatchObject([{ state }]);
  });

  it('names the data source that rose most, with both times', async () => {
    const lines = [
      stat(900, 'a', 500, 10),
      stat(900, 'b', 500, 10),
      stat(300, 'a', 500, 14),
      stat(300, 'b', 500, 21),
    ];
    expect((await see(lines))[0]).toMatchObject({
      state: 'critical',
      value: 110,
      unit: '%',
      says: {
        en: 'b takes 21 ms on average in 10 minutes, 110 % more than 10 ms before; above 10 ms and 30 % (DBP-M05), and 1 more',
        zh: 'b 最近 10 分钟平均响应时间 21 ms，较上 10 分钟（10 ms）增加 110 %，超过 10 ms 且增幅超过 30 %（DBP-M05）；另有 1 个数据源超出阈值',
      },
    });
  });

  it('is unknown without the log, and in another format', async () => {
    expect(await run('sql-rise')).toMatchObject([{ state: 'unknown' }]);
    expect(await see(linesOver(500, 9, () => ' something else'))).toMatchObject([{ state: 'unknown' }]);
  });
});

const slow = (name: string): string =>
  `-[0afd01831511835697941580125576,0.1]Slow sql 765 millis, logicDsId: ${name}, sql: select 1`;

describe('slow SQL', () => {
  const file = 'zdal/zdal-monitor.log';

  it.each([
    [100, 'ok'],
    [101, 'critical'],
  ])('of %i in the last minute are %s, other lines beside them', async (count, state) => {
    const lines = linesOver(55, count + 20, (k) =>
      k < count ? slow(k % 3 === 0 ? 'b' : 'a') : '-[x,0.1]Timeout',
    );
    await write(file, lines);
    expect(await run('slow-sql')).toMatchObject([{ state, value: count }]);
    expect((await run('slow-sql'))[0]?.says.en).toBe(
      state === 'ok'
        ? '100 slow SQL in the last minute'
        : '101 slow SQL in the last minute, above the limit of 100 (DBP-M09): a ×67, b ×34',
    );
  });

  it('are unknown without the log', async () => {
    expect(await run('slow-sql')).toMatchObject([{ state: 'unknown' }]);
    await write(file, []);
    expect(await run('slow-sql')).toMatchObject([{ state: 'ok', value: 0 }]);
  });

  it('of all servers are added up', async () => {
    const other = path.join(folder, 'other');
    await write(
      file,
      linesOver(55, 60, () => slow('a')),
    );
    await writeLog(
      other,
      `zdalproxy/${file}`,
      linesOver(55, 40, () => slow('a')),
    );
    const all = (folders: readonly (string | undefined)[]) =>
      runClusterCheck(dbp, 'slow-sql-of-all', folders);
    expect(await all([folder, other])).toMatchObject([{ state: 'ok', value: 100 }]);
    expect(await all([folder, other, undefined])).toMatchObject([{ state: 'unknown', value: 100 }]);
    await writeLog(
      other,
      `zdalproxy/${file}`,
      linesOver(55, 70, () => slow('a')),
    );
    expect(await all([folder, other])).toMatchObject([
      {
        state: 'critical',
        value: 130,
        says: { zh: '最近一分钟 130 条慢 SQL，高于阈值 100（DBP-M03）：h-2 ×70、h-1 ×60' },
      },
    ]);
  });
});

describe('error alarms', () => {
  it.each([
    [80, 'ok'],
    [81, 'critical'],
  ])('are the lines of both logs: 120 and %i are %s', async (count, state) => {
    await write(
      'zdal/zdal-monitor.log',
      linesOver(55, 120, () => slow('a')),
    );
    await write(
      'common-error.log',
      linesOver(55, count, () => ' ERROR [x] failed\n\tat a.b.C.d(C.java:1)'),
    );
    expect(await run('alarms')).toMatchObject([{ state, value: 120 + count }]);
  });

  it('are unknown as long as one of the logs is not there, unless the other has too many', async () => {
    await write(
      'common-error.log',
      linesOver(55, 200, () => ' ERROR [x] failed'),
    );
    expect(await run('alarms')).toMatchObject([{ state: 'unknown', value: 200 }]);
    await write(
      'common-error.log',
      linesOver(55, 201, () => ' ERROR [x] failed'),
    );
    expect(await run('alarms')).toMatchObject([
      {
        state: 'critical',
        says: {
          zh: '最近一分钟 201 次告警，高于阈值 200（DBP-M07）：common-error.log ×201',
        },
      },
    ]);
  });
});

describe('database changes', () => {
  const push = (ago: number, name: string, result: string): PastLine => ({
    ago,
    text: `- ${name}#20170810#${stampOf(ago)
      .replace(' ', ',')
      .replace(/,(\d{3})$/, '.$1')}#${result}`,
  });
  const see = async (lines: readonly PastLine[]) => {
    await write('config-digest.log', lines, false);
    return run('configuration');
  };

  it('are in effect when the newest push of each was', async () => {
    const lines = [
      push(90_000, 'old', 'false'),
      push(4000, 'a', 'false'),
      push(3000, 'b', 'true'),
      push(9, 'a', 'true'),
    ];
    expect(await see(lines)).toMatchObject([
      {
        state: 'ok',
        value: 0,
        says: { en: '0 database changes not in effect in the last day', zh: '最近一天 0 项数据库变更未生效' },
      },
    ]);
  });

  it('that did not take effect stay critical for a day, until a push of the same takes effect', async () => {
    const lines = [push(80_000, 'a', 'false'), push(70_000, 'a', 'false'), push(9, 'b', 'true')];
    expect(await see(lines)).toMatchObject([
      {
        state: 'critical',
        value: 1,
        says: {
          en: '1 database change not in effect in the last day, which reaches the limit of 1 (DBP-M08): a ×2',
        },
      },
    ]);
  });

  it('are as many as the inventory allows', async () => {
    await write('config-digest.log', [push(80, 'a', 'false'), push(70, 'b', 'false')], false);
    expect(await run('configuration', { 'DBP-M08': { value: 2 } })).toMatchObject([{ state: 'critical' }]);
    expect(await run('configuration', { 'DBP-M08': { value: 3 } })).toMatchObject([
      { state: 'ok', value: 2 },
    ]);
  });

  it('that failed long before the newest lines are not forgotten', async () => {
    const many = Array.from({ length: 150 }, (_, k) => push(200 - k, 'b', 'true'));
    expect(await see([push(500, 'a', 'false'), ...many])).toMatchObject([{ state: 'critical' }]);
  });

  it('are unknown without the log, or in another format', async () => {
    expect(await run('configuration')).toMatchObject([{ state: 'unknown' }]);
    const strange = [9, 8, 7].map((ago) => ({ ago, text: `${stampOf(ago)} pushed a: true` }));
    expect(await see(strange)).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('the start of the server', () => {
  const started = 'CobarServer is started and listening on 8066';

  it.each([
    [` INFO ${started}`, 'ok'],
    [` INFO ${started}0`, 'critical'],
    [' ERROR Address already in use', 'critical'],
  ])('%s is %s', async (text, state) => {
    await write('startup.log', [{ ago: 900_000, text }]);
    expect(await run('started')).toMatchObject([{ state }]);
  });

  it('is unknown without the log', async () => {
    expect(await run('started')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('the error log of the server', () => {
  it('has no error that nobody explains', async () => {
    await write('common-error.log', []);
    expect(await run('server-errors')).toMatchObject([{ state: 'ok', value: 0 }]);
    await write('common-error.log', [{ ago: 100, text: ' ERROR [x] failed' }]);
    expect(await run('server-errors')).toMatchObject([{ state: 'warning', value: 1 }]);
    expect(await run('server-errors', { 'DBP-L03': { value: 1 } })).toMatchObject([{ state: 'ok' }]);
  });
});

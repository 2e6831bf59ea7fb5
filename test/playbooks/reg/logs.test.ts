import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import reg from '../../../playbooks/reg/inspection.ts';
import { CONNECTION, EVICTED, parseCounts } from '../../../playbooks/reg/logs.ts';
import { awkKeys } from '../../support/awk-keys.ts';
import {
  linesOver,
  type PastLine,
  runCheck,
  runClusterCheck,
  stampOf,
  writeLog,
} from '../../support/run-check.ts';

const ENDS = 'remote address:/10.66.1.90:9610 localAddress:/10.66.1.11:38114';
const connect = (what: string): string => ` [INFO][Bolt-conn-event-1][SESSION-CONNECT] - ${what}`;

describe('what a line tells', () => {
  it('of a connection: only a lost one between registry nodes is a loss', async () => {
    const lines = [
      [connect(`META node disconnected,${ENDS}`), 'loss'],
      [connect(`DATA node disconnected,${ENDS}`), 'loss'],
      [' WARN connection is closed by 10.66.1.90:9611', 'loss'],
      [' 与 Data 节点 10.66.1.90 的连接断开', 'loss'],
      [connect(`META node connected,${ENDS}`), 'connection'],
      [connect(`CLIENT node disconnected,${ENDS}`), 'client'],
      [' 客户端 10.66.1.90 连接断开', 'client'],
      [' disconnect size=2,span=3', 'connection'],
      [' 建立连接', 'connection'],
      [' something else', '?'],
    ] as const;
    expect(
      await awkKeys(
        CONNECTION,
        lines.map(([line]) => line),
      ),
    ).toEqual(lines.map(([, key]) => key));
  });

  it('of the list of nodes', async () => {
    const lines = [
      [' [INFO][MetaScheduler-1][AbstractStoreService] - Expired Nodes [10.66.1.12] be evicted!', 'evicted'],
      [' 剔除节点 10.66.1.12', 'evicted'],
      [' Session node renew success!', ''],
      [' evict task runs every 3 s', ''],
    ] as const;
    expect(
      await awkKeys(
        EVICTED,
        lines.map(([line]) => line),
      ),
    ).toEqual(lines.map(([, key]) => key));
  });

  it.each([
    [
      '[Count]Subscriber count: 1240, Publisher count: 862, Watcher count: 36, Connection count: 24',
      { publishers: 862, subscribers: 1240, watchers: 36 },
    ],
    ['pubs=12,subs=34', { publishers: 12, subscribers: 34 }],
    ['publisher num 7 subscriber num 8 watch size 0.', { publishers: 7, subscribers: 8, watchers: 0 }],
  ])('of the counts: %s', (line, counts) => {
    expect(parseCounts(`2019-08-27 10:11:12,131 ${line}`)).toEqual(counts);
  });

  it.each([
    'Subscriber count: 1240',
    'Publisher count: , Subscriber count: ',
    'subscribe 10.66.1.12:9600 publish 10.66.1.13:9600',
    'pub 10.66.1.12, sub 10.66.1.13',
    '',
  ])('and nothing of %j', (line) => {
    expect(parseCounts(line)).toBeUndefined();
  });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'registry-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('connections that break', () => {
  const log = (lines: readonly PastLine[], role = 'session') =>
    writeLog(folder, `registry/${role}/registry-connect.log`, lines);
  const judge = (role = 'session') => runCheck(reg, `${role}-connection-losses`, folder);
  const lost = connect(`META node disconnected,${ENDS}`);
  const back = connect(`META node connected,${ENDS}`);

  it.each([
    [0, 'ok'],
    [1, 'ok'],
    [2, 'warning'],
  ])('%i times in the last minute are %s', async (count, state) => {
    await log([{ ago: 90, text: lost }, ...linesOver(55, count, () => lost), { ago: 1, text: back }]);
    expect(await judge()).toMatchObject([{ state, value: count }]);
  });

  it('are no losses when they are those of clients', async () => {
    await log(linesOver(55, 9, () => connect(`CLIENT node disconnected,${ENDS}`)));
    expect(await judge()).toMatchObject([{ state: 'ok', value: 0 }]);
  });

  it('are found where the manual prints the path of another role, and of every role', async () => {
    await log(
      linesOver(55, 3, () => lost),
      'data',
    );
    expect(await judge()).toMatchObject([{ state: 'warning', value: 3 }]);
    expect(await judge('data')).toMatchObject([
      {
        state: 'warning',
        says: {
          en: '3 connections lost in the last minute, above the limit of 1 (REG-M08)',
          zh: '最近一分钟 3 次断连，高于阈值 1（REG-M08）',
        },
      },
    ]);
    expect(await judge('meta')).toMatchObject([{ state: 'unknown' }]);
  });

  it('are not known from lines that speak of nothing of the kind', async () => {
    await log(linesOver(55, 4, () => ' started'));
    expect(await judge()).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('nodes that were taken off the list', () => {
  const evicted = ' INFO  [decision-1] evict 10.66.1.12, data servers [10.66.1.11,10.66.1.13]';

  it('are told for a day, whichever data node wrote it down', async () => {
    const [main, other] = [path.join(folder, 'one'), path.join(folder, 'two')];
    await writeLog(main, 'confreg-data/decision.60dt.log', [{ ago: 80_000, text: evicted }]);
    await writeLog(other, 'confreg-data/decision.60dt.log', [{ ago: 90_000, text: evicted }]);
    const seen = await runClusterCheck(reg, 'data-evictions', [main, other]);
    expect(seen).toMatchObject([
      {
        state: 'warning',
        value: 1,
        says: {
          en: '1 eviction of a data node in the last day, above the limit of 0 (REG-M09): h-1 ×1',
        },
      },
    ]);
    expect(seen[0]?.evidence).toContain('evict 10.66.1.12');
    expect(await runClusterCheck(reg, 'data-evictions', [other])).toMatchObject([{ state: 'ok', value: 0 }]);
  });

  it('are none without the log, which only the registry of before has', async () => {
    expect(await runClusterCheck(reg, 'data-evictions', [folder])).toMatchObject([{ state: 'ok' }]);
    expect(await runClusterCheck(reg, 'data-evictions', [undefined])).toMatchObject([{ state: 'unknown' }]);
  });

  it('are seen in the log of the meta node that leads', async () => {
    const [one, other] = [path.join(folder, 'one'), path.join(folder, 'two')];
    await writeLog(one, 'registry/meta/registry-meta.log', [{ ago: 9, text: ' renew success' }]);
    const told = ' - Expired Nodes [10.66.1.12] be evicted!';
    await writeLog(other, 'registry/meta/registry-meta.log', [
      { ago: 4000, text: told },
      { ago: 3000, text: told },
    ]);
    expect(await runClusterCheck(reg, 'node-list', [one, other])).toMatchObject([
      {
        state: 'warning',
        value: 1,
        says: { zh: '最近一小时 1 次列表变更，高于阈值 0（REG-M09）：h-2 ×1' },
      },
    ]);
    expect(await runClusterCheck(reg, 'node-list', [one])).toMatchObject([{ state: 'ok', value: 0 }]);
  });
});

describe('the counts of session nodes', () => {
  const line = (publishers: number, subscribers: number, watchers?: number): string =>
    ` [Count]Subscriber count: ${subscribers}, Publisher count: ${publishers}${watchers === undefined ? '' : `, Watcher count: ${watchers}`}`;
  const onHost = async (name: string, lines: readonly PastLine[]): Promise<string> => {
    const at = path.join(folder, name);
    await writeLog(at, 'registry/session/registry-console.log', lines);
    return at;
  };
  const judge = (folders: readonly (string | undefined)[]) => runClusterCheck(reg, 'session-counts', folders);

  it('are the newest of each, added up', async () => {
    const one = await onHost('one', [
      { ago: 60, text: line(1, 2, 3) },
      { ago: 30, text: line(10, 20, 3) },
      { ago: 5, text: ' query of the console' },
    ]);
    const two = await onHost('two', [{ ago: 20, text: line(5, 6, 1) }]);
    const compare = { row: 'REG-M23', against: 'before', moves: 'drops', percent: 10, state: 'critical' };
    expect(await judge([one, two])).toMatchObject([
      { part: 'publishers', state: 'ok', value: 15, compare },
      { part: 'subscribers', state: 'ok', value: 26, compare },
      { part: 'watchers', state: 'ok', value: 4, compare },
    ]);
  });

  it('are without watchers where no line gives these', async () => {
    const one = await onHost('one', [{ ago: 30, text: line(10, 20) }]);
    expect((await judge([one])).map(({ part }) => part)).toEqual(['publishers', 'subscribers']);
  });

  it('are not known when a node does not give them, or is not there', async () => {
    const one = await onHost('one', [{ ago: 30, text: line(10, 20) }]);
    const two = await onHost('two', [{ ago: 30, text: ' query of the console' }]);
    expect(await judge([one, two])).toMatchObject([
      {
        state: 'unknown',
        says: { en: 'no line of h-2 gives the counts', zh: 'h-2 的日志中没有发布者、订阅者数' },
        evidence: expect.stringContaining('query of the console') as string,
      },
    ]);
    for (const judgement of await judge([one, undefined])) expect(judgement.state).toBe('unknown');
    const old = await onHost('old', [{ ago: 400, text: line(10, 20) }]);
    expect(await judge([old])).toMatchObject([{ state: 'unknown' }]);
  });

  it('may drop by what the inventory says', async () => {
    const one = await onHost('one', [{ ago: 30, text: line(10, 20) }]);
    const limits = { 'REG-M23': { value: 75, level: 'warning' as const } };
    expect(await runClusterCheck(reg, 'session-counts', [one], limits)).toMatchObject([
      { compare: { percent: 25, state: 'warning' } },
      { compare: { percent: 25, state: 'warning' } },
    ]);
  });
});

describe('logs that are kept', () => {
  it.each([
    ['session-main-log', 'registry/session/registry-session.log'],
    ['session-exchange-log', 'registry/session/registry-exchange.log'],
    ['session-gc-log', 'gc.log'],
    ['data-main-log', 'registry/data/registry-data.log'],
    ['data-gc-log', 'gc.log'],
    ['meta-election-log', 'registry/meta/registry-raft.log'],
    ['meta-gc-log', 'gc.log'],
  ])('%s shows the newest lines, and is never red for them', async (check, file) => {
    await writeLog(folder, file, [{ ago: 9, text: ' ERROR something odd' }]);
    expect(await runCheck(reg, check, folder)).toMatchObject([
      { state: 'ok', value: 1, evidence: expect.stringContaining('something odd') as string },
    ]);
  });

  it('take a gc log with stamps of the virtual machine, or none', async () => {
    const stamp = stampOf(9).replace(' ', 'T').replace(',', '.');
    await writeLog(
      folder,
      'gc.log',
      [{ ago: 0, text: `${stamp}+0000: 12.3: [GC (Allocation Failure)]` }],
      false,
    );
    expect(await runCheck(reg, 'data-gc-log', folder)).toMatchObject([{ state: 'ok', value: 1 }]);
    await writeLog(folder, 'gc.log', [{ ago: 0, text: '12.345: [GC (Allocation Failure)]' }], false);
    expect(await runCheck(reg, 'data-gc-log', folder)).toMatchObject([{ state: 'ok', value: 1 }]);
  });

  it('are missing where there should be one; version 6 has no election log', async () => {
    expect(await runCheck(reg, 'data-main-log', folder)).toMatchObject([{ state: 'unknown' }]);
    expect(await runCheck(reg, 'meta-election-log', folder)).toMatchObject([{ state: 'ok' }]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  type Check,
  type ClusterAnswers,
  type ClusterCheck,
  type Inspection,
  sh,
  sql,
  words,
} from '../../../src/kit/index.ts';
import { inspect, type Inspecting } from '../../../src/inspecting/inspect.ts';
import { type ExecAnswer, SqlFailed } from '../../../src/kit/targets.ts';
import { localExec } from '../../support/local-exec.ts';
import { estate, mq } from './estate.ts';

const here = localExec();
const noAnswer: ExecAnswer = {
  kind: 'no-answer',
  reason: 'unreachable',
  detail: '',
  stdout: '',
  sent: false,
  tookMs: 1,
};

/** Remembers what it was given to judge, and says how many hosts answered. */
function leaders(over: Partial<ClusterCheck> = {}): {
  readonly check: ClusterCheck;
  readonly seen: ClusterAnswers[];
} {
  const seen: ClusterAnswers[] = [];
  return {
    seen,
    check: {
      on: 'cluster',
      id: 'leader',
      title: words('Leader', '主节点'),
      apps: ['msgbroker'],
      rows: ['MQ-C98'],
      clause: { document: '002', section: '4' },
      command: ({ host }) => sh`echo ${host.name}`,
      judge: (answers) => {
        seen.push(answers);
        const count = answers.hosts.filter(({ answer }) => answer !== undefined).length;
        return [{ state: 'ok', value: count, says: words(`${count}`, `${count}`) }];
      },
      ...over,
    },
  };
}

const pause: Check = {
  on: 'host',
  id: 'pause',
  title: words('Pause', '等待'),
  apps: ['msgbroker'],
  rows: ['MQ-C97'],
  clause: { document: '002', section: '4' },
  command: () => sh`true`,
  judge: () => [{ state: 'ok', says: words('waited', '已等待') }],
};

const perform = (checks: readonly Check[], over: Partial<Inspecting> = {}) =>
  inspect({
    scope: { kind: 'app', ids: ['msgbroker'] },
    estate,
    inspections: [{ ...mq, checks } satisfies Inspection],
    targets: {
      exec: here,
      sql: { read: async () => [{ now: '2026-01-01 00:00:00' }] },
      http: { get: async () => ({ kind: 'no-answer', detail: '' }) },
    },
    ...over,
  });

describe('a check of a cluster', () => {
  it('is judged once, from the answers of all its hosts', async () => {
    const { check, seen } = leaders();
    const { findings } = await perform([check]);
    expect(findings).toMatchObject([
      { system: 'MQ', app: 'msgbroker', check: 'leader', value: 3, rows: ['MQ-C98'] },
    ]);
    expect(findings[0]).not.toHaveProperty('host');
    expect(findings[0]?.evidence).toBe(
      'msgbroker-1: msgbroker-1\nmsgbroker-2: msgbroker-2\nmsgbroker-3: msgbroker-3',
    );
    expect(seen).toHaveLength(1);
  });

  it('knows which hosts did not answer', async () => {
    const { check, seen } = leaders();
    const exec = {
      run: async (...args: Parameters<typeof here.run>) =>
        args[0].name === 'msgbroker-2' ? noAnswer : here.run(...args),
    };
    const { findings } = await perform([check], {
      targets: {
        exec,
        sql: { read: async () => [] },
        http: { get: async () => ({ kind: 'no-answer', detail: '' }) },
      },
    });
    expect(findings.map(({ host, check: id }) => `${host ?? ''} ${id}`)).toEqual([
      'msgbroker-2 host',
      ' leader',
    ]);
    expect(seen[0]?.hosts.map(({ host, answer }) => [host.name, answer?.output.trim()])).toEqual([
      ['msgbroker-1', 'msgbroker-1'],
      ['msgbroker-2', undefined],
      ['msgbroker-3', 'msgbroker-3'],
    ]);
  });

  it('is unknown when no host answered, and is not judged', async () => {
    const { check, seen } = leaders();
    const exec = { run: async () => noAnswer };
    const { findings } = await perform([check], {
      targets: {
        exec,
        sql: { read: async () => [] },
        http: { get: async () => ({ kind: 'no-answer', detail: '' }) },
      },
    });
    expect(findings.at(-1)).toMatchObject({
      check: 'leader',
      state: 'unknown',
      says: { en: 'no host answered' },
    });
    expect(seen).toEqual([]);
  });

  it('is unknown when the inspection was cancelled: half a cluster has no leader', async () => {
    const { check, seen } = leaders();
    const { findings } = await perform([check], { signal: AbortSignal.abort() });
    expect(findings.at(-1)).toMatchObject({ check: 'leader', state: 'unknown', says: { en: 'cancelled' } });
    expect(seen).toEqual([]);
  });

  it('knows between which moments its command ran on each host, however long the other checks took', async () => {
    const { check, seen } = leaders({ command: () => sh`date +%s%3N` });
    const slow = (id: string): Check => ({ ...pause, id, command: () => sh`sleep 0.4; echo ${id}` });
    const began = Date.now();
    await perform([slow('before'), check, slow('after')]);
    const ended = Date.now();
    for (const { answer, ranBetween } of seen[0]?.hosts ?? []) {
      const [at, from, to] = [Number(answer?.output), Number(ranBetween?.from), Number(ranBetween?.to)];
      expect([from <= at, at <= to, from >= began + 380, to <= ended - 380]).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
    expect(seen[0]?.hosts).toHaveLength(3);
  });

  it('is left alone when only one of its hosts is asked for', async () => {
    const { check, seen } = leaders();
    const { findings } = await perform([check], { scope: { kind: 'host', ids: ['msgbroker-1'] } });
    expect([findings, seen]).toEqual([[], []]);
  });

  it('is judged over the hosts of all its apps', async () => {
    const { check, seen } = leaders({ apps: ['msgbroker', 'msgconsole'] });
    await perform([check], { scope: { kind: 'system', ids: ['MQ'] } });
    expect(seen.map(({ hosts }) => hosts.length)).toEqual([5]);
  });

  it('is left alone when one of its apps is not asked for', async () => {
    const { check, seen } = leaders({ apps: ['msgbroker', 'msgconsole'] });
    const { findings } = await perform([check], { scope: { kind: 'app', ids: ['msgbroker'] } });
    expect([findings, seen]).toEqual([[], []]);
  });

  it('does not wait for an app that the estate does not have', async () => {
    const { check, seen } = leaders({ apps: ['msgbroker', 'msgarchive'] });
    await perform([check], { scope: { kind: 'app', ids: ['msgbroker'] } });
    expect(seen.map(({ hosts }) => hosts.length)).toEqual([3]);
  });

  it('is held against a database that was asked beside the hosts', async () => {
    const { check, seen } = leaders({ database: { name: 'msgdb', query: sql`select now() as now` } });
    await perform([check]);
    expect(seen[0]?.database).toMatchObject({ rows: [{ now: '2026-01-01 00:00:00' }] });
    const { from, to } = seen[0]?.database?.ranBetween ?? {};
    expect(Number(to)).toBeGreaterThanOrEqual(Number(from));
  });

  it('sees no database when it does not answer', async () => {
    const { check, seen } = leaders({ database: { name: 'msgdb', query: sql`select now() as now` } });
    await perform([check], {
      targets: {
        exec: here,
        sql: { read: () => Promise.reject(new SqlFailed('unreachable', 'away')) },
        http: { get: async () => ({ kind: 'no-answer', detail: '' }) },
      },
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).not.toHaveProperty('database');
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { APPS } from '../../lab/estate/apps/index.ts';
import { parseRun } from '../../src/store/run-row.ts';
import { ask, runInState, standing } from './acting.ts';
import { onPractice } from './on-practice.ts';

const HOSTS = 60;

const BROKERS = APPS.filter(({ id }) => id === 'msgbroker').map((app) => ({ ...app, hosts: HOSTS }));
const on = onPractice('e2e-sharing', { estate: { apps: BROKERS, faults: [] } });

beforeAll(async () => {
  await on.practice.startWorker();
}, 120_000);

/** Hosts that workers asked for somebody else's inspection, by what they logged. */
async function helped(run: string): Promise<number> {
  const log = await readFile(path.join(on.practice.folder, 'worker.log'), 'utf8');
  return log
    .split('\n')
    .filter((line) => line.includes('helped with an inspection') && line.includes(run))
    .reduce((sum, line) => sum + Number(/"hosts":(\d+)/.exec(line)?.[1] ?? 0), 0);
}

describe('an inspection of many hosts with two workers', { timeout: 120_000 }, () => {
  it('is shared, and its report has every host once', async () => {
    await ask(on.practice, '/inspect msgbroker');
    const run = await runInState(on.keep, '/inspect msgbroker', 'ended');
    const [row] = await on.keep.rows(
      'select id, state, revision, format, body from fettle.run where id = ?',
      [run],
    );
    const { report } = parseRun(row);
    expect(report?.hosts).toBe(HOSTS);
    const findings = report?.findings ?? [];
    const heartbeats = findings.filter(({ check, part }) => check === 'broker-heartbeat' && part === 'lines');
    expect(new Set(heartbeats.map(({ host }) => host)).size).toBe(HOSTS);
    expect(heartbeats).toHaveLength(HOSTS);
    expect(findings.filter(({ check }) => check === 'host')).toEqual([]);

    await expect.poll(() => helped(run), { timeout: 10_000 }).toBeGreaterThanOrEqual(20);
    expect(await helped(run)).toBeLessThan(HOSTS);
    expect(await on.keep.rows('select no from fettle.part where run_id = ?', [run])).toEqual([]);
    const tops = (await standing(on.practice, 'C0OPS')).filter((key) => key === `${run}:top`);
    expect(tops).toHaveLength(1);
  });
});

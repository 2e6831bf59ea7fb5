import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS } from '../../lab/estate/apps/index.ts';
import { type Practice, startPractice } from '../../scripts/practice.ts';
import { parseRun } from '../../src/store/run-row.ts';
import { ask, freshFolder, type Keeper, keeper, runInState, standing } from './acting.ts';

const HOSTS = 60;

let practice: Practice;
let keep: Keeper;

beforeAll(async () => {
  const brokers = APPS.filter(({ id }) => id === 'msgbroker').map((app) => ({ ...app, hosts: HOSTS }));
  practice = await startPractice({
    folder: await freshFolder('e2e-sharing'),
    port: 0,
    estate: { apps: brokers, faults: [] },
  });
  await practice.startWorker();
  keep = keeper(practice);
}, 120_000);
afterAll(async () => {
  await practice?.stop();
}, 60_000);

/** Hosts that workers asked for somebody else's inspection, by what they logged. */
async function helped(run: string): Promise<number> {
  const log = await readFile(path.join(practice.folder, 'worker.log'), 'utf8');
  return log
    .split('\n')
    .filter((line) => line.includes('helped with an inspection') && line.includes(run))
    .reduce((sum, line) => sum + Number(/"hosts":(\d+)/.exec(line)?.[1] ?? 0), 0);
}

describe('an inspection of many hosts with two workers', { timeout: 120_000 }, () => {
  it('is shared, and its report has every host once', async () => {
    await ask(practice, '/inspect msgbroker');
    const run = await runInState(keep, '/inspect msgbroker', 'ended');
    const [row] = await keep.rows('select id, state, revision, format, body from fettle.run where id = ?', [
      run,
    ]);
    const { report } = parseRun(row);
    expect(report?.hosts).toBe(HOSTS);
    const findings = report?.findings ?? [];
    const heartbeats = findings.filter(({ check, part }) => check === 'broker-heartbeat' && part === 'lines');
    expect(new Set(heartbeats.map(({ host }) => host)).size).toBe(HOSTS);
    expect(heartbeats).toHaveLength(HOSTS);
    expect(findings.filter(({ check }) => check === 'host')).toEqual([]);

    await expect.poll(() => helped(run), { timeout: 10_000 }).toBeGreaterThanOrEqual(20);
    expect(await helped(run)).toBeLessThan(HOSTS);
    expect(await keep.rows('select no from fettle.part where run_id = ?', [run])).toEqual([]);
    const tops = (await standing(practice, 'C0OPS')).filter((key) => key === `${run}:top`);
    expect(tops).toHaveLength(1);
  });
});

import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { ask, plan, press, ready, runInState, threadOnce } from './acting.ts';
import { onPractice } from './on-practice.ts';

const DEAD = 'CNHZ_58201812212200583197';

const on = onPractice('e2e-changer');

/** Processes that this one started and that perform changes. */
async function changersOf(pid: number): Promise<readonly number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const commands = await Promise.all(
    children.map(
      async (child) =>
        [Number(child), await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')] as const,
    ),
  );
  return commands.filter(([, command]) => command.includes('\0changer\0')).map(([child]) => child);
}

/** Milliseconds from the record of a change to its plan, by the database's clock: Slack's own pace does not count. */
async function plannedIn(): Promise<number> {
  const [last] = await on.keep.rows('select coalesce(max(seq), 0) as seq from fettle.run');
  await on.client.type('U0LIN', 'C0OPS', `/unstick ${DEAD}`);
  const ms = await vi.waitUntil(
    async () => {
      const [run] = await on.keep.rows(
        `select timestampdiff(microsecond, created_at, state_at) / 1000 as ms from fettle.run
         where seq > ? and json_value(body, '$.typed') = ? and state = 'waiting'`,
        [String(last?.['seq']), `/unstick ${DEAD}`],
      );
      return run?.['ms'];
    },
    { timeout: 45_000, interval: 50 },
  );
  return Math.round(Number(ms));
}

const worker = () => on.practice.workers.at(-1);

describe('changes beside inspections', { timeout: 120_000 }, () => {
  it('plans while twenty inspections of everything are under way', async () => {
    const alone = await plannedIn();
    // One person has three inspections under way at most; what is scheduled is not counted.
    const schedules = ['U0LIN', 'U0ZHAO'].flatMap((who) =>
      [...Array(10).keys()].map((n) => [who, `${who}-${n}`] as const),
    );
    for (const [who, name] of schedules)
      await on.client.type(who, 'C0OPS', `/inspect schedule add ${name} "monthly 1 03:00" all`);
    const asking = schedules.map(([who, name]) =>
      on.client.type(who, 'C0OPS', `/inspect schedule run ${name}`),
    );
    const behind = await plannedIn();
    await Promise.all(asking);
    const [left] = await on.keep.rows(
      "select count(*) as n from fettle.run where kind = 'inspect' and state <> 'ended'",
    );
    process.stderr.write(
      `a plan took ${alone} ms alone, ${behind} ms beside ${String(left?.['n'])} inspections\n`,
    );
    expect(Number(left?.['n'])).toBeGreaterThan(10);
    // The machine is shared, the places are not.
    expect(behind).toBeLessThan(3 * alone + 5000);
  });

  it('is said by /readyz to lack the process that performs changes, which is started again', async () => {
    const [pid = 0] = await changersOf(worker()?.pid ?? 0);
    expect(pid).toBeGreaterThan(0);
    process.kill(pid, 'SIGSTOP');
    expect(await ready(on.practice.health.worker, 503)).toContain('changes');
    process.kill(pid, 'SIGKILL');
    // It loads while the inspections go on.
    await vi.waitFor(
      async () => expect((await fetch(`${on.practice.health.worker}/readyz`)).status).toBe(200),
      {
        timeout: 60_000,
        interval: 250,
      },
    );
    const [again = 0] = await changersOf(worker()?.pid ?? 0);
    expect(again).not.toBe(pid);
  });

  it('carries out what is confirmed while the process that performs changes is away', async () => {
    const asked = await plan(on.practice, `/unstick ${DEAD}`);
    const [pid = 0] = await changersOf(worker()?.pid ?? 0);
    process.kill(pid, 'SIGKILL');
    await press(on.client, asked, 'Confirm');
    await threadOnce(on.client, asked, /Done and verified/);
    const run = await runInState(on.keep, `/unstick ${DEAD}`, 'ended');
    const claims = await on.keep.rows(
      "select n from fettle_audit.audit where run_id = ? and action = 'run claimed'",
      [run],
    );
    expect(claims).toHaveLength(1);
  });

  it('ends with the worker that is asked to stop, and with one that is killed', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const ending = signal === 'SIGTERM' ? await on.practice.startWorker() : worker();
      const [pid = 0] = await changersOf(ending?.pid ?? 0);
      expect(pid).toBeGreaterThan(0);
      ending?.kill(signal);
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), {
        timeout: 45_000,
        interval: 100,
      });
      if (signal === 'SIGTERM') await on.practice.startWorker();
    }
    await on.practice.startWorker();
    const asked = await ask(on.practice, '/inspect msgbroker');
    await threadOnce(on.client, asked, /"action_id":"fettle:evidence/);
  });
});

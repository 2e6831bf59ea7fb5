import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Order } from '../oracle.ts';
import type { Attempt, FaultClass, Performed } from '../programme.ts';
import { isThere, signal } from '../rig.ts';
import { newTrial, planned, press, rest, type Shown, type Trial } from '../trial.ts';
import { pause, until } from '../waiting.ts';
import { canShiftClocks, settable } from './clocks.ts';

/** Milliseconds that a run may be held up by another one's lost worker. */
const HELD_UP_MS = 30_000;

/** How far a change is: what the journal has of its steps. */
async function standing({ rig }: Trial, runId: string): Promise<string> {
  const steps = await rig.database.rows('select no, state from fettle.step where run_id = ? order by no', [
    runId,
  ]);
  if (steps.length > 0) return steps.map(({ no, state }) => `${String(no)}${String(state)}`).join(',');
  const [run] = await rig.database.rows('select state from fettle.run where id = ?', [runId]);
  return String(run?.['state']);
}

/** What is slow for a trial, so that a moment inside a step is long enough to be met. */
function slowDown({ rig, random, order }: Trial): void {
  if (order.kind === 'rows') rig.way.delayMs = random.pick([0, 20, 60, 150]);
  else rig.engine.behave(order.plan.flat(), { kind: 'well', afterMs: random.pick([0, 50, 300, 700]) });
}

/** Confirms and waits for a moment of the change, drawn from all there are unless one is named. */
async function confirmedUntil(trial: Trial, shown: Shown, named?: string): Promise<void> {
  const { random, order } = trial;
  const moments =
    order.kind === 'rows'
      ? (['running', '1begun', '1done'] as const)
      : (['running', '1begun', '1done', '1done,2begun', '1done,2done'] as const);
  const moment = named ?? random.pick(moments);
  const more = random.between(0, 120);
  void press(trial, shown, 'Confirm');
  await until(
    async () => {
      const now = await standing(trial, shown.runId);
      return now === moment || (now === 'ended' && 'ended');
    },
    30_000,
    3,
  );
  await pause(random.pick([0, more]));
}

/** Confirms, kills the process that holds the run at a moment of it, and replaces it. Resolves with when it was killed. */
async function loseHolder(trial: Trial, shown: Shown, meanwhile = (): void => undefined): Promise<number> {
  const { rig } = trial;
  slowDown(trial);
  await confirmedUntil(trial, shown);
  const pid = await rig.processes.holderOf(shown.runId);
  const faultAt = performance.now();
  signal(pid, 'SIGKILL');
  rig.way.delayMs = 0;
  meanwhile();
  if (pid !== undefined) await until(async () => !(await isThere(pid)), 5000);
  await rig.processes.startWorkers();
  return faultAt;
}

const killed: Attempt = {
  name: 'killed within a change',
  async perform(trial): Promise<Performed> {
    const shown = await planned(trial);
    return { shown, faultAt: await loseHolder(trial, shown) };
  },
};

const allKilled: Attempt = {
  name: 'all killed within a change',
  async perform(trial): Promise<Performed> {
    const { rig } = trial;
    const shown = await planned(trial);
    slowDown(trial);
    await confirmedUntil(trial, shown);
    const faultAt = performance.now();
    await rig.processes.endWorkers();
    rig.way.delayMs = 0;
    await rig.processes.startWorkers();
    return { shown, faultAt };
  },
};

const anotherWaits: Attempt = {
  name: 'killed while another change waits',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const other = await newTrial(rig, random, 'rows');
    const shown = await planned(trial);
    const next = await planned(other);
    const faultAt = await loseHolder(trial, shown, () => void press(other, next, 'Confirm'));
    await rest(other);
    const tookMs = Math.round(performance.now() - faultAt);
    if (tookMs > HELD_UP_MS)
      trial.found.push({
        kind: 'no rest',
        says: `another change was held up for ${tookMs} ms by the dead worker`,
      });
    await rig.practice.estate.mend('order-blocked', other.order.no);
    return { shown, faultAt };
  },
};

export const workersKilled: FaultClass = {
  name: 'worker killed',
  title: 'SIGKILL of the process that performs changes, at any moment between Confirm and the end',
  share: 20,
  tries: [killed, killed, killed, allKilled, anotherWaits],
};

const frozen = (name: string, moment: string | undefined, kind?: Order['kind']): Attempt => ({
  name,
  ...(kind ? { kind } : {}),
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await planned(trial);
    if (trial.order.kind === 'rows') rig.way.delayMs = random.pick([60, 150, 300]);
    else slowDown(trial);
    await confirmedUntil(trial, shown, moment);
    const pid = await rig.processes.holderOf(shown.runId);
    const faultAt = performance.now();
    const isFrozen = signal(pid, 'SIGSTOP');
    rig.way.delayMs = 0;
    // Longer than the lease: until another worker has told the end.
    await rest(trial, 90_000);
    return {
      shown,
      faultAt,
      afterwards: async () => {
        if (!isFrozen) return;
        signal(pid, 'SIGCONT');
        // What it had begun it now ends, or is kept from it. That nothing comes of it has no event.
        await pause(3000);
      },
    };
  },
});

/** The process does not notice the pause: its limits have not passed when it is awake again, and its clock is behind. */
const paused: Attempt = {
  name: 'paused with its clock, like a virtual machine',
  kind: 'rows',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const clock = path.join(rig.practice.folder, `clock-${random.seed}`);
    await writeFile(clock, '+0');
    await rig.processes.endWorkers();
    await rig.processes.startWorkers(1, settable(clock));
    const shown = await planned(trial);
    rig.way.delayMs = random.pick([60, 150, 300]);
    await confirmedUntil(trial, shown, '1begun');
    const pid = await rig.processes.holderOf(shown.runId);
    await pause(random.between(0, 200));
    const faultAt = performance.now();
    const isFrozen = signal(pid, 'SIGSTOP');
    rig.way.delayMs = 0;
    await rig.processes.startWorkers(1);
    await rest(trial, 90_000);
    return {
      shown,
      faultAt,
      afterwards: async () => {
        if (!isFrozen) return;
        await writeFile(clock, `-${((performance.now() - faultAt) / 1000).toFixed(3)}`);
        signal(pid, 'SIGCONT');
        await pause(3000);
        await rig.processes.endWorkers();
      },
    };
  },
};

export const workersFrozen: FaultClass = {
  name: 'worker frozen',
  title: 'SIGSTOP of the process that performs changes until another has told the end, then SIGCONT',
  share: 12,
  tries: [
    frozen('frozen within a change', undefined),
    frozen('frozen after the intent', '1begun', 'rows'),
    ...(canShiftClocks ? [paused, paused] : []),
    frozen('frozen in a signal', '1begun', 'signals'),
  ],
};

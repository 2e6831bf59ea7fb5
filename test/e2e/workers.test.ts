import { describe, expect, it } from 'vitest';
import { ask, runInState, standing, threadOnce } from './acting.ts';
import { onPractice } from './on-practice.ts';

const on = onPractice('e2e-workers');

/** Ends the newest worker by a signal and resolves when it is gone. */
async function endWorker(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const worker = on.practice.workers.at(-1);
  const gone = new Promise((resolve) => worker?.once('exit', resolve));
  worker?.kill(signal);
  await gone;
}

describe('a worker that goes away during an inspection', { timeout: 90_000 }, () => {
  it('is killed: another takes the inspection over, and the result arrives once', async () => {
    await on.practice.estate.break('host-slow');
    const asked = await ask(on.practice, '/inspect mq');
    await threadOnce(on.client, asked, /[1-9] of \d+ hosts answered/);
    await endWorker('SIGKILL');
    await on.practice.estate.mend('host-slow');
    await on.practice.startWorker();
    const text = await threadOnce(on.client, asked, /"action_id":"fettle:evidence/, 80_000);
    expect(text).toContain('nothing to report');
    const run = await runInState(on.keep, '/inspect mq', 'ended');
    const tops = (await standing(on.practice, 'C0OPS')).filter((key) => key === `${run}:top`);
    expect(tops).toHaveLength(1);
    expect(
      await on.keep.rows("select n from fettle_audit.audit where run_id = ? and action = 'inspected'", [run]),
    ).toHaveLength(1);
  });

  it('is asked to stop: it finishes or hands back, and the result arrives once', async () => {
    await on.practice.estate.break('host-slow');
    const asked = await ask(on.practice, '/inspect msgbroker');
    await threadOnce(on.client, asked, /[1-9] of \d+ hosts answered/);
    const ending = endWorker('SIGTERM');
    await on.practice.startWorker();
    await on.practice.estate.mend('host-slow');
    await ending;
    await threadOnce(on.client, asked, /"action_id":"fettle:evidence/);
    const run = await runInState(on.keep, '/inspect msgbroker', 'ended');
    const tops = (await standing(on.practice, 'C0OPS')).filter((key) => key === `${run}:top`);
    expect(tops).toHaveLength(1);
  });
});

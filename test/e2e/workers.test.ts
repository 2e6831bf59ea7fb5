import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspaceClient } from '../../lab/workspace/client.ts';
import { type Practice, startPractice } from '../../scripts/practice.ts';
import { freshFolder, ask, type Keeper, keeper, runInState, standing, threadOnce } from './acting.ts';

let practice: Practice;
let client: WorkspaceClient;
let keep: Keeper;

beforeAll(async () => {
  practice = await startPractice({ folder: await freshFolder('e2e-workers'), port: 0 });
  client = practice.workspace.client;
  keep = keeper(practice);
}, 120_000);
afterAll(async () => {
  await practice?.stop();
}, 60_000);

/** Ends the newest worker by a signal and resolves when it is gone. */
async function endWorker(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const worker = practice.workers.at(-1);
  const gone = new Promise((resolve) => worker?.once('exit', resolve));
  worker?.kill(signal);
  await gone;
}

describe('a worker that goes away during an inspection', { timeout: 90_000 }, () => {
  it('is killed: another takes the inspection over, and the result arrives once', async () => {
    await practice.estate.break('host-slow');
    const asked = await ask(practice, '/inspect mq');
    await threadOnce(client, asked, /[1-9] of \d+ hosts answered/);
    await endWorker('SIGKILL');
    await practice.estate.mend('host-slow');
    await practice.startWorker();
    const text = await threadOnce(client, asked, /"action_id":"fettle:evidence/, 80_000);
    expect(text).toContain('nothing to report');
    const run = await runInState(keep, '/inspect mq', 'ended');
    const tops = (await standing(practice, 'C0OPS')).filter((key) => key === `${run}:top`);
    expect(tops).toHaveLength(1);
    expect(
      await keep.rows("select n from fettle.audit where run_id = ? and action = 'inspected'", [run]),
    ).toHaveLength(1);
  });

  it('is asked to stop: it finishes or hands back, and the result arrives once', async () => {
    await practice.estate.break('host-slow');
    const asked = await ask(practice, '/inspect msgbroker');
    await threadOnce(client, asked, /[1-9] of \d+ hosts answered/);
    const ending = endWorker('SIGTERM');
    await practice.startWorker();
    await practice.estate.mend('host-slow');
    await ending;
    await threadOnce(client, asked, /"action_id":"fettle:evidence/);
    const run = await runInState(keep, '/inspect msgbroker', 'ended');
    const tops = (await standing(practice, 'C0OPS')).filter((key) => key === `${run}:top`);
    expect(tops).toHaveLength(1);
  });
});

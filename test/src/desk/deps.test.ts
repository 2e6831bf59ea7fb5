import { describe, expect, it } from 'vitest';
import { handOver } from '../../../src/desk/deps.ts';
import { next } from '../../../src/runs/life.ts';
import type { RunStore } from '../../../src/runs/ports.ts';
import type { Run } from '../../../src/runs/run.ts';
import { aRun } from '../../support/runs.ts';

/** A queue that is away, and a store that holds one run. */
function stage() {
  let run: Run = aRun({ state: 'queued' });
  const runs: Pick<RunStore, 'apply'> = {
    async apply(_, event) {
      const after = next(run, event, new Date(0).toISOString());
      if (!after.ok) return { ok: false, run, because: after.because };
      run = { ...after.run, revision: run.revision + 1 };
      return { ok: true, run };
    },
  };
  const deps = {
    runs: runs as RunStore,
    dispatch: { send: () => Promise.reject(new Error('the queue is away')) },
    log: { warn: () => undefined, error: () => undefined },
  };
  return { deps, run: () => run };
}

describe('a run that waits for a queue that is away', () => {
  it('says so once, however often it is handed over', async () => {
    const { deps, run } = stage();
    const before = run().revision;
    for (let n = 0; n < 20; n += 1) await handOver(deps, run());
    expect(run().says?.en).toContain('The queue cannot be reached now');
    expect(run().revision).toBe(before + 1);
  });
});

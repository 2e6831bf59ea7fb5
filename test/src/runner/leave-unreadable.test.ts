import { describe, expect, it } from 'vitest';
import { leaveUnreadable } from '../../../src/runner/leave-unreadable.ts';
import { StoreUnavailable, Unreadable } from '../../../src/runs/faults.ts';
import { newRunId, RunId } from '../../../src/runs/run.ts';

const newer = new Unreadable('run', newRunId(), { isNewer: true, because: 'its format is 2' });

describe('a worker', () => {
  it('leaves a run that it cannot read, and lets everything else through', async () => {
    const warned: object[] = [];
    let error: unknown = newer;
    const work = (_id: RunId, _signal: AbortSignal): Promise<void> => Promise.reject(error);
    const runner = leaveUnreadable(
      { read: work, change: work, help: work },
      { warn: (facts) => void warned.push(facts) },
    );
    const id = RunId.parse(newer.id);
    const { signal } = new AbortController();
    for (const name of ['read', 'change', 'help'] as const) await runner[name](id, signal);
    expect(warned).toHaveLength(3);
    error = new StoreUnavailable('TIMEOUT');
    await expect(runner.change(id, signal)).rejects.toThrow('TIMEOUT');
  });
});

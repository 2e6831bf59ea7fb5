import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askAll } from '../../../src/inspecting/ask-all.ts';
import { follow, type ProgressDeps, progressOf } from '../../../src/inspecting/progress.ts';
import type { Progress, Run } from '../../../src/runs/run.ts';
import { aRun } from '../../support/runs.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store with one run, which counts what it is asked. */
function store(over: Partial<ProgressDeps['runs']> = {}) {
  let run: Run = aRun({ state: 'preparing' });
  const written: Progress[] = [];
  let reads = 0;
  let wake: () => void = () => undefined;
  const deps: ProgressDeps = {
    runs: {
      get: async () => {
        reads += 1;
        return run;
      },
      apply: async (_, event) => {
        if (event.kind === 'progressed') written.push(event.progress);
        return { ok: true, run };
      },
      ...over,
    },
    onNotify: (_, listener) => {
      wake = listener;
      return () => {
        wake = () => undefined;
      };
    },
  };
  return {
    id: run.id,
    deps,
    written,
    reads: () => reads,
    wake: () => wake(),
    cancel: () => {
      run = { ...run, cancelled: { by: { id: 'zhao', name: 'Zhao Min' }, at: run.createdAt } };
    },
  };
}

const howFar = (done: number, underWay: readonly string[] = [], since = new Date()) => ({
  done,
  total: 200,
  underWay: underWay.map((name) => ({ name, since })),
});

describe('an inspection that is followed', () => {
  it('is written at once, then at most every two seconds, always as it is by then', async () => {
    const { id, deps, written } = store();
    const following = follow(id, deps);
    await vi.advanceTimersByTimeAsync(0);
    following.tell(howFar(0));
    await vi.advanceTimersByTimeAsync(0);
    for (let done = 1; done <= 50; done += 1) following.tell(howFar(done));
    await vi.advanceTimersByTimeAsync(1999);
    expect(written.map(({ done }) => done)).toEqual([0]);
    await vi.advanceTimersByTimeAsync(1);
    expect(written.map(({ done }) => done)).toEqual([0, 50]);
    await following.end();
  });

  it('of 200 hosts makes as many updates as it takes pairs of seconds, not 200', async () => {
    const { id, deps, written } = store();
    const following = follow(id, deps);
    const tasks = Array.from({ length: 200 }, (_, n) => ({
      name: `host-${n}`,
      ask: () => new Promise<string>((resolve) => setTimeout(() => resolve('ok'), 900)),
      cancelled: () => 'cancelled',
      failed: () => 'failed',
    }));
    const { signal } = new AbortController();
    const asked = askAll(tasks, 32, signal, following.tell);
    await vi.advanceTimersByTimeAsync(7000);
    expect(await asked).toHaveLength(200);
    await following.end();
    expect(written.length).toBeGreaterThanOrEqual(3);
    expect(written.length).toBeLessThanOrEqual(4);
    expect(written.at(-1)).toMatchObject({ total: 200, done: 192 });
  });

  it('that only waits is written when somebody has waited noticeably longer', async () => {
    const { id, deps, written, reads } = store();
    const following = follow(id, deps);
    following.tell(howFar(3, ['mq-4']));
    await vi.advanceTimersByTimeAsync(12_000);
    await following.end();
    expect(written.map(({ waitingFor }) => waitingFor)).toEqual([
      [{ name: 'mq-4', seconds: 0 }],
      [{ name: 'mq-4', seconds: 5 }],
      [{ name: 'mq-4', seconds: 10 }],
    ]);
    expect(reads()).toBeGreaterThanOrEqual(3);
  });

  it('names the slowest, no more than five', () => {
    const since = new Date(0);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { waitingFor } = progressOf(howFar(0, names, since), 13_900);
    expect(waitingFor).toEqual(names.slice(0, 5).map((name) => ({ name, seconds: 10 })));
  });
});

describe('an inspection that somebody cancels', () => {
  it('hears of it by a notification at once', async () => {
    const { id, deps, cancel, wake } = store();
    const following = follow(id, deps);
    await vi.advanceTimersByTimeAsync(100);
    cancel();
    wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(following.cancelled.aborted).toBe(true);
    await following.end();
  });

  it('hears of it within two seconds without any notification', async () => {
    const { id, deps, cancel } = store();
    const following = follow(id, deps);
    await vi.advanceTimersByTimeAsync(100);
    cancel();
    await vi.advanceTimersByTimeAsync(1899);
    expect(following.cancelled.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(following.cancelled.aborted).toBe(true);
    await following.end();
  });

  it('hears of it within two seconds also when the clock is set back', async () => {
    const { id, deps, cancel } = store();
    const following = follow(id, deps);
    await vi.advanceTimersByTimeAsync(100);
    vi.setSystemTime(Date.now() - 3600_000);
    // Looked once since then, and due again by a clock that runs an hour behind.
    await vi.advanceTimersByTimeAsync(2000);
    cancel();
    await vi.advanceTimersByTimeAsync(2000);
    expect(following.cancelled.aborted).toBe(true);
    await following.end();
  });

  it('hears of it from the progress it writes', async () => {
    const { id, deps, cancel } = store({ get: () => Promise.reject(new Error('not asked')) });
    const following = follow(id, deps);
    cancel();
    following.tell(howFar(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(following.cancelled.aborted).toBe(true);
    await following.end();
  });

  it('is not cancelled because the store is away for a while', async () => {
    let away = true;
    const held = store();
    const { id, deps, cancel } = held;
    const following = follow(id, {
      ...deps,
      runs: {
        ...deps.runs,
        get: async (run) => {
          if (away) throw new Error('away');
          return deps.runs.get(run);
        },
      },
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(following.cancelled.aborted).toBe(false);
    away = false;
    cancel();
    await vi.advanceTimersByTimeAsync(2000);
    expect(following.cancelled.aborted).toBe(true);
    await following.end();
  });

  it('asks nobody any more once it has ended', async () => {
    const { id, deps, reads, wake } = store();
    const following = follow(id, deps);
    await vi.advanceTimersByTimeAsync(100);
    await following.end();
    const before = reads();
    wake();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reads()).toBe(before);
  });
});

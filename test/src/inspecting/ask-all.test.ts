import { getEventListeners, getMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askAll, type Task } from '../../../src/inspecting/ask-all.ts';

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
    warnings.push(typeof warning === 'string' ? warning : warning.name);
  });
});
afterEach(() => void vi.restoreAllMocks());

const tasks = (count: number, ask: Task<string>['ask']): readonly Task<string>[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `t${n}`,
    ask,
    cancelled: () => 'cancelled',
    failed: () => 'failed',
  }));
const silent = (): void => undefined;
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('many tasks that are asked at once', () => {
  it('have a listener each while they are under way, and none afterwards, without a warning', async () => {
    const { signal } = new AbortController();
    const before = getMaxListeners(signal);
    const seen: number[] = [];
    const asking = (atOnce: number) =>
      askAll(
        tasks(60, async (own) => {
          own.addEventListener('abort', silent, { once: true });
          await turn();
          seen.push(listeners(signal));
          return 'asked';
        }),
        atOnce,
        signal,
        silent,
      );
    const answers = await Promise.all([asking(24), asking(16)]);
    await turn();
    expect(answers.flat()).toHaveLength(120);
    expect(Math.max(...seen)).toBe(40);
    expect(listeners(signal)).toBe(0);
    expect(getMaxListeners(signal)).toBe(before);
    expect(warnings).toEqual([]);
  });

  it('are warned of when one of them keeps its listeners', async () => {
    const { signal } = new AbortController();
    const [leaking] = tasks(1, async (own) => {
      for (let n = 0; n < 11; n += 1) own.addEventListener('abort', () => n);
      return 'asked';
    });
    await askAll(leaking ? [leaking] : [], 4, signal, silent);
    await turn();
    expect(warnings).toEqual(['MaxListenersExceededWarning']);
  });

  it('all hear of a cancellation, with its reason', async () => {
    const stop = new AbortController();
    const asked = askAll(
      tasks(
        12,
        (own) => new Promise((resolve) => own.addEventListener('abort', () => resolve(String(own.reason)))),
      ),
      12,
      stop.signal,
      silent,
    );
    stop.abort('enough');
    expect(new Set(await asked)).toEqual(new Set(['enough']));
  });
});

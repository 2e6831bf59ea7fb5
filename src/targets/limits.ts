import type { Span } from '../kit/index.ts';

/** Why a wait was given up. */
export type Ending = 'timeout' | 'cancelled';

/** One wall-clock limit together with an abort signal. */
export interface Limit {
  readonly ended: () => Ending | undefined;
  /** Settles with the promise, or with the ending if that comes first; then the promise is left to `late`. */
  readonly race: <T>(promise: Promise<T>, late: (value: T) => void) => Promise<T | Ending>;
  /** Calls back once, soon if it has already ended. Returns how to take that back. */
  readonly onEnd: (listener: (ending: Ending) => void) => () => void;
  /** Must be called in the end. */
  readonly stop: () => void;
}

export function startLimit(seconds: number, signal?: AbortSignal): Limit {
  let ending: Ending | undefined;
  const listeners = new Set<(ending: Ending) => void>();
  const end = (why: Ending): void => {
    if (ending !== undefined) return;
    ending = why;
    for (const listener of listeners) listener(why);
    listeners.clear();
  };
  const cancel = (): void => end('cancelled');
  const timer = setTimeout(() => end('timeout'), seconds * 1000);
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });

  const onEnd: Limit['onEnd'] = (listener) => {
    const why = ending;
    listeners.add(listener);
    if (why !== undefined) queueMicrotask(() => listeners.delete(listener) && listener(why));
    return () => listeners.delete(listener);
  };
  return {
    ended: () => ending,
    onEnd,
    race: (promise, late) =>
      new Promise((resolve, reject) => {
        const forget = onEnd((why) => {
          promise.then(late, () => undefined);
          resolve(why);
        });
        promise.then(
          (value) => {
            forget();
            if (ending === undefined) resolve(value);
          },
          (error: unknown) => {
            forget();
            reject(error instanceof Error ? error : new Error('the wait failed'));
          },
        );
      }),
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      listeners.clear();
    },
  };
}

/** Lets so many in at a time; `enter` resolves with the way out, which must be taken once. */
export function createGate(atOnce: number): { readonly enter: () => Promise<() => void> } {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leave = (): (() => void) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = waiting.shift();
      if (next) next();
      else inside -= 1;
    };
  };
  return {
    async enter() {
      if (inside >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
      else inside += 1;
      return leave();
    },
  };
}

/** True when the promise settles within so many milliseconds. */
export function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    const yes = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(yes, yes);
  });
}

/** From when something was begun to the last sign of it. */
export interface Watching {
  readonly sign: () => void;
  readonly between: () => Span;
}

/** Begins now. That the clock is set meanwhile changes nothing. */
export function startWatching(): Watching {
  const from = new Date();
  const startedAt = performance.now();
  let lastMs = 0;
  return {
    sign() {
      lastMs = performance.now() - startedAt;
    },
    // A date has whole milliseconds: the beginning may have been up to one later than it says.
    between: () => ({ from, to: new Date(from.getTime() + Math.ceil(lastMs) + 1) }),
  };
}

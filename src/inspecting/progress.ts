import type { RunStore } from '../runs/ports.ts';
import type { Progress, Run, RunId } from '../runs/run.ts';
import type { HowFar } from './ask-all.ts';

/** An inspection under way as others see it: how far it is, and whether anybody still wants it. */
export interface Following {
  readonly tell: (howFar: HowFar) => void;
  /** Aborted once somebody has cancelled the run. */
  readonly cancelled: AbortSignal;
  /** Ends when nothing is being written any more. */
  readonly end: () => Promise<void>;
}

export interface ProgressDeps {
  readonly runs: Pick<RunStore, 'get' | 'apply'>;
  /** Calls back when the run may have changed. Answers how to take that back. */
  readonly onNotify: (id: RunId, listener: () => void) => () => void;
  /** Milliseconds; 2000 unless set. */
  readonly everyMs?: number;
}

const EVERY_MS = 2000;
const MOST_NAMES = 5;
/** Below this a host is not slow; beyond, its seconds are counted in such steps. */
const STEP_SECONDS = 5;

/**
 * Writes progress at most every two seconds, and only when it has changed, and looks as often whether the run was cancelled: the
 * store is asked, because a notification may be lost. Progress is a courtesy: that it cannot be written stops nothing.
 */
export function follow(id: RunId, { runs, onNotify, everyMs = EVERY_MS }: ProgressDeps): Following {
  const cancelled = new AbortController();
  let latest: HowFar | undefined;
  let written: string | undefined;
  /** By a clock that nobody sets. */
  let dueAt = 0;
  let ended = false;
  let isNotified = false;
  let wake: () => void = () => undefined;
  const notified = (): void => {
    isNotified = true;
    wake();
  };
  const forget = onNotify(id, notified);

  async function write(): Promise<Run | undefined> {
    const progress = latest && progressOf(latest, Date.now());
    const text = JSON.stringify(progress);
    if (!progress || text === written) return runs.get(id);
    written = text;
    return (await runs.apply(id, { kind: 'progressed', progress })).run;
  }

  async function loop(): Promise<void> {
    while (!ended) {
      isNotified = false;
      const isDue = performance.now() >= dueAt;
      if (isDue) dueAt = performance.now() + everyMs;
      const run = await (isDue ? write() : runs.get(id)).catch(() => undefined);
      if (run?.cancelled) return cancelled.abort();
      await pause();
    }
  }

  /** Until it is time again, or something has happened. */
  function pause(): Promise<void> {
    return new Promise((resolve) => {
      if (ended || isNotified) return resolve();
      const timer = setTimeout(resolve, Math.max(0, dueAt - performance.now()));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const following = loop();
  return {
    cancelled: cancelled.signal,
    tell(howFar) {
      if (latest === undefined) dueAt = 0;
      latest = howFar;
      if (dueAt === 0) notified();
    },
    async end() {
      ended = true;
      wake();
      forget();
      await following;
    },
  };
}

/** As it is shown: the slowest by name. Rounded, so that waiting alone does not trigger an update. */
export const progressOf = ({ done, total, underWay }: HowFar, now: number): Progress => ({
  done,
  total,
  waitingFor: underWay.slice(0, MOST_NAMES).map(({ name, since }) => ({
    name,
    seconds: Math.floor((now - since.getTime()) / 1000 / STEP_SECONDS) * STEP_SECONDS,
  })),
});

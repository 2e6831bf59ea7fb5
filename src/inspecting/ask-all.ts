import { getMaxListeners, setMaxListeners } from 'node:events';

/** Something that is asked as one: the checks of a host, a page, a database. */
export interface Task<Answer> {
  readonly name: string;
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
  /** The answer when it was cancelled before there was one; `begun` when it had been asked. */
  readonly cancelled: (begun: boolean) => Answer;
  /** The answer when asking failed by a fault of Fettle's own. */
  readonly failed: (error: unknown) => Answer;
}

/** How far it is: tasks that have ended, and those under way, the longest first. */
export interface HowFar {
  readonly done: number;
  readonly total: number;
  readonly underWay: readonly { readonly name: string; readonly since: Date }[];
}
export type Told = (howFar: HowFar) => void;

/** Milliseconds that a cancelled task gets to bring what it has. */
const CANCEL_MS = 4000;

/** Asks so many at a time, in order, and keeps the order of the answers. No task is asked any more once the signal is aborted. */
export async function askAll<Answer>(
  tasks: readonly Task<Answer>[],
  atOnce: number,
  signal: AbortSignal,
  told: Told,
): Promise<readonly Answer[]> {
  const answers = new Map<Task<Answer>, Answer>();
  const running = new Map<Task<Answer>, Date>();
  const waiting = tasks.values();
  const tell = (): void =>
    told({
      done: answers.size,
      total: tasks.length,
      underWay: Array.from(running, ([{ name }, since]) => ({ name, since })),
    });
  const lane = async (): Promise<void> => {
    for (const task of waiting) {
      running.set(task, new Date());
      const answer = await askOne(task, signal);
      running.delete(task);
      answers.set(task, answer);
      tell();
    }
  };
  const working = inLanes(Math.max(1, Math.min(atOnce, tasks.length)), signal, lane);
  tell();
  await working;
  return tasks.flatMap((task) => {
    const answer = answers.get(task);
    return answer === undefined ? [] : [answer];
  });
}

/** Runs so many lanes beside each other, each of which asks one task at a time of `askOne`: for so long the signal has a listener for each. */
export async function inLanes(count: number, signal: AbortSignal, lane: () => Promise<void>): Promise<void> {
  setMaxListeners(getMaxListeners(signal) + count, signal);
  try {
    await Promise.all(Array.from({ length: count }, lane));
  } finally {
    setMaxListeners(getMaxListeners(signal) - count, signal);
  }
}

/** The task hears of a cancellation by a signal of its own, so that the listeners of one task are counted by themselves. */
export async function askOne<Answer>(task: Task<Answer>, signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) return task.cancelled(false);
  return new Promise<Answer>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const own = new AbortController();
    const stop = (): void => {
      timer = setTimeout(() => resolve(task.cancelled(true)), CANCEL_MS);
      own.abort(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    task
      .ask(own.signal)
      .catch((error: unknown) => task.failed(error))
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      });
  });
}

import type { RunNotifier, PostLedger } from '../runs/ports.ts';
import { type Subject, subjectKey } from '../runs/subject.ts';
import type { Delivery } from './deliver.ts';
import type { Log } from './log.ts';
import { takeRight } from './right.ts';
import { type Shown, showSubject } from './show.ts';
import type { Source, Unshown } from './sources.ts';

export interface RendererOptions {
  readonly delivery: Delivery;
  readonly sources: readonly Source[];
  readonly posts: PostLedger;
  readonly notifier: RunNotifier;
  readonly log: Log;
  /** Names this process in the ledger. */
  readonly owner: string;
  /** Whether another organisation would read what is shown in a channel; undefined: Slack did not say, and nothing is shown. */
  readonly outsidersSee: (channel: string) => Promise<boolean | undefined>;
  /** Milliseconds between two looks at the store when there is no notification, and between two updates of one subject; 2000. */
  readonly everyMs?: number;
}

export interface Renderer {
  /** Ends after what is being written now; what is not shown yet stays recorded and is shown by whoever comes next. */
  readonly stop: () => Promise<void>;
}

const AT_ONCE = 8;
const LONGEST_BACKOFF_MS = 60_000;

/** The only writer of living messages to Slack: takes what is not shown as it is, and brings Slack to it. Never throws after it began. */
export function createRenderer(options: RendererOptions): Renderer {
  const { sources, posts, notifier, log, owner, delivery } = options;
  const everyMs = options.everyMs ?? 2000;
  let stopping = false;
  const busy = new Map<string, Promise<void>>();
  /** When a subject may be shown next, and how often in a row it did not work; only what is not finished is kept. */
  const patience = new Map<string, { readonly notBefore: number; readonly failures: number }>();
  let wake: () => void = () => undefined;

  notifier.onNotify(() => wake());

  async function show(item: Unshown): Promise<void> {
    const { subject, revision } = item;
    const key = subjectKey(subject);
    const right = await takeRight(posts, subject, owner);
    if (!right) return wait(key, everyMs, 0);
    const stillMine = async (): Promise<boolean> => !stopping && (await right.renew());
    const { isCertain } = right;
    const work = bring(item, { posts, delivery, log, stillMine, isCertain });
    const shown = await work.finally(right.stop);
    switch (shown.kind) {
      case 'shown':
      case 'given-up':
        if (shown.kind === 'given-up')
          log.warn({ subject, because: shown.because }, 'it cannot be shown in its channel; given up');
        await posts.shown(subject, owner, revision);
        return wait(key, everyMs, 0);
      case 'later': {
        await posts.giveBack(subject, owner);
        const failures = (patience.get(key)?.failures ?? 0) + (shown.fault ? 1 : 0);
        const backoff = shown.fault
          ? Math.min(LONGEST_BACKOFF_MS, everyMs * 2 ** Math.min(failures - 1, 10))
          : 0;
        if (shown.fault) log.warn({ subject, because: shown.because, failures }, 'not shown yet');
        return wait(key, Math.max(shown.afterMs, backoff), failures);
      }
      default:
        return shown satisfies never;
    }
  }

  /** Where others read along, one sentence stands instead of what is found. */
  async function bring(item: Unshown, deps: Parameters<typeof showSubject>[2]): Promise<Shown> {
    const { origin } = item;
    const isSeen = origin.surface === 'slack' && (await options.outsidersSee(origin.channel));
    if (isSeen === undefined)
      return {
        kind: 'later',
        afterMs: everyMs,
        because: 'slack did not say whether the channel is shared with others',
        fault: true,
      };
    return showSubject(item, isSeen ? item.withheld() : item.posts(), deps);
  }

  function wait(key: string, ms: number, failures: number): void {
    patience.set(key, { notBefore: Date.now() + ms, failures });
  }

  async function showSafely(item: Unshown): Promise<void> {
    const { subject } = item;
    try {
      await show(item);
    } catch (error) {
      log.error({ subject, err: error }, 'showing failed');
      wait(subjectKey(subject), LONGEST_BACKOFF_MS / 4, 1);
      await posts.giveBack(subject, owner).catch(() => undefined);
    }
  }

  const isLeft = (subject: Subject): boolean => {
    const key = subjectKey(subject);
    return busy.has(key) || (patience.get(key)?.notBefore ?? 0) > Date.now();
  };

  /** Begins what may be begun now, and reads no more than that: with many that wait, every event would read them all. */
  async function round(): Promise<void> {
    const room = AT_ONCE - busy.size;
    if (room <= 0) return;
    const due = (await Promise.all(sources.map((source) => unshownOf(source, room)))).flat();
    for (const item of due) {
      if (busy.size >= AT_ONCE || stopping) return;
      if (isLeft(item.subject)) continue;
      const key = subjectKey(item.subject);
      const task = showSafely(item).finally(() => {
        busy.delete(key);
        wake();
      });
      busy.set(key, task);
    }
    for (const [key, { notBefore }] of patience)
      if (notBefore < Date.now() - 10 * LONGEST_BACKOFF_MS) patience.delete(key);
  }

  /** A source that fails hides no other. */
  async function unshownOf(source: Source, limit: number): Promise<readonly Unshown[]> {
    try {
      return await source.unshown(limit, isLeft);
    } catch (error) {
      log.error({ err: error }, 'looking for what is to be shown failed');
      return [];
    }
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        await round();
      } catch (error) {
        log.error({ err: error }, 'a round of showing failed');
      }
      const poll = setTimeout(wake, untilNext());
      await woken;
      clearTimeout(poll);
    }
    await Promise.all(busy.values());
  }

  /** The next poll, or sooner when something that was held back becomes due. */
  function untilNext(): number {
    const due = [...patience.values()].map(({ notBefore }) => notBefore - Date.now()).filter((ms) => ms > 0);
    return Math.max(20, Math.min(everyMs, ...due));
  }

  const ended = loop();
  return {
    stop: async () => {
      stopping = true;
      wake();
      await ended;
    },
  };
}

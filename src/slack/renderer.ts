import type { Bell, PostLedger, RunStore } from '../runs/ports.ts';
import type { Run, RunId } from '../runs/run.ts';
import type { Delivery } from './deliver.ts';
import type { Log } from './log.ts';
import { takeRight } from './right.ts';
import { showRun, type Shown } from './show.ts';
import { view, type ViewOptions } from './view/view.ts';
import { withheldPosts } from './view/withheld.ts';

export interface RendererOptions {
  readonly delivery: Delivery;
  readonly runs: Pick<RunStore, 'unshown' | 'get'>;
  readonly posts: PostLedger;
  readonly bell: Bell;
  readonly log: Log;
  /** Names this process in the ledger. */
  readonly owner: string;
  readonly look?: ViewOptions;
  /** Whether another organisation would read what is shown in a channel; undefined: Slack did not say, and nothing is shown. */
  readonly outsidersSee: (channel: string) => Promise<boolean | undefined>;
  /** Milliseconds between two looks at the store when no bell rings, and between two updates of one run; 2000. */
  readonly everyMs?: number;
}

export interface Renderer {
  /** Ends after what is being written now; what is not shown yet stays recorded and is shown by whoever comes next. */
  readonly stop: () => Promise<void>;
}

const AT_ONCE = 8;
const UNSHOWN = 200;
const LONGEST_BACKOFF_MS = 60_000;

/** The only writer of runs to Slack: takes what is not shown as it is, and brings Slack to it. Never throws after it began. */
export function createRenderer(options: RendererOptions): Renderer {
  const { runs, posts, bell, log, owner, delivery } = options;
  const everyMs = options.everyMs ?? 2000;
  let stopping = false;
  const busy = new Map<RunId, Promise<void>>();
  /** When a run may be shown next, and how often in a row it did not work; only what is not finished is kept. */
  const patience = new Map<RunId, { readonly notBefore: number; readonly failures: number }>();
  let wake: () => void = () => undefined;

  bell.onRing(() => wake());

  async function show(run: Run): Promise<void> {
    const right = await takeRight(posts, run.id, owner);
    if (!right) return wait(run.id, everyMs, 0);
    const stillMine = async (): Promise<boolean> => !stopping && (await right.renew());
    const { isCertain } = right;
    const work = bring(run, { posts, delivery, log, stillMine, isCertain });
    const shown = await work.finally(right.stop);
    switch (shown.kind) {
      case 'shown':
      case 'given-up':
        if (shown.kind === 'given-up')
          log.warn({ runId: run.id, because: shown.because }, 'run cannot be shown in its channel; given up');
        await posts.shown(run.id, owner, run.revision);
        return wait(run.id, everyMs, 0);
      case 'later': {
        await posts.giveBack(run.id, owner);
        const failures = (patience.get(run.id)?.failures ?? 0) + (shown.fault ? 1 : 0);
        const backoff = shown.fault
          ? Math.min(LONGEST_BACKOFF_MS, everyMs * 2 ** Math.min(failures - 1, 10))
          : 0;
        if (shown.fault) log.warn({ runId: run.id, because: shown.because, failures }, 'run not shown yet');
        return wait(run.id, Math.max(shown.afterMs, backoff), failures);
      }
      default:
        return shown satisfies never;
    }
  }

  /** Where others read along, one sentence stands instead of what is found. */
  async function bring(run: Run, parts: Parameters<typeof showRun>[2]): Promise<Shown> {
    const { origin } = run;
    const isSeen = origin.surface === 'slack' && (await options.outsidersSee(origin.channel));
    if (isSeen === undefined)
      return {
        kind: 'later',
        afterMs: everyMs,
        because: 'slack did not say whether the channel is shared with others',
        fault: true,
      };
    return showRun(run, isSeen ? withheldPosts(run) : view(run, options.look), parts);
  }

  function wait(id: RunId, ms: number, failures: number): void {
    patience.set(id, { notBefore: Date.now() + ms, failures });
  }

  async function showSafely(run: Run): Promise<void> {
    try {
      await show(run);
    } catch (error) {
      log.error({ runId: run.id, err: error }, 'showing a run failed');
      wait(run.id, LONGEST_BACKOFF_MS / 4, 1);
      await posts.giveBack(run.id, owner).catch(() => undefined);
    }
  }

  /** Begins what may be begun now. */
  async function round(): Promise<void> {
    const due = await runs.unshown(UNSHOWN);
    for (const run of due) {
      if (busy.size >= AT_ONCE || stopping) return;
      if (busy.has(run.id) || (patience.get(run.id)?.notBefore ?? 0) > Date.now()) continue;
      const task = showSafely(run).finally(() => {
        busy.delete(run.id);
        wake();
      });
      busy.set(run.id, task);
    }
    for (const [id, { notBefore }] of patience)
      if (notBefore < Date.now() - 10 * LONGEST_BACKOFF_MS && !due.some((run) => run.id === id))
        patience.delete(id);
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        await round();
      } catch (error) {
        log.error({ err: error }, 'looking for runs to show failed');
      }
      const poll = setTimeout(wake, untilNext());
      await woken;
      clearTimeout(poll);
    }
    await Promise.all(busy.values());
  }

  /** The next poll, or sooner when a run that was held back becomes due. */
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

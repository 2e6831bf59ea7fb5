import { say } from '../kit/index.ts';
import { unreadableSays } from '../runs/faults.ts';
import type { PostLedger, UnreadableRun, UnreadableRuns } from '../runs/ports.ts';
import { ofRun } from '../runs/subject.ts';
import type { Delivery } from './deliver.ts';
import type { Log } from './log.ts';
import { lookEvery } from './look-every.ts';
import { takeRight } from './right.ts';
import { showAlso } from './show.ts';
import { section } from './view/blocks.ts';
import type { DesiredPost } from './view/post.ts';
import { escaped } from './view/text.ts';

export interface NoticeOptions {
  readonly unreadable: UnreadableRuns;
  readonly posts: PostLedger;
  readonly delivery: Delivery;
  /** Names this process in the ledger. */
  readonly owner: string;
  readonly log: Log;
  /** Milliseconds between two looks; 30 000. */
  readonly everyMs?: number;
}

const AT_ONCE = 20;

/**
 * Says in its thread, once, that a run cannot be read here, when no version that can read it is showing it. It stays unshown,
 * so that such a version shows all of it.
 */
export function noticeUnreadable(options: NoticeOptions): { readonly stop: () => Promise<void> } {
  const { unreadable, posts, owner, log } = options;
  const told = new Set<string>();

  async function tell(run: UnreadableRun, isStopping: () => boolean): Promise<void> {
    const { id, createdAt, isNewer, shownTo } = run;
    const subject = ofRun(id);
    const right = shownTo && (await takeRight(posts, subject, owner));
    if (!right) return;
    try {
      const text = say(unreadableSays('run', id, isNewer), shownTo.lang);
      const showing = { subject, createdAt, origin: shownTo.origin };
      const shown = await showAlso(showing, noticeOf(text), {
        ...options,
        stillMine: async () => !isStopping() && (await right.renew()),
        isCertain: right.isCertain,
      });
      if (shown.kind !== 'later') told.add(id);
    } finally {
      right.stop();
      await posts.giveBack(subject, owner);
    }
  }

  async function look(isStopping: () => boolean): Promise<void> {
    try {
      for (const run of await unreadable(AT_ONCE))
        if (run.isLeft && !told.has(run.id) && !isStopping()) await tell(run, isStopping);
    } catch (error) {
      log.warn({ err: error }, 'runs that cannot be read could not be told of');
    }
  }

  return lookEvery(options.everyMs ?? 30_000, look);
}

const noticeOf = (text: string): DesiredPost => ({
  key: 'unreadable',
  text: escaped(text, 1000),
  blocks: [section(escaped(text, 1000))],
});

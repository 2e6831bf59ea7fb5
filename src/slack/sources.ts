import type { RunStore } from '../runs/ports.ts';
import { ofRun, type Subject } from '../runs/subject.ts';
import type { Showable } from './show.ts';
import type { DesiredPost } from './view/post.ts';
import { view, type ViewOptions } from './view/view.ts';
import { withheldPosts } from './view/withheld.ts';

/** One kind of subject that is shown by living messages. */
export interface Source {
  /** What is not shown as it is now, without what is left for now; the newest first. */
  readonly unshown: (limit: number, isLeft: (subject: Subject) => boolean) => Promise<readonly Unshown[]>;
}

export interface Unshown extends Showable {
  /** Grows with everything that happens to it. */
  readonly revision: number;
  /** How it should stand. */
  readonly posts: () => readonly DesiredPost[];
  /** What stands instead where another organisation reads along. */
  readonly withheld: () => readonly DesiredPost[];
}

export const runSource = (runs: Pick<RunStore, 'unshown'>, look?: ViewOptions): Source => ({
  unshown: async (limit, isLeft) =>
    (await runs.unshown(limit, (id) => isLeft(ofRun(id)))).map((run) => ({
      subject: ofRun(run.id),
      origin: run.origin,
      createdAt: run.createdAt,
      revision: run.revision,
      posts: () => view(run, look),
      withheld: () => withheldPosts(run),
    })),
});

import { words, type Words } from '../../kit/index.ts';
import type { Run } from '../../runs/run.ts';
import { appPosts } from './app-thread.ts';
import { digestPosts } from './digest.ts';
import { planPosts } from './plan.ts';
import type { DesiredPost } from './post.ts';
import { questionPosts } from './questions.ts';
import { topPost } from './top.ts';

export interface ViewOptions {
  /** How an app, a system or a host is called; its id when this is absent or answers undefined. */
  readonly nameOf?: (id: string) => Words | undefined;
}

/** How a run should stand in Slack: the living message first, then its thread. Pure; equal runs look equal. */
export function view(run: Run, options: ViewOptions = {}): readonly DesiredPost[] {
  const name = (id: string): Words => options.nameOf?.(id) ?? words(id, id);
  return [
    ...(run.schedule && run.report ? digestPosts(run, run.schedule, run.report, name) : [topPost(run, name)]),
    ...planPosts(run),
    ...(run.report ? appPosts(run, run.report, name) : []),
    ...(run.report ? questionPosts(run, run.report, name) : []),
  ];
}

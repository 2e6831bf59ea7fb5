import { words, type Words } from '../../kit/index.ts';
import { isAltered, presentable } from '../../runs/altered.ts';
import { capturedRun } from '../../runs/captured-run.ts';
import type { Report } from '../../runs/report.ts';
import type { Run } from '../../runs/run.ts';
import { callPosts } from './calls.ts';
import { toldPosts } from './told.ts';
import { appPosts } from './app-thread.ts';
import { digestPosts } from './digest.ts';
import { alteredPosts, planPosts } from './plan.ts';
import { hostPosts } from './hosts.ts';
import type { NameOf } from './names.ts';
import type { DesiredPost } from './post.ts';
import { questionPosts } from './questions.ts';
import { takeApart } from './group-findings.ts';
import { topPost } from './top.ts';

export interface ViewOptions {
  /** How an app, a system or a host is called; its id when this is absent or answers undefined. */
  readonly nameOf?: (id: string) => Words | undefined;
}

/** Hosts that did not answer stand once, before the apps. */
function reportPosts(run: Run, report: Report, name: NameOf): readonly DesiredPost[] {
  const { hosts, own } = takeApart(report);
  return [...hostPosts(run, report, hosts), ...appPosts(run, own, name), ...questionPosts(run, report, name)];
}

/** How a run should stand in Slack: the living message first, then its thread. Pure; equal runs look equal. */
export function view(stored: Run, options: ViewOptions = {}): readonly DesiredPost[] {
  const run = capturedRun(presentable(stored));
  const name = (id: string): Words => options.nameOf?.(id) ?? words(id, id);
  const { schedule, report } = run;
  // Half an inspection is told by its hosts, not by what is different.
  const isDigest = report && !report.stopped;
  return [
    ...(schedule && isDigest ? digestPosts(run, schedule, report, name) : [topPost(run, name)]),
    ...(isAltered(stored) ? alteredPosts(run) : planPosts(run)),
    ...(report ? reportPosts(run, report, name) : []),
    ...toldPosts(run),
    ...callPosts(run),
  ];
}

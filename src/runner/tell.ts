import { setTimeout as delay } from 'node:timers/promises';
import type { Tell } from '../kit/index.ts';
import type { PostLedger, RunStore } from '../runs/ports.ts';
import { RunId } from '../runs/run.ts';
import { ofRun } from '../runs/subject.ts';
import { REFUSED, toldKey } from '../runs/told.ts';

/** For Slack to have a message before the step says that nobody knows yet. */
const WAIT_MS = 30_000;
const LOOK_MS = 300;

/**
 * Tells people through the one renderer: what is told is part of the run, and the ledger of posts says whether Slack has it, so that
 * however often it is asked for it is one message.
 */
export function tellBy(deps: {
  readonly runs: Pick<RunStore, 'get' | 'apply'>;
  readonly posts: Pick<PostLedger, 'posts'>;
  readonly waitMs?: number;
}): Tell {
  const seen: Tell['seen'] = async ({ runId, no }) => {
    const run = await deps.runs.get(RunId.parse(runId));
    const told = run?.told?.find((each) => each.no === no);
    if (!run || !told) return 'never-sent';
    // At a terminal the steps are printed where they were asked for; nobody else hears of it.
    if (run.origin.surface === 'cli') return told.channel === undefined ? 'told' : 'refused';
    const post = (await deps.posts.posts(ofRun(run.id))).find(({ key }) => key === toldKey(no));
    if (post?.ts !== undefined) return 'told';
    return post?.hash === REFUSED ? 'refused' : 'not-yet';
  };
  return {
    seen,
    async send(frame, told) {
      const id = RunId.parse(frame.runId);
      const applied = await deps.runs.apply(id, { kind: 'told', told: { ...told, no: frame.no } });
      if (!applied.ok) return 'never-sent';
      const until = performance.now() + (deps.waitMs ?? WAIT_MS);
      for (;;) {
        const delivered = await seen(frame);
        if (delivered !== 'not-yet' || performance.now() > until) return delivered;
        await delay(LOOK_MS);
      }
    },
  };
}

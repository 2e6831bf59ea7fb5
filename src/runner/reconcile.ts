import type { Words } from '../kit/index.ts';
import { words } from '../kit/index.ts';
import type { Outcome, Run, RunId } from '../runs/run.ts';
import {
  type Changing,
  end,
  finish,
  join,
  mustGet,
  progress,
  recordStep,
  unknownAt,
  verifyAll,
} from './changing.ts';

/** Above every fence of a claim: whoever lost this run can send nothing more. */
const NEVER_AGAIN = 2_147_483_647;

/**
 * Finds what became of runs whose worker is gone. Executes nothing: raises the fence, so that the lost worker can do nothing more,
 * says `unknown` when a step was begun without a result, then looks whether it took effect. One that cannot be looked after
 * holds no other up: what failed is thrown when all were tried.
 */
export async function reconcile(parts: Changing): Promise<void> {
  const failed: unknown[] = [];
  for (const id of await parts.journal.lapsed())
    await reconcileOne(id, parts).catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} lost runs`);
}

async function reconcileOne(id: RunId, parts: Changing): Promise<void> {
  const sealed = await parts.journal.seal(id, parts.owner);
  if (!sealed) return;
  const run = await mustGet(parts.runs, id);
  // Reports a row that says running though nobody claimed it, or that holds another plan.
  await parts.confirmedPlan(run);
  const total = run.plan?.steps.length ?? 0;
  const begun = sealed.steps.find(({ state }) => state === 'begun');
  const doneCount = sealed.steps.filter(({ state }) => state === 'done').length;
  if (!begun) {
    const all = doneCount === total && total > 0;
    const outcome: Outcome = all ? 'unknown' : 'failed';
    await finish(
      run,
      sealed.claim,
      parts,
      outcome,
      all ? lostBeforeVerifying() : lostBetween(doneCount, total),
    );
    if (all) await settle(run, parts);
    return;
  }
  await recordStep(
    id,
    begun.no,
    begun.what,
    {
      kind: 'unknown',
      says: words('Begun; its worker was lost before a result.', '已开始，执行进程在返回结果前丢失。'),
      evidence: '',
    },
    parts,
    sealed.claim,
  );
  await finish(
    run,
    sealed.claim,
    parts,
    'unknown',
    unknownAt(begun.no, total, words('Its worker was lost.', '执行进程已丢失。')),
  );
  await settle(run, parts);
}

/** Looks at an `unknown` run again, read-only, and settles it when what is seen decides it. */
export async function settle(run: Run, parts: Changing): Promise<void> {
  const now = await mustGet(parts.runs, run.id);
  if (now.outcome !== 'unknown') return;
  const plan = await parts.confirmedPlan(now);
  if (!plan) return;
  const open = now.steps.find(({ state }) => state === 'unknown' || state === 'begun');
  const step = open && plan.steps[open.no - 1];
  if (open && step) {
    const seen = await parts.lookAt(step, {
      runId: run.id,
      no: open.no,
      fence: NEVER_AGAIN,
      since: new Date(run.createdAt),
    });
    await recordStep(run.id, open.no, step, seen, parts);
    if (seen.kind === 'unknown') {
      await end(now, parts, 'unknown', unknownAt(open.no, plan.steps.length, seen.says));
      return;
    }
    const done = seen.kind === 'done';
    if (!done || open.no < plan.steps.length) {
      const count = done ? open.no : open.no - 1;
      await end(now, parts, 'failed', join(seen.says, progress(count, plan.steps.length)));
      return;
    }
  }
  const verified = await verifyAll(parts.verifications(now, plan), parts);
  const says = words(
    'The worker was lost on the way. Looked afterwards: every step took effect.',
    '执行进程中途丢失。事后核对：所有步骤均已生效。',
  );
  await end(now, parts, verified.ok ? 'done' : 'failed', join(says, verified.says));
}

const lostBetween = (done: number, total: number): Words =>
  join(words('The worker was lost between two steps.', '执行进程在两步之间丢失。'), progress(done, total));

const lostBeforeVerifying = (): Words =>
  words(
    'All steps were done; the worker was lost before verifying.',
    '所有步骤已完成，执行进程在验证前丢失。',
  );

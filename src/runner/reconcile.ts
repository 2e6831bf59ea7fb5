import type { Words } from '../kit/index.ts';
import { NOTHING_CAPTURED, words } from '../kit/index.ts';
import type { Outcome, Run } from '../runs/run.ts';
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
 * says `unknown` when a step was begun without a result, then looks whether it took effect.
 */
export async function reconcile(parts: Changing): Promise<void> {
  for (const id of await parts.journal.lapsed()) {
    const sealed = await parts.journal.seal(id, parts.owner);
    if (!sealed) continue;
    const run = await mustGet(parts.runs, id);
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
      continue;
    }
    await recordStep(
      id,
      begun.no,
      begun.what,
      {
        kind: 'unknown',
        says: words('Begun; its worker was lost before a result.', '已开始，执行进程在返回结果前丢失。'),
        evidence: NOTHING_CAPTURED,
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
}

/** Looks at an `unknown` run again, read-only, and settles it when what is seen decides it. */
export async function settle(run: Run, parts: Changing): Promise<void> {
  const now = await mustGet(parts.runs, run.id);
  if (now.outcome !== 'unknown' || !now.plan) return;
  const open = now.steps.find(({ state }) => state === 'unknown' || state === 'begun');
  const step = open && now.plan.steps[open.no - 1];
  if (open && step) {
    const seen = await parts.lookAt(step, {
      runId: run.id,
      no: open.no,
      fence: NEVER_AGAIN,
      since: new Date(run.createdAt),
    });
    await recordStep(run.id, open.no, step, seen, parts);
    if (seen.kind === 'unknown') {
      await end(now, parts, 'unknown', unknownAt(open.no, now.plan.steps.length, seen.says));
      return;
    }
    const done = seen.kind === 'done';
    if (!done || open.no < now.plan.steps.length) {
      const count = done ? open.no : open.no - 1;
      await end(now, parts, 'failed', join(seen.says, progress(count, now.plan.steps.length)));
      return;
    }
  }
  const verified = await verifyAll(parts.verifications(now), parts);
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

import { canonicalJson, type Resource, type Words, words } from '../kit/index.ts';
import { hashPlan } from '../runs/plan.ts';
import type { Claim } from '../runs/ports.ts';
import type { Outcome, Plan, Run, RunId } from '../runs/run.ts';
import { RECORD } from '../runs/story.ts';
import { audit, type Changing, finish, verifyAll } from './changing.ts';
import { keepLease, type Lease } from './lease.ts';
import { performStages } from './stages.ts';

/**
 * Performs an approved run: claimed once, planned again, step by step, verified. A delivery that comes twice does nothing. Once
 * the signal is aborted the step under way is finished and no other begun; a run without any, and a verification, are left to another worker.
 */
export async function performChange(id: RunId, parts: Changing, signal: AbortSignal): Promise<void> {
  const { journal } = parts;
  // Left as it is, it is handed over again.
  if (signal.aborted) return;
  const warrant = await parts.warrant();
  const touched = (run: Run): readonly Resource[] => (run.plan ? parts.touched(run.plan) : []);
  const claim = await journal.claim(id, touched, parts.owner, warrant);
  if (!claim) return;
  const lease = keepLease(claim, journal);
  try {
    // From here on the row is not asked again: what counts is what was examined with the claim.
    await performClaimed(claim.run, claim, lease, parts, signal);
  } finally {
    lease.end();
  }
}

async function performClaimed(
  run: Run,
  claim: Claim,
  lease: Lease,
  parts: Changing,
  signal: AbortSignal,
): Promise<void> {
  const end = (outcome: Outcome, says: Words): Promise<void> =>
    lease.persist(() => finish(run, claim, parts, outcome, says));
  const planned = await planAgain(run, parts);
  if (!planned.ok) return end('refused', planned.says);
  if (signal.aborted) return lease.persist(() => handBack(run.id, claim, parts));

  const stopped = await performStages({ run, plan: planned.plan, claim, lease, parts, signal });
  if (stopped === 'claim-lost') return;
  if (stopped) return end(stopped.outcome, stopped.says);

  const verified = await verifyAll(
    parts.verifications(run, planned.plan),
    parts,
    AbortSignal.any([signal, lease.lost]),
  );
  if (lease.lost.aborted) return;
  // Handed back: whoever finds it next verifies it.
  if (!verified.ok && signal.aborted) return lease.persist(() => parts.journal.release(claim));
  await end(verified.ok ? 'done' : 'failed', verified.says);
}

/** Before its first step: another worker claims it, as long as its confirmation counts. */
async function handBack(id: RunId, claim: Claim, { runs, journal }: Changing): Promise<void> {
  await runs.apply(id, { kind: 'handed-back' }, audit(RECORD.handedBack, id), claim);
  await journal.release(claim);
}

type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly says: Words };

/** The plan is made anew from what was asked and must be the confirmed one to the letter. It, and never the stored one, is performed. */
async function planAgain(run: Run, parts: Changing): Promise<Planned> {
  const again = await parts.prepare(run);
  if (!again.ok) {
    return {
      ok: false,
      says: words(
        `The state changed since the preview. ${again.says.en} Nothing was changed.`,
        `预览之后状态已发生变化。${again.says.zh}未做任何变更。`,
      ),
    };
  }
  if (hashPlan(again.plan) !== run.plan?.hash) {
    const difference = firstDifference(run.plan?.facts, again.plan.facts);
    return {
      ok: false,
      says: words(
        `The state changed since the preview${difference ? ` (${difference})` : ''}. Nothing was changed; ask again for a fresh plan.`,
        `预览之后状态已发生变化${difference ? `（${difference}）` : ''}。未做任何变更，请重新发起以获得新的方案。`,
      ),
    };
  }
  return { ok: true, plan: again.plan };
}

/** The first place where two facts differ, as `path: before → now`. */
export function firstDifference(before: unknown, now: unknown, path = ''): string | undefined {
  if (canonicalJson(before) === canonicalJson(now)) return undefined;
  if (before === null || now === null || typeof before !== 'object' || typeof now !== 'object')
    return `${path}: ${show(before)} → ${show(now)}`;
  if (Array.isArray(before) && Array.isArray(now) && before.length !== now.length)
    return `${path}: ${before.length} → ${now.length}`;
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const found = firstDifference(
      Reflect.get(before, key),
      Reflect.get(now, key),
      path === '' ? key : `${path}.${key}`,
    );
    if (found) return found;
  }
  return undefined;
}

const show = (value: unknown): string => String(canonicalJson(value)).slice(0, 60);

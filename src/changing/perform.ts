import { canonicalJson, type Resource, sentences, type Words, words } from '../kit/index.ts';
import { hashPlan } from '../runs/plan.ts';
import type { Claimed } from '../runs/ports.ts';
import type { Outcome, Plan, Run, RunId } from '../runs/run.ts';
import { type Changing, finish, putDown, RESTARTED, verifyAll } from './changing.ts';
import { NOTHING_CHANGED } from './environment.ts';
import { keepLease } from './lease.ts';
import { type Performing, performStages } from './stages.ts';

/**
 * Performs an approved run, or goes on with one that was put down: claimed, planned again as long as no step was begun, step by step,
 * verified. A delivery that comes twice does nothing. Once the signal is aborted the step under way is finished or put down, and no
 * other begun: another worker goes on.
 */
export async function performChange(id: RunId, deps: Changing, signal: AbortSignal): Promise<void> {
  const { journal } = deps;
  // Left as it is, it is handed over again.
  if (signal.aborted) return;
  const warrant = await deps.warrant();
  const touched = (run: Run): readonly Resource[] => (run.plan ? deps.touched(run.plan) : []);
  const claim = await journal.claim(id, touched, deps.owner, warrant);
  if (!claim) return;
  const lease = keepLease(claim, journal);
  const following = deps.follow(id);
  try {
    // From here on the row is not asked again: what counts is what was examined with the claim.
    const stopping = AbortSignal.any([signal, following.cancelled]);
    await performClaimed({ run: claim.run, claim, lease, deps, signal, stopping });
  } finally {
    lease.end();
    await following.end();
  }
}

async function performClaimed(performing: Omit<Performing, 'plan'>): Promise<void> {
  const { run, claim, lease, deps, signal } = performing;
  const end = (outcome: Outcome, says: Words): Promise<void> =>
    lease.persist(() => finish(run, claim, deps, outcome, says));
  const planned = await planOf(run, claim, deps);
  if (!planned.ok) return end('refused', planned.says);

  const stopped = await performStages({ ...performing, plan: planned.plan });
  switch (stopped?.kind) {
    case 'claim-lost':
      return undefined;
    case 'ends':
      return end(stopped.outcome, stopped.says);
    case 'waits':
      return lease.persist(() => putDown(run, claim, deps, stopped));
    case undefined:
      break;
    default:
      return stopped satisfies never;
  }

  const verified = await verifyAll(
    deps.verifications(run, planned.plan),
    deps,
    AbortSignal.any([signal, lease.lost]),
  );
  if (lease.lost.aborted) return;
  if (!verified.ok && signal.aborted) {
    const waiting = { for: 'time', until: (await deps.now()).toISOString() } as const;
    return lease.persist(() => putDown(run, claim, deps, { waiting, says: RESTARTED }));
  }
  await end(verified.ok ? 'done' : 'failed', verified.says);
}

type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly says: Words };

/** Once a step was begun the estate is no longer as it was planned for: then the confirmed plan is gone on with, which the claim has examined. */
const planOf = async (run: Run, { steps }: Claimed, deps: Changing): Promise<Planned> =>
  run.plan && steps.length > 0 ? { ok: true, plan: run.plan } : planAgain(run, deps);

const CHANGED = words('The state changed since the preview.', '预览之后状态已发生变化。');

/** The plan is made anew from what was asked and must be the confirmed one to the letter. It, and never the stored one, is performed. */
async function planAgain(run: Run, deps: Changing): Promise<Planned> {
  const again = await deps.prepare(run);
  if (!again.ok) {
    const isSaid = again.says.en.endsWith(NOTHING_CHANGED.en);
    return { ok: false, says: sentences(CHANGED, again.says, ...(isSaid ? [] : [NOTHING_CHANGED])) };
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

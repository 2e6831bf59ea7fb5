import type { Words } from '../kit/index.ts';
import { words } from '../kit/index.ts';
import { canonicalJson } from '../runs/canonical.ts';
import { hashPlan } from '../runs/plan.ts';
import type { Claim } from '../runs/ports.ts';
import type { Outcome, Plan, Run, RunId } from '../runs/run.ts';
import {
  type Changing,
  finish,
  held,
  join,
  mustGet,
  progress,
  recordStep,
  unknownAt,
  verifyAll,
} from './changing.ts';

/** Runs of one subject exclude each other through this name's fence: a change, another one, and what puts either back. */
async function targetOf(run: Run, runs: Changing['runs']): Promise<string> {
  if (run.ask.kind === 'change') return canonicalJson(run.ask.args);
  const of = run.ask.kind === 'rollback' ? await runs.get(run.ask.of) : undefined;
  return of?.ask.kind === 'change' ? canonicalJson(of.ask.args) : canonicalJson({ run: run.id });
}

/** Performs an approved run: claimed once, planned again, step by step, verified. A delivery that comes twice does nothing. */
export async function performChange(id: RunId, parts: Changing, signal: AbortSignal): Promise<void> {
  const { journal, runs } = parts;
  const warrant = await parts.warrant();
  const target = await targetOf(await mustGet(runs, id), runs);
  const claim = await journal.claim(id, target, parts.owner, warrant);
  if (!claim) return;
  // From here on the row is not asked again: what counts is what was examined with the claim.
  const { run } = claim;
  const planned = await held(claim, parts, () => planAgain(run, parts));
  if (!planned.ok) return finish(run, claim, parts, 'refused', planned.says);

  const stopped = await performSteps(run, planned.plan, claim, parts, signal);
  if (stopped === 'claim-lost') return;
  if (stopped) return finish(run, claim, parts, stopped.outcome, stopped.says);

  const verified = await held(claim, parts, () => verifyAll(parts.verifications(run, planned.plan), parts));
  await finish(run, claim, parts, verified.ok ? 'done' : 'failed', verified.says);
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

type Stopped = { readonly outcome: Outcome; readonly says: Words };

async function performSteps(
  run: Run,
  plan: Plan,
  claim: Claim,
  parts: Changing,
  signal: AbortSignal,
): Promise<Stopped | 'claim-lost' | undefined> {
  for (const [index, step] of plan.steps.entries()) {
    const no = index + 1;
    const frame = { runId: run.id, no, fence: claim.fence, since: new Date(run.createdAt) };
    if (signal.aborted) return { outcome: 'failed', says: stoppedBetween(index, plan.steps.length) };
    if (!(await parts.journal.begin(claim, no, step))) return 'claim-lost';
    await parts.runs.apply(
      run.id,
      { kind: 'stepped', step: { no, title: step.title, state: 'begun' } },
      undefined,
      claim,
    );
    const answer = await held(claim, parts, () => parts.perform(step, frame));
    const settled =
      answer.kind === 'unknown' ? await held(claim, parts, () => parts.lookAt(step, frame)) : answer;
    if (
      settled.kind !== 'unknown' &&
      !(await parts.journal.finish(claim, no, settled.kind === 'done' ? 'done' : 'failed', settled.evidence))
    )
      return 'claim-lost';
    await recordStep(run.id, no, step, settled, parts, claim);
    if (settled.kind === 'not-done')
      return { outcome: 'failed', says: notDone(settled.says, index, plan.steps.length) };
    if (settled.kind === 'unknown')
      return { outcome: 'unknown', says: unknownAt(no, plan.steps.length, settled.says) };
  }
  return undefined;
}

const notDone = (says: Words, done: number, total: number): Words => join(says, progress(done, total));

const stoppedBetween = (done: number, total: number): Words =>
  join(words('Fettle was stopped.', 'Fettle 已被停止。'), progress(done, total));

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

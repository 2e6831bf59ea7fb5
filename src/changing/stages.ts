import { sentences, type Step, type StepAnswer, type StepFrame, type Words, words } from '../kit/index.ts';
import { whatTookEffect } from '../runs/effects.ts';
import { stagesOf, type Lane } from '../runs/layout.ts';
import type { Claim } from '../runs/ports.ts';
import type { Outcome, Plan, Run } from '../runs/run.ts';
import { type Changing, mustGet, recordStep, resultOf, unknownAt } from './changing.ts';
import type { Lease } from './lease.ts';

/** One claimed run whose plan is being performed. */
export interface Performing {
  readonly run: Run;
  /** As it was made now, and never as it is stored. */
  readonly plan: Plan;
  readonly claim: Claim;
  readonly lease: Lease;
  readonly parts: Changing;
  /** Aborted: the step under way is finished, and no other begun. */
  readonly signal: AbortSignal;
}

/** Why the steps did not all take effect. */
export type Stopped = { readonly outcome: Outcome; readonly says: Words };

/**
 * Performs the steps of a plan: stage after stage, the lanes of a stage beside each other as far as it allows. After the first unexpected
 * result nothing else is begun but the steps that close what was opened. undefined: every step took effect.
 */
export async function performStages(performing: Performing): Promise<Stopped | 'claim-lost' | undefined> {
  const { plan, lease, parts, run } = performing;
  const halt = new Halt();
  for (const { lanes, atOnce } of stagesOf(plan)) {
    await performLanes(lanes, atOnce, performing, halt);
    if (halt.isSet) break;
  }
  for (const { step, closes } of plan.always ?? []) {
    if (halt.isLost) break;
    if (halt.begun.has(closes)) await performOne(step, performing, halt);
  }
  if (halt.isLost) return 'claim-lost';
  const outcome = halt.outcome;
  if (outcome === undefined) return undefined;
  if (outcome === 'unknown') return { outcome, says: sentences(...halt.said) };
  const tookEffect = whatTookEffect(await lease.persist(() => mustGet(parts.runs, run.id)));
  return { outcome, says: sentences(...halt.said, tookEffect) };
}

/** What the lanes of a run tell each other: that nothing more is to be begun, and why. */
class Halt {
  readonly said: Words[] = [];
  readonly begun = new Set<number>();
  outcome: 'failed' | 'unknown' | undefined;
  isLost = false;

  get isSet(): boolean {
    return this.isLost || this.outcome !== undefined;
  }

  /** What nobody knows outweighs what failed. */
  stop(outcome: 'failed' | 'unknown', says: Words): void {
    this.outcome = this.outcome === 'unknown' ? 'unknown' : outcome;
    this.said.push(says);
  }
}

async function performLanes(
  lanes: readonly Lane[],
  atOnce: number,
  performing: Performing,
  halt: Halt,
): Promise<void> {
  const waiting = [...lanes];
  const work = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane && !halt.isSet; lane = waiting.shift())
      for (const no of lane.steps) {
        if (halt.isSet) return;
        if (performing.signal.aborted)
          return halt.stop('failed', stoppedBefore(no, performing.plan.steps.length));
        await performOne(no, performing, halt);
      }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, atOnce), lanes.length) }, work));
}

/** Intent, effect, result; each at most once. */
async function performOne(no: number, performing: Performing, halt: Halt): Promise<void> {
  const { run, plan, claim, lease, parts } = performing;
  const { journal, runs } = parts;
  const step = plan.steps[no - 1];
  if (!step) throw new Error(`the plan has no step ${no}`);
  const lost = (): void => void (halt.isLost = true);
  const frame = { runId: run.id, no, fence: claim.fence, since: new Date(run.createdAt) };
  if (lease.lost.aborted) return lost();
  if (!(await journal.begin(claim, no, step))) {
    const because = await journal.refusal(claim, no, step);
    return because ? halt.stop('failed', notBegun(no, plan.steps.length, because)) : lost();
  }
  halt.begun.add(no);
  const begun = { no, title: step.title, state: 'begun' } as const;
  const shown = await lease.persist(() =>
    runs.apply(run.id, { kind: 'stepped', step: begun }, undefined, claim),
  );
  if (!shown.ok || lease.lost.aborted) return lost();
  const answer = await parts.perform(step, frame, () => journal.permits(claim, no));
  const settled = isOpen(answer) ? await lookAfter(run, step, frame, answer, parts) : answer;
  if (settled.kind !== 'unknown') {
    const { evidence } = settled;
    if (!(await lease.persist(() => journal.finish(claim, no, resultOf(settled), evidence)))) return lost();
  }
  await lease.persist(() => recordStep(run.id, no, step, settled, parts, claim));
  if (settled.kind === 'without-effect' || settled.kind === 'failed') halt.stop('failed', settled.says);
  if (settled.kind === 'unknown') halt.stop('unknown', unknownAt(no, plan.steps.length, settled.says));
}

const isOpen = ({ kind }: StepAnswer): boolean => kind === 'unknown' || kind === 'failed';

/** Looks at once; that nobody can look leaves it as it is. */
async function lookAfter(
  run: Run,
  step: Step,
  frame: StepFrame,
  answer: StepAnswer,
  parts: Changing,
): Promise<StepAnswer> {
  try {
    return await parts.lookAt(run, step, frame);
  } catch (error) {
    parts.log.warn({ runId: run.id, no: frame.no, error }, 'nobody could look whether a step took effect');
    return answer;
  }
}

const notBegun = (no: number, total: number, because: Words): Words =>
  sentences(words(`Stopped before step ${no} of ${total}.`, `在第 ${no}/${total} 步之前停止。`), because);

const stoppedBefore = (no: number, total: number): Words =>
  words(`Fettle was stopped before step ${no} of ${total}.`, `Fettle 在第 ${no}/${total} 步之前被停止。`);

import {
  effectsOf,
  sentences,
  type Step,
  type StepAnswer,
  type StepFrame,
  type Words,
  words,
} from '../kit/index.ts';
import { whatTookEffect } from '../runs/effects.ts';
import { closingsOf, isClosing, stagesOf } from '../runs/layout.ts';
import type { Claimed } from '../runs/ports.ts';
import type { Outcome, Plan, Run, Suspension } from '../runs/run.ts';
import type { Lane } from '../runs/stage.ts';
import { type Changing, mustGet, recordStep, RESTARTED, resultOf, unknownAt } from './changing.ts';
import { Halt } from './halt.ts';
import type { Lease } from './lease.ts';

/** One claimed run whose plan is being performed. */
export interface Performing {
  readonly run: Run;
  /** As it was made now or, where steps of it were begun before, as it was confirmed. */
  readonly plan: Plan;
  readonly claim: Claimed;
  readonly lease: Lease;
  readonly deps: Changing;
  /** Aborted: the step under way is finished or put down, and no other begun. */
  readonly signal: AbortSignal;
  /** The same, and also aborted when somebody cancels the run. */
  readonly stopping: AbortSignal;
}

/** Why the steps did not all take effect. */
export type Stopped =
  | { readonly kind: 'ends'; readonly outcome: Outcome; readonly says: Words }
  | {
      readonly kind: 'waits';
      readonly waiting: Suspension;
      readonly says: Words;
      /** What has failed before, and stays so. */
      readonly halted?: NonNullable<Run['halted']>;
    }
  | { readonly kind: 'claim-lost' };

/**
 * Performs the steps of a plan: stage after stage, the lanes of a stage beside each other as far as it allows. Steps that have a result
 * are passed over, and those that waited are gone on with first. After the first unexpected result nothing else is begun but the steps
 * that close what was opened, each only when the one before it took effect. undefined: every step took effect.
 */
export async function performStages(performing: Performing): Promise<Stopped | undefined> {
  const { plan, lease, deps, run, claim } = performing;
  const halt = new Halt();
  if (run.halted) halt.stop(run.halted.outcome, run.halted.says);
  if (run.cancelled) halt.stop('cancelled', cancelledBy(run.cancelled.by.name));
  for (const { no, state } of claim.steps) {
    halt.begun.add(no);
    if (state === 'done') halt.done.add(no);
    if (state === 'failed' && !run.halted)
      halt.stop('failed', run.steps.find((step) => step.no === no)?.says ?? FAILED);
  }
  for (const { no, state, at } of claim.steps)
    if (state === 'begun' && !halt.isLost) await goOn(no, at, performing, halt);
  for (const { lanes, atOnce } of stagesOf(plan)) {
    if (halt.isSet) break;
    await performLanes(lanes, atOnce, performing, halt);
  }
  if (halt.isLost) return { kind: 'claim-lost' };
  const before = halt.waitsFor();
  if (before) return { kind: 'waits', ...before, ...haltedBy(halt) };
  for (const { closes, steps } of closingsOf(plan))
    if (halt.begun.has(closes)) await performClosing(steps, performing, halt);
  if (halt.isLost) return { kind: 'claim-lost' };
  // A closing step may wait, too.
  const waits = halt.waitsFor();
  if (waits) return { kind: 'waits', ...waits, ...haltedBy(halt) };
  const outcome = halt.outcome;
  if (outcome === undefined) return undefined;
  if (outcome === 'unknown') return { kind: 'ends', outcome, says: sentences(...halt.said) };
  const tookEffect = whatTookEffect(await lease.persist(() => mustGet(deps.runs, run.id)));
  return { kind: 'ends', outcome, says: sentences(...halt.said, tookEffect) };
}

const haltedBy = ({ outcome, said }: Halt): { readonly halted?: NonNullable<Run['halted']> } =>
  outcome === 'failed' ? { halted: { outcome, says: sentences(...said) } } : {};

async function performLanes(
  lanes: readonly Lane[],
  atOnce: number,
  performing: Performing,
  halt: Halt,
): Promise<void> {
  const waiting = [...lanes];
  const work = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane && !halt.isFinal; lane = waiting.shift())
      await performLane(lane, performing, halt);
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, atOnce), lanes.length) }, work));
}

/** A lane stops where one of its steps waits; the others go on. */
async function performLane({ steps }: Lane, performing: Performing, halt: Halt): Promise<void> {
  for (const no of steps) {
    if (halt.isFinal) return;
    if (!halt.begun.has(no)) {
      if (performing.signal.aborted) return halt.putDown(await dueNow(performing), RESTARTED);
      await performOne(no, performing, halt);
    }
    if (halt.waiting.has(no)) return;
  }
}

const dueNow = async ({ deps }: Performing): Promise<Suspension> => ({
  for: 'time',
  until: (await deps.now()).toISOString(),
});

/** One after another, as far as each took effect: a look among them decides about those that follow. */
async function performClosing(
  steps: ReturnType<typeof closingsOf>[number]['steps'],
  performing: Performing,
  halt: Halt,
): Promise<void> {
  for (const { step, when } of steps) {
    if (halt.isLost || (when !== undefined && halt.outcome === undefined)) return;
    if (!halt.begun.has(step)) await performOne(step, performing, halt);
    if (!halt.done.has(step)) return;
  }
}

/** Somebody who cancels a run wants closed what it has opened: what closes it is only put down for another worker. */
const frameOf = (no: number, { run, plan, claim, signal, stopping }: Performing): StepFrame => ({
  runId: run.id,
  no,
  fence: claim.fence,
  since: new Date(run.createdAt),
  stopping: isClosing(plan, no) ? signal : stopping,
});

function stepOf(no: number, { plan }: Performing): Step {
  const step = plan.steps[no - 1];
  if (!step) throw new Error(`the plan has no step ${no}`);
  return step;
}

/** Intent, effect, result; each at most once. A step that could not be taken back ends as one without effect. */
async function performOne(no: number, performing: Performing, halt: Halt): Promise<void> {
  const { run, claim, lease, deps } = performing;
  const { journal, runs } = deps;
  const step = stepOf(no, performing);
  if (lease.lost.aborted) return halt.lose();
  if (!(await begins(no, performing))) return notBegun(no, performing, halt);
  halt.begun.add(no);
  const begun = { no, title: step.title, state: 'begun' } as const;
  const shown = await lease.persist(() =>
    runs.apply(run.id, { kind: 'stepped', step: begun }, undefined, claim),
  );
  if (!shown.ok || lease.lost.aborted) return halt.lose();
  const frame = frameOf(no, performing);
  let isDenied = false;
  const answer = await deps.perform(step, frame, async () => {
    const isPermitted = await journal.permits(claim, no);
    isDenied ||= !isPermitted;
    return isPermitted;
  });
  if (isDenied && answer.kind === 'without-effect' && (await takenBack(no, performing, halt))) return;
  await settle(
    no,
    isOpen(answer) ? await lookAfter(step, frame, answer, performing) : answer,
    performing,
    halt,
  );
}

/** Once more where nothing is in the way any more, and the claim is still ours. */
async function begins(no: number, performing: Performing): Promise<boolean> {
  const { claim, lease, deps } = performing;
  const { journal } = deps;
  const step = stepOf(no, performing);
  if (await journal.begin(claim, no, step)) return true;
  if (lease.lost.aborted || (await journal.refusal(claim, no, step))) return false;
  return (await journal.hold(claim)) && (await journal.begin(claim, no, step));
}

/** Everything was stopped between the intent of a step and its effect: the intent is taken back, and the run put down before the step. */
async function takenBack(no: number, performing: Performing, halt: Halt): Promise<boolean> {
  const { run, claim, lease, deps } = performing;
  const step = stepOf(no, performing);
  const refused = await lease.persist(() => deps.journal.refusal(claim, no, step));
  if (refused?.waiting === undefined) return false;
  if (!(await lease.persist(() => deps.journal.takeBack(claim, no)))) return false;
  halt.begun.delete(no);
  const record = { no, title: step.title, state: 'not-started', says: refused.says } as const;
  await lease.persist(() => deps.runs.apply(run.id, { kind: 'stepped', step: record }, undefined, claim));
  halt.putDown(refused.waiting, refused.says);
  return true;
}

/** The claim was lost, unless somebody has cancelled the run meanwhile, or there is another reason. */
async function notBegun(no: number, performing: Performing, halt: Halt): Promise<void> {
  const { run, plan, claim, lease, deps } = performing;
  const now = await lease.persist(() => mustGet(deps.runs, run.id));
  if (now.state === 'running' && now.cancelled && !isClosing(plan, no))
    return halt.stop('cancelled', cancelledBy(now.cancelled.by.name));
  const refused = await deps.journal.refusal(claim, no, stepOf(no, performing));
  if (!refused) return halt.lose();
  const before = words(
    `Stopped before step ${no} of ${plan.steps.length}.`,
    `在第 ${no}/${plan.steps.length} 步之前停止。`,
  );
  const says = sentences(before, refused.says);
  if (refused.waiting) halt.putDown(refused.waiting, says);
  else halt.stop('failed', says);
}

/** A step that an earlier claim has begun goes on; of a run that is to stop, it is found out how it stands. */
async function goOn(no: number, begunAt: Date, performing: Performing, halt: Halt): Promise<void> {
  const { run, plan, deps } = performing;
  const step = stepOf(no, performing);
  const frame = { ...frameOf(no, performing), begunAt };
  const reply = await deps.replyTo(run, no);
  if (run.cancelled && !reply && !isClosing(plan, no)) {
    const stands = await howItStands(step, frame, performing);
    return settle(no, stands, performing, halt, stands.says === NOT_OVER ? 'cancelled' : 'failed');
  }
  const answer = await deps.resume(step, frame, reply);
  // A step that a person has answered is not looked up.
  const isLeft = isOpen(answer) && !reply;
  await settle(no, isLeft ? await lookAfter(step, frame, answer, performing) : answer, performing, halt);
}

/** A step without effect is over with its run; of one that a person may have carried out, nobody knows. */
async function howItStands(step: Step, frame: StepFrame, { run, deps }: Performing): Promise<StepAnswer> {
  const seen = await deps.lookAt(run, step, frame);
  if (seen.kind !== 'waits') return seen;
  const { evidence } = seen;
  if (effectsOf(step).length === 0) return { kind: 'without-effect', says: NOT_OVER, evidence };
  return seen.waiting.for === 'person' ? { kind: 'unknown', says: NOBODY_SAID, evidence } : seen;
}

/** `otherwise`: how the run ends by a step that did not succeed. */
async function settle(
  no: number,
  settled: StepAnswer,
  performing: Performing,
  halt: Halt,
  otherwise: 'failed' | 'cancelled' = 'failed',
): Promise<void> {
  const { run, plan, claim, lease, deps } = performing;
  const step = stepOf(no, performing);
  if (settled.kind !== 'unknown' && settled.kind !== 'waits') {
    const { evidence } = settled;
    const result = resultOf(settled);
    if (!(await lease.persist(() => deps.journal.finish(claim, no, result, evidence)))) return halt.lose();
  }
  await lease.persist(() => recordStep(run.id, no, step, settled, deps, claim));
  switch (settled.kind) {
    case 'done':
      halt.done.add(no);
      return;
    case 'without-effect':
    case 'failed':
      return halt.stop(otherwise, settled.says);
    case 'unknown':
      return halt.stop('unknown', unknownAt(no, plan.steps.length, settled.says));
    case 'waits':
      return halt.wait(no, settled.waiting, settled.says);
    default:
      return settled satisfies never;
  }
}

const isOpen = ({ kind }: StepAnswer): boolean => kind === 'unknown' || kind === 'failed';

/** Looks at once; that nobody can look leaves it as it is. */
async function lookAfter(
  step: Step,
  frame: StepFrame,
  answer: StepAnswer,
  { run, deps }: Performing,
): Promise<StepAnswer> {
  try {
    return await deps.lookAt(run, step, frame);
  } catch (error) {
    deps.log.warn({ runId: run.id, no: frame.no, error }, 'nobody could look whether a step took effect');
    return answer;
  }
}

const FAILED = words('A step failed.', '有步骤失败。');
const NOT_OVER = words('The run was cancelled before this step was over.', '任务在该步骤结束前已取消。');
const NOBODY_SAID = words(
  'The run was cancelled, and nobody said whether this step was carried out.',
  '任务已取消，无人说明该步骤是否已执行。',
);
const cancelledBy = (name: string): Words => words(`Cancelled by ${name}.`, `已由 ${name} 取消。`);

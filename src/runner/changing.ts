import type { Step, Verification, Words } from '../kit/index.ts';
import { words } from '../kit/index.ts';
import type { AuditEntry, Claim, Journal, RunStore, Warrant } from '../runs/ports.ts';
import type { Outcome, Person, Plan, Run, RunButton, RunId } from '../runs/run.ts';
import type { PreparedRun } from './prepare.ts';
import type { StepAnswer, StepFrame } from './steps.ts';

/** Seconds between two looks of a verification. */
const LOOK_AGAIN_SECONDS = 2;

/** What performing and reconciling a change are given. */
export interface Changing {
  readonly owner: string;
  readonly runs: Pick<RunStore, 'get' | 'apply'>;
  readonly journal: Journal;
  /** Plans again from what was asked, as it is now. */
  readonly prepare: (run: Run) => Promise<PreparedRun>;
  /** What the manual asks to be seen afterwards, from the facts of this plan. */
  readonly verifications: (run: Run, plan: Plan) => readonly Verification[];
  /** Examines signatures and the record, and asks the same decision as at the click again. */
  readonly warrant: () => Promise<Warrant>;
  /** The plan of a claimed run as it was confirmed; undefined when its row is something else. */
  readonly confirmedPlan: (run: Run) => Promise<Plan | undefined>;
  readonly perform: (step: Step, frame: StepFrame) => Promise<StepAnswer>;
  readonly lookAt: (step: Step, frame: StepFrame) => Promise<StepAnswer>;
  readonly verify: (verification: Verification) => Promise<{ readonly ok: boolean; readonly says: Words }>;
  readonly buttons: (run: Run, actions: readonly RunButton['action'][]) => Promise<readonly RunButton[]>;
  readonly pause: (seconds: number) => Promise<void>;
  readonly now: () => Date;
}

const worker: Person = { id: 'fettle', name: 'Fettle' };
export const audit = (action: string, runId: RunId, facts?: AuditEntry['facts']): AuditEntry => ({
  actor: worker,
  action,
  runId,
  ...(facts ? { facts } : {}),
});

/** Keeps looking until every verification holds or its time is over. */
export async function verifyAll(
  verifications: readonly Verification[],
  parts: Changing,
): Promise<{ readonly ok: boolean; readonly says: Words }> {
  const said: Words[] = [];
  for (const verification of verifications) {
    const until = parts.now().getTime() + verification.withinSeconds * 1000;
    let seen = await parts.verify(verification);
    while (!seen.ok && parts.now().getTime() < until) {
      await parts.pause(LOOK_AGAIN_SECONDS);
      seen = await parts.verify(verification);
    }
    if (!seen.ok)
      return {
        ok: false,
        says: words(`Performed, but not verified: ${seen.says.en}`, `已执行，但验证未通过：${seen.says.zh}`),
      };
    said.push(seen.says);
  }
  return {
    ok: true,
    says: words(
      `Done and verified. ${said.map(({ en }) => en).join(' ')}`,
      `已完成并验证。${said.map(({ zh }) => zh).join('')}`,
    ),
  };
}

export async function finish(
  run: Run,
  claim: Claim,
  parts: Changing,
  outcome: Outcome,
  says: Words,
): Promise<void> {
  await end(run, parts, outcome, says, claim);
  await parts.journal.release(claim);
}

/** Ends the run. With a claim only its owner can: a worker that was given up cannot have the last word. */
export async function end(
  run: Run,
  parts: Changing,
  outcome: Outcome,
  says: Words,
  claim?: Claim,
): Promise<void> {
  const buttons = await parts.buttons(run, buttonsAfter(await mustGet(parts.runs, run.id), outcome));
  await parts.runs.apply(
    run.id,
    { kind: 'ended', outcome, says, buttons },
    audit(`ended ${outcome}`, run.id, { says: says.en }),
    claim,
  );
}

/** What took effect can be put back, whether the whole went well or not. */
function buttonsAfter(run: Run, outcome: Outcome): readonly RunButton['action'][] {
  if (outcome === 'unknown') return ['look-again'];
  const tookEffect = run.steps.some(({ state }) => state === 'done');
  return tookEffect && (run.plan?.rollback.length ?? 0) > 0 && run.ask.kind === 'change' ? ['put-back'] : [];
}

/** Shows how a step went. The journal writes what was begun, done or failed into the audit chain; what is unknown is written here. */
export async function recordStep(
  id: RunId,
  no: number,
  step: Step,
  answer: StepAnswer,
  parts: Changing,
  claim?: Claim,
): Promise<void> {
  const state = answer.kind === 'done' ? 'done' : answer.kind === 'not-done' ? 'failed' : 'unknown';
  const line =
    state === 'unknown' || claim === undefined
      ? audit(`step ${state}`, id, { no, says: answer.says.en, evidence: answer.evidence })
      : undefined;
  await parts.runs.apply(
    id,
    { kind: 'stepped', step: { no, title: step.title, state, says: answer.says, evidence: answer.evidence } },
    line,
    claim,
  );
}

/** Keeps the lease while something takes its time. */
export async function held<T>(claim: Claim, parts: Changing, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void parts.journal.hold(claim).catch(() => false), 5000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

export async function mustGet(runs: Pick<RunStore, 'get'>, id: RunId): Promise<Run> {
  const run = await runs.get(id);
  if (!run) throw new Error(`run ${id} is not in the store`);
  return run;
}

/** How much of a plan took effect, in words. */
export const progress = (done: number, total: number): Words =>
  done === 0
    ? words('Nothing was changed.', '未做任何变更。')
    : words(`${done} of ${total} steps took effect.`, `${total} 步中有 ${done} 步已生效。`);

export const join = (a: Words, b: Words): Words => words(`${a.en} ${b.en}`, `${a.zh}${b.zh}`);

export const unknownAt = (no: number, total: number, says: Words): Words =>
  join(
    words(
      `Step ${no} of ${total} was begun, and nobody knows whether it took effect.`,
      `第 ${no}/${total} 步已开始，无法确定是否生效。`,
    ),
    says,
  );

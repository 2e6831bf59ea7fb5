import type {
  Captured,
  PersonAnswer,
  Resource,
  Step,
  StepAnswer,
  StepFrame,
  Verification,
  Words,
} from '../kit/index.ts';
import { captureLine, sentences, words } from '../kit/index.ts';
import { buttonsAfter } from '../runs/effects.ts';
import type { AuditEntry, Claim, Journal, RunStore, UnknownRuns, Warrant } from '../runs/ports.ts';
import type { RunEvent } from '../runs/life.ts';
import {
  FETTLE,
  type Outcome,
  type Plan,
  type Run,
  type RunButton,
  type RunId,
  type StepRecord,
  type Suspension,
} from '../runs/run.ts';
import { RECORD } from '../runs/story.ts';
import type { PreparedRun } from './prepare.ts';
import type { Permit } from '../kit/targets.ts';

/** Seconds between two looks of a verification. */
const LOOK_AGAIN_SECONDS = 2;

/** What performing and reconciling a change are given. */
export interface Changing {
  readonly owner: string;
  readonly runs: Pick<RunStore, 'get' | 'apply'>;
  readonly journal: Journal;
  readonly unknown: UnknownRuns;
  /** Plans again from what was asked, as it is now. */
  readonly prepare: (run: Run) => Promise<PreparedRun>;
  /** What the manual asks to be seen afterwards, from the facts of this plan. */
  readonly verifications: (run: Run, plan: Plan) => readonly Verification[];
  /** Examines signatures and the record, and asks the same decision as at the click again. */
  readonly warrant: () => Promise<Warrant>;
  /** The plan of a claimed run as it was confirmed; undefined when its row is something else. */
  readonly confirmedPlan: (run: Run) => Promise<Plan | undefined>;
  /** What the steps of a plan lock. */
  readonly touched: (plan: Plan) => readonly Resource[];
  readonly perform: (step: Step, frame: StepFrame, permit: Permit) => Promise<StepAnswer>;
  /** Goes on with a step that waited. */
  readonly resume: (step: Step, frame: StepFrame, answer: PersonAnswer | undefined) => Promise<StepAnswer>;
  /** What a person said of a step that waits, as far as it is signed and recorded. */
  readonly replyTo: (run: Run, step: number) => Promise<PersonAnswer | undefined>;
  /** Looks whether a step took effect: where it was carried out and, where that does not tell, as the playbook has it. */
  readonly lookAt: (run: Run, step: Step, frame: StepFrame) => Promise<StepAnswer>;
  readonly verify: (verification: Verification) => Promise<{ readonly ok: boolean; readonly says: Words }>;
  readonly buttons: (
    run: Run,
    wanted: readonly Pick<RunButton, 'action' | 'arg'>[],
  ) => Promise<readonly RunButton[]>;
  /** Hears when somebody cancels the run. */
  readonly follow: (id: RunId) => { readonly cancelled: AbortSignal; readonly end: () => Promise<void> };
  readonly pause: (seconds: number) => Promise<void>;
  /** The database's clock. */
  readonly now: () => Promise<Date>;
  readonly log: { readonly warn: (facts: object, message: string) => void };
}

/** A line of the record of what Fettle itself does with a run. */
export const audit = (action: string, runId: RunId, facts?: AuditEntry['facts']): AuditEntry => ({
  actor: FETTLE,
  action,
  runId,
  ...(facts ? { facts } : {}),
});

/** Keeps looking until every verification holds, or its time is over by a clock that nobody sets, or nobody wants it any more. */
export async function verifyAll(
  verifications: readonly Verification[],
  deps: Pick<Changing, 'verify' | 'pause'>,
  signal?: AbortSignal,
): Promise<{ readonly ok: boolean; readonly says: Words }> {
  const said: Words[] = [];
  for (const verification of verifications) {
    const until = performance.now() + verification.withinSeconds * 1000;
    let seen = await deps.verify(verification);
    while (!seen.ok && performance.now() < until && signal?.aborted !== true) {
      await deps.pause(LOOK_AGAIN_SECONDS);
      seen = await deps.verify(verification);
    }
    if (!seen.ok) return { ok: false, says: sentences(notVerified(seen.says)) };
    said.push(seen.says);
  }
  return { ok: true, says: sentences(words('Done and verified.', '已完成并验证。'), ...said) };
}

/** A look that threw, in a sentence; `detail` is the error on one line. */
export function lookFailed(error: unknown): { readonly says: Words; readonly detail: Captured } {
  const detail = captureLine(error instanceof Error ? error.message : String(error));
  return { says: words(`Could not look: ${detail}`, `无法核对：${detail}`), detail };
}

export const RESTARTED = words(
  'Fettle was restarted; a worker goes on with it by itself.',
  'Fettle 已重启，将由执行进程自动继续。',
);

export const notVerified = (says: Words): Words =>
  words(`Performed, but not verified: ${says.en}`, `已执行，但验证未通过：${says.zh}`);

export async function finish(
  run: Run,
  claim: Claim,
  deps: Changing,
  outcome: Outcome,
  says: Words,
): Promise<void> {
  await end(run, deps, outcome, says, claim);
  await deps.journal.release(claim);
}

/** Ends the run. With a claim only its owner can: a worker that was given up cannot have the last word. */
export async function end(
  run: Run,
  deps: Changing,
  outcome: Outcome,
  says: Words,
  claim?: Claim,
): Promise<void> {
  const buttons = await deps.buttons(run, buttonsAfter(await mustGet(deps.runs, run.id), outcome));
  await deps.runs.apply(
    run.id,
    { kind: 'ended', outcome, says, buttons },
    audit(`ended ${outcome}`, run.id, { says: says.en }),
    claim,
  );
}

/** Puts the run down until something has come, and gives its claim up. */
export async function putDown(
  run: Run,
  claim: Claim,
  deps: Pick<Changing, 'runs' | 'journal' | 'buttons'>,
  { waiting, says, halted }: Pick<Extract<RunEvent, { kind: 'suspended' }>, 'waiting' | 'says' | 'halted'>,
): Promise<void> {
  const buttons = await deps.buttons(run, buttonsWhile(waiting));
  await deps.runs.apply(
    run.id,
    { kind: 'suspended', waiting, says, buttons, ...(halted ? { halted } : {}) },
    audit(RECORD.suspended, run.id, { waiting, says: says.en }),
    claim,
  );
  await deps.journal.release(claim);
}

/** A person answers the step that waits for one; a run that was put down can be cancelled. */
function buttonsWhile(waiting: Suspension): readonly Pick<RunButton, 'action' | 'arg'>[] {
  const arg = waiting.for === 'person' ? String(waiting.step) : undefined;
  const answers = ['step-done', 'step-not-done', 'step-could-not'] as const;
  return [...(arg === undefined ? [] : answers.map((action) => ({ action, arg }))), { action: 'cancel' }];
}

/** Shows how a step went. The journal writes what was begun, done or failed into the audit chain; what is unknown is written here. */
export async function recordStep(
  id: RunId,
  no: number,
  step: Step,
  answer: StepAnswer,
  deps: Pick<Changing, 'runs'>,
  claim?: Claim,
): Promise<void> {
  const state = STATE[answer.kind];
  const line =
    state === 'unknown' || (claim === undefined && state !== 'begun')
      ? audit(`step ${state}`, id, { no, says: answer.says.en, evidence: answer.evidence })
      : undefined;
  await deps.runs.apply(
    id,
    {
      kind: 'stepped',
      step: {
        no,
        title: step.title,
        state,
        ...(answer.kind === 'failed' ? { partly: true } : {}),
        says: answer.says,
        evidence: answer.evidence,
      },
    },
    line,
    claim,
  );
}

const STATE = {
  done: 'done',
  'without-effect': 'failed',
  failed: 'failed',
  unknown: 'unknown',
  waits: 'begun',
} as const satisfies Record<StepAnswer['kind'], StepRecord['state']>;
/** As the journal takes a result. */
export const resultOf = ({ kind }: StepAnswer): 'done' | 'failed' | 'without-effect' =>
  kind === 'done' || kind === 'without-effect' ? kind : 'failed';

export async function mustGet(runs: Pick<RunStore, 'get'>, id: RunId): Promise<Run> {
  const run = await runs.get(id);
  if (!run) throw new Error(`run ${id} is not in the store`);
  return run;
}

export const unknownAt = (no: number, total: number, says: Words): Words =>
  sentences(
    words(
      `Step ${no} of ${total} was begun, and nobody knows whether it took effect.`,
      `第 ${no}/${total} 步已开始，无法确定是否生效。`,
    ),
    says,
  );

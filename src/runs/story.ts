import { lookedDigest, stepDigest } from './plan.ts';
import type { RecordedLine, WarrantRecord } from './ports.ts';
import { grantDigest, requestDigest } from './authority.ts';
import type { Approval, Plan, Run, StepReply } from './run.ts';

/** How the record names what happens to a change. The line of a forgery stays in the record for good. */
export const RECORD = {
  planned: 'planned',
  confirm: 'confirm',
  claimed: 'run claimed',
  /** It was tried in time, and something was in its way. */
  waits: 'run waits',
  /** It was tried while its window was closed, and is tried again when that opens. */
  waitsForWindow: 'run waits for its window',
  begun: 'step begun',
  /** Everything was stopped between its intent and its effect; it can be begun anew. */
  notStarted: 'step not started',
  sealed: 'run sealed',
  /** Of an earlier version. */
  handedBack: 'run handed back',
  suspended: 'run suspended',
  resumed: 'run resumed',
  /** A person's word on a step that waited for one. */
  replied: 'step replied',
  /** A change that was begun is to stop. */
  stop: 'stop',
  tookEffect: 'decided took effect',
  noEffect: 'decided no effect',
  expired: 'run expired',
  cancel: 'cancel',
  reject: 'reject',
  takeBack: 'approval taken back',
  forged: 'forgery refused',
} as const;

/** Each of these begins a run when it was not refused. */
export const ASKED: ReadonlySet<string> = new Set(['ask', 'again', 'put-back']);

export const isAsked = ({ action, decision }: Pick<RecordedLine, 'action' | 'decision'>): boolean =>
  ASKED.has(action) && (decision === 'run' || decision === 'ask');

/** After this nothing more is begun. */
export const isEnd = ({ action, decision }: Pick<RecordedLine, 'action' | 'decision'>): boolean =>
  action === RECORD.expired ||
  action === RECORD.forged ||
  action === RECORD.tookEffect ||
  action === RECORD.noEffect ||
  ((action === RECORD.cancel || action === RECORD.reject) && decision === 'run') ||
  ENDS.has(action);

const ENDS: ReadonlySet<string> = new Set(
  ['done', 'refused', 'failed', 'cancelled', 'expired', 'unknown'].map((outcome) => `ended ${outcome}`),
);

/** What the record must know of a plan. */
export const plannedFacts = (plan: Plan, needs: number, notAfter: string) => ({
  hash: plan.hash,
  playbook: plan.playbook,
  steps: plan.steps.length,
  looked: lookedDigest(plan),
  needs,
  notAfter,
});

/** What the record must know of a confirmation. */
export const confirmFacts = (plan: Plan, approval: Approval, policy: string) => ({
  hash: plan.hash,
  policy,
  steps: plan.steps.map(stepDigest),
  ...(approval.grant
    ? {
        grant: grantDigest(approval.grant),
        ...(approval.grant.rule === undefined ? {} : { rule: approval.grant.rule }),
        ...(approval.grant.word === undefined ? {} : { word: approval.grant.word }),
      }
    : {}),
});

/** What the record must know of an approval that is taken back: it never counts again. */
export const takenBackFacts = ({ hash, grant }: Approval, policy: string) => ({
  hash,
  policy,
  ...(grant ? { grant: grantDigest(grant) } : {}),
});

/** Whether the record says that this approval was taken back. */
export const isTakenBack = (
  { by, grant }: Pick<Approval, 'by' | 'grant'>,
  lines: readonly RecordedLine[],
): boolean =>
  grant !== undefined &&
  lines.some(
    ({ action, actorId, facts }) =>
      action === RECORD.takeBack && actorId === by.id && facts['grant'] === grantDigest(grant),
  );

/** What the record must know of a person's word on a step. */
export const replyFacts = (plan: Plan, reply: StepReply) => ({
  hash: plan.hash,
  step: reply.step,
  word: reply.word,
  reply: grantDigest(reply.signature),
});

/** Why the record does not bear out that this run was put down and may go on with this plan; undefined when it does. */
export function cannotResume(
  { plan }: { readonly plan: Plan },
  { lines, target, fence, journalled }: Omit<WarrantRecord, 'now'>,
): string | undefined {
  if (lines.some(isEnd)) return 'the record says that the run has ended';
  const last = lines.findLast(({ action }) => COURSE.has(action));
  // A line of the very same claim is left when its transaction was lost after the line was committed.
  const isSame =
    last?.action === RECORD.resumed && last.facts['target'] === target && last.facts['fence'] === fence;
  if (last?.action !== RECORD.suspended && !isSame)
    return 'the record does not say that the run was put down';
  const begun = stepsBegun(lines);
  for (const { no, state } of journalled) {
    const step = plan.steps[no - 1];
    const line = begun.get(no);
    if (!step || line?.facts['digest'] !== stepDigest(step))
      return `the journal holds a step ${no} that is not recorded to have begun`;
    const results = lines.filter(({ action, facts }) => action === `step ${state}` && facts['step'] === no);
    if (state !== 'begun' && results.length === 0)
      return `the journal holds a result of step ${no} that is not recorded`;
  }
  const lost = [...begun.keys()].find((step) => !journalled.some(({ no }) => no === step));
  return lost === undefined ? undefined : `the journal has lost step ${lost}`;
}

/** By its number, the line of each step that was begun and not taken back. */
export function stepsBegun(lines: readonly RecordedLine[]): ReadonlyMap<number, RecordedLine> {
  const begun = new Map<number, RecordedLine>();
  for (const line of lines) {
    const step = Number(line.facts['step']);
    if (line.action === RECORD.begun) begun.set(step, line);
    if (line.action === RECORD.notStarted) begun.delete(step);
  }
  return begun;
}

/** Of these the last says whether the run is claimed. */
const COURSE: ReadonlySet<string> = new Set([
  RECORD.claimed,
  RECORD.resumed,
  RECORD.suspended,
  RECORD.sealed,
  RECORD.handedBack,
]);

/** Why the record does not bear out that this run was asked for, planned and confirmed as its row says; undefined when it does. */
export function contradiction(
  run: Run & { readonly plan: Plan },
  counted: readonly Approval[],
  { lines, target, fence }: Pick<WarrantRecord, 'lines' | 'target' | 'fence'>,
): string | undefined {
  const { plan, requestedBy } = run;
  const asked = lines.some(
    (line) =>
      isAsked(line) && line.actorId === requestedBy.id && line.facts['request'] === requestDigest(run),
  );
  if (!asked) return 'the record holds no such request by this person';
  const planned = lines.filter(({ action }) => action === RECORD.planned).at(-1)?.facts;
  if (
    planned?.['hash'] !== plan.hash ||
    planned['looked'] !== lookedDigest(plan) ||
    planned['needs'] !== run.approvalsNeeded ||
    planned['notAfter'] !== run.notAfter
  )
    return 'the plan is not the one that was recorded';
  for (const { by, grant } of counted) {
    const confirms = lines.filter(
      ({ action, decision, actorId, facts }) =>
        action === RECORD.confirm &&
        decision === 'run' &&
        actorId === by.id &&
        facts['hash'] === plan.hash &&
        grant !== undefined &&
        facts['grant'] === grantDigest(grant),
    );
    if (confirms.length !== 1)
      return `the record holds ${confirms.length} confirmations by ${by.id}, not one`;
    if (isTakenBack({ by, ...(grant ? { grant } : {}) }, lines))
      return `${by.id} has taken the approval back`;
  }
  if (lines.some(isEnd)) return 'the record says that the run has ended';
  if (lines.some(({ action }) => action === RECORD.begun || action === RECORD.sealed))
    return 'the record says that the run was begun before';
  // A line of the very same claim is left when its transaction was lost after the line was committed.
  const handedBack = lines.findLastIndex(({ action }) => action === RECORD.handedBack);
  const earlier = lines
    .slice(handedBack + 1)
    .some(
      ({ action, facts }) =>
        action === RECORD.claimed && (facts['target'] !== target || facts['fence'] !== fence),
    );
  return earlier ? 'the record says that the run was claimed before' : undefined;
}

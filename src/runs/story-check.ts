import { isIntact, requestDigest } from './authority.ts';
import { lookedDigest, stepDigest } from './plan.ts';
import type { RecordedLine } from './ports.ts';
import type { Run } from './run.ts';
import { isAsked, isEnd, isTakenBack, RECORD, stepsBegun } from './story.ts';
import type { Step } from '../kit/index.ts';

/** Something that cannot have happened as it is recorded or stored. `row` is the number of the audit line, where there is one. */
export interface StoryFault {
  readonly row?: number;
  readonly runId: string;
  readonly because: string;
}

/** What the store holds of a change beside the record. */
export interface StoredChange {
  readonly run: Run;
  readonly journal: readonly { readonly no: number; readonly what: Step }[];
}

type Fault = Omit<StoryFault, 'runId'>;

/** A line of a version that records who asked for what, planned what and agreed to what: what is older has no such story. */
export const beginsStory = (line: RecordedLine): boolean =>
  isRecordedAsk(line) ||
  (line.action === RECORD.planned && 'looked' in line.facts) ||
  (line.action === RECORD.confirm && 'steps' in line.facts);

const isRecordedAsk = (line: RecordedLine): boolean => isAsked(line) && 'request' in line.facts;

/** What does not fit together in the record of one change, line by line. `since`: the row where such records begin. */
export function* lineFaults(lines: readonly RecordedLine[], since: number): Iterable<Fault> {
  let asked = false;
  let planned: unknown;
  let claim: RecordedLine | undefined;
  let taken: RecordedLine | undefined;
  let isOpen = false;
  let isDown = false;
  let isEnded = false;
  const confirms = new Map<string, RecordedLine>();
  const begun = new Map<unknown, RecordedLine>();
  const resulted = new Set<number>();
  for (const line of lines) {
    const { n, action, facts, decision, actorId } = line;
    const fault = (because: string): readonly Fault[] => (n < since ? [] : [{ row: n, because }]);
    if (action === RECORD.forged || facts['forged'] === true)
      yield { row: n, because: `a forgery was refused: ${line.reason ?? 'no reason recorded'}` };
    if (isAsked(line)) {
      if (asked) yield* fault('it was asked for twice');
      asked = true;
    } else if (action === RECORD.planned) {
      planned = facts['hash'];
    } else if (action === RECORD.confirm && decision === 'run') {
      if (!asked) yield* fault('confirmed, but nobody asked for it');
      if (planned === undefined || planned !== facts['hash'])
        yield* fault('confirmed, but no such plan was made');
      if (typeof facts['grant'] !== 'string') yield* fault('confirmed without a signature');
      if (confirms.get(actorId)?.facts['grant'] === facts['grant'] && confirms.has(actorId))
        yield* fault(`confirmed twice by ${actorId}`);
      if (claim || isEnded) yield* fault('confirmed after it was begun or had ended');
      confirms.set(actorId, line);
    } else if (action === RECORD.takeBack) {
      const given = confirms.get(actorId);
      if (!given || given.facts['grant'] !== facts['grant'])
        yield* fault(`${actorId} took back an approval that is not recorded`);
      if (isOpen || isEnded) yield* fault('an approval was taken back after it was begun or had ended');
      confirms.delete(actorId);
    } else if (action === RECORD.reject && decision === 'run') {
      if (planned === undefined) yield* fault('rejected, but no plan was made');
      if (claim) yield* fault('rejected after it was begun');
    } else if (action === RECORD.claimed) {
      if (isSameClaim(claim, line)) continue;
      if (isOpen) yield* fault('claimed twice without having been given up between');
      if (isEnded) yield* fault('claimed after it had ended');
      const lacking = unconfirmed(line, confirms);
      if (lacking !== undefined) yield* fault(lacking);
      claim = line;
      isOpen = true;
      isDown = false;
    } else if (action === RECORD.suspended) {
      if (!claim) yield* fault('put down, but never claimed');
      if (isEnded) yield* fault('put down after it had ended');
      isOpen = false;
      isDown = true;
    } else if (action === RECORD.resumed) {
      if (isSameClaim(taken, line)) continue;
      if (!isDown) yield* fault('gone on with, but not put down before');
      if (isEnded) yield* fault('gone on with after it had ended');
      if (claim && facts['hash'] !== claim.facts['hash']) yield* fault('gone on with by another plan');
      taken = line;
      isOpen = true;
      isDown = false;
    } else if (action === RECORD.replied && decision === 'run') {
      const step = Number(facts['step']);
      if (typeof facts['reply'] !== 'string') yield* fault(`an answer to step ${step} without a signature`);
      if (!begun.has(step) || !isDown) yield* fault(`an answer to step ${step}, which waited for nobody`);
    } else if (action === RECORD.begun) {
      const step = Number(facts['step']);
      if (isEnded) yield* fault(`step ${step} was begun after the end`);
      else if (!isOpen) yield* fault(`step ${step} was begun without a claim`);
      if (begun.has(step)) yield* fault(`step ${step} was begun twice`);
      if (!(claim && claim.n < since) && !isConfirmed(step, facts['digest'], claim, confirms))
        yield* fault(`step ${step} is not in the plan that was confirmed`);
      begun.set(step, line);
    } else if (action === RECORD.notStarted) {
      const step = Number(facts['step']);
      if (!begun.has(step)) yield* fault(`step ${step} was taken back, but was never begun`);
      if (resulted.has(step)) yield* fault(`step ${step} was taken back after its result`);
      if (!isOpen) yield* fault(`step ${step} was taken back without a claim`);
      begun.delete(step);
    } else if (action === RECORD.sealed) {
      if (!claim) yield* fault('given up, but never claimed');
      isOpen = false;
    } else if (action === RECORD.handedBack) {
      if (!isOpen) yield* fault('handed back, but not claimed');
      if (begun.size > 0) yield* fault('handed back after a step was begun');
      isOpen = false;
      claim = undefined;
    } else if (/^step (done|failed|unknown)$/.test(action)) {
      const step = Number(facts['step'] ?? facts['no']);
      if (!begun.has(step)) yield* fault(`step ${step} came to a result, but was never begun`);
      resulted.add(step);
    }
    if (isEnd(line)) {
      if ((action === 'ended done' || action === 'ended unknown') && !claim)
        yield* fault('carried out without a claim');
      isEnded = true;
      isOpen = false;
    }
  }
}

/** A line of the same claim is left when its transaction was lost after the line was committed. */
const isSameClaim = (before: RecordedLine | undefined, { facts }: RecordedLine): boolean =>
  before !== undefined &&
  before.facts['target'] === facts['target'] &&
  before.facts['fence'] === facts['fence'];

function unconfirmed(
  { facts }: RecordedLine,
  confirms: ReadonlyMap<string, RecordedLine>,
): string | undefined {
  const { hash, needs, approvers } = facts;
  const agreed = [...confirms.values()].filter((line) => hash !== undefined && line.facts['hash'] === hash);
  const enough = typeof needs === 'number' ? Math.max(1, needs) : 1;
  if (agreed.length < enough)
    return `claimed with ${agreed.length} recorded confirmations of ${enough} that were needed`;
  const counted = Array.isArray(approvers) ? approvers.filter((each) => typeof each === 'string') : [];
  const unknown = counted.find((approver) => !agreed.some(({ actorId }) => actorId === approver));
  return unknown === undefined && counted.length >= enough
    ? undefined
    : `claimed by the word of ${unknown ?? 'too few people'}, whose confirmation is not recorded`;
}

function isConfirmed(
  step: number,
  digest: unknown,
  claim: RecordedLine | undefined,
  confirms: ReadonlyMap<string, RecordedLine>,
): boolean {
  const agreed = [...confirms.values()].filter(({ facts }) => facts['hash'] === claim?.facts['hash']);
  return (
    agreed.length > 0 &&
    agreed.every(({ facts }) => Array.isArray(facts['steps']) && facts['steps'][step - 1] === digest)
  );
}

/** What the store holds of a change that its record does not bear out. */
export function* storedFaults(
  { run, journal }: StoredChange,
  lines: readonly RecordedLine[],
): Iterable<Fault> {
  const fault = (because: string, line?: RecordedLine): Fault => ({
    ...(line ? { row: line.n } : {}),
    because,
  });
  const asked = lines.find(isAsked);
  if (!asked || !isRecordedAsk(asked)) {
    if (run.request) yield fault('the stored run was never asked for');
    else if (run.state === 'approved' || run.state === 'running')
      yield fault(`stored as ${run.state}, but never asked for`);
    return;
  }
  if (asked.actorId !== run.requestedBy.id || asked.facts['request'] !== requestDigest(run))
    yield fault('the stored request is not the one that was recorded', asked);
  yield* planFaults(run, lines, fault);
  yield* stateFaults(run, lines, fault);
  const begun = stepsBegun(lines);
  for (const { no, what } of journal)
    if (begun.get(no)?.facts['digest'] !== stepDigest(what))
      yield fault(`the journal holds a step ${no} that was never begun`);
  for (const [step, line] of begun)
    if (!journal.some(({ no }) => no === step)) yield fault(`the journal has lost step ${step}`, line);
}

function* planFaults(
  run: Run,
  lines: readonly RecordedLine[],
  fault: (because: string, line?: RecordedLine) => Fault,
): Iterable<Fault> {
  const { plan } = run;
  const planned = lines.filter(({ action }) => action === RECORD.planned).at(-1);
  if (!plan) {
    if (planned) yield fault('the stored run has lost its plan', planned);
    return;
  }
  if (!isIntact(plan)) yield fault('the stored plan is not the one that was hashed', planned);
  const { hash, looked, needs, notAfter } = planned?.facts ?? {};
  if (
    hash !== plan.hash ||
    looked !== lookedDigest(plan) ||
    needs !== run.approvalsNeeded ||
    notAfter !== run.notAfter
  )
    yield fault('the stored plan is not the one that was recorded', planned);
  for (const { by, hash: agreed } of run.approvals)
    if (
      !lines.some(
        ({ action, decision, actorId, facts }) =>
          action === RECORD.confirm && decision === 'run' && actorId === by.id && facts['hash'] === agreed,
      )
    )
      yield fault(`stored as confirmed by ${by.id}, who is not recorded to have confirmed`);
  for (const approval of run.approvals)
    if (isTakenBack(approval, lines))
      yield fault(`stored as confirmed by ${approval.by.id}, who took that back`);
}

function* stateFaults(
  { state, outcome, approvals, approvalsNeeded = 1 }: Run,
  lines: readonly RecordedLine[],
  fault: (because: string, line?: RecordedLine) => Fault,
): Iterable<Fault> {
  const end = lines.filter(isEnd).at(-1);
  const isClaimed = lines.some(({ action }) => action === RECORD.claimed);
  if (state === 'ended' && !end) yield fault('stored as ended, but no end is recorded');
  if (state !== 'ended' && end) yield fault(`stored as ${state}, but its end is recorded`, end);
  if (state === 'ended' && end && !outcomesOf(end).includes(outcome ?? 'ended'))
    yield fault(`stored as ${outcome ?? 'ended'}, but recorded as ${outcomesOf(end).join(' or ')}`, end);
  if (state === 'running' && !isClaimed) yield fault('stored as running, but no claim is recorded');
  if (state === 'suspended' && !lines.some(({ action }) => action === RECORD.suspended))
    yield fault('stored as put down, but that is not recorded');
  if (state === 'approved' && approvals.length < approvalsNeeded)
    yield fault('stored as confirmed by too few people');
}

/** A person who says of the last open step that it took effect ends the run as done or, where other steps did not, as failed; of one of several, nobody knows the others yet. */
function outcomesOf({ action }: RecordedLine): readonly string[] {
  switch (action) {
    case RECORD.cancel:
      return ['cancelled'];
    case RECORD.expired:
      return ['expired'];
    case RECORD.forged:
      return ['refused', 'failed'];
    case RECORD.reject:
      return ['refused'];
    case RECORD.tookEffect:
      return ['done', 'failed', 'unknown'];
    case RECORD.noEffect:
      return ['failed', 'unknown'];
    default:
      return [action.slice('ended '.length)];
  }
}

import { lookedDigest, stepDigest } from './plan.ts';
import type { RecordedLine, WarrantRecord } from './ports.ts';
import { grantDigest, requestDigest } from './authority.ts';
import type { Approval, Plan, Run } from './run.ts';

/** How the record names what happens to a change. The line of a forgery stays in the record for good. */
export const RECORD = {
  planned: 'planned',
  confirm: 'confirm',
  claimed: 'run claimed',
  /** It was tried in time, and something was in its way. */
  waits: 'run waits',
  begun: 'step begun',
  sealed: 'run sealed',
  handedBack: 'run handed back',
  tookEffect: 'decided took effect',
  noEffect: 'decided no effect',
  expired: 'run expired',
  cancel: 'cancel',
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
  (action === RECORD.cancel && decision === 'run') ||
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
  ...(approval.grant ? { grant: grantDigest(approval.grant) } : {}),
});

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

import { type Risk, type Words, words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { confirmRule, decideChange, decideConfirm, type Policy } from './policy.ts';

/** A confirmed change as policy sees it. */
export interface ConfirmedChange {
  readonly system: string;
  readonly risk: Risk;
  readonly irreversible: boolean;
  readonly requester: Person;
  /** People who confirmed exactly this plan. */
  readonly approvers: readonly Person[];
}

/** Confirmations that a plan needs. */
export const approvalsFor = (policy: Policy, risk: Risk, irreversible: boolean): number =>
  confirmRule(policy, risk, irreversible)?.approvals ?? 1;

type Answer<Yes = unknown> = ({ readonly ok: true } & Yes) | { readonly ok: false; readonly because: Words };

/** Whether this change by this requester with these approvers may run under this policy, and whose word counts: asked when it begins. */
export function stillAllowed(
  policy: Policy,
  change: ConfirmedChange,
): Answer<{ readonly counted: ReadonlySet<string> }> {
  const { system, risk, irreversible, requester, approvers } = change;
  const asking = mayStillAsk(policy, change);
  if (!asking.ok) return asking;
  const counted = new Set(
    approvers
      .filter(
        (person) => decideConfirm(policy, person, requester, system, risk, irreversible).verdict === 'run',
      )
      .map(({ id }) => id),
  );
  return counted.size >= approvalsFor(policy, risk, irreversible)
    ? { ok: true, counted }
    : {
        ok: false,
        because: words(
          'The confirmation no longer counts: the policy has changed.',
          '策略已变更，原确认不再有效。',
        ),
      };
}

/** Whether whoever asked for it may still ask: before a plan of theirs is confirmed, and before it runs. */
export function mayStillAsk(
  policy: Policy,
  { system, risk, irreversible, requester }: Omit<ConfirmedChange, 'approvers'>,
): Answer {
  const asking = decideChange(policy, requester, system, risk, irreversible);
  return asking.verdict === 'no'
    ? {
        ok: false,
        because: words(
          `${requester.name} may not ask for this any more. ${asking.because.en}`,
          `${requester.name} 不再有权发起此变更。${asking.because.zh}`,
        ),
      }
    : { ok: true };
}

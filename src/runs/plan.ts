import { createHash } from 'node:crypto';
import { canonicalJson, type Step, writtenStep } from '../kit/index.ts';
import type { Plan } from './run.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * What approvals are tied to: the whole plan, so that whatever is added to plans is covered as well. `looked` alone is left out:
 * what was seen on the way may differ from look to look, and what decided is in the facts.
 */
export function hashPlan(plan: Omit<Plan, 'hash'>): string {
  const { looked: _, hash: __, ...covered } = { hash: undefined, ...plan };
  return sha256(
    canonicalJson({
      ...covered,
      steps: plan.steps.map(writtenStep),
      rollback: plan.rollback.map(writtenStep),
    }),
  );
}

export const withHash = (plan: Omit<Plan, 'hash'>): Plan => ({ ...plan, hash: hashPlan(plan) });

/** What was seen while the plan was made, for the record. */
export const lookedDigest = ({ looked }: Pick<Plan, 'looked'>): string => sha256(canonicalJson(looked));

/** The same step is the same digest: in the journal, in a confirmation and when it is begun. */
export const stepDigest = (step: Step): string => sha256(canonicalJson(writtenStep(step)));

import { z } from 'zod';
import { captureWhole } from '../text/captured.ts';
import { sentences, type Words, words } from '../words.ts';
import { Condition } from './condition.ts';
import { conditionWords } from './condition-words.ts';
import { stepFacts } from './facts.ts';
import type { Hands, Heard, StepFrame, StepKind } from './hands.ts';

/** A gate: all of this must hold now, or nothing further is begun. Changes nothing. */
export const CheckStep = z
  .strictObject({
    kind: z.literal('check'),
    ...stepFacts,
    conditions: z.array(Condition).min(1).readonly(),
  })
  .readonly();
export type CheckStep = z.infer<typeof CheckStep>;

export const check: StepKind<CheckStep> = {
  masked: (step) => ({ ...step, conditions: step.conditions.map(maskedCondition) }),
  shown: ({ conditions }) => ({
    place: placeOf(conditions),
    language: 'words',
    note: words('must hold now; changes nothing', '须当即满足；不做任何变更'),
    text: listed(conditions),
  }),
  touches: () => [],
  effects: () => [],
  perform: (step, frame, _, hands) => gate(step, frame, hands),
  resume: (step, frame, _, hands) => gate(step, frame, hands),
  // Looking again is all that it does, so whoever comes next does it.
  look: async (_, __, { clocks }) => ({
    kind: 'waits',
    waiting: { for: 'time', until: await clocks.database() },
    says: words('The look was not over; it is made again.', '核对未完成，将重新进行。'),
    evidence: '',
  }),
};

async function gate({ conditions }: CheckStep, frame: StepFrame, hands: Hands): Promise<Heard> {
  const seen = await lookAtAll(conditions, frame.since, hands);
  return seen.holds
    ? { kind: 'done', says: seen.says, evidence: seen.evidence }
    : {
        kind: 'without-effect',
        says: sentences(words('Does not hold:', '不满足：'), seen.says),
        evidence: seen.evidence,
      };
}

/** Looks at each, in order; what does not hold is said, otherwise what all of them showed. `waitsSince`: when a wait for them began. */
export async function lookAtAll(
  conditions: readonly Condition[],
  since: Date,
  { holds }: Pick<Hands, 'holds'>,
  waitsSince?: Date,
): Promise<{ readonly holds: boolean; readonly says: Words; readonly evidence: string }> {
  const seen = [];
  for (const condition of conditions) seen.push(await holds(condition, since, waitsSince));
  const bad = seen.filter((each) => !each.holds);
  return {
    holds: bad.length === 0,
    says: sentences(...(bad.length > 0 ? bad : seen).map(({ says }) => says)),
    evidence: seen.map(({ evidence }) => evidence).join('\n'),
  };
}

/** Where one looks, by name. */
export function placeOf(conditions: readonly Condition[]): string {
  const places = conditions.flatMap((condition) => {
    switch (condition.kind) {
      case 'checks':
        return condition.checks.map(({ on }) => ('host' in on ? on.host : on.app));
      case 'quorum':
        return condition.hosts;
      case 'at-least':
        return [condition.check.app];
      case 'page':
      case 'container':
        return [condition.host];
      default:
        return condition satisfies never;
    }
  });
  return [...new Set(places)].join(', ');
}

export function listed(conditions: readonly Condition[]): Words {
  const all = conditions.map(conditionWords);
  return words(all.map(({ en }) => `- ${en}`).join('\n'), all.map(({ zh }) => `- ${zh}`).join('\n'));
}

/** An address may carry a secret. */
export const maskedCondition = (condition: Condition): Condition =>
  condition.kind === 'page' ? { ...condition, url: captureWhole(condition.url) } : condition;

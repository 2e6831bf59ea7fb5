import { type Words, words } from '../kit/index.ts';
import { decide } from './decide.ts';
import type { Policy } from './policy.ts';
import type { Question } from './question.ts';

/** Whether a person may do anything at all to any of these systems: look, schedule, or ask for changes. Confirming needs a look. */
export const mayDoAnything = (
  policy: Policy,
  question: Omit<Question, 'does' | 'systems'>,
  systems: readonly string[],
): boolean =>
  systems.some((system) =>
    (['look', 'schedule', 'ask'] as const).some(
      (does) => decide(policy, { ...question, does, systems: [system] }).verdict !== 'no',
    ),
  );

/** Names nothing: it is said to people who may know nothing. */
export const NOTHING_ALLOWED: Words = words(
  'You have no rights in Fettle. Ask the owner of policy.yaml for a role. Nothing was done.',
  '您在 Fettle 中没有任何权限。请联系 policy.yaml 的维护人。未做任何操作。',
);

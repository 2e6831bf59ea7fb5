import { type Words, words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { decideInspect, decideSchedule, mayAsk, type Policy } from './policy.ts';

/** Whether a person may do anything at all to any of these systems: look, schedule, or ask for changes. Confirming needs a look. */
export const mayDoAnything = (policy: Policy, person: Person, systems: readonly string[]): boolean =>
  mayAsk(policy, person, systems) ||
  systems.some(
    (system) =>
      decideInspect(policy, person, [system]).verdict !== 'no' ||
      decideSchedule(policy, person, [system]).verdict !== 'no',
  );

/** Names nothing: it is said to people who may know nothing. */
export const NOTHING_ALLOWED: Words = words(
  'You have no rights in Fettle. Ask the owner of policy.yaml for a role. Nothing was done.',
  '您在 Fettle 中没有任何权限。请联系 policy.yaml 的维护人。未做任何操作。',
);

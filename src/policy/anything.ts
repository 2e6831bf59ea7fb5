import { type Words, words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { decideChange, decideInspect, decideSchedule, type Policy } from './policy.ts';

/** Whether a person may do anything at all to any of these systems: look, change, schedule, or confirm what others ask for. */
export function mayDoAnything(policy: Policy, person: Person, systems: readonly string[]): boolean {
  if (Object.values(policy.confirm).some(({ roles }) => hasOneOf(policy, person, roles))) return true;
  return systems.some(
    (system) =>
      decideInspect(policy, person, [system]).verdict !== 'no' ||
      decideSchedule(policy, person, [system]).verdict !== 'no' ||
      decideChange(policy, person, system, 'low', false).verdict !== 'no',
  );
}

const hasOneOf = ({ roles }: Policy, { id }: Person, wanted: readonly string[]): boolean =>
  wanted.some((role) => Object.hasOwn(roles, role) && roles[role]?.includes(id) === true);

/** Names nothing: it is said to people who may know nothing. */
export const NOTHING_ALLOWED: Words = words(
  'You have no rights in Fettle. Ask the owner of policy.yaml for a role. Nothing was done.',
  '您在 Fettle 中没有任何权限。请联系 policy.yaml 的维护人。未做任何操作。',
);

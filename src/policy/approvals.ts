import type { Risk } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { rulesAbout } from './change-rules.ts';
import type { ConfirmRule, Policy } from './policy.ts';
import type { No, Question, RuleId, Seat, What } from './question.ts';
import { denial, heldRoles, right, rightsToConfirm } from './rights.ts';

/** The approvals that a change needs, and the rules that ask for them. */
export interface Needs {
  readonly seats: readonly Seat[];
  readonly rule: RuleId;
  readonly isTyped: boolean;
}

/** `extra`: approvals more, of the same people, because the change is called an emergency. */
export function needsOf(policy: Policy, question: Question, what: What, extra: number): Needs {
  const name = confirmClass(what);
  const rule: ConfirmRule | undefined = name && policy.confirm[name];
  const beside = rulesAbout(policy.rules, question, 'approve');
  const first: Seat = rule
    ? { approvals: rule.approvals + extra, roles: rule.roles, self: rule.self }
    : { approvals: 1 + extra, self: true };
  return {
    seats: [first, ...beside.map(({ approvals, roles }) => ({ approvals, roles, self: false }))],
    rule: [name === undefined ? 'read-only' : `confirm.${name}`, ...beside.map((each) => each.name)].join(
      ' + ',
    ),
    isTyped: rule?.typed === true || beside.some(({ typed }) => typed === true),
  };
}

export const approvalsOf = (seats: readonly Seat[]): number =>
  seats.reduce((sum, { approvals }) => sum + approvals, 0);

/** A fix without a way back needs the confirmations of the next class. */
function confirmClass({ risk, undo }: Pick<What, 'risk' | 'undo'>): Exclude<Risk, 'read-only'> | undefined {
  switch (risk) {
    case 'read-only':
      return undefined;
    case 'low':
      return undo === 'cannot' ? 'risky' : 'low';
    case 'risky':
      return undo === 'cannot' ? 'dangerous' : 'risky';
    case 'dangerous':
      return 'dangerous';
    default:
      return risk satisfies never;
  }
}

/** Why a person may approve nothing of these systems: a deny, or no right over one of them. */
export function obstacleTo(policy: Policy, person: Person, { systems, at }: Question): No | undefined {
  const rights = rightsToConfirm(policy);
  const [denied] = (['change', 'confirm', ...rights] as const).flatMap(
    (action) => denial(policy, person, action, systems) ?? [],
  );
  if (denied) return denied;
  const [refused] = rights.flatMap((action) => {
    const answer = right(policy, person, action, systems, at);
    return answer.verdict === 'no' ? [answer] : [];
  });
  return refused;
}

/** Whether a person can give one of these approvals, apart from their rights over the system. */
const mayTake = (policy: Policy, person: Person, requester: Person, seat: Seat, at: Date): boolean =>
  hasRoleOf(policy, person, seat, at) && (person.id !== requester.id || seat.self);

export const hasRoleOf = (policy: Policy, person: Person, { roles }: Seat, at: Date): boolean =>
  roles === undefined || heldRoles(policy, person, at).some((role) => roles.includes(role));

/** The listed people who can give one of these approvals. */
export const approversOf = (
  policy: Policy,
  requester: Person,
  seats: readonly Seat[],
  question: Question,
): readonly Person[] =>
  policy.people
    .map(({ key, name }): Person => ({ id: key, name }))
    .filter(
      (person) =>
        seats.some((seat) => mayTake(policy, person, requester, seat, question.at)) &&
        obstacleTo(policy, person, question) === undefined,
    );

/**
 * Of these people, the most that can each give another one of the approvals: everybody counts once, wherever they are needed. Somebody
 * who could give either of two gives the one that leaves the other to others.
 */
export function seated(
  policy: Policy,
  people: readonly Person[],
  requester: Person,
  seats: readonly Seat[],
  at: Date,
): readonly Person[] {
  const chairs = seats.flatMap((seat) => Array.from({ length: seat.approvals }, () => seat));
  const taken = new Map<number, Person>();
  const sit = (person: Person, tried: Set<number>): boolean =>
    chairs.some((seat, chair) => {
      if (tried.has(chair) || !mayTake(policy, person, requester, seat, at)) return false;
      tried.add(chair);
      const there = taken.get(chair);
      if (there && !sit(there, tried)) return false;
      taken.set(chair, person);
      return true;
    });
  const each = new Map(people.map((person) => [person.id, person]));
  return [...each.values()].filter((person) => sit(person, new Set()));
}

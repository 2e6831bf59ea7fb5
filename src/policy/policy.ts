import type { Estate, Risk, Words } from '../kit/index.ts';
import { words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';

/** What policy.yaml says, parsed. Roles hold person keys; a rule lets roles do something; a deny beats every rule. */
export interface Policy {
  /** Changes when the file does; written beside every decision. */
  readonly version: string;
  readonly people: readonly {
    readonly key: string;
    readonly name: string;
    readonly slack?: string;
    readonly login?: string;
  }[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Role of every person of an allowed workspace who is not listed; empty for none. */
  readonly everyone: readonly string[];
  readonly allow: readonly Rule[];
  readonly deny: readonly (Rule & { readonly because: Words })[];
  readonly confirm: Readonly<Record<Exclude<Risk, 'read-only'>, ConfirmRule>>;
  /** Minutes that a shown plan may be confirmed. */
  readonly confirmMinutes: number;
}

export interface Rule {
  readonly roles: readonly string[];
  readonly actions: readonly Action[];
  /** Catalogue system ids, or `*`. */
  readonly systems: readonly string[];
}

export interface ConfirmRule {
  /** Confirmations needed. */
  readonly approvals: number;
  readonly roles: readonly string[];
  /** Whether the person who asked may be one of them. */
  readonly self: boolean;
}

export type Action = 'inspect' | 'change' | 'schedule' | 'audit';

/** `ask`: may be prepared, and runs once these people have agreed. */
export type Decision =
  | { readonly verdict: 'run' }
  | {
      readonly verdict: 'ask';
      readonly approvals: number;
      readonly roles: readonly string[];
      readonly self: boolean;
      readonly names: readonly string[];
    }
  | { readonly verdict: 'no'; readonly because: Words };

/**
 * inventory.yaml, as the owner of the schedules that it declares: whoever writes it decides what is looked at, as whoever writes
 * policy.yaml does. No key of a person can be the same.
 */
export const INVENTORY: Person = { id: 'inventory.yaml', name: 'inventory.yaml' };

/** The person as policy knows them: by Slack user id or login name; a stranger keeps the outside id. */
export function identify(policy: Policy, surface: 'slack' | 'login', id: string, name: string): Person {
  const known = policy.people.find((person) => (surface === 'slack' ? person.slack : person.login) === id);
  return known ? { id: known.key, name: known.name } : { id: `${surface}:${id}`, name };
}

/** Whether a person may look. */
export function decideInspect(policy: Policy, person: Person, systems: readonly string[]): Decision {
  return refusal(policy, person, 'inspect', systems) ?? { verdict: 'run' };
}

/** Whether a person may set up, pause or remove inspections of these systems that come by themselves. */
export function decideSchedule(policy: Policy, person: Person, systems: readonly string[]): Decision {
  return refusal(policy, person, 'schedule', systems) ?? { verdict: 'run' };
}

/** Of these systems, the ones that a person may look at. */
export const visibleSystems = (
  policy: Policy,
  person: Person,
  systems: readonly string[],
): readonly string[] => systems.filter((system) => !refusal(policy, person, 'inspect', [system]));

/** Whether a person may ask for a fix, and who must confirm it. No rule means no. */
export function decideChange(
  policy: Policy,
  person: Person,
  system: string,
  risk: Risk,
  irreversible: boolean,
): Decision {
  const no = refusal(policy, person, 'change', [system]);
  if (no) return no;
  const rule = confirmRule(policy, risk, irreversible);
  return rule ? { verdict: 'ask', ...rule, names: namesOf(policy, rule.roles) } : { verdict: 'run' };
}

/** Whether this person may confirm a plan that `requester` asked for. The same question is asked again before the plan runs. */
export function decideConfirm(
  policy: Policy,
  person: Person,
  requester: Person,
  system: string,
  risk: Risk,
  irreversible: boolean,
): Decision {
  const rule = confirmRule(policy, risk, irreversible);
  if (!rule) return { verdict: 'run' };
  const denied = denial(policy, person, 'change', [system]);
  if (denied) return denied;
  const who = namesOf(policy, rule.roles).join(', ');
  if (!rolesOf(policy, person).some((role) => rule.roles.includes(role))) {
    return no(
      `Only ${rule.roles.join(' or ')} may confirm this: ${who}.`,
      `只有 ${rule.roles.join('、')} 可以确认：${who}。`,
    );
  }
  if (person.id === requester.id && !rule.self) {
    return no(
      `You asked for this, so another person must confirm it: ${who}.`,
      `此操作由您发起，须由另一位同事确认：${who}。`,
    );
  }
  return { verdict: 'run' };
}

/** A fix without a way back needs the confirmations of the next class. */
export function confirmRule(policy: Policy, risk: Risk, irreversible: boolean): ConfirmRule | undefined {
  switch (risk) {
    case 'read-only':
      return undefined;
    case 'low':
      return irreversible ? policy.confirm.risky : policy.confirm.low;
    case 'risky':
      return irreversible ? policy.confirm.dangerous : policy.confirm.risky;
    case 'dangerous':
      return policy.confirm.dangerous;
    default:
      return risk satisfies never;
  }
}

function rolesOf(policy: Policy, person: Person): readonly string[] {
  const given = Object.entries(policy.roles).flatMap(([role, members]) =>
    members.includes(person.id) ? [role] : [],
  );
  return given.length > 0 ? given : policy.everyone;
}

/** What is unsafe about a policy for this estate, in words; empty when nothing is. */
export function objections(policy: Policy, estate: Pick<Estate, 'environment'>): readonly string[] {
  if (estate.environment !== 'production') return [];
  const risks = ['risky', 'dangerous'] as const;
  return risks
    .filter((risk) => policy.confirm[risk].self || policy.confirm[risk].approvals < 1)
    .map(
      (risk) =>
        `confirm.${risk}: in production somebody other than the person who asked must confirm; set "self: false" and "approvals: 1" or more`,
    );
}

function refusal(
  policy: Policy,
  person: Person,
  action: Action,
  systems: readonly string[],
): Extract<Decision, { verdict: 'no' }> | undefined {
  if (person.id === INVENTORY.id && action === 'inspect') return undefined;
  const denied = denial(policy, person, action, systems);
  if (denied) return denied;
  const roles = rolesOf(policy, person);
  const closed = systems.filter(
    (system) => !policy.allow.some((rule) => covers(rule, roles, action, system)),
  );
  if (closed.length === 0) return undefined;
  const may = MAY[action];
  return no(
    `No rule lets you ${may.en} ${closed.join(', ')}. Your roles: ${roles.join(', ') || 'none'}. Ask whoever keeps policy.yaml.`,
    `没有规则允许您${may.zh} ${closed.join('、')}。您的角色：${roles.join('、') || '无'}。请联系 policy.yaml 的维护人。`,
  );
}

const MAY: Readonly<Record<Action, Words>> = {
  inspect: words('look at', '巡检'),
  change: words('change', '变更'),
  schedule: words('schedule inspections of', '定时巡检'),
  audit: words('read the audit of', '审计'),
};

function denial(
  policy: Policy,
  person: Person,
  action: Action,
  systems: readonly string[],
): Extract<Decision, { verdict: 'no' }> | undefined {
  const roles = rolesOf(policy, person);
  const rule = policy.deny.find((each) => systems.some((system) => covers(each, roles, action, system)));
  return rule && { verdict: 'no', because: rule.because };
}

const covers = (rule: Rule, roles: readonly string[], action: Action, system: string): boolean =>
  rule.actions.includes(action) &&
  rule.roles.some((role) => roles.includes(role)) &&
  (rule.systems.includes('*') || rule.systems.includes(system));

const namesOf = (policy: Policy, roles: readonly string[]): readonly string[] =>
  policy.people
    .filter(({ key }) => roles.some((role) => policy.roles[role]?.includes(key)))
    .map(({ name }) => name);

const no = (en: string, zh: string): Extract<Decision, { verdict: 'no' }> => ({
  verdict: 'no',
  because: words(en, zh),
});

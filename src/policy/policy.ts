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
    /** Slack user id; of this workspace only when `team` is there. */
    readonly slack?: string;
    readonly team?: string;
    readonly login?: string;
  }[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Roles of every person of an allowed workspace who is not listed; none for logins of the command line. Never counts for confirming. */
  readonly everyone: readonly string[];
  readonly allow: readonly Rule[];
  readonly deny: readonly (Rule & { readonly because: Words })[];
  readonly confirm: Readonly<Record<Exclude<Risk, 'read-only'>, ConfirmRule>>;
  /** Slack channels shared with another organisation in which results may be shown all the same. */
  readonly sharedChannels?: readonly string[] | undefined;
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

export const ACTIONS = ['inspect', 'change', 'confirm', 'schedule', 'audit', 'readonly'] as const;
export type Action = (typeof ACTIONS)[number];

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

/**
 * The person as policy knows them: by Slack user id or login name; a stranger keeps the outside id. A bare Slack id is of the bot's
 * own workspace, which is `team`; of every other workspace it comes as T…/U….
 */
export function identify(
  policy: Policy,
  surface: 'slack' | 'login',
  id: string,
  name: string,
  team?: string,
): Person {
  const known = policy.people.find((person) =>
    surface === 'slack' ? isSlackOf(person, id, team) : person.login === id,
  );
  return known ? { id: known.key, name: known.name } : { id: `${surface}:${id}`, name };
}

/** Whether results may be shown in a channel that is shared with another organisation. */
export const maySeeOutside = (policy: Policy, channel: string): boolean =>
  policy.sharedChannels?.includes(channel) === true;

/** Whether the file names this Slack id of this workspace. */
export const isListed = (policy: Policy, slackId: string, team: string): boolean =>
  policy.people.some((person) => isSlackOf(person, slackId, team));

function isSlackOf(
  { slack, team: theirs }: Policy['people'][number],
  id: string,
  team: string | undefined,
): boolean {
  const [bare = '', other] = id.split('/').reverse();
  if (slack !== bare) return false;
  return other === undefined ? theirs === undefined || theirs === team : theirs === other;
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

/** Whether a person may read the audit chain, which is about every system. */
export const decideAudit = (policy: Policy, person: Person): Decision =>
  decideForAll(policy, person, 'audit', words('read the audit', '查看审计记录'));

/** Whether a person may stop, and let go on, everything that Fettle changes. */
export const decideReadOnly = (policy: Policy, person: Person): Decision =>
  decideForAll(policy, person, 'readonly', words('turn read-only on or off', '切换只读模式'));

/** What is about every system needs a rule for every system. */
function decideForAll(policy: Policy, person: Person, action: Action, what: Words): Decision {
  const roles = rolesOf(policy, person);
  const isAbout = (rule: Rule): boolean =>
    rule.actions.includes(action) && rule.roles.some((role) => roles.includes(role));
  const denied = policy.deny.find(isAbout);
  if (denied) return { verdict: 'no', because: denied.because };
  return policy.allow.some((rule) => isAbout(rule) && rule.systems.includes('*'))
    ? { verdict: 'run' }
    : no(
        `No rule lets you ${what.en}. Your roles: ${roles.join(', ') || 'none'}. Ask the owner of policy.yaml.`,
        `没有规则允许您${what.zh}。您的角色：${roles.join('、') || '无'}。请联系 policy.yaml 的维护人。`,
      );
}

/** Whether a person may ask for a fix, and who can confirm it. No rule means no; so does a fix that too few people can confirm. */
export function decideChange(
  policy: Policy,
  person: Person,
  system: string,
  risk: Risk,
  irreversible: boolean,
): Decision {
  const refused = refusal(policy, person, 'change', [system]);
  if (refused) return refused;
  const rule = confirmRule(policy, risk, irreversible);
  if (!rule) return { verdict: 'run' };
  const names = confirmersOf(policy, person, system, risk, irreversible).map(({ name }) => name);
  return names.length < rule.approvals
    ? nobodyElse(rule, names)
    : { verdict: 'ask', approvals: rule.approvals, roles: rule.roles, self: rule.self, names };
}

/** Whether a person may ask for changes of one of these systems at all, whoever confirms them. */
export const mayAsk = (policy: Policy, person: Person, systems: readonly string[]): boolean =>
  systems.some((system) => !refusal(policy, person, 'change', [system]));

/** Whether a person may stop somebody else's plan: who may change the system, or confirm its changes. */
export function decideCancel(policy: Policy, person: Person, system: string): Decision {
  const refused = refusal(policy, person, 'change', [system]);
  return refused && refusal(policy, person, 'confirm', [system]) ? refused : { verdict: 'run' };
}

/**
 * Whether this person may confirm a plan that `requester` asked for: somebody who is listed, holds a role of the rule, and has the
 * right over the system. The same question is asked again before the plan runs.
 */
export function decideConfirm(
  policy: Policy,
  person: Person,
  requester: Person,
  system: string,
  risk: Risk,
  irreversible: boolean,
): Decision {
  const rule = confirmRule(policy, risk, irreversible);
  const obstacle = obstacleTo(policy, person, requester, system, rule);
  if (obstacle === undefined) return { verdict: 'run' };
  if (typeof obstacle === 'object') return obstacle;
  const who = confirmersOf(policy, requester, system, risk, irreversible)
    .map(({ name }) => name)
    .join(', ');
  switch (obstacle) {
    case 'role':
      return no(
        `Only ${rule?.roles.join(' or ') ?? ''} may confirm this: ${who || 'nobody'}.`,
        `只有 ${rule?.roles.join('、') ?? ''} 可以确认：${who || '无'}。`,
      );
    case 'self':
      return no(
        `You asked for this, so another person must confirm it: ${who || 'nobody can'}.`,
        `此操作由您发起，须由另一位同事确认：${who || '无人可确认'}。`,
      );
    default:
      return obstacle satisfies never;
  }
}

/** The listed people who can confirm what `requester` asks for. */
export function confirmersOf(
  policy: Policy,
  requester: Person,
  system: string,
  risk: Risk,
  irreversible: boolean,
): readonly Person[] {
  const rule = confirmRule(policy, risk, irreversible);
  return policy.people
    .map(({ key, name }): Person => ({ id: key, name }))
    .filter((person) => obstacleTo(policy, person, requester, system, rule) === undefined);
}

/** Why a person may not confirm: a deny, no role of the rule, asked for it, or no right over the system. */
function obstacleTo(
  policy: Policy,
  person: Person,
  requester: Person,
  system: string,
  rule: ConfirmRule | undefined,
): 'role' | 'self' | Extract<Decision, { verdict: 'no' }> | undefined {
  const rights = rightsToConfirm(policy);
  const [denied] = (['change', 'confirm', ...rights] as const).flatMap(
    (action) => denial(policy, person, action, [system]) ?? [],
  );
  if (denied) return denied;
  if (rule && !heldRoles(policy, person).some((role) => rule.roles.includes(role))) return 'role';
  if (rule && person.id === requester.id && !rule.self) return 'self';
  const [refused] = rights.flatMap((action) => refusal(policy, person, action, [system]) ?? []);
  return refused;
}

/** Rights over the system that confirming needs beside a role: to see it, and `confirm`; where no rule of the file names that, `change`. */
const rightsToConfirm = ({ allow }: Policy): readonly Action[] =>
  allow.some(({ actions }) => actions.includes('confirm')) ? ['inspect', 'confirm'] : ['inspect', 'change'];

function nobodyElse(rule: ConfirmRule, could: readonly string[]): Extract<Decision, { verdict: 'no' }> {
  const needed = rule.approvals === 1 ? '1 approval' : `${rule.approvals} approvals`;
  const roles = rule.roles.join(' or ');
  return no(
    `Nobody else can confirm this: it needs ${needed} by ${roles}, and ${could.length === 0 ? 'no other person may give one' : `only ${could.join(', ')} may give one`}. Ask the owner of policy.yaml to name more people.`,
    `没有其他人可以确认此操作：需要 ${rule.approvals} 位 ${rule.roles.join('、')} 确认，而${could.length === 0 ? '没有其他人有权确认' : `只有 ${could.join('、')} 有权确认`}。请联系 policy.yaml 的维护人增加审批人。`,
  );
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

/** The roles that the file gives to a person by name. */
const heldRoles = (policy: Policy, person: Person): readonly string[] =>
  Object.entries(policy.roles).flatMap(([role, members]) => (members.includes(person.id) ? [role] : []));

/** Somebody who is listed has the roles that they are given and no others; everybody else of the workspace has those of `everyone`. */
function rolesOf(policy: Policy, person: Person): readonly string[] {
  const isListed = policy.people.some(({ key }) => key === person.id);
  return person.id.startsWith('slack:') && !isListed ? policy.everyone : heldRoles(policy, person);
}

/** What is unsafe about a policy for this estate, in words; empty when nothing is. */
export function objections(
  policy: {
    readonly confirm: Readonly<Record<'risky' | 'dangerous', Pick<ConfirmRule, 'approvals' | 'self'>>>;
  },
  estate: Pick<Estate, 'environment'>,
): readonly string[] {
  if (estate.environment !== 'production') return [];
  const risks = ['risky', 'dangerous'] as const;
  return risks
    .filter((risk) => policy.confirm[risk].self || policy.confirm[risk].approvals < 1)
    .map(
      (risk) =>
        `confirm.${risk}: in production somebody other than the person who asked must confirm; set "self: false" and "approvals: 1" or more`,
    );
}

/** Remarks about a policy that opens nothing by mistake, one sentence each. */
export function cautions(policy: Policy): readonly string[] {
  const held = new Set(Object.values(policy.roles).flat());
  return [
    ...Object.entries(policy.roles)
      .filter(([role, members]) => members.length === 0 && !policy.everyone.includes(role))
      .map(([role]) => `role ${role}: nobody holds it`),
    ...policy.people
      .filter(({ key }) => !held.has(key))
      .map(({ key }) => `people.${key}: holds no role and may do nothing`),
    ...policy.people
      .filter(({ slack, login }) => slack === undefined && login === undefined)
      .map(({ key }) => `people.${key}: has neither "slack" nor "login", so they are never recognised`),
    ...policy.people
      .filter(({ login }) => login === 'root')
      .map(({ key }) => `people.${key}: the login root may be several people`),
    ...(policy.sharedChannels ?? []).map(
      (channel) => `sharedChannels: results are shown in ${channel} also to people of another organisation`,
    ),
  ];
}

function refusal(
  policy: Policy,
  person: Person,
  action: Action,
  systems: readonly string[],
): Extract<Decision, { verdict: 'no' }> | undefined {
  // No system and an unknown one are never everything.
  if (systems.length === 0 || systems.includes('')) return UNKNOWN_SYSTEM;
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

const UNKNOWN_SYSTEM: Extract<Decision, { verdict: 'no' }> = {
  verdict: 'no',
  because: words(
    'Not allowed: it is not known which systems this is about. Ask again.',
    '不允许：无法确定此操作涉及哪些系统。请重新发起。',
  ),
};

const MAY: Readonly<Record<Action, Words>> = {
  inspect: words('look at', '巡检'),
  change: words('change', '变更'),
  confirm: words('confirm changes of', '确认变更'),
  schedule: words('schedule inspections of', '定时巡检'),
  audit: words('read the audit of', '审计'),
  readonly: words('turn read-only on or off for', '切换只读模式'),
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

const no = (en: string, zh: string): Extract<Decision, { verdict: 'no' }> => ({
  verdict: 'no',
  because: words(en, zh),
});

import { type Words, words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { wallDay } from './calendar.ts';
import { type Action, INVENTORY, type Policy, type Rule } from './policy.ts';
import { no, type No, type RuleId } from './question.ts';

/** The roles that the file gives to a person by name, whose last day has not passed. */
export const heldRoles = (policy: Policy, person: Person, at: Date): readonly string[] =>
  namedRoles(policy, person).filter((role) => !isOver(policy, role, person, at));

const namedRoles = (policy: Policy, person: Person): readonly string[] =>
  Object.entries(policy.roles).flatMap(([role, members]) => (members.includes(person.id) ? [role] : []));

/** Without a clock that can be read, a role with a last day is over. */
function isOver(policy: Policy, role: string, { id }: Person, at: Date): boolean {
  const last = policy.until?.[role]?.[id];
  if (last === undefined) return false;
  return policy.timeZone === undefined || wallDay(at, policy.timeZone) > last;
}

/** Somebody who is listed has the roles that they are given and no others; everybody else of the workspace has those of `everyone`. */
function rolesOf(policy: Policy, person: Person): readonly string[] {
  const isListed = policy.people.some(({ key }) => key === person.id);
  return person.id.startsWith('slack:') && !isListed ? policy.everyone : namedRoles(policy, person);
}

/** The rule that lets a person do this to all of these systems, or why they may not. No rule means no. */
export function right(
  policy: Policy,
  person: Person,
  action: Action,
  systems: readonly string[],
  at: Date,
): { readonly verdict: 'run'; readonly rule: RuleId } | No {
  // No system and an unknown one are never everything.
  if (systems.length === 0 || systems.includes('')) return UNKNOWN_SYSTEM;
  if (person.id === INVENTORY.id && action === 'inspect') return { verdict: 'run', rule: INVENTORY.id };
  const denied = denial(policy, person, action, systems);
  if (denied) return denied;
  const roles = rolesOf(policy, person);
  // A role that is over lets people look, and nothing else.
  const counting = action === 'inspect' ? roles : roles.filter((role) => !isOver(policy, role, person, at));
  const rules = systems.map((system) =>
    policy.allow.findIndex((rule) => covers(rule, counting, action, system)),
  );
  const closed = systems.filter((_, index) => (rules[index] ?? -1) < 0);
  if (closed.length === 0) return { verdict: 'run', rule: `allow.${rules[0] ?? 0}` };
  const may = MAY[action];
  const over = roles.filter((role) => isOver(policy, role, person, at));
  const hint = over.length > 0 ? pastDay(over) : words('', '');
  return no(
    'no rule',
    `No rule lets you ${may.en} ${closed.join(', ')}. Your roles: ${counting.join(', ') || 'none'}.${hint.en} Ask the owner of policy.yaml.`,
    `没有规则允许您${may.zh} ${closed.join('、')}。您的角色：${counting.join('、') || '无'}。${hint.zh}请联系 policy.yaml 的维护人。`,
  );
}

const pastDay = (roles: readonly string[]): Words =>
  words(
    ` Past its last day: ${roles.join(', ')}, which now only lets you look.`,
    `已过期的角色：${roles.join('、')}，目前仅可查看。`,
  );

/** A right over all systems at once, like reading the audit chain, needs a rule for every system. */
export function rightOverAll(
  policy: Policy,
  person: Person,
  action: 'audit' | 'readonly',
  at: Date,
): { readonly verdict: 'run'; readonly rule: RuleId } | No {
  const roles = rolesOf(policy, person);
  const isAbout = (rule: Rule, held: readonly string[]): boolean =>
    rule.actions.includes(action) && rule.roles.some((role) => held.includes(role));
  const denied = policy.deny.findIndex((rule) => isAbout(rule, roles));
  const deny = policy.deny[denied];
  if (deny) return { verdict: 'no', rule: `deny.${denied}`, because: deny.because };
  const counting = roles.filter((role) => !isOver(policy, role, person, at));
  const allowed = policy.allow.findIndex((rule) => isAbout(rule, counting) && rule.systems.includes('*'));
  const may = FOR_ALL[action];
  return allowed >= 0
    ? { verdict: 'run', rule: `allow.${allowed}` }
    : no(
        'no rule',
        `No rule lets you ${may.en}. Your roles: ${counting.join(', ') || 'none'}. Ask the owner of policy.yaml.`,
        `没有规则允许您${may.zh}。您的角色：${counting.join('、') || '无'}。请联系 policy.yaml 的维护人。`,
      );
}

const FOR_ALL: Readonly<Record<'audit' | 'readonly', Words>> = {
  audit: words('read the audit', '查看审计记录'),
  readonly: words('turn read-only on or off', '切换只读模式'),
};

/** The deny that names this, whatever allows it. It also holds for roles whose last day has passed. */
export function denial(
  policy: Policy,
  person: Person,
  action: Action,
  systems: readonly string[],
): No | undefined {
  const roles = rolesOf(policy, person);
  const index = policy.deny.findIndex((each) =>
    systems.some((system) => covers(each, roles, action, system)),
  );
  const rule = policy.deny[index];
  return rule && { verdict: 'no', rule: `deny.${index}`, because: rule.because };
}

/** Rights over the system that confirming needs beside a role: to see it, and `confirm`; where no rule of the file names that, `change`. */
export const rightsToConfirm = ({ allow }: Policy): readonly Action[] =>
  allow.some(({ actions }) => actions.includes('confirm')) ? ['inspect', 'confirm'] : ['inspect', 'change'];

const UNKNOWN_SYSTEM: No = no(
  'unknown system',
  'Not allowed: it is not known which systems this is about. Ask again.',
  '不允许：无法确定此操作涉及哪些系统。请重新发起。',
);

const MAY: Readonly<Record<Action, Words>> = {
  inspect: words('look at', '巡检'),
  change: words('change', '变更'),
  confirm: words('confirm changes of', '确认变更'),
  schedule: words('schedule inspections of', '定时巡检'),
  audit: words('read the audit of', '审计'),
  readonly: words('stop all changes of', '停止变更'),
};

const covers = (rule: Rule, roles: readonly string[], action: Action, system: string): boolean =>
  rule.actions.includes(action) &&
  rule.roles.some((role) => roles.includes(role)) &&
  (rule.systems.includes('*') || rule.systems.includes(system));

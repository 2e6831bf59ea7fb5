import { type Words, words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { approvalsOf, approversOf, hasRoleOf, type Needs, needsOf, obstacleTo, seated } from './approvals.ts';
import { closure, emergencyOf } from './closed.ts';
import type { Action, Policy } from './policy.ts';
import { type Decision, no, type No, type Question, type RuleId, type Seat } from './question.ts';
import { right, rightOverAll } from './rights.ts';

/** What policy says to a question: the only function that every door asks. Pure; no rule, no clock and no answer mean no. */
export function decide(policy: Policy, question: Question): Decision {
  const { who, does, systems, at } = question;
  if (Number.isNaN(at.getTime())) return NO_CLOCK;
  switch (does) {
    case 'look':
    case 'answer':
      return plain(policy, question, 'inspect');
    case 'schedule':
      return plain(policy, question, 'schedule');
    case 'ask':
      return plain(policy, question, 'change');
    case 'audit':
    case 'readonly':
      return allowed(rightOverAll(policy, who, does, at));
    case 'cancel': {
      const changing = plain(policy, question, 'change');
      if (changing.verdict !== 'no') return changing;
      const confirming = right(policy, who, 'confirm', systems, at);
      return confirming.verdict === 'no' ? changing : allowed(confirming);
    }
    case 'change':
      return change(policy, question);
    case 'confirm':
      return confirm(policy, question);
    case 'reject':
    case 'settle':
      return judge(policy, question);
    default:
      return does satisfies never;
  }
}

/** Of these systems, the ones that a person may look at. */
export const visibleSystems = (
  policy: Policy,
  question: Omit<Question, 'does' | 'systems'>,
  systems: readonly string[],
): readonly string[] =>
  systems.filter(
    (system) => decide(policy, { ...question, does: 'look', systems: [system] }).verdict === 'run',
  );

const NO_CLOCK = no(
  'no clock',
  'Not allowed: it is not known what time it is. Ask again.',
  '不允许：无法确定当前时间。请重新发起。',
);

const NO_CHANGE = no(
  'unknown change',
  'Not allowed: it is not known which change this is about. Ask again.',
  '不允许：无法确定此操作是哪一项变更。请重新发起。',
);

const plain = (policy: Policy, { who, systems, at }: Question, action: Action): Decision =>
  allowed(right(policy, who, action, systems, at));

const allowed = (answer: { readonly verdict: 'run'; readonly rule: RuleId } | No): Decision =>
  answer.verdict === 'no' ? answer : { ...answer, because: words('Allowed.', '允许。') };

/** A change that is asked for, and, with the people who approved it, one that is about to be carried out. */
function change(policy: Policy, question: Question): Decision {
  const { who, what, systems, at, approved = [] } = question;
  if (!what) return NO_CHANGE;
  const refused = right(policy, who, 'change', systems, at);
  if (refused.verdict === 'no') return approved.length > 0 ? notAnyMore(who, refused) : refused;
  const open = opened(policy, question);
  if (open.verdict === 'no') return open;
  const { needs } = open;
  const total = approvalsOf(needs.seats);
  const could = approversOf(policy, who, needs.seats, question);
  if (seated(policy, could, who, needs.seats, at).length < total) return nobodyElse(needs.seats, could);
  const counting = approved.filter(
    (person) =>
      (!needs.isTyped || person.isTyped === true) && obstacleTo(policy, person, question) === undefined,
  );
  const counted = seated(policy, counting, who, needs.seats, at);
  if (counted.length >= total)
    return {
      verdict: 'run',
      rule: needs.rule,
      because: words('Approved.', '已获批准。'),
      counted: new Set(counted.map(({ id }) => id)),
      approvals: total,
    };
  return {
    verdict: 'ask',
    rule: needs.rule,
    because: asks(needs.seats, could),
    approvals: total,
    seats: needs.seats,
    isTyped: needs.isTyped,
    names: could.map(({ name }) => name),
    until: new Date(at.getTime() + policy.confirmMinutes * 60_000),
  };
}

/** Nothing closes it now, or an emergency lifts what does; then the approvals it takes. */
function opened(
  policy: Policy,
  question: Question,
): { readonly verdict: 'open'; readonly needs: Needs } | No {
  const { what } = question;
  if (!what) return NO_CHANGE;
  // A request that changes nothing needs no exception from a rule.
  const emergency = what.risk === 'read-only' ? undefined : emergencyOf(policy, question);
  if (emergency?.verdict === 'no') return emergency;
  const closed = closure(policy, question, emergency?.lifts);
  if (closed) return closed;
  const needs = needsOf(policy, question, what, emergency?.extra ?? 0);
  return {
    verdict: 'open',
    needs: emergency ? { ...needs, rule: `${needs.rule} + ${emergency.rule}` } : needs,
  };
}

/** Whether this person may approve a change that somebody asked for, and that person may still ask for it. */
function confirm(policy: Policy, question: Question): Decision {
  const { who, what, requester, approved = [], at } = question;
  if (!what || !requester) return NO_CHANGE;
  const judged = judge(policy, question);
  if (judged.verdict === 'no') return judged;
  const asking = right(policy, requester, 'change', question.systems, at);
  if (asking.verdict === 'no') return notAnyMore(requester, asking);
  const open = opened(policy, { ...question, where: question.where ?? [] });
  if (open.verdict === 'no') return open;
  const { needs } = open;
  if (approved.some(({ id }) => id === who.id))
    return no(
      needs.rule,
      'You have already agreed; another person must confirm too.',
      '您已确认过，还需要另一位同事确认。',
    );
  const before = seated(policy, approved, requester, needs.seats, at).length;
  const after = seated(policy, [...approved, who], requester, needs.seats, at).length;
  if (after > before)
    return {
      verdict: 'run',
      rule: needs.rule,
      because: words('May confirm.', '可以确认。'),
      isTyped: needs.isTyped,
    };
  const could = approversOf(policy, requester, needs.seats, question).filter(
    (person) => seated(policy, [...approved, person], requester, needs.seats, at).length > before,
  );
  return no(
    needs.rule,
    `The approvals that you could give are there already. Still needed: ${namesOf(could, ', ', 'nobody can')}.`,
    `您可给出的确认已足够。仍需确认：${namesOf(could, '、', '无人可确认')}。`,
  );
}

/** Whether this person is one of those who decide about such a change, at any time: to reject it, or to say what became of it. */
function judge(policy: Policy, question: Question): Decision {
  const { who, what, requester, at } = question;
  if (!what || !requester) return NO_CHANGE;
  const obstacle = obstacleTo(policy, who, question);
  if (obstacle?.rule.startsWith('deny.')) return obstacle;
  const { seats, rule } = needsOf(policy, { ...question, where: question.where ?? [] }, what, 0);
  const could = namesOf(approversOf(policy, requester, seats, question), ', ', '');
  const mine = seats.filter((seat) => hasRoleOf(policy, who, seat, at));
  if (mine.length === 0) {
    const roles = [...new Set(seats.flatMap((seat) => seat.roles ?? []))];
    return no(
      rule,
      `Only ${roles.join(' or ')} may confirm this: ${could || 'nobody'}.`,
      `只有 ${roles.join('、')} 可以确认：${could || '无'}。`,
    );
  }
  if (who.id === requester.id && !mine.some(({ self }) => self))
    return no(
      rule,
      `You asked for this, so another person must confirm it: ${could || 'nobody can'}.`,
      `此操作由您发起，须由另一位同事确认：${could || '无人可确认'}。`,
    );
  if (question.does === 'settle' && who.id === requester.id && approvalsOf(seats) > 1)
    return NOT_THE_REQUESTER;
  return obstacle ?? { verdict: 'run', rule, because: words('May confirm.', '可以确认。') };
}

export const NOT_THE_REQUESTER = no(
  'approvals',
  'You asked for this, and it took more than one approval: another person must say what became of it.',
  '此操作由您发起且需要多人确认，须由另一位同事说明结果。',
);

const notAnyMore = ({ name }: Person, { rule, because: { en, zh } }: No): No =>
  no(rule, `${name} may not ask for this any more. ${en}`, `${name} 不再有权发起此变更。${zh}`);

const namesOf = (people: readonly Person[], between: string, nobody: string): string =>
  people.map(({ name }) => name).join(between) || nobody;

/** `1 approval by operator or approver and 2 approvals by security`. */
function wanted(seats: readonly Seat[]): Words {
  const parts = seats.map(({ approvals, roles }) =>
    words(
      `${approvals === 1 ? '1 approval' : `${approvals} approvals`}${roles ? ` by ${roles.join(' or ')}` : ''}`,
      `${approvals} 位${roles ? ` ${roles.join('、')} ` : ''}确认`,
    ),
  );
  return words(parts.map(({ en }) => en).join(' and '), parts.map(({ zh }) => zh).join('，以及 '));
}

function asks(seats: readonly Seat[], could: readonly Person[]): Words {
  const { en, zh } = wanted(seats);
  return words(
    `Needs ${en}: ${namesOf(could, ', ', 'nobody')}.`,
    `需要 ${zh}：${namesOf(could, '、', '无')}。`,
  );
}

function nobodyElse(seats: readonly Seat[], could: readonly Person[]): No {
  const { en, zh } = wanted(seats);
  const names = could.map(({ name }) => name);
  return no(
    'too few people',
    `Nobody else can confirm this: it needs ${en}, and ${names.length === 0 ? 'no other person may give one' : `only ${names.join(', ')} may give one`}. Ask the owner of policy.yaml to name more people.`,
    `没有其他人可以确认此操作：需要 ${zh}，而${names.length === 0 ? '没有其他人有权确认' : `只有 ${names.join('、')} 有权确认`}。请联系 policy.yaml 的维护人增加审批人。`,
  );
}

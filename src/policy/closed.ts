import { type Words, words } from '../kit/index.ts';
import { DAYS_AHEAD, isBetween, isWithin, nextOpening, wallText } from './calendar.ts';
import { isLike, type Lifted, type RuleOf, rulesAbout } from './change-rules.ts';
import type { Policy } from './policy.ts';
import { no, type No, type Question } from './question.ts';
import { heldRoles } from './rights.ts';

/** An emergency that some rule lets this person name. `extra`: approvals that it costs. */
interface Emergency {
  readonly verdict: 'is';
  readonly lifts: ReadonlySet<Lifted>;
  readonly extra: number;
  readonly rule: string;
}

/** Somebody who names an emergency gets it whole, or is told why not: it is never silently left out. Undefined: none was named. */
export function emergencyOf(policy: Policy, question: Question): Emergency | No | undefined {
  const { emergency, reason } = question;
  if (emergency === undefined) return undefined;
  const open = emergencyRules(policy, question);
  const fitting = open.filter(({ pattern }) => pattern === undefined || isLike(pattern, emergency));
  const [first] = open;
  if (!first)
    return no(
      'no rule',
      'No rule lets you change this in an emergency. Leave emergency= out, or ask the owner of policy.yaml.',
      '没有规则允许您以紧急方式变更。请去掉 emergency=，或联系 policy.yaml 的维护人。',
    );
  if (fitting.length === 0)
    return no(
      first.name,
      `"${emergency.slice(0, 40)}" is no number of an emergency; write it like ${first.pattern ?? ''}.`,
      `“${emergency.slice(0, 40)}”不是有效的紧急编号，格式应为 ${first.pattern ?? ''}。`,
    );
  if (isEmpty(reason))
    return no(
      first.name,
      'An emergency needs a reason: add reason="…" to the command.',
      '紧急变更须说明原因：请在命令中加上 reason="…"。',
    );
  return {
    verdict: 'is',
    lifts: new Set(fitting.flatMap(({ lifts }) => lifts)),
    extra: Math.max(...fitting.map(({ approvals }) => approvals)),
    rule: fitting.map(({ name }) => name).join(' + '),
  };
}

const emergencyRules = (policy: Policy, question: Question): readonly RuleOf<'emergency'>[] => {
  const roles = heldRoles(policy, question.requester ?? question.who, question.at);
  return rulesAbout(policy.rules, question, 'emergency').filter(
    (rule) => rule.roles === undefined || rule.roles.some((role) => roles.includes(role)),
  );
};

/** The first reason, in a fixed order of kinds and names, for which this change may not go on now. */
export function closure(
  policy: Policy,
  question: Question,
  lifts: ReadonlySet<Lifted> = new Set(),
): No | undefined {
  const [refused] = rulesAbout(policy.rules, question, 'refuse');
  if (refused) return { verdict: 'no', rule: refused.name, because: refused.because };
  return (
    closedByTime(policy, question, lifts) ??
    (lifts.has('ticket') && question.ticket === undefined ? undefined : withoutTicket(policy, question)) ??
    withoutReason(policy, question)
  );
}

function closedByTime(policy: Policy, question: Question, lifts: ReadonlySet<Lifted>): No | undefined {
  const rules = timeRules(policy, question, lifts);
  if (rules.length === 0) return undefined;
  const { timeZone } = policy;
  if (timeZone === undefined)
    return no(
      rules[0]?.name ?? '',
      'Not now: it is not known by which clock the windows of policy.yaml are read. Set timeZone in inventory.yaml.',
      '暂不可执行：无法确定 policy.yaml 中时间窗口所用的时区。请在 inventory.yaml 中设置 timeZone。',
    );
  const closed = rules.find((rule) => isClosed(rule, question.at, timeZone));
  if (!closed) return undefined;
  const opens = nextOpening(question.at, timeZone, edgesOf(rules), (moment) =>
    rules.every((rule) => !isClosed(rule, moment, timeZone)),
  );
  const parts = [
    saysClosed(closed, timeZone),
    opens
      ? words(
          `Changes here may run again from ${wallText(opens, timeZone)}.`,
          `下次可执行时间：${wallText(opens, timeZone)}。`,
        )
      : words(`No rule opens it within ${DAYS_AHEAD} days.`, `${DAYS_AHEAD} 天内没有可执行的时间。`),
    ...waysPast(policy, question, closed.kind),
  ];
  return {
    verdict: 'no',
    rule: closed.name,
    because: words(parts.map(({ en }) => en).join(' '), parts.map(({ zh }) => zh).join('')),
    ...(opens ? { opens } : {}),
  };
}

type TimeRule = RuleOf<'window' | 'freeze' | 'peak'>;
const TIME_KINDS = ['freeze', 'window', 'peak'] as const;

/** Freezes first, then windows, then peak hours; each by name. */
const timeRules = (policy: Policy, question: Question, lifts: ReadonlySet<Lifted>): readonly TimeRule[] =>
  TIME_KINDS.filter((kind) => !lifts.has(kind)).flatMap((kind): readonly TimeRule[] =>
    rulesAbout(policy.rules, question, kind),
  );

function isClosed(rule: TimeRule, at: Date, timeZone: string): boolean {
  switch (rule.kind) {
    case 'window':
      return !rule.open.some((span) => isWithin(span, at, timeZone));
    case 'peak':
      return rule.times.some((span) => isWithin(span, at, timeZone));
    case 'freeze':
      return isBetween(rule.from, rule.to, at, timeZone);
    default:
      return rule satisfies never;
  }
}

const edgesOf = (rules: readonly TimeRule[]): Parameters<typeof nextOpening>[2] => ({
  minutes: [
    ...new Set(
      rules.flatMap((rule) =>
        rule.kind === 'freeze'
          ? []
          : (rule.kind === 'window' ? rule.open : rule.times).flatMap(({ from, to }) => [from, to, 0]),
      ),
    ),
  ],
  moments: rules.flatMap((rule) => (rule.kind === 'freeze' ? [rule.to] : [])),
});

function saysClosed(rule: TimeRule, timeZone: string): Words {
  const where = extentOf(rule);
  switch (rule.kind) {
    case 'window': {
      const spans = rule.open.map(({ text }) => text).join(', ');
      return words(
        `Outside the change window ${rule.name}${where.en} (${spans}, ${timeZone}).`,
        `不在变更窗口 ${rule.name}${where.zh} 内（${spans}，${timeZone}）。`,
      );
    }
    case 'peak': {
      const spans = rule.times.map(({ text }) => text).join(', ');
      return words(
        `Peak hours ${rule.name}${where.en} (${spans}, ${timeZone}).`,
        `业务高峰 ${rule.name}${where.zh}（${spans}，${timeZone}）。`,
      );
    }
    case 'freeze':
      return words(
        `Change freeze ${rule.name}${where.en} until ${rule.to}${rule.because ? `: ${rule.because.en}` : ''}.`.replace(
          /\.\.$/,
          '.',
        ),
        `封网 ${rule.name}${where.zh}，至 ${rule.to}${rule.because ? `：${rule.because.zh}` : ''}。`.replace(
          /\u3002\u3002$/,
          '。',
        ),
      );
    default:
      return rule satisfies never;
  }
}

function extentOf({ sites, systems, apps }: TimeRule): Words {
  const names = [...(sites ?? []), ...(systems ?? []), ...(apps ?? [])];
  return names.length === 0 ? words('', '') : words(` of ${names.join(', ')}`, `（${names.join('、')}）`);
}

/** The one way past a closed time, for whoever has it. */
const waysPast = (policy: Policy, question: Question, kind: TimeRule['kind']): readonly Words[] =>
  question.emergency === undefined &&
  emergencyRules(policy, question).some(({ lifts }) => lifts.includes(kind))
    ? [
        words(
          'In an emergency add emergency=<incident> and reason="…"; it then needs more approvals.',
          '紧急情况下可加上 emergency=<事件编号> 和 reason="…"，此时需要更多人确认。',
        ),
      ]
    : [];

function withoutTicket(policy: Policy, question: Question): No | undefined {
  const { ticket } = question;
  const wrong = rulesAbout(policy.rules, question, 'ticket').find(
    ({ pattern }) => ticket === undefined || !isLike(pattern, ticket),
  );
  if (!wrong) return undefined;
  return ticket === undefined
    ? no(
        wrong.name,
        `A change ticket is needed: add ticket=… to the command, like ${wrong.pattern} (# is a digit).`,
        `此变更需要工单：请在命令中加上 ticket=…，格式为 ${wrong.pattern}（# 代表数字）。`,
      )
    : no(
        wrong.name,
        `"${ticket.slice(0, 40)}" is no change ticket; write it like ${wrong.pattern} (# is a digit).`,
        `“${ticket.slice(0, 40)}”不是有效的工单号，格式应为 ${wrong.pattern}（# 代表数字）。`,
      );
}

function withoutReason(policy: Policy, question: Question): No | undefined {
  const [wants] = rulesAbout(policy.rules, question, 'reason');
  return wants && isEmpty(question.reason)
    ? no(
        wants.name,
        'A reason is needed: add reason="…" to the command, with the alert, incident or ticket it is for.',
        '此变更需要说明原因：请在命令中加上 reason="…"，注明相关告警、事件或工单。',
      )
    : undefined;
}

const isEmpty = (text: string | undefined): boolean => text === undefined || text.trim() === '';

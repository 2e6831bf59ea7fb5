import { describe, expect, it } from 'vitest';
import { type Risk, words } from '../../../src/kit/index.ts';
import { readSpan, type Span } from '../../../src/policy/calendar.ts';
import type { ChangeRule } from '../../../src/policy/change-rules.ts';
import { decide } from '../../../src/policy/decide.ts';
import { ACTIONS, type Policy } from '../../../src/policy/policy.ts';
import { DOES, DOORS, type Question } from '../../../src/policy/question.ts';

/** Policies and questions enough that every kind of rule meets every kind of question. */
const TURNS = 4000;

describe('over generated policies and questions', () => {
  it('a rule more that is no emergency never permits more', () => {
    expect(
      firstWrong((make) => {
        const policy = make.policy();
        const question = make.question();
        const before = strength(policy, question);
        const rule = make.rule();
        // An approval more is one that somebody more may give.
        const gives = rule.kind === 'approve' && ['confirm', 'reject', 'settle'].includes(question.does);
        if (rule.kind === 'emergency' || gives) return undefined;
        const after = strength({ ...policy, rules: [...(policy.rules ?? []), rule] }, question);
        return after <= before ? undefined : { rule, question };
      }),
    ).toBeUndefined();
  });

  it('a deny more never permits more', () => {
    expect(
      firstWrong((make) => {
        const policy = make.policy();
        const question = make.question();
        const deny = { ...make.grant(), because: words('No.', '不可。') };
        const after = strength({ ...policy, deny: [...policy.deny, deny] }, question);
        return after <= strength(policy, question) ? undefined : { deny, question };
      }),
    ).toBeUndefined();
  });

  it('the order of rules, people and approvals changes no verdict', () => {
    expect(
      firstWrong((make) => {
        const policy = make.policy();
        const question = make.question();
        const turned: Policy = {
          ...policy,
          rules: [...(policy.rules ?? [])].reverse(),
          allow: [...policy.allow].reverse(),
          deny: [...policy.deny].reverse(),
          people: [...policy.people].reverse(),
        };
        const other = { ...question, approved: [...(question.approved ?? [])].reverse() };
        const [a, b] = [decide(policy, question), decide(turned, other)];
        return a.verdict === b.verdict ? undefined : { a, b, question };
      }),
    ).toBeUndefined();
  });

  it('an unknown clock never means yes', () => {
    expect(
      firstWrong((make) => {
        const decision = decide(make.policy(), { ...make.question(), at: new Date(Number.NaN) });
        return decision.verdict === 'no' ? undefined : { decision };
      }),
    ).toBeUndefined();
  });

  it('an unknown zone never permits more than any zone', () => {
    expect(
      firstWrong((make) => {
        const policy = make.policy();
        const question = make.question();
        const { timeZone: _, ...zoneless } = policy;
        return strength(zoneless, question) <= strength(policy, question) ? undefined : { policy, question };
      }),
    ).toBeUndefined();
  });

  it('nothing runs without somebody other than the requester, where the rules want that', () => {
    expect(
      firstWrong((make) => {
        const policy = make.policy();
        const question = make.question();
        const decision = decide(policy, { ...question, does: 'change' });
        if (decision.verdict !== 'run' || question.what?.risk === 'read-only') return undefined;
        const counted = [...(decision.counted ?? [])];
        const others = counted.filter((id) => id !== question.who.id);
        const isEnough =
          counted.length === decision.approvals &&
          counted.every((id) => question.approved?.some((person) => person.id === id)) &&
          (policy.confirm[question.what?.undo === 'cannot' ? next(question.what.risk) : riskOf(question)]
            .self ||
            others.length === counted.length);
        return isEnough ? undefined : { decision, question };
      }),
    ).toBeUndefined();
  });

  it('everything that is asked for can be approved by the people that it names, and by no fewer', () => {
    expect(
      firstWrong((make) => {
        const policy = make.policy();
        const question: Question = { ...make.question(), does: 'change', approved: [], where: [] };
        const decision = decide(policy, question);
        if (decision.verdict !== 'ask') return undefined;
        const people = policy.people.filter(({ name }) => decision.names.includes(name));
        const approved = people.map(({ key, name }) => ({ id: key, name, isTyped: true }));
        const all = decide(policy, { ...question, approved });
        const fewer = decide(policy, { ...question, approved: approved.slice(0, decision.approvals - 1) });
        return all.verdict === 'run' && fewer.verdict === 'ask' ? undefined : { decision, all, fewer };
      }),
    ).toBeUndefined();
  });

  it('whoever may confirm counts when the change runs, at the same moment', () => {
    expect(
      firstWrong((make) => {
        const policy = make.policy();
        const asked = make.question();
        const { what } = asked;
        if (!what) return undefined;
        const requester = asked.who;
        const approver = make.person();
        const confirmed = decide(policy, {
          ...asked,
          what,
          does: 'confirm',
          who: approver,
          requester,
          approved: [],
        });
        if (confirmed.verdict !== 'run') return undefined;
        const run = decide(policy, {
          ...asked,
          does: 'change',
          where: asked.where ?? [],
          approved: [{ ...approver, isTyped: true }],
        });
        if (run.rule === 'too few people') return undefined;
        const isCounted =
          run.verdict === 'run' ? run.counted?.has(approver.id) === true : run.verdict === 'ask';
        return isCounted ? undefined : { confirmed, run, asked };
      }),
    ).toBeUndefined();
  });
});

/** no < ask < run. */
const strength = (policy: Policy, question: Question): number =>
  ['no', 'ask', 'run'].indexOf(decide(policy, question).verdict);

const riskOf = ({ what }: Question): Exclude<Risk, 'read-only'> =>
  what?.risk === 'low' || what?.risk === 'risky' ? what.risk : 'dangerous';
const next = (risk: Risk): Exclude<Risk, 'read-only'> => (risk === 'low' ? 'risky' : 'dangerous');

/** The first seed for which a property does not hold, with what it was tried on. */
function firstWrong(property: (make: Maker) => object | undefined): string | undefined {
  for (let seed = 1; seed <= TURNS; seed += 1) {
    const wrong = property(maker(seed));
    if (wrong) return `seed ${seed}: ${JSON.stringify(wrong)}`;
  }
  return undefined;
}

type Maker = ReturnType<typeof maker>;

const PEOPLE = ['lin', 'zhao', 'wang', 'qin'] as const;
const ROLES = ['operator', 'approver', 'security'] as const;
const SYSTEMS = ['REG', 'MQ'] as const;
const SITES = ['site-a', 'site-b'] as const;
const RISKS = ['read-only', 'low', 'risky', 'dangerous'] as const;
const ZONES = ['Asia/Shanghai', 'Europe/Berlin'] as const;

function maker(seed: number) {
  let state = seed * 7919;
  const below = (end: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  const one = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0];
  const some = <T>(list: readonly T[]): readonly T[] => list.filter(() => below(2) === 0);
  const maybe = <K extends string, T>(key: K, make: () => T): { readonly [Key in K]?: T } =>
    below(2) === 0 ? {} : ({ [key]: make() } as { readonly [Key in K]?: T });
  const person = () => {
    const id = one([...PEOPLE, 'slack:U0WHO'] as const);
    return { id: id as string, name: id as string };
  };
  const span = (): Span => {
    const text = one([
      'Mon-Fri 22:00-06:00',
      'daily 09:30-11:30',
      'Sun 02:00-03:00',
      'daily 00:00-24:00',
    ] as const);
    const read = readSpan(text);
    if (!read) throw new Error(text);
    return read;
  };
  const roles = () => [one(ROLES), ...some(ROLES)];
  const extent = () => ({
    name: `rule-${below(1000)}`,
    risks: [...some(RISKS), one(RISKS)],
    ...maybe('systems', () => [one(SYSTEMS)]),
    ...maybe('sites', () => [one(SITES)]),
    ...maybe('playbooks', () => ['fix']),
    ...(below(6) === 0 ? { except: ['fix'] } : {}),
    ...(below(4) === 0 ? { by: [one(DOORS)] } : {}),
  });
  const rule = (): ChangeRule => {
    const about = extent();
    switch (below(8)) {
      case 0:
        return { kind: 'window', ...about, open: [span()] };
      case 1:
        return { kind: 'peak', ...about, times: [span()] };
      case 2:
        return {
          kind: 'freeze',
          ...about,
          from: '2026-11-30',
          to: one(['2026-11-30', '2026-12-02 12:00'] as const),
        };
      case 3:
        return { kind: 'refuse', ...about, because: words('No.', '不可。') };
      case 4:
        return { kind: 'ticket', ...about, pattern: 'CHG-##' };
      case 5:
        return { kind: 'reason', ...about };
      case 6:
        return { kind: 'approve', ...about, approvals: 1 + below(2), roles: roles(), typed: below(2) === 0 };
      default:
        return {
          kind: 'emergency',
          ...about,
          lifts: [one(['window', 'freeze', 'peak', 'ticket'] as const)],
          approvals: 1,
          ...maybe('roles', roles),
          ...maybe('pattern', () => 'INC-##'),
        };
    }
  };
  const grant = () => ({
    roles: roles(),
    actions: [one(ACTIONS), one(ACTIONS), one(ACTIONS)],
    systems: [one(['*', ...SYSTEMS] as const)],
  });
  const confirm = () => ({
    approvals: 1 + below(2),
    roles: roles(),
    self: below(2) === 0,
    ...(below(3) === 0 ? { typed: true } : {}),
  });
  const policy = (): Policy => ({
    version: 'v',
    people: PEOPLE.map((key) => ({ key, name: key })),
    roles: Object.fromEntries(ROLES.map((role) => [role, some(PEOPLE)])),
    ...(below(4) === 0 ? { until: { operator: { lin: '2026-11-30' } } } : {}),
    everyone: below(3) === 0 ? ['operator'] : [],
    allow: [
      ...(below(3) > 0 ? [{ roles: [...ROLES], actions: [...ACTIONS], systems: ['*'] }] : []),
      grant(),
      grant(),
    ],
    deny: below(4) === 0 ? [{ ...grant(), because: words('No.', '不可。') }] : [],
    confirm: { low: confirm(), risky: confirm(), dangerous: confirm() },
    confirmMinutes: 10,
    rules: Array.from({ length: below(4) }, rule),
    timeZone: one(ZONES),
  });
  const question = (): Question => ({
    who: person(),
    does: one(DOES),
    ...(below(12) === 0
      ? {}
      : {
          what: {
            playbook: one(['fix', 'other'] as const),
            risk: one(RISKS),
            undo: one(['can', 'cannot', 'nothing'] as const),
          },
        }),
    systems: [one(SYSTEMS)],
    ...maybe('where', () => some([{ site: 'site-a', system: 'REG' }, { site: 'site-b' }, {}])),
    by: one(DOORS),
    requester: person(),
    approved: some(PEOPLE).map((id) => ({ id, name: id, isTyped: below(3) > 0 })),
    at: new Date(Date.UTC(2026, 10, 29) + below(7 * 1440) * 60_000),
    ...maybe('ticket', () => one(['CHG-01', 'x'] as const)),
    ...maybe('reason', () => one(['IAM is down', ' '] as const)),
    ...(below(3) === 0 ? { emergency: one(['INC-01', 'x'] as const) } : {}),
  });
  return { person, rule, grant, policy, question };
}

import { describe, expect, it } from 'vitest';
import { readSpan } from '../../../src/policy/calendar.ts';
import { type ChangeRule, type Extent, isLike } from '../../../src/policy/change-rules.ts';
import { decide } from '../../../src/policy/decide.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import type { Question } from '../../../src/policy/question.ts';
import { words } from '../../../src/kit/index.ts';
import { aChange } from '../../support/policy-questions.ts';

const extent = (name: string, over: Partial<Extent> = {}): Extent => ({
  name,
  risks: ['low', 'risky', 'dangerous'],
  ...over,
});
const spans = (...texts: readonly string[]) =>
  texts.map((text) => {
    const span = readSpan(text);
    if (!span) throw new Error(`"${text}" is no span`);
    return span;
  });
const window = (name: string, open: string, over: Partial<Extent> = {}): ChangeRule => ({
  kind: 'window',
  ...extent(name, over),
  open: spans(open),
});
const peak = (name: string, times: string, over: Partial<Extent> = {}): ChangeRule => ({
  kind: 'peak',
  ...extent(name, { risks: ['risky', 'dangerous'], ...over }),
  times: spans(times),
});
const freeze: ChangeRule = {
  kind: 'freeze',
  ...extent('national-day'),
  from: '2026-10-01',
  to: '2026-10-07',
  because: words('National Day', '国庆'),
};
const emergency: ChangeRule = {
  kind: 'emergency',
  ...extent('incident'),
  lifts: ['window', 'freeze', 'peak', 'ticket'],
  approvals: 1,
  roles: ['operator'],
  pattern: 'INC-####',
};

const people = ['lin', 'zhao', 'wang', 'qin', 'sun', 'gu'];
const base: Policy = {
  version: 'v1',
  people: people.map((key) => ({ key, name: key, slack: key })),
  roles: { operator: ['lin', 'gu'], approver: ['zhao', 'wang', 'qin'], security: ['sun', 'wang'] },
  everyone: [],
  allow: [
    { roles: ['operator'], actions: ['inspect', 'change'], systems: ['*'] },
    { roles: ['approver', 'security'], actions: ['inspect', 'confirm'], systems: ['*'] },
  ],
  deny: [],
  confirm: {
    low: { approvals: 1, roles: ['operator', 'approver'], self: true },
    risky: { approvals: 1, roles: ['approver'], self: false },
    dangerous: { approvals: 2, roles: ['approver'], self: false, typed: true },
  },
  confirmMinutes: 10,
  timeZone: 'Asia/Shanghai',
};
const having = (...rules: readonly ChangeRule[]): Policy => ({ ...base, rules });
const lin = { id: 'lin', name: 'lin' };
const by = (id: string, isTyped = true) => ({ id, name: id, isTyped });
const siteA = [{ site: 'site-a', system: 'REG' }];
const siteB = [{ site: 'site-b', system: 'REG' }];

/** On the clocks of Shanghai. */
const shanghai = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);
const asked = (at: string, over: Partial<Question> = {}): Question =>
  aChange(lin, 'REG', 'risky', false, { where: siteA, at: shanghai(at), ...over });

describe('a dangerous change', () => {
  const dangerous = (approved: readonly ReturnType<typeof by>[]) =>
    decide(base, aChange(lin, 'REG', 'dangerous', false, { where: siteA, approved }));

  it('stays asked for with one of two approvals, and says how many and who', () => {
    expect(dangerous([by('zhao')])).toMatchObject({
      verdict: 'ask',
      approvals: 2,
      isTyped: true,
      because: { en: 'Needs 2 approvals by approver: zhao, wang, qin.' },
    });
  });

  it('runs by two people other than the requester who typed its name', () => {
    expect(dangerous([by('zhao'), by('wang')])).toMatchObject({ verdict: 'run', rule: 'confirm.dangerous' });
    expect(dangerous([by('zhao'), by('wang', false)]).verdict).toBe('ask');
    expect(dangerous([by('zhao'), by('lin')]).verdict).toBe('ask');
    expect(dangerous([by('zhao'), by('zhao')]).verdict).toBe('ask');
  });
});

describe('a change outside its times', () => {
  it('is refused by its freeze for every door, with the next opening and nothing that passes it', () => {
    for (const door of ['command', 'button', 'schedule', 'alert', 'cli'] as const) {
      const no = decide(having(freeze), asked('2026-10-03 10:00', { by: door }));
      expect(no).toMatchObject({
        verdict: 'no',
        rule: 'national-day',
        opens: shanghai('2026-10-08 00:00'),
        because: {
          en: 'Change freeze national-day until 2026-10-07: National Day. Changes here may run again from 2026-10-08 00:00.',
          zh: '封网 national-day，至 2026-10-07：国庆。下次可执行时间：2026-10-08 00:00。',
        },
      });
    }
  });

  it('that was confirmed before a freeze is refused when it is about to run', () => {
    const approved = [by('zhao')];
    expect(decide(having(freeze), asked('2026-09-30 23:59', { approved })).verdict).toBe('run');
    expect(decide(having(freeze), asked('2026-10-01 00:00', { approved })).verdict).toBe('no');
    expect(decide(having(freeze), asked('2026-10-08 00:00', { approved })).verdict).toBe('run');
  });

  it('is refused in peak hours when it is risky, runs when it is low, and looking is never refused', () => {
    const policy = having(peak('morning', 'Mon-Fri 09:30-11:30'));
    expect(decide(policy, asked('2026-11-30 10:30'))).toMatchObject({
      verdict: 'no',
      rule: 'morning',
      opens: shanghai('2026-11-30 11:30'),
    });
    expect(decide(policy, asked('2026-11-29 10:30')).verdict).toBe('ask');
    expect(
      decide(policy, aChange(lin, 'REG', 'low', false, { where: siteA, at: shanghai('2026-11-30 10:30') }))
        .verdict,
    ).toBe('ask');
    expect(
      decide(policy, {
        who: lin,
        does: 'look',
        systems: ['REG'],
        by: 'command',
        at: shanghai('2026-11-30 10:30'),
      }).verdict,
    ).toBe('run');
  });

  it('is refused when one of two sites that it touches is closed, and names that site', () => {
    const policy = having(
      window('a-nights', 'daily 00:00-24:00', { sites: ['site-a'] }),
      window('b-nights', 'daily 22:00-06:00', { sites: ['site-b'] }),
    );
    expect(decide(policy, asked('2026-11-30 12:00')).verdict).toBe('ask');
    expect(decide(policy, asked('2026-11-30 12:00', { where: [...siteA, ...siteB] }))).toMatchObject({
      verdict: 'no',
      rule: 'b-nights',
      because: {
        en: 'Outside the change window b-nights of site-b (daily 22:00-06:00, Asia/Shanghai). Changes here may run again from 2026-11-30 22:00.',
      },
    });
  });

  it('opens when all that close it do', () => {
    const policy = having(window('nights', 'Mon-Fri 22:00-06:00'), peak('batch', 'daily 22:00-23:00'), {
      ...freeze,
      from: '2026-11-30',
      to: '2026-12-01 23:30',
    });
    expect(decide(policy, asked('2026-11-30 12:00'))).toMatchObject({ opens: shanghai('2026-12-01 23:30') });
    const never = having(window('nights', 'daily 22:00-23:00'), peak('all', 'daily 00:00-24:00'));
    expect(decide(never, asked('2026-11-30 12:00'))).toMatchObject({
      verdict: 'no',
      because: { en: expect.stringContaining('No rule opens it within 62 days.') as string },
    });
  });

  it('whose place is not known is covered by rules of every place, once it is planned', () => {
    const policy = having(window('b-nights', 'daily 22:00-06:00', { sites: ['site-b'] }));
    const noon = shanghai('2026-11-30 12:00');
    expect(decide(policy, aChange(lin, 'REG', 'risky', false, { at: noon })).verdict).toBe('ask');
    expect(decide(policy, aChange(lin, 'REG', 'risky', false, { at: noon, where: [{}] })).verdict).toBe('no');
    expect(decide(policy, aChange(lin, 'REG', 'risky', false, { at: noon, where: [] })).verdict).toBe('no');
    expect(
      decide(policy, aChange(lin, 'REG', 'risky', false, { at: noon, approved: [by('zhao')] })).verdict,
    ).toBe('no');
  });

  it('is not the one that a rule leaves out by name', () => {
    const policy = having(window('nights', 'daily 22:00-06:00', { except: ['push-resume'] }));
    const resume = { playbook: 'push-resume', risk: 'risky', undo: 'can' } as const;
    expect(decide(policy, asked('2026-11-30 12:00')).verdict).toBe('no');
    expect(decide(policy, asked('2026-11-30 12:00', { what: resume })).verdict).toBe('ask');
  });

  it('is refused where nobody knows the clock', () => {
    const { timeZone: _, ...zoneless } = having(peak('never', 'Mon 03:00-03:01'));
    expect(decide(zoneless, asked('2026-11-30 12:00')).verdict).toBe('no');
    expect(decide(base, asked('2026-11-30 12:00', { at: new Date(Number.NaN) })).verdict).toBe('no');
  });
});

describe('an emergency', () => {
  const policy = having(freeze, emergency);
  const during = (over: Partial<Question>) => decide(policy, asked('2026-10-03 10:00', over));

  it('is the one way that a refusal offers, to those who have it', () => {
    expect(during({})).toMatchObject({
      verdict: 'no',
      because: { en: expect.stringContaining('In an emergency add emergency=<incident>') as string },
    });
    const noOperator = { ...policy, roles: { ...policy.roles, operator: [] } };
    const other = { ...noOperator, roles: { ...noOperator.roles, approver: ['zhao', 'wang', 'lin'] } };
    const may: Policy = {
      ...other,
      allow: [{ roles: ['approver'], actions: ['inspect', 'change', 'confirm'], systems: ['*'] }],
    };
    expect(JSON.stringify(decide(may, asked('2026-10-03 10:00')))).not.toContain('emergency');
  });

  it('opens a closed time with one approval more', () => {
    expect(during({ emergency: 'INC-0042', reason: 'IAM is down' })).toMatchObject({
      verdict: 'ask',
      approvals: 2,
      rule: 'confirm.risky + incident',
    });
    const approved = [by('zhao'), by('wang')];
    expect(during({ emergency: 'INC-0042', reason: 'IAM is down', approved }).verdict).toBe('run');
    expect(during({ emergency: 'INC-0042', reason: 'IAM is down', approved: [by('zhao')] }).verdict).toBe(
      'ask',
    );
  });

  it.each<readonly [string, Partial<Question>]>([
    ['no reason', { emergency: 'INC-0042' }],
    ['a blank reason', { emergency: 'INC-0042', reason: '  ' }],
    ['a number of another kind', { emergency: 'please', reason: 'IAM is down' }],
    ['no number', { reason: 'IAM is down' }],
  ])('is none with %s', (_, over) => {
    expect(during(over).verdict).toBe('no');
  });

  it('is refused, and not left out, where no rule knows it', () => {
    expect(decide(base, asked('2026-11-30 10:00', { emergency: 'INC-0042', reason: 'x' }))).toMatchObject({
      verdict: 'no',
    });
  });

  it('lifts nothing but what its rule names', () => {
    const some = having(freeze, window('nights', 'daily 22:00-06:00'), { ...emergency, lifts: ['window'] });
    const given = { emergency: 'INC-0042', reason: 'IAM is down' };
    expect(decide(some, asked('2026-10-03 10:00', given))).toMatchObject({
      verdict: 'no',
      rule: 'national-day',
    });
    expect(decide(some, asked('2026-10-09 10:00', given)).verdict).toBe('ask');
  });
});

describe('a ticket and a reason', () => {
  const ticket: ChangeRule = { kind: 'ticket', ...extent('tickets'), pattern: 'CHG-####' };
  const reason: ChangeRule = { kind: 'reason', ...extent('reasons') };

  it('are asked for in words that say what to type', () => {
    expect(decide(having(ticket), asked('2026-11-30 10:00'))).toMatchObject({
      verdict: 'no',
      rule: 'tickets',
      because: { en: expect.stringContaining('add ticket=… to the command, like CHG-####') as string },
    });
    expect(decide(having(ticket), asked('2026-11-30 10:00', { ticket: 'CHG-1' })).verdict).toBe('no');
    expect(decide(having(ticket), asked('2026-11-30 10:00', { ticket: 'CHG-0001' })).verdict).toBe('ask');
    expect(decide(having(reason), asked('2026-11-30 10:00', { reason: ' ' })).verdict).toBe('no');
    expect(decide(having(reason), asked('2026-11-30 10:00', { reason: 'ALERT 12' })).verdict).toBe('ask');
  });

  it('in an emergency the ticket may follow, a wrong one may not', () => {
    const given = { emergency: 'INC-0042', reason: 'IAM is down' };
    const policy = having(ticket, emergency);
    expect(decide(policy, asked('2026-11-30 10:00', given)).verdict).toBe('ask');
    expect(decide(policy, asked('2026-11-30 10:00', { ...given, ticket: 'x' })).verdict).toBe('no');
  });

  it.each([
    ['CHG-####', 'CHG-0123', true],
    ['CHG-####', 'CHG-012', false],
    ['CHG-####', 'chg-0123', false],
    ['CHG-####', 'CHG-01234', false],
    ['??#*', 'AB1', true],
    ['??#*', 'AB1-x_2', true],
    ['??#*', 'AB1 x', false],
    ['*-#', 'x-1', true],
    ['A*A', 'A', false],
    ['#', '１', false],
  ])('the pattern %s and %s: %s', (pattern, text, is) => {
    expect(isLike(pattern, text)).toBe(is);
  });

  it('a long text is no ticket, and takes no time', () => {
    expect(isLike('*#', `${'a'.repeat(1_000_000)}1`)).toBe(false);
  });
});

describe('approvals of several roles', () => {
  const both = having({ kind: 'approve', ...extent('security-too'), approvals: 1, roles: ['security'] });
  const with_ = (...approved: readonly string[]) =>
    decide(both, asked('2026-11-30 10:00', { approved: approved.map((id) => by(id)) }));
  const confirms = (who: string, ...given: readonly string[]) =>
    decide(
      both,
      asked('2026-11-30 10:00', {
        does: 'confirm',
        who: { id: who, name: who },
        requester: lin,
        approved: given.map((id) => by(id)),
      }),
    );

  it('are counted by role, not over any of them', () => {
    expect(with_('zhao', 'qin').verdict).toBe('ask');
    expect(with_('zhao', 'sun')).toMatchObject({ verdict: 'run', rule: 'confirm.risky + security-too' });
  });

  it('count somebody with both roles once, where they are needed', () => {
    expect(with_('wang').verdict).toBe('ask');
    expect(with_('wang', 'zhao').verdict).toBe('run');
    expect(with_('wang', 'sun').verdict).toBe('run');
    expect(with_('sun', 'wang').verdict).toBe('run');
  });

  it('of a role that is full are refused, with who is still needed', () => {
    expect(confirms('qin', 'zhao')).toMatchObject({
      verdict: 'no',
      because: { en: 'The approvals that you could give are there already. Still needed: wang, sun.' },
    });
    expect(confirms('sun', 'zhao').verdict).toBe('run');
    expect(confirms('zhao', 'zhao').verdict).toBe('no');
    expect(confirms('lin').verdict).toBe('no');
  });
});

describe('a role with a last day', () => {
  const trained: Policy = { ...base, until: { operator: { gu: '2026-11-30' } } };
  const gu = { id: 'gu', name: 'gu' };
  const at = (text: string) => aChange(gu, 'REG', 'risky', false, { at: shanghai(text) });

  it('lets people change until that day is over where the estate is, and look afterwards', () => {
    expect(decide(trained, at('2026-11-30 23:59')).verdict).toBe('ask');
    expect(decide(trained, at('2026-12-01 00:00'))).toMatchObject({
      verdict: 'no',
      because: { en: expect.stringContaining('Past its last day: operator') as string },
    });
    const look = {
      who: gu,
      does: 'look',
      systems: ['REG'],
      by: 'command',
      at: shanghai('2026-12-01 00:00'),
    } as const;
    expect(decide(trained, look).verdict).toBe('run');
  });

  it('is over where no clock is known', () => {
    const { timeZone: _, ...zoneless } = trained;
    expect(decide(zoneless, at('2026-11-01 00:00')).verdict).toBe('no');
  });

  it('of an approver no longer counts when the change is about to run', () => {
    const leaving: Policy = { ...base, until: { approver: { zhao: '2026-11-30' } } };
    const approved = [by('zhao')];
    expect(decide(leaving, asked('2026-11-30 23:59', { approved })).verdict).toBe('run');
    expect(decide(leaving, asked('2026-12-01 00:00', { approved })).verdict).toBe('ask');
  });
});

describe('stopping all changes', () => {
  it('is for whoever may confirm, or for those whom a rule of its own names', () => {
    const may = (policy: Policy, id: string) =>
      decide(policy, {
        who: { id, name: id },
        does: 'readonly',
        systems: ['REG'],
        by: 'command',
        at: new Date(),
      }).verdict;
    expect([may(base, 'zhao'), may(base, 'lin'), may(base, 'slack:U0WHO')]).toEqual(['run', 'no', 'no']);
    const own = {
      ...base,
      allow: [...base.allow, { roles: ['operator'], actions: ['readonly' as const], systems: ['*'] }],
    };
    expect([may(own, 'zhao'), may(own, 'lin')]).toEqual(['no', 'run']);
  });
});

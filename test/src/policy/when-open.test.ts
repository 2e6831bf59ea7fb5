import { describe, expect, it } from 'vitest';
import { readSpan } from '../../../src/policy/calendar.ts';
import type { ChangeRule } from '../../../src/policy/change-rules.ts';
import { decide } from '../../../src/policy/decide.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import type { Question } from '../../../src/policy/question.ts';
import { aChange } from '../../support/policy-questions.ts';

const extent = { risks: ['low', 'risky', 'dangerous'] } as const;
const window = (name: string, text: string): ChangeRule => {
  const span = readSpan(text);
  if (!span) throw new Error(`"${text}" is no span`);
  return { kind: 'window', name, ...extent, open: [span] };
};
const freeze = (from: string, to: string): ChangeRule => ({
  kind: 'freeze',
  name: 'freeze',
  ...extent,
  from,
  to,
});
const confirm = { approvals: 1, roles: ['approver'], self: false };
const policyWith = (rules: readonly ChangeRule[], over: Partial<Policy> = {}): Policy => ({
  version: 'v',
  people: ['lin', 'zhao', 'wang'].map((key) => ({ key, name: key, slack: key })),
  roles: { operator: ['lin'], approver: ['zhao', 'wang'] },
  everyone: [],
  allow: [{ roles: ['operator', 'approver'], actions: ['inspect', 'change'], systems: ['*'] }],
  deny: [],
  confirm: { low: confirm, risky: confirm, dangerous: confirm },
  confirmMinutes: 10,
  timeZone: 'Asia/Shanghai',
  rules,
  ...over,
});
const lin = { id: 'lin', name: 'lin' };
const shanghai = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);
const asked = (at: Date, over: Partial<Question> = {}): Question =>
  aChange(lin, 'REG', 'risky', false, { where: [{ site: 'site-a', system: 'REG' }], at, ...over });
const nights = policyWith([window('nights', 'daily 22:00-06:00')]);
const noon = shanghai('2026-11-30 12:00');

describe('a change whose window is closed', () => {
  it('is refused with the opening, and told that it may wait', () => {
    expect(decide(nights, asked(noon))).toMatchObject({
      verdict: 'no',
      opens: shanghai('2026-11-30 22:00'),
      mayWait: true,
    });
  });

  it('that is to wait is asked of the people who can confirm it, until the window has opened', () => {
    expect(decide(nights, asked(noon, { when: 'window' }))).toMatchObject({
      verdict: 'ask',
      opens: shanghai('2026-11-30 22:00'),
      until: shanghai('2026-11-30 22:10'),
      names: ['zhao', 'wang'],
    });
    const confirmed = {
      when: 'window',
      does: 'confirm',
      requester: lin,
      who: { id: 'zhao', name: 'zhao' },
    } as const;
    expect(decide(nights, asked(noon, confirmed))).toMatchObject({
      verdict: 'run',
      opens: shanghai('2026-11-30 22:00'),
    });
  });

  it('is not carried out before, whoever has approved it', () => {
    const approved = [{ id: 'zhao', name: 'zhao' }];
    expect(decide(nights, asked(noon, { when: 'window', approved }))).toMatchObject({
      verdict: 'no',
      mayWait: true,
    });
    const open = shanghai('2026-11-30 22:00');
    expect(decide(nights, asked(open, { when: 'window', approved })).verdict).toBe('run');
  });

  it('waits for the first moment at which all of its windows are open and nothing is frozen', () => {
    const both = policyWith(
      [
        window('nights', 'daily 22:00-06:00'),
        window('weekend', 'Sat,Sun 00:00-24:00'),
        freeze('2026-12-05', '2026-12-05 23:00'),
      ],
      { waitHours: 200 },
    );
    expect(decide(both, asked(noon, { when: 'window' }))).toMatchObject({
      verdict: 'ask',
      opens: shanghai('2026-12-05 23:00'),
    });
  });

  it('opens by the clocks of the estate, also on the night on which they are changed', () => {
    const berlin = policyWith([window('early', 'daily 02:30-03:30')], { timeZone: 'Europe/Berlin' });
    // At 02:00 the clocks show 03:00: the window begins then.
    expect(decide(berlin, asked(new Date('2026-03-28T20:00:00Z'), { when: 'window' }))).toMatchObject({
      opens: new Date('2026-03-29T01:00:00Z'),
    });
    // 02:30 comes twice: the first one counts.
    expect(decide(berlin, asked(new Date('2026-10-24T20:00:00Z'), { when: 'window' }))).toMatchObject({
      opens: new Date('2026-10-25T00:30:00Z'),
    });
  });

  it('that never opens, or not soon enough, is refused either way', () => {
    const never = policyWith([
      window('mornings', 'daily 06:00-07:00'),
      window('evenings', 'daily 20:00-21:00'),
    ]);
    expect(decide(never, asked(noon))).not.toHaveProperty('mayWait');
    expect(decide(never, asked(noon, { when: 'window' }))).toMatchObject({
      verdict: 'no',
      because: { en: expect.stringContaining('No rule opens it within 62 days.') as string },
    });
    const week = policyWith([window('weekend', 'Sat,Sun 00:00-24:00')]);
    expect(decide(week, asked(noon))).not.toHaveProperty('mayWait');
    expect(decide(week, asked(noon, { when: 'window' }))).toMatchObject({
      verdict: 'no',
      because: { en: expect.stringContaining('may wait at most 24 h') as string },
    });
    const none = policyWith([window('nights', 'daily 22:00-06:00')], { waitHours: 0 });
    expect(decide(none, asked(noon, { when: 'window' })).verdict).toBe('no');
  });

  it('is refused at once where nobody has the right any more when it opens', () => {
    const until = { operator: { lin: '2026-11-30' } };
    const late = policyWith([window('nights', 'daily 00:00-06:00')], { until });
    expect(decide(late, asked(noon))).not.toHaveProperty('mayWait');
    expect(decide(late, asked(noon, { when: 'window' }))).toMatchObject({
      verdict: 'no',
      because: { en: expect.stringContaining('Not at 2026-12-01 00:00 (Asia/Shanghai) either:') as string },
    });
  });

  it('runs at once where the window is open, and is refused by a rule that names no hour', () => {
    const open = shanghai('2026-11-30 23:00');
    expect(decide(nights, asked(open, { when: 'window' }))).not.toHaveProperty('opens');
    const ticket = policyWith([{ kind: 'ticket', name: 'ticket', ...extent, pattern: 'CHG-##' }]);
    expect(decide(ticket, asked(noon, { when: 'window' }))).toMatchObject({ verdict: 'no', rule: 'ticket' });
  });
});

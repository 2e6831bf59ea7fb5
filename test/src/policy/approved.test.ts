import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/policy/policy.ts';
import { decide } from '../../../src/policy/decide.ts';
import type { Question } from '../../../src/policy/question.ts';
import { words } from '../../../src/kit/index.ts';
import { aChange } from '../../support/policy-questions.ts';

const rule = { approvals: 2, roles: ['approver'], self: false };
const policy: Policy = {
  version: 'v1',
  people: ['lin', 'zhao', 'wang', 'qin'].map((key) => ({ key, name: key, slack: key })),
  roles: { operator: ['lin'], approver: ['zhao', 'wang', 'qin'] },
  everyone: [],
  allow: [
    { roles: ['operator'], actions: ['inspect', 'change'], systems: ['DEPS'] },
    { roles: ['approver'], actions: ['inspect', 'confirm'], systems: ['DEPS'] },
  ],
  deny: [],
  confirm: { low: rule, risky: rule, dangerous: rule },
  confirmMinutes: 10,
};
const by = (id: string) => ({ id, name: id });
const change: Question = aChange(by('lin'), 'DEPS', 'risky', false, {
  where: [],
  approved: [by('zhao'), by('wang')],
});
const denying = (role: string, action: 'change' | 'confirm' | 'inspect'): Policy => ({
  ...policy,
  deny: [{ roles: [role], actions: [action], systems: ['*'], because: words('No.', '不可。') }],
});

describe('a confirmed change', () => {
  it('runs while everybody still may', () => {
    expect(decide(policy, change)).toMatchObject({
      verdict: 'run',
      counted: new Set(['zhao', 'wang']),
      approvals: 2,
    });
    const one = { ...rule, approvals: 1 };
    const now = {
      ...policy,
      roles: { ...policy.roles, approver: ['wang'] },
      confirm: { ...policy.confirm, risky: one },
    };
    expect(decide(now, change)).toMatchObject({ verdict: 'run', counted: new Set(['wang']), approvals: 1 });
  });

  it.each<readonly [string, Policy, Question]>([
    ['whoever asked lost the role', { ...policy, roles: { ...policy.roles, operator: [] } }, change],
    ['whoever asked is denied', denying('operator', 'change'), change],
    ['whoever asked lost the right over the system', { ...policy, allow: policy.allow.slice(1) }, change],
    [
      'one of those who confirmed lost the role',
      { ...policy, roles: { ...policy.roles, approver: ['zhao', 'qin'] } },
      change,
    ],
    ['confirming is denied', denying('approver', 'confirm'), change],
    ['one confirmed twice', policy, { ...change, approved: [by('zhao'), by('zhao')] }],
    ['nobody confirmed', policy, { ...change, approved: [] }],
    ['whoever asked confirmed', policy, { ...change, approved: [by('zhao'), by('lin')] }],
    ['a stranger confirmed', policy, { ...change, approved: [by('zhao'), by('slack:U0WHO')] }],
    ['the system is unknown', policy, { ...change, systems: [''] }],
  ])('does not run when %s', (_, now, what) => {
    expect(decide(now, what).verdict).not.toBe('run');
  });

  it('says who may not ask any more, in both languages', () => {
    expect(decide(denying('operator', 'change'), change)).toMatchObject({
      verdict: 'no',
      because: { en: 'lin may not ask for this any more. No.', zh: 'lin 不再有权发起此变更。不可。' },
    });
  });
});

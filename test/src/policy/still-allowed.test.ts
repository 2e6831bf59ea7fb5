import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/policy/policy.ts';
import { type ConfirmedChange, stillAllowed } from '../../../src/policy/still-allowed.ts';
import { words } from '../../../src/kit/index.ts';

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
const change: ConfirmedChange = {
  system: 'DEPS',
  risk: 'risky',
  irreversible: false,
  requester: by('lin'),
  approvers: [by('zhao'), by('wang')],
};
const denying = (role: string, action: 'change' | 'confirm' | 'inspect'): Policy => ({
  ...policy,
  deny: [{ roles: [role], actions: [action], systems: ['*'], because: words('No.', '不可。') }],
});

describe('a confirmed change', () => {
  it('runs while everybody still may', () => {
    expect(stillAllowed(policy, change)).toEqual({ ok: true, counted: new Set(['zhao', 'wang']) });
    const one = { ...rule, approvals: 1 };
    const now = {
      ...policy,
      roles: { ...policy.roles, approver: ['wang'] },
      confirm: { ...policy.confirm, risky: one },
    };
    expect(stillAllowed(now, change)).toEqual({ ok: true, counted: new Set(['wang']) });
  });

  it.each<readonly [string, Policy, ConfirmedChange]>([
    ['whoever asked lost the role', { ...policy, roles: { ...policy.roles, operator: [] } }, change],
    ['whoever asked is denied', denying('operator', 'change'), change],
    ['whoever asked lost the right over the system', { ...policy, allow: policy.allow.slice(1) }, change],
    [
      'one of those who confirmed lost the role',
      { ...policy, roles: { ...policy.roles, approver: ['zhao', 'qin'] } },
      change,
    ],
    ['confirming is denied', denying('approver', 'confirm'), change],
    ['one confirmed twice', policy, { ...change, approvers: [by('zhao'), by('zhao')] }],
    ['nobody confirmed', policy, { ...change, approvers: [] }],
    ['whoever asked confirmed', policy, { ...change, approvers: [by('zhao'), by('lin')] }],
    ['a stranger confirmed', policy, { ...change, approvers: [by('zhao'), by('slack:U0WHO')] }],
    ['the system is unknown', policy, { ...change, system: '' }],
  ])('does not run when %s', (_, now, what) => {
    expect(stillAllowed(now, what).ok).toBe(false);
  });

  it('says who may not ask any more, in both languages', () => {
    expect(stillAllowed(denying('operator', 'change'), change)).toMatchObject({
      ok: false,
      because: { en: 'lin may not ask for this any more. No.', zh: 'lin 不再有权发起此变更。不可。' },
    });
  });
});

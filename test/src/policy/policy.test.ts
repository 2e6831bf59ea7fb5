import { describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import {
  decideChange,
  decideConfirm,
  decideInspect,
  decideSchedule,
  identify,
  INVENTORY,
  objections,
  type Policy,
} from '../../../src/policy/policy.ts';

const policy: Policy = {
  version: 'v1',
  people: [
    { key: 'lin', name: 'Lin Wei', slack: 'U0LIN', login: 'lin' },
    { key: 'zhao', name: 'Zhao Min', slack: 'U0ZHAO' },
    { key: 'chen', name: 'Chen Bo', slack: 'U0CHEN' },
    { key: 'gu', name: 'Gu Yi', slack: 'U0GU' },
  ],
  roles: { operator: ['lin', 'gu'], approver: ['zhao'], viewer: ['chen'], locked: ['gu'] },
  everyone: [],
  allow: [
    { roles: ['viewer', 'operator', 'approver'], actions: ['inspect'], systems: ['*'] },
    { roles: ['operator'], actions: ['change'], systems: ['DEPS'] },
    { roles: ['operator'], actions: ['schedule'], systems: ['MQ'] },
    { roles: ['operator', 'approver'], actions: ['confirm'], systems: ['DEPS'] },
  ],
  deny: [{ roles: ['locked'], actions: ['change'], systems: ['*'], because: words('On leave.', '休假中。') }],
  confirm: {
    low: { approvals: 1, roles: ['operator', 'approver'], self: true },
    risky: { approvals: 1, roles: ['operator', 'approver'], self: false },
    dangerous: { approvals: 1, roles: ['approver'], self: false },
  },
  confirmMinutes: 10,
};
const lin = identify(policy, 'slack', 'U0LIN', 'x');
const zhao = identify(policy, 'slack', 'U0ZHAO', 'x');
const chen = identify(policy, 'slack', 'U0CHEN', 'x');
const gu = identify(policy, 'slack', 'U0GU', 'x');
const stranger = identify(policy, 'slack', 'U0WHO', 'Who');

describe('who may do what', () => {
  it('knows one person by Slack id and by login', () => {
    expect(identify(policy, 'login', 'lin', 'root')).toEqual(lin);
    expect(stranger).toEqual({ id: 'slack:U0WHO', name: 'Who' });
  });

  it('lets listed people look, and nobody else', () => {
    expect(decideInspect(policy, chen, ['MQ', 'DEPS']).verdict).toBe('run');
    expect(decideInspect(policy, stranger, ['MQ'])).toMatchObject({
      verdict: 'no',
      because: { en: expect.stringContaining('none') },
    });
    expect(decideInspect({ ...policy, everyone: ['viewer'] }, stranger, ['MQ']).verdict).toBe('run');
  });

  it('lets people schedule inspections by a rule of its own', () => {
    expect(decideSchedule(policy, lin, ['MQ']).verdict).toBe('run');
    expect(decideSchedule(policy, lin, ['MQ', 'DEPS'])).toMatchObject({
      verdict: 'no',
      because: {
        en: expect.stringContaining('No rule lets you schedule inspections of DEPS') as string,
        zh: expect.stringContaining('没有规则允许您定时巡检 DEPS') as string,
      },
    });
    expect(decideSchedule(policy, chen, ['MQ']).verdict).toBe('no');
  });

  it('lets the inventory look, and nothing more; no person can be called so', () => {
    const closed = { ...policy, allow: [], deny: [] };
    expect(decideInspect(closed, INVENTORY, ['MQ']).verdict).toBe('run');
    expect(decideSchedule(closed, INVENTORY, ['MQ']).verdict).toBe('no');
    expect(decideChange(closed, INVENTORY, 'DEPS', 'low', false).verdict).toBe('no');
    expect(identify(policy, 'slack', INVENTORY.id, 'x').id).not.toBe(INVENTORY.id);
    expect(identify(policy, 'login', INVENTORY.id, 'x').id).not.toBe(INVENTORY.id);
  });

  it('asks for confirmation of a change and says whose', () => {
    expect(decideChange(policy, lin, 'DEPS', 'risky', false)).toMatchObject({
      verdict: 'ask',
      approvals: 1,
      names: ['Zhao Min'],
    });
  });

  it('takes the confirmations of the next class when there is no way back', () => {
    expect(decideChange(policy, lin, 'DEPS', 'risky', true)).toMatchObject({
      verdict: 'ask',
      roles: ['approver'],
    });
    expect(decideChange(policy, lin, 'DEPS', 'low', true)).toMatchObject({ verdict: 'ask', self: false });
  });

  it.each([
    ['a viewer', chen, 'DEPS'],
    ['a stranger', stranger, 'DEPS'],
    ['an operator in another system', lin, 'MQ'],
    ['a person whom a deny names, whatever else allows', gu, 'DEPS'],
  ])('refuses a change to %s', (_, person, system) => {
    expect(decideChange(policy, person, system, 'low', false).verdict).toBe('no');
  });

  it('does not let the person who asked confirm their own dangerous change', () => {
    const both = { ...policy, roles: { ...policy.roles, approver: ['zhao', 'lin'] } };
    expect(decideConfirm(both, lin, lin, 'DEPS', 'dangerous', false).verdict).toBe('no');
    expect(decideConfirm(both, zhao, lin, 'DEPS', 'dangerous', false).verdict).toBe('run');
    expect(decideConfirm(both, lin, zhao, 'DEPS', 'low', false).verdict).toBe('run');
  });

  it('does not let a viewer, a stranger or a denied person confirm', () => {
    for (const person of [chen, stranger])
      expect(decideConfirm(policy, person, lin, 'DEPS', 'risky', false).verdict).toBe('no');
    expect(decideConfirm(policy, gu, lin, 'DEPS', 'risky', false)).toMatchObject({
      verdict: 'no',
      because: { en: 'On leave.' },
    });
  });

  it('objects to self-confirmation in production only', () => {
    const lax = {
      ...policy,
      confirm: { ...policy.confirm, dangerous: { ...policy.confirm.dangerous, self: true } },
    };
    expect(objections(lax, { environment: 'production' })).toHaveLength(1);
    expect(objections(lax, { environment: 'practice' })).toEqual([]);
    expect(objections(policy, { environment: 'production' })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { cautions, objections } from '../../../src/policy/cautions.ts';
import { identify, INVENTORY, type Policy } from '../../../src/policy/policy.ts';
import {
  decideAudit,
  decideCancel,
  decideChange,
  decideConfirm,
  decideInspect,
  decideSchedule,
} from '../../support/policy-questions.ts';

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

  it('knows a person of another workspace by workspace and id, and by nothing less', () => {
    const people = [
      { key: 'ana', name: 'Ana', slack: 'U0ANA', team: 'T0BANK' },
      { key: 'bo', name: 'Bo', slack: 'U0ANA', team: 'T0OTHER' },
      { key: 'lin', name: 'Lin Wei', slack: 'U0LIN' },
    ];
    const id = (slackId: string, team?: string): string =>
      identify({ ...policy, people }, 'slack', slackId, 'x', team).id;
    expect(id('U0ANA', 'T0BANK')).toBe('ana');
    expect(id('T0OTHER/U0ANA', 'T0BANK')).toBe('bo');
    expect(id('T0OTHER/U0ANA', 'T0OTHER')).toBe('bo');
    expect(id('T0BANK/U0ANA')).toBe('ana');
    expect(id('U0ANA')).toBe('slack:U0ANA');
    expect(id('U0ANA', 'T0THIRD')).toBe('slack:U0ANA');
    expect(id('U0LIN', 'T0BANK')).toBe('lin');
    expect(id('T0OTHER/U0LIN', 'T0OTHER')).toBe('slack:T0OTHER/U0LIN');
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
      seats: [{ roles: ['approver'] }],
    });
    expect(decideChange(policy, lin, 'DEPS', 'low', true)).toMatchObject({
      verdict: 'ask',
      seats: [{ self: false }],
    });
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
    const asking = { roles: ['approver'], actions: ['change' as const], systems: ['DEPS'] };
    const all = { ...both, allow: [...both.allow, asking] };
    expect(decideConfirm(all, lin, zhao, 'DEPS', 'low', false).verdict).toBe('run');
    expect(decideConfirm(both, lin, zhao, 'DEPS', 'low', false).verdict).toBe('no');
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

describe('confirming', () => {
  const scoped: Policy = {
    ...policy,
    people: [
      { key: 'ma', name: 'Ma', slack: 'U0MA' },
      { key: 'de', name: 'De', slack: 'U0DE' },
      { key: 'du', name: 'Du', slack: 'U0DU' },
    ],
    roles: { mq: ['ma'], deps: ['de', 'du'] },
    allow: [
      { roles: ['mq'], actions: ['inspect', 'change'], systems: ['MQ'] },
      { roles: ['deps'], actions: ['inspect', 'change'], systems: ['DEPS'] },
    ],
    deny: [],
    confirm: {
      low: { approvals: 1, roles: ['mq', 'deps'], self: true },
      risky: { approvals: 1, roles: ['mq', 'deps'], self: false },
      dangerous: { approvals: 1, roles: ['mq', 'deps'], self: false },
    },
  };
  const who = (id: string) => ({ id, name: id });
  const may = (over: Policy, id: string, by = 'de', system = 'DEPS') =>
    decideConfirm(over, who(id), who(by), system, 'dangerous', false).verdict;

  it('needs a right over the system, not only a role of the list', () => {
    expect(may(scoped, 'ma')).toBe('no');
    expect(may(scoped, 'du')).toBe('run');
  });

  it('goes by its own action where a rule names it, and by inspect and change where none does', () => {
    const own = (systems: readonly string[]): Policy => ({
      ...scoped,
      allow: [...scoped.allow, { roles: ['mq'], actions: ['inspect', 'confirm'], systems }],
    });
    expect(may(own(['DEPS']), 'ma')).toBe('run');
    expect(may(own(['MQ']), 'ma')).toBe('no');
    expect(may(own(['DEPS']), 'du')).toBe('no');
    const blind = { ...scoped, allow: [{ roles: ['mq'], actions: ['confirm' as const], systems: ['*'] }] };
    expect(may(blind, 'ma')).toBe('no');
  });

  it.each(['inspect', 'change', 'confirm'] as const)('is stopped by a deny of %s', (action) => {
    const denied: Policy = {
      ...scoped,
      deny: [{ roles: ['deps'], actions: [action], systems: ['DEPS'], because: words('No.', '不可。') }],
    };
    expect(may(denied, 'du')).toBe('no');
  });

  it('is never for an unknown system, nor for a role that everyone has', () => {
    expect(may(scoped, 'du', 'de', '')).toBe('no');
    const open: Policy = { ...scoped, everyone: ['deps'] };
    expect(may(open, 'slack:U0WHO')).toBe('no');
  });

  it('is refused for a read-only plan to whoever may not change the system', () => {
    expect(decideConfirm(scoped, who('ma'), who('de'), 'DEPS', 'read-only', false).verdict).toBe('no');
    expect(decideConfirm(scoped, who('du'), who('de'), 'DEPS', 'read-only', false).verdict).toBe('run');
  });

  it('that nobody else can give is said before anything is planned', () => {
    const alone: Policy = { ...scoped, roles: { mq: ['ma'], deps: ['de'] } };
    expect(decideChange(alone, who('de'), 'DEPS', 'dangerous', false)).toMatchObject({
      verdict: 'no',
      because: {
        en: 'Nobody else can confirm this: it needs 1 approval by mq or deps, and no other person may give one. Ask the owner of policy.yaml to name more people.',
        zh: expect.stringContaining('没有其他人可以确认此操作') as string,
      },
    });
    expect(decideChange(alone, who('de'), 'DEPS', 'low', false).verdict).toBe('ask');
    const two = {
      ...scoped,
      confirm: { ...scoped.confirm, dangerous: { ...scoped.confirm.dangerous, approvals: 2 } },
    };
    expect(decideChange(two, who('de'), 'DEPS', 'dangerous', false)).toMatchObject({
      verdict: 'no',
      because: {
        en: expect.stringContaining('needs 2 approvals by mq or deps, and only Du may give one') as string,
      },
    });
  });

  it('and stopping somebody else’s plan are both for whoever may confirm it', () => {
    expect(decideCancel(scoped, who('ma'), 'DEPS').verdict).toBe('no');
    expect(decideCancel(scoped, who('du'), 'DEPS').verdict).toBe('run');
    expect(decideCancel(scoped, who('du'), '').verdict).toBe('no');
    const confirmOnly = {
      ...scoped,
      allow: [{ roles: ['mq'], actions: ['confirm' as const], systems: ['DEPS'] }],
    };
    expect(decideCancel(confirmOnly, who('ma'), 'DEPS').verdict).toBe('run');
  });
});

describe('everyone', () => {
  const open: Policy = { ...policy, everyone: ['operator'] };

  it('is whoever of the workspace is not listed; not a login, and not somebody who was given no role', () => {
    const listed: Policy = { ...open, people: [...open.people, { key: 'hu', name: 'Hu', slack: 'U0HU' }] };
    expect(decideInspect(open, stranger, ['MQ']).verdict).toBe('run');
    expect(decideInspect(open, identify(open, 'login', 'lin2', 'x'), ['MQ']).verdict).toBe('no');
    expect(decideInspect(listed, identify(listed, 'slack', 'U0HU', 'x'), ['MQ']).verdict).toBe('no');
  });
});

describe('a list of no systems', () => {
  it('is never a yes', () => {
    expect(decideInspect(policy, lin, []).verdict).toBe('no');
    expect(decideSchedule(policy, lin, []).verdict).toBe('no');
    expect(decideInspect(policy, INVENTORY, []).verdict).toBe('no');
    expect(decideInspect(policy, lin, ['MQ', '']).verdict).toBe('no');
    expect(decideChange(policy, lin, '', 'low', false).verdict).toBe('no');
  });
});

describe('a Slack id', () => {
  it('means its workspace only where one is named', () => {
    const two: Policy = {
      ...policy,
      people: [
        { key: 'lin', name: 'Lin Wei', slack: 'U0X', team: 'T0A' },
        { key: 'zhao', name: 'Zhao Min', slack: 'U0X', team: 'T0B' },
      ],
    };
    expect(identify(two, 'slack', 'U0X', 'x', 'T0B').id).toBe('zhao');
    expect(identify(two, 'slack', 'U0X', 'x', 'T0C').id).toBe('slack:U0X');
    expect(identify(two, 'slack', 'U0X', 'x').id).toBe('slack:U0X');
  });
});

describe('the record', () => {
  const auditor: Policy = {
    ...policy,
    allow: [...policy.allow, { roles: ['approver'], actions: ['audit'], systems: ['*'] }],
  };

  it('is read by a rule of its own, and only where it is for every system', () => {
    expect(decideAudit(auditor, zhao).verdict).toBe('run');
    expect(decideAudit(auditor, lin).verdict).toBe('no');
    expect(decideAudit(policy, zhao).verdict).toBe('no');
    const narrow: Policy = {
      ...policy,
      allow: [{ roles: ['approver'], actions: ['audit'], systems: ['MQ'] }],
    };
    expect(decideAudit(narrow, zhao).verdict).toBe('no');
  });

  it('is closed by a deny', () => {
    const denied: Policy = {
      ...auditor,
      deny: [{ roles: ['approver'], actions: ['audit'], systems: ['MQ'], because: words('No.', '不可。') }],
    };
    expect(decideAudit(denied, zhao)).toMatchObject({ verdict: 'no', because: { en: 'No.' } });
  });
});

describe('what is worth a look', () => {
  it('names roles that nobody holds and people who can do nothing', () => {
    const odd: Policy = {
      ...policy,
      people: [...policy.people, { key: 'hu', name: 'Hu' }],
      roles: { ...policy.roles, ghost: [] },
    };
    expect(cautions(policy)).toEqual([]);
    expect(cautions(odd).join('\n')).toContain('role ghost: nobody holds it');
    expect(cautions(odd).join('\n')).toContain('people.hu: holds no role and may do nothing');
    expect(cautions(odd).join('\n')).toContain('people.hu: has neither "slack" nor "login"');
  });
});

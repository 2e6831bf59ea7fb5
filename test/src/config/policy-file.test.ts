import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import { policyFrom } from '../../../src/config/load.ts';
import { showProblem } from '../../../src/config/problems.ts';
import { readPolicy } from '../../../src/config/policy-file.ts';
import { readYaml } from '../../../src/config/yaml.ts';
import { decide } from '../../../src/policy/decide.ts';
import { definitionsOf } from '../../../src/main.ts';

const sound = `
people:
  lin: { name: Lin Wei, slack: U0LIN, login: lin }
  zhao: { name: Zhao Min, slack: U0ZHAO, login: zhao }
  wang: { name: Wang Fang, slack: U0WANG }
roles: { operator: [lin], approver: [zhao, wang], viewer: [] }
everyone: []
allow:
  - { roles: [operator, approver], actions: [inspect] }
  - { roles: [operator], actions: [change] }
  - { roles: [operator, approver], actions: [confirm] }
deny: []
confirm:
  low: { approvals: 1, roles: [operator, approver], self: true }
  risky: { approvals: 1, roles: [operator, approver], self: false }
  dangerous: { approvals: 1, roles: [approver], self: false }
`;
const systems = ['MQ', 'DEPS', 'IAM', 'REG'];
const fixes = [{ name: 'release-locks', system: 'DEPS', risk: 'dangerous', irreversible: false }] as const;

/** Every problem of a text, as it is shown; none when it is read. */
function problems(text: string, teams: readonly string[] = []): readonly string[] {
  const yaml = readYaml('policy.yaml', text);
  if (!yaml.ok) return yaml.problems.map(showProblem);
  const read = readPolicy('policy.yaml', yaml.data, {
    environment: 'production',
    systems,
    fixes,
    teams,
    playbooks: ['release-locks'],
  });
  return read.ok ? [] : read.problems.map(showProblem);
}
const denying = (systemsOf: string): string =>
  sound.replace(
    'deny: []',
    `deny: [{ roles: [viewer], actions: [inspect], systems: [${systemsOf}], because: { en: No., zh: 不可。 } }]`,
  );
const ruling = (rules: string): string => `${sound}rules: [${rules}]\n`;
const bomb = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
`;

describe('policy.yaml', () => {
  it('is read when nothing is wrong with it', () => {
    expect(problems(sound)).toEqual([]);
    expect(problems(denying('IAM'))).toEqual([]);
  });

  it.each<readonly [string, string, string]>([
    ['a wait of less than nothing', `${sound}waitHours: -1\n`, 'waitHours: write 0 or more'],
    ['a wait of half an hour', `${sound}waitHours: 0.5\n`, 'waitHours: write whole hours, like 24'],
    [
      'a wait longer than openings are looked for',
      `${sound}waitHours: 2000\n`,
      'waitHours: write 1488 or less',
    ],
    [
      'a deny for a system that there is not',
      denying('IAMM'),
      'deny.0.systems: "IAMM" is no system (near: IAM',
    ],
    ['a deny for a system in small letters', denying('iam'), 'deny.0.systems: "iam" is no system; write IAM'],
    ['a system with a blank', denying('" IAM"'), 'deny.0.systems: " IAM" is no system; write IAM'],
    ['a rule for no system at all', denying(''), 'deny.0.systems: name at least one system'],
    [
      'an allow for a system that there is not',
      sound.replace('actions: [change] }', 'actions: [change], systems: [DEP] }'),
      'allow.1.systems: "DEP" is no system (near: DEPS',
    ],
    [
      'a role that there is not',
      sound.replace('{ roles: [operator], actions: [change] }', '{ roles: [operators], actions: [change] }'),
      'allow.1.roles: operators is no role; there are operator, approver, viewer',
    ],
    [
      'an action that there is not',
      sound.replace('actions: [change]', 'actions: [changes]'),
      'allow.1.actions.0: write inspect, change, confirm, schedule, audit or readonly',
    ],
    [
      'a member who is nobody',
      sound.replace('approver: [zhao, wang]', 'approver: [zhao, wan]'),
      'roles.approver: wan is nobody under "people" (near: wang)',
    ],
    [
      'two people with one Slack id',
      sound.replace('slack: U0ZHAO', 'slack: U0LIN'),
      'people.zhao.slack: is the Slack id of lin already',
    ],
    [
      'two people with one login',
      sound.replace('login: zhao', 'login: lin'),
      'people.zhao.login: is the login of lin already',
    ],
    [
      'more approvals than there are people',
      sound.replace('dangerous: { approvals: 1', 'dangerous: { approvals: 9'),
      'confirm.dangerous.approvals: needs 9 approvals, and only Zhao Min, Wang Fang could give one',
    ],
    [
      'a class that nobody can confirm',
      sound.replace(
        'dangerous: { approvals: 1, roles: [approver]',
        'dangerous: { approvals: 1, roles: [viewer]',
      ),
      'confirm.dangerous.approvals: needs 1 approval, and only nobody could give one',
    ],
    [
      'one approver who also asks',
      sound
        .replace('[zhao, wang]', '[zhao]')
        .replace('{ roles: [operator], actions: [change] }', '{ roles: [approver], actions: [change] }'),
      'confirm.dangerous: nobody else can confirm what Zhao Min asks for',
    ],
    [
      'as many approvals as there are people, one of whom asks',
      sound
        .replace('dangerous: { approvals: 1', 'dangerous: { approvals: 2')
        .replace('roles: [operator], actions: [change]', 'roles: [operator, approver], actions: [change]'),
      'confirm.dangerous: nobody else can confirm what Zhao Min asks for: it needs 2 approvals',
    ],
    [
      'approvers without a right over the system of a fix',
      sound.replace('actions: [confirm] }', 'actions: [confirm], systems: [MQ] }'),
      'confirm: too few people can confirm release-locks when Lin Wei asks for it',
    ],
    [
      'a deny that leaves too few approvers',
      sound.replace(
        'deny: []',
        'deny: [{ roles: [approver], actions: [confirm], systems: [DEPS], because: { en: No., zh: 不可。 } }]',
      ),
      'confirm: too few people can confirm release-locks when Lin Wei asks for it',
    ],
    [
      'a role of everyone that may confirm',
      sound.replace('everyone: []', 'everyone: [operator]'),
      'confirm.risky.roles: operator is a role of everyone, so any member could confirm',
    ],
    [
      'a person called fettle',
      sound.replace('  wang:', '  fettle: { name: Fettle, slack: U0F }\n  wang:'),
      'people.fettle: is a reserved word',
    ],
    [
      'a role called constructor',
      sound.replace('viewer: []', 'constructor: []'),
      '"constructor" cannot be a key here',
    ],
    [
      'a person called __proto__',
      sound.replace('  wang:', '  __proto__:'),
      '"__proto__" cannot be a key here',
    ],
    [
      'a deny that gives no reason',
      denying('IAM').replace('en: No.', 'en: "  "'),
      'deny.0.because.en: is empty; write a text',
    ],
    [
      'a name that is empty',
      sound.replace('name: Lin Wei', 'name: ""'),
      'people.lin.name: is empty; write a text',
    ],
    ['aliases that multiply', bomb, 'its aliases (*name) multiply beyond reason'],
    ['five thousand levels', `a: ${'['.repeat(5000)}${']'.repeat(5000)}`, 'is nested too deeply'],
    ['a hundred levels', `a: ${'['.repeat(100)}${']'.repeat(100)}`, 'is nested too deeply'],
    [
      'a person named twice',
      sound.replace('  wang:', '  lin: { name: Other, slack: U0EVIL }\n  wang:'),
      'Map keys must be unique',
    ],
    ['a second document, which nobody would read', `${sound}---\ndeny: []\n`, 'multiple documents'],
    ['a tag of another language', sound.replace('deny: []', 'deny: !!js/function x'), 'Unresolved tag'],
    ['an alias of nothing', sound.replace('deny: []', 'deny: *nothing'), 'Unresolved alias'],
    ['a key that is unknown', sound.replace('deny: []', 'denny: []'), 'denny: is not known here'],
    ['a rule of no kind', ruling('{ kind: windows, name: a }'), 'rules.0.kind: write window, peak, freeze'],
    [
      'a window of no time',
      ruling('{ kind: window, name: a, open: [] }'),
      'rules.0.open: write at least one time',
    ],
    [
      'hours that are none',
      ruling('{ kind: peak, name: a, times: ["9-11"] }'),
      'rules.0.times.0: write days and hours like "Mon-Fri 22:00-06:00"',
    ],
    [
      'a freeze that ends before it begins',
      ruling('{ kind: freeze, name: a, from: 2026-10-08, to: 2026-10-01 }'),
      'rules.0.to: ends before it begins',
    ],
    [
      'a freeze of a day that there is not',
      ruling('{ kind: freeze, name: a, from: 2026-02-30, to: 2026-03-01 }'),
      'rules.0.from: is no day of the calendar',
    ],
    [
      'a pattern that anything fits',
      ruling('{ kind: ticket, name: a, pattern: "*" }'),
      'rules.0.pattern: would fit anything',
    ],
    [
      'a pattern in another language of patterns',
      ruling('{ kind: ticket, name: a, pattern: "^CHG\\\\d+$" }'),
      'rules.0.pattern: write a pattern like CHG-######',
    ],
    [
      'two rules of one name',
      ruling('{ kind: reason, name: a }, { kind: reason, name: a }'),
      'rules.1.name: a is the name of another rule',
    ],
    [
      'a rule for a role that there is not',
      ruling('{ kind: approve, name: a, roles: [securty] }'),
      'rules.0.roles: securty is no role',
    ],
    [
      'a rule for a system that there is not',
      ruling('{ kind: reason, name: a, systems: [DEP] }'),
      'rules.0.systems: "DEP" is no system (near: DEPS',
    ],
    [
      'an exception for a playbook that there is not',
      ruling('{ kind: reason, name: a, except: [release-lock] }'),
      'rules.0.except: release-lock is not known here (near: release-locks)',
    ],
    [
      'a key that a rule does not know',
      ruling('{ kind: reason, name: a, site: b }'),
      'rules.0.site: is not known here',
    ],
    [
      'further approvals that nobody can give',
      ruling('{ kind: approve, name: a, roles: [viewer] }'),
      'confirm: too few people can confirm release-locks',
    ],
    [
      'a last day that is none',
      sound.replace('operator: [lin]', 'operator: [{ key: lin, until: soon }]'),
      'roles.operator.0.until: write the last day, like 2026-12-31',
    ],
  ])('has a sentence for %s', (_, text, says) => {
    expect(problems(text).join('\n')).toContain(says);
    expect(problems(text).every((line) => line.startsWith('policy.yaml: '))).toBe(true);
  });

  it('wants the workspace beside a Slack id when there are several', () => {
    expect(problems(sound, ['T0A', 'T0B'])[0]).toContain(
      'people.lin.slack: says no workspace, and SLACK_TEAMS allows several; write it as T0A/U0LIN',
    );
    const named = sound.replace(/slack: (U0\w+)/g, 'slack: T0A/$1');
    expect(problems(named, ['T0A', 'T0B'])).toEqual([]);
    expect(problems(named, ['T0B', 'T0C'])[0]).toContain('T0A is not in SLACK_TEAMS');
    expect(problems(named.replace('T0A/U0ZHAO', 'T0B/U0LIN'), ['T0A', 'T0B'])).toEqual([]);
  });

  it('tells every mistake of its rules at once, beside those of its shape', () => {
    const told = problems(
      ruling(
        '{ kind: reason, name: a, systems: [DEP] }, { kind: peak, name: b, times: [x] }, { kind: reason, name: a }',
      ),
    ).join('\n');
    expect(told).toContain('rules.0.systems');
    expect(told).toContain('rules.1.times.0');
    expect(told).toContain('rules.2.name');
  });

  it('without rules keeps the version that it had before there were any', () => {
    const yaml = readYaml('policy.yaml', sound);
    if (!yaml.ok) throw new Error('not read');
    const read = readPolicy('policy.yaml', yaml.data, { environment: 'production', systems, fixes });
    expect(read).toMatchObject({ ok: true, policy: { version: '6a65ee7f830d' } });
  });

  it('lets everybody of the shipped example who may ask find somebody else to confirm', async () => {
    const catalog = await loadCatalog(process.cwd());
    const { known, fixes: all } = definitionsOf(catalog);
    const text = await readFile('policy.example.yaml', 'utf8');
    const read = policyFrom({ ok: true, file: 'policy.example.yaml', text }, undefined, {
      known,
      fixes: all,
      teams: [],
    });
    if (!read.ok) throw new Error(read.problems.map(showProblem).join('\n'));
    const asked = ['lin', 'zhao', 'wang'].flatMap((id) =>
      all.map(({ system, risk, irreversible }) =>
        decide(
          { ...read.policy, timeZone: 'Asia/Shanghai' },
          {
            who: { id, name: id },
            does: 'change',
            what: { playbook: 'x', risk, undo: irreversible ? 'cannot' : 'can' },
            systems: [system],
            by: 'command',
            at: new Date('2026-11-30T06:00:00Z'),
          },
        ),
      ),
    );
    expect(asked.length).toBeGreaterThan(3);
    // Of systems that the example opens for changes; none waits for people that there are not.
    const open = asked.filter(({ rule }) => rule !== 'no rule');
    expect(open.length).toBeGreaterThan(3);
    expect(new Set(open.map(({ verdict }) => verdict))).toEqual(new Set(['ask']));
  });
});

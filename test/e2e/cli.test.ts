import { chmod, cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Reply, typeFettle } from '../support/command-line.ts';
import { onPractice } from './on-practice.ts';

const STUCK = 'r1_201905060583197';
const on = onPractice('e2e-cli');

/** As a person at this machine types it; in the folder of the practice estate unless another is named. */
const fettle = (...words: readonly string[]): Promise<Reply> =>
  typeFettle([...words, ...(words.includes('--in') ? [] : ['--in', on.folder])]);

/** Another folder with the same configuration, changed. */
async function folderWith(name: string, change: (env: string) => string): Promise<string> {
  const folder = `${on.folder}-${name}`;
  for (const file of ['inventory.yaml', 'policy.yaml'])
    await cp(path.join(on.folder, file), path.join(folder, file), { recursive: true });
  await writeFile(path.join(folder, '.env'), change(await readFile(path.join(on.folder, '.env'), 'utf8')));
  return folder;
}

describe('fettle history', { timeout: 90_000 }, () => {
  it('says that nothing was measured before anything was, and by which command it is', async () => {
    const said = await fettle('history', 'mq', 'disk');
    expect(said).toMatchObject({ code: 1, error: '' });
    expect(said.out).toContain('/inspect mq');
  });

  it('prints a table after an inspection, and draws into a file', async () => {
    await fettle('inspect', 'mq', '--json');
    const file = path.join(on.folder, 'load.png');
    const said = await fettle('history', '消息队列', '负载', '24h', '--png', file);
    expect(said).toMatchObject({ code: 0, error: '' });
    expect(said.out).toContain('消息队列：5 分钟负载  [002 §4.5.1.1 · MQ-M17, MQ-C01]');
    expect(said.out).toMatch(/^msgbroker-1 +[\d.]+ +[\d.]+ +[\d.]+ +-$/m);
    expect((await readFile(file)).subarray(1, 4).toString()).toBe('PNG');
  });

  it('says why it cannot write a file', async () => {
    const said = await fettle('history', 'mq', 'load', '--png', '/nonexistent/load.png');
    expect(said).toMatchObject({ code: 1, error: '' });
    expect(said.out).toMatch(/^\/nonexistent\/load\.png was not written: ENOENT.*\n$/);
  });
});

describe('fettle inspect', { timeout: 60_000 }, () => {
  it('ends with 0 when all is well, and prints JSON that can be read', async () => {
    const said = await fettle('inspect', 'mq', '--json');
    expect(said.error).toBe('');
    expect(said.code).toBe(0);
    const report = JSON.parse(said.out) as { findings: { state: string }[]; hosts: number };
    expect(report.hosts).toBe(6);
    expect(new Set(report.findings.map(({ state }) => state))).toEqual(new Set(['ok']));
  });

  it('ends with 1 when something is red, and says what', async () => {
    await on.practice.estate.break('broker-process-down');
    const said = await fettle('inspect', 'mq');
    await on.practice.estate.mend('broker-process-down');
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/● msgbroker-1 .*MQ-C08/);
  });

  it('ends with 1 for a name it does not know, and with 2 for words it does not understand', async () => {
    const [unknown, odd] = await Promise.all([fettle('inspect', 'msgbrokr'), fettle('inspect', '--fast')]);
    expect([unknown.code, odd.code]).toEqual([1, 2]);
    expect(unknown.out).toContain('msgbroker');
    expect(odd.error).toContain('fettle inspect [system');
  });
});

describe('fettle unstick', { timeout: 80_000 }, () => {
  it('changes nothing with --dry-run', async () => {
    const said = await fettle('unstick', STUCK, '--dry-run');
    expect(said.out).toContain('privateapi/orch/signal');
    expect(said.out).toContain('Nothing was changed');
    expect(said.code).toBe(0);
    expect(on.practice.estate.signals()).toEqual([]);
  });

  it('without a terminal says how to confirm; fettle confirm carries it out, once', async () => {
    const asked = await fettle('unstick', STUCK);
    expect(on.practice.estate.signals()).toEqual([]);
    const [, run = '', mark = ''] =
      /fettle confirm ([0-9a-f-]{36}) --plan ([0-9a-f]{16})/.exec(asked.out) ?? [];
    const unseen = await fettle('confirm', run);
    expect(unseen.out).toContain('privateapi/orch/signal');
    expect(unseen.code).toBe(1);
    expect((await fettle('confirm', run, '--plan', '0123456789abcdef')).out).toContain('Not confirmed');
    expect(on.practice.estate.signals()).toEqual([]);
    const carried = await fettle('confirm', run, '--plan', mark);
    expect(carried.out).toContain('Done and verified');
    expect(carried.code).toBe(0);
    expect(on.practice.estate.signals()).toHaveLength(2);
    const again = await fettle('confirm', run, '--plan', mark);
    expect(again.code).toBe(1);
    expect(on.practice.estate.signals()).toHaveLength(2);
  });

  it('is refused to somebody whom the policy does not name', async () => {
    const folder = await folderWith('stranger', (env) => env);
    const policy = parse(await readFile(path.join(folder, 'policy.yaml'), 'utf8')) as {
      people: { lin: { login?: string } };
    };
    delete policy.people.lin.login;
    await writeFile(path.join(folder, 'policy.yaml'), stringify(policy));
    const said = await fettle('unstick', STUCK, '--in', folder);
    expect(said.code).toBe(1);
    expect(said.out).toContain('You have no rights in Fettle');
  });
});

describe('fettle run and fettle playbook', { timeout: 80_000 }, () => {
  const OTHER = 'CNHZ_58201812212200583197';

  it('shows the plan of a playbook by name, with ticket and reason, and changes nothing with --dry-run', async () => {
    const said = await fettle(
      'run',
      'release-locks',
      OTHER,
      'ticket=CHG0012345',
      'reason=the order is dead',
      '--dry-run',
    );
    expect(said.out).toContain('/run release-locks');
    expect(said.out).toContain('reason="the order is dead"');
    expect(said.out).toContain('control_lock');
    expect(said.out).toContain('Nothing was changed');
    expect(said.code).toBe(0);
  });

  it('says what to type when an argument is missing, and which playbook was meant', async () => {
    const [missing, near] = await Promise.all([
      fettle('run', 'release-locks'),
      fettle('run', 'release-lock', OTHER),
    ]);
    expect(missing).toMatchObject({ code: 1, error: '' });
    expect(missing.out).toContain('/run release-locks <release order | release link>');
    expect(near).toMatchObject({ code: 1, error: '' });
    expect(near.out).toContain('Did you mean release-locks?');
  });

  it('lists the playbooks, and explains one', async () => {
    const [all, one] = await Promise.all([fettle('playbook'), fettle('playbook', '互斥锁')]);
    expect(all.out).toMatch(/^release-locks +dangerous +DEPS/m);
    expect(one).toMatchObject({ code: 0, error: '' });
    expect(one.out).toContain('001 §2.5');
    expect(one.out).toContain(`/run release-locks ${OTHER}`);
  });
});

describe('fettle doctor', { timeout: 90_000 }, () => {
  const set = (name: string, value: string) => (env: string) =>
    env.match(new RegExp(`^${name}=`, 'm'))
      ? env.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${value}`)
      : `${env}${name}=${value}\n`;

  it('ends with 0 when everything answers, in a few lines', async () => {
    const said = await fettle('doctor');
    expect(said.out).not.toContain('FAILED');
    expect(said.out).toMatch(/^ok {6}\d+ of \d+ databases .*: log in with both accounts$/m);
    expect(said.out).toMatch(/^ok {6}hosts: (\d+) of \1 answer/m);
    expect(said.code).toBe(0);
  });

  it('names the host that is down and the token that is wrong, and says what to do', async () => {
    await on.practice.estate.break('host-unreachable', 'msgbroker-2');
    const folder = await folderWith('token', set('SLACK_BOT_TOKEN', 'xoxb-of-somebody-else'));
    const said = await fettle('doctor', '--in', folder);
    await on.practice.estate.mend('host-unreachable');
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/^FAILED {2}host msgbroker-2 .*Check that sshd runs there/m);
    expect(said.out).toMatch(/^FAILED {2}Slack: .*OAuth & Permissions/m);
    expect(said.out).not.toContain('host msgbroker-1 ');
  });

  it.each([
    [
      'the password of the account for looking',
      set('DB_READ_PASSWORD', 'wrong'),
      /^FAILED {2}\d+ databases .* as fettle_read \(account for looking\): wrong user or password\. Correct DB_READ_USER and DB_READ_PASSWORD/m,
    ],
    [
      'the password of the account for changes',
      set('DB_CHANGE_PASSWORD', 'wrong'),
      /^FAILED {2}\d+ databases .* as fettle_change \(account for changes\): wrong user or password/m,
    ],
    [
      'the key file',
      set('SSH_KEY_FILE', '/nope/key'),
      /^FAILED {2}SSH_KEY_FILE: \/nope\/key does not exist\..*\nFAILED {2}hosts: none of \d+ was asked$/m,
    ],
    [
      'the file of host keys',
      set('SSH_KNOWN_HOSTS', '/nope/known'),
      /^FAILED {2}SSH_KNOWN_HOSTS: \/nope\/known does not exist\..*ssh-keyscan -p .*[^]*^FAILED {2}\d+ hosts \(.* more\): no host key is pinned/m,
    ],
    [
      'the password of its own database',
      set('MYSQL_PASSWORD', 'wrong'),
      /^FAILED {2}MySQL: 127\.0\.0\.1:\d+, schema fettle, as fettle: wrong user or password .*MYSQL_PASSWORD/m,
    ],
    [
      'the name of its own schema',
      set('MYSQL_DATABASE', 'nowhere'),
      /^FAILED {2}MySQL: 127\.0\.0\.1:\d+, schema nowhere, as fettle: .*fettle migrate --sql/m,
    ],
    [
      'the host of its own database',
      set('MYSQL_HOST', 'no-such-host.invalid'),
      /^FAILED {2}MySQL: no-such-host\.invalid:\d+, .*: unknown host name .*MYSQL_HOST/m,
    ],
    [
      'the port of Redis',
      set('REDIS_URL', 'redis://somebody:pw@127.0.0.1:1/0'),
      /^FAILED {2}Redis: Redis at 127\.0\.0\.1:1 does not answer \(.*ECONNREFUSED/m,
    ],
  ])('names what is wrong with %s, once', async (what, change, line) => {
    const said = await fettle('doctor', '--in', await folderWith(what.replaceAll(' ', '-'), change));
    expect(said.out).toMatch(line);
    expect(said.code).toBe(1);
    expect(said.out.split('\n').length).toBeLessThan(25);
  });

  it('tells once of a key that others can read, and once of one that signs', async () => {
    const key = path.join(on.folder, 'open-key');
    const signing = path.join(on.folder, 'open-grant-key.pem');
    const env = await readFile(path.join(on.folder, '.env'), 'utf8');
    const fileOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(env)?.[1] ?? '';
    for (const [name, open] of [
      ['SSH_KEY_FILE', key],
      ['FETTLE_GRANT_KEY_FILE', signing],
    ] as const) {
      await cp(fileOf(name), open);
      await chmod(open, 0o644);
    }
    const change = (text: string) => set('FETTLE_GRANT_KEY_FILE', signing)(set('SSH_KEY_FILE', key)(text));
    const said = await fettle('doctor', '--in', await folderWith('open-keys', change));
    const lines = said.out.split('\n');
    expect(lines.filter((line) => /SSH_KEY_FILE|\/open-key\b/.test(line))).toEqual([
      expect.stringMatching(
        /\(SSH_KEY_FILE\): is open to others, who can read or write it \(mode 644\); run: chmod 600/,
      ),
    ]);
    expect(lines.filter((line) => /FETTLE_GRANT_KEY_FILE|open-grant-key/.test(line))).toHaveLength(1);
  });

  it('names the channel of a schedule in the inventory to which the bot is not invited, before any start', async () => {
    const folder = await folderWith('channel', set('MYSQL_PASSWORD', 'wrong'));
    const file = path.join(folder, 'inventory.yaml');
    const inventory = parse(await readFile(file, 'utf8')) as { schedules: { channel: string }[] };
    for (const schedule of inventory.schedules) schedule.channel = 'C0RANDOM';
    await writeFile(file, stringify(inventory));
    const said = await fettle('doctor', '--in', folder);
    expect(said.out).toMatch(/^FAILED {2}Slack: The bot is not in channel C0RANDOM/m);
  });

  it('answers programs in JSON', async () => {
    const said = await fettle('doctor', '--json');
    expect(JSON.parse(said.out)).toMatchObject({
      ok: true,
      seen: expect.arrayContaining([{ name: 'Redis', ok: true, says: expect.any(String) }]),
    });
    expect(said.code).toBe(0);
  });
});

describe('fettle --help', () => {
  it.each([['--help'], ['-h'], ['help'], ['doctor', '--help']])(
    'lists the commands for %s',
    async (...words) => {
      const said = await typeFettle(words);
      expect(said).toMatchObject({ code: 0, error: '' });
      expect(said.out).toContain('fettle doctor');
    },
  );
});

describe('fettle policy check', { timeout: 60_000 }, () => {
  it('reads the file alone, and lists every mistake of it', async () => {
    const folder = await folderWith('policy-check', () => 'MYSQL_PORT=many\n');
    const whole = await fettle('policy', 'check', '--in', folder);
    expect(whole.out).toMatch(/policy\.yaml is in order: version [0-9a-f]{12}, 3 people, 3 roles/);
    expect(whole.code).toBe(0);
    const policy = await readFile(path.join(folder, 'policy.yaml'), 'utf8');
    await writeFile(
      path.join(folder, 'policy.yaml'),
      `${policy}deny: [{ roles: [viewers], actions: [inspect], systems: [IAMM], because: { en: x, zh: x } }]\n`,
    );
    const said = await fettle('policy', 'check', '--in', folder);
    expect(said.code).toBe(1);
    expect(said.out).toContain('deny.0.roles: viewers is no role');
    expect(said.out).toContain('deny.0.systems: "IAMM" is no system (near: IAM');
  });
});

describe('what production refuses', { timeout: 60_000 }, () => {
  it('keeps Fettle from starting unless it is named, and doctor lists what is', async () => {
    const folder = await folderWith('production', (env) => env);
    const inventory = await readFile(path.join(folder, 'inventory.yaml'), 'utf8');
    await writeFile(
      path.join(folder, 'inventory.yaml'),
      inventory.replace('environment: practice', 'environment: production'),
    );
    const policy = await readFile(path.join(folder, 'policy.yaml'), 'utf8');
    await writeFile(path.join(folder, 'policy.yaml'), policy.replaceAll('self: true', 'self: false'));
    for (const verb of [['inspect', 'mq'], ['worker'], ['bot']]) {
      const refused = await fettle(...verb, '--in', folder);
      expect(refused.code).toBe(1);
      const said = refused.out + refused.error;
      expect(said).toContain('FETTLE_AUDIT_KEY: is missing');
      expect(said).toContain('FETTLE_ALLOW=no-audit-key');
    }
    const env = await readFile(path.join(folder, '.env'), 'utf8');
    await writeFile(
      path.join(folder, '.env'),
      `${env}FETTLE_ALLOW=plain-slack,no-audit-key,one-audit-account,accept-new\n`,
    );
    await chmod(path.join(folder, '.env'), 0o644);
    const readable = await fettle('doctor', '--in', folder);
    expect(readable.out).toContain(
      '.env: is open to others, who can read or write it (mode 644); run: chmod 600 .env',
    );
    await chmod(path.join(folder, '.env'), 0o600);
    const doctor = await fettle('doctor', '--in', folder);
    expect(doctor.out).toContain('exception no-audit-key (FETTLE_AUDIT_KEY): is missing');
    expect(doctor.out).toContain('exception accept-new: is named in FETTLE_ALLOW and not needed');
  });
});

describe('a configuration with mistakes', () => {
  it('is refused with every mistake at once', async () => {
    const folder = await folderWith('mistakes', (env) =>
      env
        .replace(/^MYSQL_PORT=.*$/m, 'MYSQL_PORT=many')
        .replace(/^SLACK_APP_TOKEN=.*$/m, 'SLACK_APP_TOKEN=xoxp-1'),
    );
    const policy = await readFile(path.join(folder, 'policy.yaml'), 'utf8');
    await writeFile(
      path.join(folder, 'policy.yaml'),
      policy
        .replace('operator: [lin]', 'operator: [lin, wang]')
        .replace('operator: [ lin ]', 'operator: [ lin, wang ]'),
    );
    const said = await fettle('inspect', 'mq', '--in', folder);
    expect(said.code).toBe(1);
    for (const word of ['MYSQL_PORT', 'SLACK_APP_TOKEN', 'wang']) expect(said.out).toContain(word);
  });
});

describe('fettle audit verify', { timeout: 60_000 }, () => {
  it('is for whom the policy lets read the record', async () => {
    const folder = await folderWith('no-auditor', (env) => env);
    const policy = await readFile(path.join(folder, 'policy.yaml'), 'utf8');
    await writeFile(path.join(folder, 'policy.yaml'), policy.replaceAll(/, audit(?=[,\s\]])/g, ''));
    const said = await fettle('audit', 'verify', '--in', folder);
    expect(said.code).toBe(1);
    expect(said.out).toContain('No rule lets you read the audit. Your roles: operator.');
    expect(said.out).not.toContain('whole');
  });

  it('proves the chain, and names the row that somebody edited', async () => {
    const before = await fettle('audit', 'verify');
    expect(before.out).toMatch(/The audit chain is whole: \d+ rows/);
    expect(before.code).toBe(0);
    expect(before.out).toContain('Not compared with published heads');
    expect(before.out).toContain('Checked without FETTLE_AUDIT_KEY');
    const [, head = ''] = /head ([0-9a-f]{64})/.exec(before.out) ?? [];
    const kept = path.join(on.folder, 'heads');
    await writeFile(kept, `1 ${head}\n`);
    const compared = await fettle('audit', 'verify', '--heads', kept);
    expect(compared).toMatchObject({
      code: 1,
      out: expect.stringContaining('row 1: the row is not the one'),
    });
    await writeFile(kept, 'nothing\n');
    for (const wrong of [['--heads', kept], ['--heads', `${kept}.absent`], ['at-once']])
      expect(await fettle('audit', 'verify', ...wrong)).toMatchObject({ code: 2 });
    await on.keep.change("update fettle_audit.audit set actor_name = 'Somebody Else' where n = 3");
    const after = await fettle('audit', 'verify');
    expect(after.code).toBe(1);
    expect(after.out).toContain('row 3: the row was edited');
  });
});

describe('fettle migrate', { timeout: 60_000 }, () => {
  it('finds a database that is up to date, looks at the accounts, and prints what an administrator runs', async () => {
    expect(await fettle('migrate')).toMatchObject({ code: 0, out: 'The database was up to date.\n' });
    const checked = await fettle('migrate', '--check');
    expect(checked).toMatchObject({ code: 0, out: expect.stringContaining('one account does everything') });
    const { out } = await fettle('migrate', '--sql');
    expect(out).toContain('create database if not exists `fettle_audit`');
    expect(out).toContain("grant select on `fettle\\_audit`.* to 'fettle'@'%';");
  });
});

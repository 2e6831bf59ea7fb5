import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Environment, readEnvironment, slackProblems } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { showProblem } from '../../../src/config/problems.ts';
import { words } from '../../../src/kit/index.ts';

const known = [
  {
    system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq', '消息队列'] },
    apps: [{ id: 'msgbroker', title: words('Broker', '消息服务端'), names: ['mq-msgbroker'] }],
  },
];
const title = words('x', 'x');
const others = [
  {
    system: { id: 'GEN', title, names: [] },
    apps: [{ id: 'business-host', title, names: ['business host'] }],
  },
  {
    system: { id: 'STAR', title, names: [] },
    apps: [{ id: 'staragent', title, names: [], runsOn: 'business-host' }],
  },
  {
    system: { id: 'REG', title, names: [] },
    apps: [{ id: 'metaserver', title, names: [] }],
    options: {
      version: { title, values: ['v5', 'v6'] as const, usual: 'v5' },
      clusters: { title, values: ['one', 'site'] as const, usual: 'one' },
    },
  },
  { system: { id: 'APPM', title, names: [] }, apps: [] },
];
const env = {
  MYSQL_USER: 'fettle',
  SSH_USER: 'admin',
  SSH_KEY_FILE: '/k',
  FETTLE_ALLOW: 'no-audit-key,one-audit-account',
};
let folder: string;

const inventory = `
name: Bank
environment: production
timeZone: Asia/Shanghai
domain: bank.example
sites: [{ name: room-a }]
apps:
  msgbroker:
    aliases: [消息引擎]
    hosts: [{ name: msgbroker-1, address: 10.0.0.1 }, { name: msgbroker-2, address: 10.0.0.2, port: 22 }]
`;
const policy = `
people: { lin: { name: Lin Wei, slack: U0LIN }, zhao: { name: Zhao Min, slack: U0ZHAO } }
roles: { operator: [lin, zhao] }
allow: [{ roles: [operator], actions: [inspect, change] }]
confirm:
  low: { approvals: 1, roles: [operator], self: true }
  risky: { approvals: 1, roles: [operator], self: false }
  dangerous: { approvals: 1, roles: [operator], self: false }
`;
const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);

async function problems(): Promise<readonly string[]> {
  const read = await loadConfig(folder, env, known);
  return read.ok ? [] : read.problems.map(showProblem);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-config-'));
  await write('inventory.yaml', inventory);
  await write('policy.yaml', policy);
});

describe('the configuration', () => {
  it('fills in ports, sites, titles and every alias', async () => {
    const read = await loadConfig(folder, env, known);
    if (!read.ok) throw new Error(read.problems.map(showProblem).join('\n'));
    const { estate } = read.config.inventory;
    expect(estate.hosts).toMatchObject([
      { name: 'msgbroker-1', port: 2022, site: 'room-a' },
      { name: 'msgbroker-2', port: 22 },
    ]);
    expect(estate.apps[0]).toMatchObject({ system: 'MQ', names: ['msgbroker', 'mq-msgbroker', '消息引擎'] });
    expect(estate.systems.map(({ id }) => id)).toEqual(['MQ']);
  });

  it('knows what is elsewhere here, and what is chosen', async () => {
    await write(
      'inventory.yaml',
      `${inventory}    ports: { '9529': 19529 }
    paths: { /home/admin/logs: /data/logs }
  ledger: { is: business-host, hosts: [{ name: ledger-1, address: 10.0.0.9 }] }
limits: { MQ-M01: 85, MQ-M13: { value: 4, windowSeconds: 120, level: warning } }
options: { REG: { version: v6 } }
addresses: { dbp-lb: 10.0.0.80 }
`,
    );
    const read = await loadConfig(folder, env, [...known, ...others]);
    if (!read.ok) throw new Error(read.problems.map(showProblem).join('\n'));
    const { estate } = read.config.inventory;
    expect(estate.limits).toEqual({
      'MQ-M01': { value: 85 },
      'MQ-M13': { value: 4, windowSeconds: 120, level: 'warning' },
    });
    expect(estate.options).toMatchObject({ MQ: {}, REG: { version: 'v6', clusters: 'one' } });
    expect(estate.addresses).toEqual({ 'dbp-lb': '10.0.0.80' });
    const [broker, ledger, agent] = estate.apps;
    expect(broker).toMatchObject({ ports: { 9529: 19529 }, paths: { '/home/admin/logs': '/data/logs' } });
    expect(ledger).toMatchObject({ id: 'ledger', kind: 'business-host', system: 'GEN', names: ['ledger'] });
    expect(agent).toMatchObject({ id: 'staragent', system: 'STAR', hosts: ['ledger-1'] });
    expect(estate.systems.map(({ id }) => id)).toEqual(['MQ', 'GEN', 'STAR', 'APPM']);
  });

  it('names every contact that a playbook tells and the inventory does not have', async () => {
    const fix = { system: 'MQ', risk: 'read-only', irreversible: false } as const;
    const fixes = [
      { ...fix, name: 'ask-ant', tells: ['ops-admin', 'ant-support'] },
      { ...fix, name: 'restart' },
    ];
    await write('inventory.yaml', `${inventory}contacts: { ops-admin: { phone: '5555' } }\n`);
    const read = await loadConfig(folder, env, known, { fixes });
    expect(read.ok ? [] : read.problems.map(showProblem)).toEqual([
      'inventory.yaml: contacts.ant-support: is missing; the playbook ask-ant tells it',
    ]);
  });

  it('lists the problems of all three sources at once, each with what to write', async () => {
    await write('.env', 'MYSQL_PORT=many\nSLACK_BOT_TOKEN=xoxp-1\n');
    await write(
      'inventory.yaml',
      inventory.replace('Asia/Shanghai', 'Shanghai').replace('sites:', 'sights:'),
    );
    await write('policy.yaml', policy.replace('self: true', 'self: perhaps'));
    expect(await problems()).toEqual([
      '.env: SLACK_BOT_TOKEN: is not a bot token; copy "Bot User OAuth Token" (xoxb-…) from OAuth & Permissions',
      '.env: MYSQL_PORT: write a port number from 1 to 65535',
      'inventory.yaml: timeZone: write an IANA time zone like Asia/Shanghai',
      'inventory.yaml: sites: is missing; write a list',
      'inventory.yaml: sights: is not known here; remove it or correct its spelling',
      'policy.yaml: confirm.low.self: write true or false',
    ]);
  });

  it('lists mistakes of shape and of names in one round, and none that only follows from another', async () => {
    await write(
      'inventory.yaml',
      `${inventory
        .replace('Asia/Shanghai', 'Shanghai')
        .replace('msgbroker-2', 'msgbroker-1')
        .replace('10.0.0.1 }', '10.0.0.1, site: room-b }')}sights: []
limits: { MQ-M1: 3 }
schedules: [{ name: Patrol, cron: 'daily 07:30', scope: mq, channel: ops }]
`,
    );
    await write(
      'policy.yaml',
      policy.replace('self: true', 'self: perhaps').replace('[lin, zhao] }\nallow', '[li, zhao] }\nallow'),
    );
    const told = await problems();
    for (const each of [
      'inventory.yaml: timeZone: write an IANA time zone like Asia/Shanghai',
      'inventory.yaml: sights: is not known here; remove it or correct its spelling',
      'inventory.yaml: apps.msgbroker.hosts.1.name: msgbroker-1 is already a host of msgbroker; every host has one name and one app',
      'inventory.yaml: apps.msgbroker.hosts.0.site: is no site of this file; there are room-a',
      'policy.yaml: confirm.low.self: write true or false',
      'policy.yaml: roles.operator: li is nobody under "people" (near: lin); add them there or correct the key',
    ])
      expect(told).toContain(each);
    // A policy whose other mistakes are mended has these left, so that nothing is told in a second round.
    await write('inventory.yaml', inventory);
    await write('policy.yaml', policy.replace('[lin, zhao] }\nallow', '[li, zhao] }\nallow'));
    for (const each of await problems()) expect(told).toContain(each);
  });

  it.each<readonly [string, (text: string) => string, readonly string[]]>([
    ['the sites', (text) => text.replace('sites:', 'sights:'), ['sights', 'sites']],
    ['all apps', (text) => text.replace('apps:', 'aps:'), ['apps', 'aps']],
    [
      'the key of a system in an app of its own',
      (text) =>
        `${text.replace('msgbroker:', 'ours:').replace('{ name: room-a }', '{ name: room-a }')}`.replace(
          /ours:/,
          'ours: { sytem: OWN, hosts: [{ name: o-1, address: 10.0.0.77, port: many, site: room-a }] }\n  msgbroker:',
        ),
      ['apps.ours.sytem', 'apps.ours.hosts.0.port'],
    ],
    ['the environment', (text) => text.replace(/environment: \w+/, 'environment: prod'), ['environment']],
  ])('says of a mistake in %s only what is wrong there', async (_, change, paths) => {
    await write('inventory.yaml', change(inventory));
    const told = await problems();
    expect(new Set(told.map((each) => each.split(': ')[1]))).toEqual(new Set(paths));
    expect(told).toHaveLength(paths.length);
  });

  it.each([
    ['the people', policy.replace('people:', 'peopel:'), ['people', 'peopel']],
    ['the roles', policy.replace('roles:', 'rols:'), ['roles', 'rols']],
    ['a key with a capital', policy.replace(/operator: \[/, 'Operator: ['), ['roles.Operator']],
  ])('says of a mistake in %s of the policy only what is wrong there', async (_, text, paths) => {
    await write('policy.yaml', text);
    const told = await problems();
    expect(new Set(told.map((each) => each.split(': ')[1]))).toEqual(new Set(paths));
    expect(told).toHaveLength(paths.length);
  });

  it.each([
    [
      'an app that no manual knows',
      () => write('inventory.yaml', inventory.replace('msgbroker:', 'msgbrokr:')),
      'inventory.yaml: apps.msgbrokr: is no app of the manuals (near: msgbroker); correct the name, give it a "system", or say what it "is" (a business app: business-host)',
    ],
    [
      'a host named twice',
      () => write('inventory.yaml', inventory.replace('msgbroker-2', 'msgbroker-1')),
      'inventory.yaml: apps.msgbroker.hosts.1.name: msgbroker-1 is already a host of msgbroker; every host has one name and one app',
    ],
    [
      'a site that is not there',
      () => write('inventory.yaml', inventory.replace('10.0.0.1 }', '10.0.0.1, site: room-b }')),
      'inventory.yaml: apps.msgbroker.hosts.0.site: is no site of this file; there are room-a',
    ],
    [
      'a member who is nobody',
      () => write('policy.yaml', policy.replace('[lin, zhao] }\nallow', '[li, zhao] }\nallow')),
      'policy.yaml: roles.operator: li is nobody under "people" (near: lin); add them there or correct the key',
    ],
    [
      'a site named twice',
      () =>
        write('inventory.yaml', inventory.replace('{ name: room-a }', '{ name: room-a }, { name: Room-A }')),
      'inventory.yaml: sites.1.name: Room-A is a site already (sites.0.name); each is named once',
    ],
    [
      'hosts that differ only in capitals',
      () => write('inventory.yaml', inventory.replace('msgbroker-2', 'MSGBROKER-1')),
      'inventory.yaml: apps.msgbroker.hosts.1.name: MSGBROKER-1 is a host already (apps.msgbroker.hosts.0.name); each is named once',
    ],
    [
      'an address twice in one app, so that one host is never asked',
      () => write('inventory.yaml', inventory.replace('10.0.0.2, port: 22', '10.0.0.1')),
      'inventory.yaml: apps.msgbroker.hosts.1.address: 10.0.0.1:2022 is a host of msgbroker already (apps.msgbroker.hosts.0.address); each is named once',
    ],
    [
      'a console under almost a system',
      () => write('inventory.yaml', `${inventory}consoles: { mq: 'http://mq.bank.example' }\n`),
      'inventory.yaml: consoles.mq: "mq" is not known; write MQ',
    ],
    [
      'options of no system',
      () => write('inventory.yaml', `${inventory}options: { MQX: { storage: sls } }\n`),
      'inventory.yaml: options.MQX: is no system (near: MQ); correct the name',
    ],
    [
      'an app of almost a system',
      () => write('inventory.yaml', inventory.replace('    aliases:', '    system: Mq\n    aliases:')),
      'inventory.yaml: apps.msgbroker.system: "Mq" is not known; write MQ',
    ],
    [
      'aliases that multiply',
      () =>
        write(
          'inventory.yaml',
          `a: &a [x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [${'*c,'.repeat(99)}]\n`,
        ),
      'inventory.yaml: its aliases (*name) multiply beyond reason; write the values out',
    ],
    [
      'self-confirmation of dangerous fixes in production',
      () => write('policy.yaml', policy.replace(/(dangerous: .*)false/, '$1true')),
      'policy.yaml: confirm.dangerous: in production somebody other than the person who asked must confirm; set "self: false" and "approvals: 1" or more',
    ],
    [
      'a file that is not there',
      () => write('.env', 'FETTLE_POLICY=other.yaml'),
      'other.yaml: cannot be read; copy policy.example.yaml to other.yaml and fill it in',
    ],
    [
      'a file that is not YAML',
      () => write('policy.yaml', 'people: [a'),
      expect.stringContaining('policy.yaml: '),
    ],
  ])('names %s', async (_, spoil, expected) => {
    await spoil();
    expect(await problems()).toContainEqual(expected);
  });

  it('reads the shipped examples without a problem', async () => {
    await write('inventory.yaml', await readFile('inventory.example.yaml', 'utf8'));
    await write('policy.yaml', await readFile('policy.example.yaml', 'utf8'));
    const { loadCatalog } = await import('../../../src/catalog/catalog.ts');
    const catalog = await loadCatalog(process.cwd());
    const read = await loadConfig(folder, env, [...catalog.inspections.values()]);
    expect(read.ok ? [] : read.problems.map(showProblem)).toEqual([]);
  });

  it.each<readonly [string, string[], readonly string[]]>([
    ['a bot', ['bot'], ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN']],
    ['a worker', ['worker'], ['SSH_USER', 'SSH_KEY_FILE']],
    ['a process of changes', ['changer'], ['SSH_USER', 'SSH_KEY_FILE']],
    ['both', ['bot', 'worker'], ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SSH_USER', 'SSH_KEY_FILE']],
  ])('asks %s only for what it uses', async (_, roles, names) => {
    const { MYSQL_USER, FETTLE_ALLOW } = env;
    const read = await loadConfig(folder, { MYSQL_USER, FETTLE_ALLOW }, known, { roles });
    expect(read.ok ? [] : read.problems.map(({ path: name }) => name)).toEqual(names);
  });

  it.each([
    ['MYSQL_CA_FIL=/ca.pem', '.env: MYSQL_CA_FIL: is not known here (near: MYSQL_CA_FILE)'],
    ['SLACK_API_URL=file:///tmp/x', '.env: SLACK_API_URL: write an address like https://slack.com/api/'],
    ['REDIS_CA_FILE=/ca.pem', '.env: REDIS_CA_FILE: is used only for rediss://'],
    ['REDIS_URL=redis://:a b@:x', '.env: REDIS_URL: write an address like redis://'],
  ])('has a sentence for %s', async (line, says) => {
    await writeFile(path.join(folder, '.env'), `${line}\n`, { mode: 0o600 });
    expect((await problems()).join('\n')).toContain(says);
  });

  it('explains every variable in .env.example, and no other', async () => {
    const text = await readFile('.env.example', 'utf8');
    const named = [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(Object.keys(Environment.shape)));
  });

  it('asks the bot for the tokens of its transport', () => {
    const socket = readEnvironment({ ...env });
    const http = readEnvironment({ ...env, SLACK_MODE: 'http', SLACK_BOT_TOKEN: 'xoxb-1' });
    if (!socket.ok || !http.ok) throw new Error('the environment should be readable');
    expect(slackProblems(socket.env).map(({ path: name }) => name)).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
    ]);
    expect(slackProblems(http.env).map(({ path: name }) => name)).toEqual(['SLACK_SIGNING_SECRET']);
  });
});

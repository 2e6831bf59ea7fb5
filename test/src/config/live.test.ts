import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LiveConfig, openLiveConfig } from '../../../src/config/live.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { showProblem } from '../../../src/config/problems.ts';
import { words } from '../../../src/kit/index.ts';

const known = [
  {
    system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
    apps: [{ id: 'msgbroker', title: words('Broker', '消息服务端'), names: [] }],
  },
];
const inventory = (hosts: number, environment = 'practice') => `
name: Bank
environment: ${environment}
timeZone: Asia/Shanghai
domain: bank.example
sites: [{ name: room-a }]
apps:
  msgbroker:
    hosts: [${Array.from({ length: hosts }, (_, n) => `{ name: msgbroker-${n + 1}, address: 10.0.0.${n + 1} }`).join(', ')}]
`;
const policy = (operators: string, self = false) => `
people: { lin: { name: Lin Wei, slack: U0LIN }, zhao: { name: Zhao Min, slack: U0ZHAO } }
roles: { operator: [${operators}], approver: [lin, zhao] }
allow: [{ roles: [operator, approver], actions: [inspect, change] }]
confirm:
  low: { approvals: 1, roles: [approver], self: true }
  risky: { approvals: 1, roles: [approver], self: ${self} }
  dangerous: { approvals: 1, roles: [approver], self: ${self} }
`;

let folder: string;
let said: string[];
let live: LiveConfig;
const write = (file: string, text: string) => writeFile(path.join(folder, file), text);
const operators = () => live.policy().roles['operator'];
const hosts = () => live.inventory().estate.hosts.length;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-live-'));
  said = [];
  await write('inventory.yaml', inventory(1));
  await write('policy.yaml', policy('lin'));
  const read = await loadConfig(folder, { MYSQL_USER: 'f', SSH_USER: 'a', SSH_KEY_FILE: '/none' }, known);
  if (!read.ok) throw new Error(read.problems.map(showProblem).join('\n'));
  live = openLiveConfig({
    known,
    folder,
    roles: ['worker'],
    first: read.config,
    onPolicy: (before, now) => said.push(`policy ${before.version === now.version ? 'same' : 'new'}`),
    onInventory: ({ estate }) => said.push(`hosts ${estate.hosts.length}`),
    onRefused: (problems) => said.push(`refused ${problems.map(showProblem).join('; ')}`),
  });
});

describe('the files while Fettle runs', () => {
  it('count at the second look at the same text: half a file is never judged', async () => {
    await write('policy.yaml', policy('lin').slice(0, 120));
    await live.look();
    await write('policy.yaml', policy('zhao'));
    await live.look();
    expect(said).toEqual([]);
    expect(operators()).toEqual(['lin']);
    await live.look();
    expect(said).toEqual(['policy new']);
    expect(operators()).toEqual(['zhao']);
    expect(live.policyFile().version).toBe(live.policy().version);
  });

  it('count at once when somebody says so', async () => {
    await write('inventory.yaml', inventory(3));
    await live.lookNow();
    expect(said).toEqual(['hosts 3']);
    expect(hosts()).toBe(3);
  });

  it('stay what they were where a version has mistakes, which is said once', async () => {
    await write('policy.yaml', policy('lin').replace('operator: [lin]', 'operator: [li]'));
    for (let n = 0; n < 4; n += 1) await live.look();
    expect(said).toEqual([expect.stringContaining('refused policy.yaml: roles.operator: li is nobody')]);
    expect(live.problems()).toHaveLength(1);
    expect(operators()).toEqual(['lin']);
    await write('policy.yaml', policy('lin'));
    await live.lookNow();
    expect(live.problems()).toEqual([]);
    expect(said).toHaveLength(1);
  });

  it('stay what they were when a file is gone', async () => {
    await rm(path.join(folder, 'policy.yaml'));
    await live.lookNow();
    expect(operators()).toEqual(['lin']);
    expect(live.problems()[0]?.says).toContain('cannot be read');
  });

  it('count by themselves: a bad inventory does not keep a right from being taken away', async () => {
    await write('inventory.yaml', inventory(2).replace('apps:', 'app:'));
    await write('policy.yaml', policy('zhao'));
    await live.lookNow();
    expect(operators()).toEqual(['zhao']);
    expect(hosts()).toBe(1);
    expect(live.problems().map(showProblem).join()).toContain('inventory.yaml: app');
  });

  it('count by themselves: a bad policy does not keep a host from being added', async () => {
    await write('inventory.yaml', inventory(2));
    await write('policy.yaml', 'people: [');
    await live.lookNow();
    expect(hosts()).toBe(2);
    expect(operators()).toEqual(['lin']);
  });

  it('go together: an inventory that makes this production waits for a policy that is fit for it', async () => {
    await write('policy.yaml', policy('lin', true));
    await live.lookNow();
    await write('inventory.yaml', inventory(2, 'production'));
    await live.lookNow();
    expect(hosts()).toBe(1);
    expect(live.inventory().estate.environment).toBe('practice');
    expect(live.problems().map(showProblem).join()).toContain('FETTLE_AUDIT_KEY');
  });

  it('are the same version when only their words around it change, and then nothing is said', async () => {
    await write('policy.yaml', `# a remark\n${policy('lin')}`);
    await live.lookNow();
    expect(said).toEqual([]);
  });

  it('say when the file was modified last, also when its text is the same', async () => {
    const at = new Date('2026-11-29T10:00:00.000Z');
    await utimes(path.join(folder, 'policy.yaml'), at, at);
    await live.lookNow();
    expect(live.policyFile().modifiedAt).toEqual(at);
    await write('policy.yaml', 'people: [');
    await live.lookNow();
    expect(live.policyFile().modifiedAt).toEqual(at);
  });
});

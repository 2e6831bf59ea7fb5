import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acvip } from '../../../../lab/estate/apps/acvip.ts';
import { msgconsole } from '../../../../lab/estate/apps/mq.ts';
import { APPS, physicalNode } from '../../../../lab/estate/apps/phys.ts';
import { ssh, type TestEstate, testEstate } from '../practice.ts';
import { type Seen, seesFaults } from '../seen.ts';

const NODE = 'physical-node-1';
const status = '/usr/sbin/service kubelet status; echo $?';

const SEEN: Readonly<Record<string, Seen>> = {
  'node-restarted': {
    on: NODE,
    look: `(${status}) | tail -1; docker ps | wc -l; docker ps -a | grep -c Exited`,
    healthy: /^0\n2\n0$/,
    broken: /^3\n1\n1$/,
  },
  'kubelet-down': {
    on: NODE,
    look: `${status}; pgrep -x kubelet | wc -l`,
    healthy: /Active: active \(running\) since \w{3} \d{4}-\d\d-\d\d [\d:]{8} UTC; .* ago\n0\n1$/,
    broken: /Active: inactive \(dead\) since .*\n3\n0$/,
  },
  'docker-down': {
    on: NODE,
    look: 'docker version 2>&1; echo $?; pgrep -x dockerd | wc -l',
    healthy: /^Client:\n Version: +1\.11\.1-00868fc\n[^]*Server:\n Version: +1\.11\.1-00868fc\n[^]*\n0\n1$/,
    broken: /^Client:\n[^]*Cannot connect to the Docker daemon .*\n1\n0$/,
  },
  'docker-outdated': {
    on: NODE,
    look: 'docker version | grep -m1 Version',
    healthy: /1\.11\.1-00868fc$/,
    broken: /1\.10\.3-20b81dd$/,
  },
  'controller-failures': {
    on: NODE,
    look: "tail -1 /home/admin/logs/metric/$(date +%Y%m%d).log | grep -o 'failure .*'",
    healthy: /^failure 1$/,
    broken: /^failure 60$/,
  },
};

seesFaults(['PHYS'], [...APPS, { ...acvip, hosts: 3 }], SEEN, ['node-down']);

describe('a physical node', () => {
  let practice: TestEstate;
  beforeAll(async () => {
    practice = await testEstate({ apps: [{ ...physicalNode, hosts: 2 }, acvip, msgconsole], faults: [] });
  });
  afterAll(() => practice.stop());

  const on = async (host: string, look: string): Promise<string> =>
    (await ssh(practice.estate, host, look)).stdout;
  const names = (text: string): readonly string[] => text.trim().split('\n').filter(Boolean).toSorted();

  it('runs its programs as root, beside each other', async () => {
    const said = await on(
      NODE,
      'ps -eo user,comm,args | grep -E "^root +(dockerd|kubelet) "; ss -Hltn | grep -c :10250',
    );
    expect(said).toMatch(
      /^root +dockerd +\/usr\/bin\/dockerd .*\nroot +kubelet +\/usr\/bin\/kubelet .*\n1\n$/,
    );
  });

  it('shows the hosts that it carries as its containers', async () => {
    const one = names(await on(NODE, "docker ps --format '{{.Names}}'"));
    const other = names(await on('physical-node-2', "docker ps --format '{{.Names}}'"));
    expect([...one, ...other].toSorted()).toEqual(['acvip-1', 'acvip-2', 'msgconsole-1', 'msgconsole-2']);
    expect(one).toHaveLength(2);
    const [container = ''] = one;
    const table = await on(NODE, 'docker ps');
    expect(table).toMatch(/^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES\n/);
    expect(table).toMatch(new RegExp(`^[0-9a-f]{12} .* Up \\d+ (second|minute)s? +${container}$`, 'm'));
  });

  it('stops and starts a container, and with it the host', async () => {
    const { estate } = practice;
    expect(await on(NODE, 'docker stop acvip-1')).toBe('acvip-1\n');
    expect((await ssh(estate, 'acvip-1', 'true')).stderr).toContain('Connection refused');
    expect(await on('msgconsole-1', 'ping -c 1 acvip-1 | grep -o "[0-9]* received"')).toBe('0 received\n');
    expect(await on(NODE, "docker inspect -f '{{.State.Status}} {{.State.Running}}' acvip-1")).toBe(
      'exited false\n',
    );
    expect(names(await on(NODE, 'docker ps -aq'))).toHaveLength(2);
    expect(names(await on(NODE, 'docker ps -q'))).toHaveLength(1);
    expect(await on(NODE, 'docker start acvip-1')).toBe('acvip-1\n');
    expect(await on('acvip-1', 'pgrep -c java')).toBe('1\n');
    const elsewhere = await ssh(estate, NODE, 'docker restart acvip-2');
    expect([elsewhere.code, elsewhere.stderr]).toEqual([
      1,
      expect.stringContaining('No such container: acvip-2'),
    ]);
  });

  it('restarts a container, and with it what a restart mends', async () => {
    const { estate } = practice;
    await estate.break('process-down', 'acvip-1');
    await estate.break('load-high', 'acvip-1');
    expect(await on(NODE, 'docker restart acvip-1')).toBe('acvip-1\n');
    expect(await on('acvip-1', 'pgrep -c java; cut -d" " -f2 /proc/loadavg')).toBe('1\n9.40\n');
    await estate.mend('all');
  });

  it('comes back by the documented steps after it restarted', async () => {
    const { estate } = practice;
    const broken = await estate.break('node-restarted');
    expect(broken.map(({ fault, on: where }) => `${fault} ${where}`).toSorted()).toEqual([
      'container-exited acvip-1',
      'container-exited msgconsole-1',
      `node-restarted ${NODE}`,
    ]);
    await on(NODE, 'sudo service kubelet start');
    expect(await on(NODE, 'systemctl is-active kubelet')).toBe('active\n');
    await on(NODE, 'docker start $(docker ps -aq --filter status=exited)');
    expect(names(await on(NODE, 'docker ps -q'))).toHaveLength(2);
    expect(estate.state().hosts.flatMap(({ faults }) => faults)).toEqual([]);
    expect(await on('msgconsole-1', 'pgrep -c java')).toBe('1\n');
  });

  it('takes its containers with it when it goes down, and brings them back when it is mended', async () => {
    const { estate } = practice;
    await estate.break('node-down');
    expect((await ssh(estate, NODE, 'true')).stderr).toContain('Connection refused');
    expect((await ssh(estate, 'acvip-1', 'true')).stderr).toContain('Connection refused');
    expect(await on('acvip-2', 'pgrep -c java')).toBe('1\n');
    await estate.mend('node-down');
    expect(await on('acvip-1', 'pgrep -c java')).toBe('1\n');
    expect(estate.state().hosts.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('stops and starts its own services by command, for good', async () => {
    const { estate } = practice;
    await on(NODE, 'systemctl stop docker.service');
    expect((await ssh(estate, NODE, 'docker ps')).stderr).toContain('Cannot connect to the Docker daemon');
    await estate.break('load-high', NODE);
    await estate.mend('load-high', NODE);
    expect(await on(NODE, 'pgrep -x dockerd')).toBe('');
    await on(NODE, '/usr/sbin/service docker start');
    expect(await on(NODE, 'docker ps -q | wc -l')).toBe('2\n');
    const unknown = await ssh(estate, NODE, '/usr/sbin/service nothing status');
    expect([unknown.code, unknown.stderr]).toEqual([4, 'Unit nothing.service could not be found.\n']);
  });
});

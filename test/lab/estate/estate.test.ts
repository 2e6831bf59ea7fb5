import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portsOf } from '../../../lab/estate/apps/app.ts';
import { FEW_APPS } from '../../../lab/estate/apps/index.ts';
import { readInventory } from '../../../src/config/inventory.ts';
import { namespaceOf, processesOf, ssh, type TestEstate, testEstate } from './practice.ts';

let practice: TestEstate;
beforeAll(async () => {
  practice = await testEstate();
});
afterAll(() => practice.stop());

describe('a practice estate', () => {
  it.each(FEW_APPS.map((app) => [app.id, app] as const))(
    'has hosts of %s that look as documented',
    async (_, app) => {
      const { estate } = practice;
      const names = estate.hosts.filter((host) => host.app === app.id).map(({ name }) => name);
      expect(names).toHaveLength(app.hosts);
      const [said] = await Promise.all(
        names.map((name) =>
          ssh(estate, name, 'hostname; whoami; pgrep -u admin -a java; ss -Hltn; date +%Z'),
        ),
      );
      const lines = said?.stdout.split('\n') ?? [];
      expect(lines[0]).toBe(names[0]);
      expect(lines[1]).toBe('admin');
      expect(lines[2]).toContain(app.programs[0].command);
      const listening = [...(said?.stdout ?? '').matchAll(/^LISTEN .* 0\.0\.0\.0:(\d+) /gm)].map((each) =>
        Number(each[1]),
      );
      expect(listening.toSorted((a, b) => a - b)).toEqual([...portsOf(app), 2022].toSorted((a, b) => a - b));
      expect(lines.at(-2)).toBe('UTC');
    },
  );

  it('keeps the documented connections, seen by ss, netstat and /proc alike', async () => {
    const said = await ssh(
      practice.estate,
      'msgconsole-1',
      'ss -Htn state established; echo; netstat -an; echo; cat /proc/net/tcp',
    );
    const [ss = '', netstat = '', proc = ''] = said.stdout.split('\n\n');
    for (const port of [9003, 9600, 3306]) {
      expect(ss).toMatch(new RegExp(String.raw`10\.66\.\d+\.\d+:\d+ +10\.66\.\d+\.\d+:${port}`));
      expect(netstat).toMatch(new RegExp(String.raw`10\.66\.\d+\.\d+:${port} +ESTABLISHED`));
      expect(proc).toMatch(new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} 01 `));
    }
    const broker = await ssh(
      practice.estate,
      'msgbroker-3',
      "netstat -an | egrep '3306|2884' | grep -c ESTABLISHED",
    );
    expect(broker.stdout).toBe('4\n');
  });

  it('keeps hosts apart: processes, ports, files and load are their own', async () => {
    const { estate } = practice;
    const [one, other] = await Promise.all([
      ssh(
        estate,
        'msgbroker-1',
        'touch mine /tmp/mine; ls / ~; ps -e | wc -l; df -P /home/admin | tail -1; nc -z 127.0.0.1 80; cat /proc/loadavg',
      ),
      ssh(estate, 'msgbroker-2', 'ls ~ /tmp'),
    ]);
    expect(one.stdout).toContain('mine');
    expect(other.stdout).not.toContain('mine');
    expect(one.stdout).not.toContain('work');
    expect(one.stdout).toMatch(/tmpfs +16384 +\d+ +\d+ +\d% \/home\/admin/);
    expect(one.stdout).toMatch(/^0\.3\d 0\.35 0\.34 1\/214/m);
    const addresses = await ssh(estate, 'msgbroker-2', "ss -Htn | awk '{print $4}' | cut -d: -f1 | sort -u");
    expect(addresses.stdout.trim()).toBe('10.66.1.12');
  });

  it('counts processor time like a mostly idle machine with the documented cores', async () => {
    const said = await ssh(
      practice.estate,
      'msgbroker-1',
      'grep -c ^cpu[0-9] /proc/stat; grep "^cpu " /proc/stat; sleep 0.5; grep "^cpu " /proc/stat',
    );
    const [cores, ...samples] = said.stdout.trim().split('\n');
    const [first, second] = samples.map((line) => line.split(/ +/).slice(1).map(Number));
    const passed = (first ?? []).map((value, k) => (second?.[k] ?? 0) - value);
    const total = passed.reduce((sum, ticks) => sum + ticks, 0);
    expect(cores).toBe('4');
    expect(total).toBeGreaterThan(100);
    expect(1 - (passed[3] ?? 0) / total).toBeLessThan(0.2);
  });

  it('lets nobody in without the key, and shows the host key that known_hosts names', async () => {
    const { estate } = practice;
    const stranger = { ...estate, sshKeyPath: '/dev/null' };
    expect((await ssh(stranger, 'msgbroker-1', 'true')).stderr).toContain('Permission denied');
    const known = new Set(Object.values(estate.hosts).map(({ address }) => address));
    expect(known.size).toBe(16);
    expect((await ssh(estate, 'msgbroker-1', 'cat /.host/host_key')).stderr).toContain('Permission denied');
  });

  it('is reached from the inside over its own port 2022 too', async () => {
    const said = await ssh(practice.estate, 'acvip-1', 'exec 3<>/dev/tcp/127.0.0.1/2022; head -1 <&3');
    expect(said.stdout).toMatch(/^SSH-2\.0-OpenSSH/);
  });

  it('serves twenty logins to one host at once', async () => {
    const said = await Promise.all(
      Array.from({ length: 20 }, (_, k) => ssh(practice.estate, 'msgbroker-4', `echo ${k}`)),
    );
    expect(said.map(({ stdout }) => stdout.trim())).toEqual(Array.from({ length: 20 }, (_, k) => String(k)));
  });

  it('describes itself as an inventory that Fettle reads', () => {
    const read = readInventory('inventory.yaml', JSON.parse(JSON.stringify(practice.estate.inventory)), []);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.inventory.estate.hosts).toHaveLength(16);
    expect(read.inventory.estate.databases.map(({ name }) => name)).toEqual([
      'opswareapiserver',
      'opswareorchestration',
      'opswareexecutor',
    ]);
  });

  it('opens the MQ console and the release page', async () => {
    const { consoles } = practice.estate.inventory;
    const mq = await fetch(consoles['MQ'] ?? '');
    expect([mq.status, await mq.text()]).toEqual([200, expect.stringContaining('消息队列控制台')]);
    const blocked = await fetch(`${consoles['DEPS'] ?? ''}release/r1_201905070600112`);
    expect(await blocked.text()).toContain('被发布单 CNHZ_58201812212200583197 阻塞');
  });

  it('restarts an app that somebody on the host killed', async () => {
    const { estate } = practice;
    const killed = await ssh(
      estate,
      'sessionserver-2',
      'pkill -KILL -u admin java; sleep 0.2; pgrep java; ss -Hltn',
    );
    expect(killed.stdout).not.toContain(':9600');
    await estate.restart('sessionserver-2');
    expect((await ssh(estate, 'sessionserver-2', 'pgrep -c java; ss -Hltn')).stdout).toMatch(/^1\n[^]*:9600/);
  });
});

describe('two practice estates on one machine', () => {
  it('take different addresses, and stopping one leaves nothing of it and all of the other', async () => {
    const other = await testEstate();
    expect(other.estate.hosts[0]?.address).not.toBe(practice.estate.hosts[0]?.address);
    const spaces = await Promise.all(other.estate.hosts.map(({ pid }) => namespaceOf(pid)));
    const own = spaces.filter((space) => space !== undefined);
    expect(new Set(own).size).toBe(16);
    expect((await processesOf(other.folder, own)).length).toBeGreaterThan(32);
    const open = ssh(other.estate, 'msgbroker-1', 'echo in; sleep 60');
    await other.stop();
    expect((await open).code).not.toBe(0);
    expect(await processesOf(other.folder, own)).toEqual([]);
    await expect(connect(other.estate.hosts[0]?.address ?? '')).rejects.toThrow('ECONNREFUSED');
    expect((await ssh(practice.estate, 'msgbroker-1', 'echo still here')).stdout).toBe('still here\n');
  });
});

const connect = (host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ host, port: 2022 }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });

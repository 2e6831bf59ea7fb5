import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_APPS } from '../../../lab/estate/apps/index.ts';
import { ssh, type TestEstate, testEstate } from './practice.ts';
import { type Seen, seesFaults } from './seen.ts';

let practice: TestEstate;
beforeAll(async () => {
  practice = await testEstate({ faults: [] });
});
afterAll(() => practice.stop());

/** Lines of a log that carry a time of the last minute. */
const lastMinute = (file: string): string =>
  `awk -v s="$(date -d '-1 min' '+%F %T')" 'substr($0,1,19) >= s' logs/${file}`;
const count = (file: string): string => `${lastMinute(file)} | wc -l`;
const ports = 'ss -Hltn | awk \'{sub(/.*:/,"",$4); print $4}\' | sort -n | xargs';

const SEEN: Readonly<Record<string, Seen>> = {
  'broker-process-down': {
    on: 'msgbroker-1',
    look: 'pgrep -c java; ss -Htan | wc -l',
    healthy: /^1\n6$/,
    broken: /^0\n1$/,
  },
  'process-down': {
    on: 'acvip-1',
    look: 'ps -ef | grep -c [A]ntVipServerBootstrap',
    healthy: /^1$/,
    broken: /^0$/,
  },
  'port-not-listening': {
    on: 'msgbroker-1',
    look: `${ports}; pgrep -c java`,
    healthy: /^2022 9529\n1$/,
    broken: /^2022\n1$/,
  },
  'health-false': {
    on: 'msgconsole-1',
    look: 'curl -s 127.0.0.1:9500/checkService | head -2',
    healthy: /^passed:true\nsofaRuntime passed:true$/,
    broken: /^passed:false\nsofaRuntime passed:false$/,
  },
  'page-down': {
    on: 'msgconsole-1',
    look: "curl -s -o /dev/null -w '%{http_code}' 127.0.0.1",
    healthy: /^200$/,
    broken: /^500$/,
  },
  'clock-skewed': {
    on: 'acvip-1',
    look: 'echo $(( ($(date +%s) - $(/.host/date +%s) + 2) / 5 )); tail -1 logs/acvip/SyncWeb.log | cut -c 12-16; date -d "-10 sec" +%H:%M',
    healthy: /^0\n/,
    broken: /^60\n/,
  },
  'console-page-down': {
    on: 'msgconsole-2',
    look: "curl -s -o /dev/null -w '%{http_code}' 127.0.0.1",
    healthy: /^200$/,
    broken: /^500$/,
  },
  'console-health-false': {
    on: 'msgconsole-1',
    look: 'curl -s 127.0.0.1:9500/checkService',
    healthy: /^passed:true\n(\w+ passed:true\n?)+$/,
    broken: /^passed:false\n[^]*registry passed:false/,
  },
  'deps-app-unhealthy': {
    on: 'acopswareexecutor-1',
    look: `curl -s 127.0.0.1:9500/checkService | head -1; exec 3<>/dev/tcp/127.0.0.1/1234; printf 'service\\nquit\\n' >&3; grep -c 未激活 <&3`,
    healthy: /^passed:true\n0$/,
    broken: /^passed:false\n2$/,
  },
  'heartbeat-slow': {
    on: 'msgbroker-1',
    look: count('msgbroker-ha-heartbeat.log'),
    healthy: /^([6-9]|1[0-3])$/,
    broken: /^[1-5]$/,
  },
  'heartbeat-not-ok': {
    on: 'msgbroker-1',
    look: `${lastMinute('msgbroker-ha-heartbeat.log')} | grep -vc 'result \\[OK\\]'`,
    healthy: /^0$/,
    broken: /^([6-9]|1[0-3])$/,
  },
  'data-source-failing': {
    on: 'msgbroker-1',
    look: 'tail -1 logs/msgbroker-datasource-healthy.log; wc -l < logs/msgbroker-server-persistenceManager.log',
    healthy: /status \[SUCCESS\] url \[jdbc:mysql:.*\]\n0$/,
    broken: /status \[FAILED\] url \[jdbc:mysql:.*\]\n[1-9]\d*$/,
  },
  'receive-failures': {
    on: 'msgbroker-1',
    look: `${lastMinute('msgbroker-receive-digest.log')} | cut -d, -f4 | sort | uniq -c`,
    healthy: /^ *\d+ Y$/,
    broken: /\d N\n *\d+ Y$/,
  },
  'delivery-failures': {
    on: 'msgbroker-1',
    look: count('msgbroker-dispatcher-failure.log'),
    healthy: /^0$/,
    broken: /^[12]\d$/,
  },
  'message-volume': {
    on: 'msgbroker-1',
    look: `${count('msgbroker-receive-digest.log')}; ${count('msgbroker-finish-digest.log')}`,
    healthy: /^\d\d\n\d\d$/,
    broken: /^4\d{3}\n4\d{3}$/,
  },
  'acvip-lost': {
    on: 'msgconsole-1',
    look: 'netstat -an | grep -c ":9003 .*ESTABLISHED"',
    healthy: /^1$/,
    broken: /^0$/,
  },
  'acvip-elsewhere': {
    on: 'msgconsole-1',
    look: "netstat -an | awk '/:9003 .*ESTABLISHED/ { print $5 }'",
    healthy: /^10\.66\.1\.\d+:9003$/,
    broken: /^10\.66\.240\.9:9003$/,
  },
  'registry-lost': {
    on: 'msgconsole-1',
    look: 'netstat -an | grep -c ":9600 .*ESTABLISHED"',
    healthy: /^1$/,
    broken: /^0$/,
  },
  'database-connection-lost': {
    on: 'msgbroker-1',
    look: 'netstat -an | egrep -c "3306|2884"',
    healthy: /^4$/,
    broken: /^0$/,
  },
  'disk-full': {
    on: 'msgbroker-1',
    look: "df -P /home/admin | awk 'NR==2{print $5}'; ls logs/heapdump.hprof 2>/dev/null",
    healthy: /^\d%$/,
    broken: /^9[78]%\nlogs\/heapdump.hprof$/,
  },
  'load-high': {
    on: 'msgbroker-1',
    look: 'cut -d" " -f2 /proc/loadavg; uptime',
    healthy: /^0\.35\n.*load average: 0\.3/,
    broken: /^9\.40\n.*load average: 9\./,
  },
  'memory-high': {
    on: 'msgbroker-1',
    look: "free -m | awk '/^Mem/{print int(100*$7/$2)}'",
    healthy: /^5[34]$/,
    broken: /^[45]$/,
  },
  'cpu-high': {
    on: 'msgbroker-1',
    look: "s() { awk '/^cpu /{print $5, $2+$3+$4+$5+$6+$7+$8}' /proc/stat; }; a=$(s); sleep 0.5; b=$(s); echo $a $b | awk '{print int(10*(1-($3-$1)/($4-$2)))}'",
    healthy: /^[01]$/,
    broken: /^9$/,
  },
  'error-burst': {
    on: 'msgbroker-1',
    look: 'wc -l < logs/common-error.log; head -1 logs/common-error.log',
    healthy: /^0$/,
    broken: /^[23]\d\d\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ERROR /,
  },
};

seesFaults([undefined, 'MQ', 'DEPS'], FEW_APPS, SEEN, [
  'host-off',
  'container-exited',
  'host-unreachable',
  'host-slow',
  'host-key-changed',
]);

describe('a fault', () => {
  it('takes the connections of others away when their peer app is gone everywhere', async () => {
    const { estate } = practice;
    const look = 'netstat -an | grep -c ":9003 .*ESTABLISHED"';
    await estate.break('process-down', 'acvip-1');
    expect((await ssh(estate, 'msgconsole-1', look)).stdout).toBe('1\n');
    await estate.break('process-down', 'acvip-2');
    expect((await ssh(estate, 'msgconsole-1', look)).stdout).toBe('0\n');
    await estate.mend('process-down');
    expect((await ssh(estate, 'msgconsole-1', look)).stdout).toBe('1\n');
  });

  it('lasts beside another on the same host until each is mended', async () => {
    const { estate } = practice;
    await estate.break('load-high', 'msgbroker-2');
    await estate.break('memory-high', 'msgbroker-2');
    await estate.mend('load-high');
    const look = "cut -d' ' -f2 /proc/loadavg; free -m | awk '/^Mem/{print int(100*$7/$2)}'";
    expect((await ssh(estate, 'msgbroker-2', look)).stdout).toBe('0.35\n4\n');
    expect(estate.state().hosts.find(({ name }) => name === 'msgbroker-2')?.faults).toEqual(['memory-high']);
    await estate.mend('all');
    expect((await ssh(estate, 'msgbroker-2', look)).stdout).toBe('0.35\n53\n');
  });

  it('of the process is mended by a restart, one of the network is not', async () => {
    const { estate } = practice;
    await estate.break('broker-process-down', 'msgbroker-3');
    await estate.break('database-connection-lost', 'msgbroker-3');
    await estate.restart('msgbroker-3');
    const look = 'pgrep -c java; ss -Htn | grep -c :3306';
    expect((await ssh(estate, 'msgbroker-3', look)).stdout).toBe('1\n0\n');
    await estate.mend('all');
    expect((await ssh(estate, 'msgbroker-3', look)).stdout).toBe('1\n4\n');
  });

  it('host-off ends everything on the host and refuses the connection', async () => {
    const { estate } = practice;
    const pings = 'ping -c 1 msgbroker-1 | grep -c "1 received"';
    expect((await ssh(estate, 'msgbroker-2', pings)).stdout).toBe('1\n');
    await estate.break('host-off');
    expect(estate.state().hosts.find(({ name }) => name === 'msgbroker-1')?.processRuns).toBe(false);
    expect((await ssh(estate, 'msgbroker-1', 'true')).stderr).toContain('Connection refused');
    expect((await ssh(estate, 'msgbroker-2', pings)).stdout).toBe('0\n');
    await estate.mend('host-off');
    expect((await ssh(estate, 'msgbroker-1', 'pgrep -c java')).stdout).toBe('1\n');
  });

  it('container-exited takes the host away until it is restarted', async () => {
    const { estate } = practice;
    await estate.break('container-exited', 'msgbroker-3');
    expect((await ssh(estate, 'msgbroker-3', 'true')).stderr).toContain('Connection refused');
    await estate.restart('msgbroker-3');
    expect((await ssh(estate, 'msgbroker-3', 'pgrep -c java')).stdout).toBe('1\n');
  });

  it('host-unreachable refuses the connection', async () => {
    const { estate } = practice;
    await estate.break('host-unreachable', 'msgbroker-2');
    expect((await ssh(estate, 'msgbroker-2', 'true')).stderr).toContain('Connection refused');
    await estate.mend('host-unreachable');
    expect((await ssh(estate, 'msgbroker-2', 'echo back')).stdout).toBe('back\n');
  });

  it('host-slow accepts the connection, says nothing, and answers those who waited once it is mended', async () => {
    const { estate } = practice;
    await estate.break('host-slow', 'msgbroker-2');
    const host = estate.hosts.find(({ name }) => name === 'msgbroker-2');
    const socket = net.connect({ host: host?.address ?? '', port: 2022 });
    const banner = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    await new Promise((resolve) => socket.once('connect', resolve));
    // A login to another host takes much longer than a banner would have taken.
    await ssh(estate, 'msgbroker-1', 'sleep 0.3');
    expect(socket.bytesRead).toBe(0);
    await estate.mend('host-slow');
    expect(await banner).toMatch(/^SSH-2\.0-/);
    socket.destroy();
  });

  it('host-key-changed makes a careful client turn away, until the old key is back', async () => {
    const { estate } = practice;
    await estate.break('host-key-changed');
    const refused = await ssh(estate, 'msgbroker-1', 'echo in');
    expect([refused.code, refused.stdout]).toEqual([255, '']);
    expect(refused.stderr).toContain('HOST IDENTIFICATION HAS CHANGED');
    await estate.mend('host-key-changed');
    expect((await ssh(estate, 'msgbroker-1', 'echo in')).stdout).toBe('in\n');
  });

  it('closes the console page for everyone when port 80 is gone on every console', async () => {
    const { estate } = practice;
    const page = async (): Promise<number> => (await fetch(estate.inventory.consoles['MQ'] ?? '')).status;
    await estate.break('port-not-listening', 'msgconsole-1');
    expect(await page()).toBe(200);
    await estate.break('port-not-listening', 'msgconsole-2');
    expect(await page()).toBe(502);
    await estate.mend('all');
    await estate.break('console-page-down');
    expect(await page()).toBe(500);
    await estate.mend('all');
    expect(await page()).toBe(200);
  });

  it('that does not exist, or not there, is refused with what there is', async () => {
    const { estate } = practice;
    await expect(estate.break('no-such')).rejects.toThrow('npm run lab -- list');
    await expect(estate.break('broker-down')).rejects.toThrow('near are broker-process-down');
    await expect(estate.break('load-high', 'nowhere')).rejects.toThrow('there is no host "nowhere"');
    await expect(estate.break('heartbeat-slow', 'acvip-1')).rejects.toThrow('happens on hosts of msgbroker');
    await expect(estate.break('order-stuck', "x' or 1")).rejects.toThrow('is no order number');
    expect(estate.state().orders).toEqual([]);
  });
});

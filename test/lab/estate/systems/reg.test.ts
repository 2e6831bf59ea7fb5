import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS, metaserver, registryApps } from '../../../../lab/estate/apps/reg.ts';
import { ssh, type TestEstate, testEstate } from '../practice.ts';
import { type Seen, seesFaults } from '../seen.ts';

const METAS = ['metaserver-1', 'metaserver-2', 'metaserver-3'];
const health = (port: number): string => `curl -s -w ' %{http_code}' localhost:${port}/health/check`;
const inLastMinute = (file: string, what: string): string =>
  `awk -v s="$(date -d '-1 min' '+%F %T')" 'substr($0,2,19) >= s' logs/registry/${file} | grep -c '${what}'`;

const SEEN: Readonly<Record<string, Seen>> = {
  'push-closed': {
    on: 'metaserver-1',
    look: 'curl -s localhost:9615/digest/pushSwitch',
    healthy: /^\{"pushSwitch":"open"\}$/,
    broken: /^\{"pushSwitch":"closed"\}$/,
  },
  'meta-left-raft': {
    on: 'metaserver-1',
    look: health(9615),
    healthy: /"success":true,.* raftStatus:(Leader|Follower)"\}\n 200$/,
    broken: /"success":false,.* raftStatus:false"\}\n 500$/,
  },
  'meta-second-leader': {
    on: 'metaserver-1',
    look: health(9615),
    healthy: /"success":true/,
    broken: /"success":true,.* raftStatus:Leader"\}\n 200$/,
  },
  'meta-port-lost': {
    on: 'metaserver-1',
    look: `${health(9615)}; netstat -an | grep -c ':9614 .*LISTEN'`,
    healthy: /"success":true[^]* 2001$/,
    broken: /raftServerStart:false[^]* 5000$/,
  },
  'meta-no-quorum': {
    on: 'metaserver-1',
    look: 'pgrep -c java; curl -s localhost:9615/health/check | wc -c',
    healthy: /^1\n[1-9]\d\d$/,
    broken: /^0\n0$/,
  },
  'data-not-working': {
    on: 'dataserver-1',
    look: health(9622),
    healthy:
      /^\{"success":true,"message":"DataServerBoot severForSession:true, severForDataSync:true, httpServer:true, schedulerStarted:true, status:WORKING"\}\n 200$/,
    broken: /"success":false,.* status:INITIAL"\}\n 500$/,
  },
  'session-without-data': {
    on: 'sessionserver-1',
    look: health(9603),
    healthy:
      /^\{"success":true,"message":"SessionServerBoot RaftClientManager:true, MetaServerStart:true, SchedulerStart:true, HttpServerStart:true, SessionServerStart:true, ConnectDataServer:true"\}\n 200$/,
    broken: /"success":false,.* ConnectDataServer:false"\}\n 500$/,
  },
  'session-port-lost': {
    on: 'sessionserver-1',
    look: 'ss -Hltn | awk \'{sub(/.*:/,"",$4); print $4}\' | grep 96 | sort | xargs',
    healthy: /^9600 9601 9602 9603$/,
    broken: /^9600 9601 9603$/,
  },
  'session-crowded': {
    on: 'sessionserver-1',
    look: "netstat -an | awk '$4 ~ /:9600$/ && $6 == \"ESTABLISHED\"' | wc -l; tail -1 logs/registry/session/registry-console.log | grep -o 'Connection count: .*'",
    healthy: /^24\nConnection count: 24$/,
    broken: /^2400\nConnection count: 2400$/,
  },
  'registry-connections-break': {
    on: 'sessionserver-1',
    look: inLastMinute('session/registry-connect.log', 'node disconnected'),
    healthy: /^0$/,
    broken: /^[345]$/,
  },
  'publishers-dropped': {
    on: 'sessionserver-1',
    look: "tail -1 logs/registry/session/registry-console.log | sed 's/.*- //'; curl -s localhost:9603/digest/data/count",
    healthy:
      /^\[Count\]Subscriber count: 1240, Publisher count: 862, Watcher count: 36, Connection count: 24\n"Subscriber count: 1240, Publisher count: 862, Watcher count: 36"$/,
    broken: /^\[Count\]Subscriber count: 610, Publisher count: 395, Watcher count: 17,/,
  },
};

// Seen only when a node starts again.
seesFaults(['REG'], APPS, SEEN, ['push-empties-lists']);

describe('the registry', () => {
  let practice: TestEstate;
  beforeAll(async () => {
    practice = await testEstate({ apps: [{ ...metaserver, hosts: 4 }, ...APPS.slice(1)], faults: [] });
  });
  afterAll(() => practice.stop());

  const on = async (host: string, look: string): Promise<string> =>
    (await ssh(practice.estate, host, look)).stdout;
  const roles = async (hosts: readonly string[]): Promise<readonly string[]> => {
    const answers = await Promise.all(hosts.map((host) => on(host, 'curl -s localhost:9615/health/check')));
    return answers.map((answer) => /raftStatus:(\w+)/.exec(answer)?.[1] ?? 'none');
  };

  it('answers for a meta node as the manual prints it, with exactly one leader', async () => {
    expect(await on('metaserver-1', health(9615))).toBe(
      '{"success":true,"message":"MetaServerBoot sessionRegisterServer:true, dataRegisterServerStart:true, otherMetaRegisterServerStart:true, httpServerStart:true, raftServerStart:true, raftClientStart:true, raftManagerStart:true, raftStatus:Leader"}\n 200',
    );
    expect(await roles(METAS)).toEqual(['Leader', 'Follower', 'Follower']);
  });

  it('keeps connections between the roles, and those of clients', async () => {
    const session = await on(
      'sessionserver-2',
      "ss -Htn state established | awk '{print $3, $4}' | sed 's/[0-9.]*://g'",
    );
    expect(session.match(/^\d+ 9610$/gm)).toHaveLength(4);
    expect(session.match(/^\d+ 9620$/gm)).toHaveLength(3);
    expect(session.match(/^9600 \d+$/gm)).toHaveLength(24);
    const meta = await on('metaserver-2', "ss -Htn state established | awk '{print $4}' | grep -c :9614");
    expect(meta).toBe('3\n');
  });

  it('elects another leader when the leader goes, and keeps it when the first one is back', async () => {
    const { estate } = practice;
    await estate.break('process-down', 'metaserver-1');
    expect(await roles(METAS)).toEqual(['none', 'Leader', 'Follower']);
    expect(await on('metaserver-2', 'tail -1 logs/registry/meta/registry-raft.log')).toMatch(
      /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\]\[INFO\].* - onLeaderStart: term=2\.\n$/,
    );
    await estate.mend('process-down');
    expect(await roles(METAS)).toEqual(['Follower', 'Leader', 'Follower']);
  });

  it('empties the lists of all clients when a node restarts while push is open, and not while it is stopped', async () => {
    const { estate } = practice;
    const counts = (): Promise<string> => on('sessionserver-1', 'curl -s localhost:9603/digest/data/count');
    const stopPush = (word: 'open' | 'close'): Promise<string> =>
      on('metaserver-1', `curl -s localhost:9615/stopPushDataSwitch/${word}`);
    const whole = '"Subscriber count: 1240, Publisher count: 862, Watcher count: 36"\n';
    await estate.break('push-empties-lists');
    expect(await stopPush('open')).toContain('true');
    await estate.restart('dataserver-2');
    expect(await counts()).toBe(whole);
    expect(await stopPush('close')).toContain('true');
    expect(await counts()).toBe(whole);
    await estate.restart('dataserver-2');
    expect(await counts()).toBe('"Subscriber count: 112, Publisher count: 78, Watcher count: 3"\n');
    await estate.mend('push-empties-lists');
    expect(await counts()).toBe(whole);
    await estate.restart('dataserver-2');
    expect(await counts()).toBe(whole);
  });

  it('has no leader without more than half of its members, and then refuses to switch', async () => {
    const { estate } = practice;
    await estate.break('process-down', 'metaserver-1');
    await estate.break('process-down', 'metaserver-2');
    expect(await roles(METAS)).toEqual(['none', 'none', 'false']);
    const refused = await on(
      'metaserver-3',
      "curl -s -o /dev/null -w '%{http_code}' localhost:9615/digest/pushSwitch",
    );
    expect(refused).toBe('500');
    await estate.mend('process-down');
    expect((await roles(METAS)).filter((role) => role === 'Leader')).toHaveLength(1);
  });

  it('shows two leaders when one node does not give up', async () => {
    const { estate } = practice;
    await estate.break('meta-second-leader');
    expect((await roles(METAS)).filter((role) => role === 'Leader')).toHaveLength(2);
    await estate.mend('meta-second-leader');
    expect((await roles(METAS)).filter((role) => role === 'Leader')).toHaveLength(1);
  });

  it('stops every push by the switch that is called open, and goes on by the one called close', async () => {
    const pushSwitch = (host: string, port: number): Promise<string> =>
      on(host, `curl -s localhost:${port}/digest/pushSwitch`);
    const done = await on('metaserver-2', 'curl -s http://localhost:9615/stopPushDataSwitch/open');
    expect(done).toBe('{"success":true,"message":null}\n');
    for (const meta of METAS) expect(await pushSwitch(meta, 9615)).toBe('{"pushSwitch":"closed"}\n');
    expect(await pushSwitch('sessionserver-1', 9603)).toBe('{"pushSwitch":"closed"}\n');
    const pushed = 'wc -l < logs/registry/session/registry-push.log';
    expect(await on('sessionserver-1', pushed)).toBe('0\n');
    expect(await on('sessionserver-2', 'tail -5 logs/registry/session/registry-session.log')).toContain(
      'Fetch session stop push data switch true success!',
    );
    await practice.estate.restart('metaserver-2');
    expect(await pushSwitch('metaserver-2', 9615)).toBe('{"pushSwitch":"closed"}\n');
    await on('metaserver-3', 'curl -s http://localhost:9615/stopPushDataSwitch/close');
    for (const meta of METAS) expect(await pushSwitch(meta, 9615)).toBe('{"pushSwitch":"open"}\n');
    expect(Number(await on('sessionserver-1', pushed))).toBeGreaterThan(10);
  });

  it('is opened again by the documented request after somebody left it closed', async () => {
    const { estate } = practice;
    await estate.break('push-closed');
    await on('metaserver-1', 'curl -s http://localhost:9615/stopPushDataSwitch/close');
    expect(await on('metaserver-3', 'curl -s localhost:9615/digest/pushSwitch')).toBe(
      '{"pushSwitch":"open"}\n',
    );
    expect(estate.state().hosts.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('takes a new meta node in for a dead one by changePeer', async () => {
    const { estate } = practice;
    expect(await roles(['metaserver-4'])).toEqual(['false']);
    await estate.break('process-down', 'metaserver-3');
    const change = (list: string): string =>
      `curl -s -X POST http://localhost:9615/manage/changePeer -d 'dataCenter=DataCenterB&ipAddressList=${list}'`;
    expect(await on('metaserver-1', change(''))).toContain('"success":false');
    const addresses = await on('metaserver-1', "awk '/metaserver-[124]$/ {print $1}' /etc/hosts | sort -u");
    const changed = await on('metaserver-1', change(addresses.trim().split('\n').join(',')));
    expect(changed).toBe('{"success":true,"message":null}\n');
    const now = await roles(['metaserver-1', 'metaserver-2', 'metaserver-4']);
    expect(now.toSorted()).toEqual(['Follower', 'Follower', 'Leader']);
    await estate.mend('process-down');
    expect(await roles(['metaserver-3'])).toEqual(['false']);
  });

  it('writes down whom it evicted', async () => {
    const { estate } = practice;
    await estate.break('process-down', 'dataserver-2');
    const evicted = await on('dataserver-1', 'cat logs/confreg-data/decision.60dt.log');
    expect(evicted).toMatch(/^\d{4}-\d\d-\d\d .* evict 10\.66\.1\.\d+, data servers \[[\d.]+,[\d.]+\]\n$/);
    await estate.mend('process-down');
    const metas = await Promise.all(
      [...METAS, 'metaserver-4'].map((host) =>
        on(host, 'grep -h evicted logs/registry/meta/registry-meta.log'),
      ),
    );
    expect(metas.join('')).toMatch(/ - Expired Nodes \[10\.66\.1\.\d+\] be evicted!\n/);
  });

  it('stands in one room, as every room has its own', () => {
    const { apps } = practice.estate.inventory;
    const sites = ['metaserver', 'dataserver', 'sessionserver'].flatMap((app) =>
      (apps[app]?.hosts ?? []).map(({ site }) => site),
    );
    expect(new Set(sites)).toEqual(new Set(['site-a']));
    expect(sites.length).toBeGreaterThan(7);
  });

  it('has the documented logs of every role', async () => {
    const logs = [
      ['sessionserver-1', 'session', ['session', 'exchange', 'console', 'connect']],
      ['dataserver-1', 'data', ['data', 'connect']],
      ['metaserver-1', 'meta', ['meta', 'raft', 'connect']],
    ] as const;
    for (const [host, role, names] of logs) {
      const files = names.map((name) => `logs/registry/${role}/registry-${name}.log`);
      const said = await on(
        host,
        `ls ${files.join(' ')} logs/gc.log; tail -1 logs/registry/${role}/registry-startup.log; tail -1 logs/gc.log`,
      );
      expect(said).toContain('logs/gc.log\n');
      expect(said.match(/registry-\w+\.log\n/g)).toHaveLength(names.length);
      expect(said).toMatch(
        /\]\[INFO\]\[main\]\[\w+Application\] - Started \w+Server\n\d{4}-\d\d-\d\dT.*\[GC /,
      );
    }
  });
});

describe('the registry of version 6', () => {
  let practice: TestEstate;
  beforeAll(async () => {
    practice = await testEstate({ apps: Object.values(registryApps('v6')), faults: [] });
  });
  afterAll(() => practice.stop());

  it('answers with a role, and says of its switch whether push is stopped', async () => {
    const on = async (host: string, path: string, port = 9615): Promise<string> =>
      (await ssh(practice.estate, host, `curl -s localhost:${port}${path}`)).stdout;
    const roles = await Promise.all(METAS.map((meta) => on(meta, '/health/check')));
    expect(roles.map((said) => /role:(\w+), warmuped:true, leader:10\./.exec(said)?.[1])).toEqual([
      'leader',
      'follower',
      'follower',
    ]);
    expect(JSON.parse(await on('metaserver-2', '/digest/pushSwitch'))).toMatchObject({ stopPush: 'false' });
    await on('metaserver-3', '/stopPushDataSwitch/open');
    expect(JSON.parse(await on('metaserver-2', '/digest/pushSwitch'))).toMatchObject({ stopPush: 'true' });
    expect(await on('dataserver-1', '/health/check', 9622)).toContain('schedulerStarted:true"');
    expect(await on('sessionserver-1', '/health/check', 9603)).toContain('ConsoleServer:true"');
    expect(await on('metaserver-1', '/manage/changePeer')).toBe('not found\n');
    const raft = 'ss -Hltn | grep -c :9614; ls logs/registry/meta/registry-raft.log 2>&1';
    const { stdout } = await ssh(practice.estate, 'metaserver-1', raft);
    expect(stdout).toMatch(/^0\n.*No such file/);
  });
});

import http from 'node:http';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readInventory } from '../../../src/config/inventory.ts';
import { courier, hub, ledger } from './made-up.ts';
import { ssh, type TestEstate, testEstate, until } from './practice.ts';

let practice: TestEstate;
beforeAll(async () => {
  practice = await testEstate({ apps: [ledger, hub, courier], timeZone: 'Asia/Shanghai' });
});
afterAll(() => practice.stop());

const on = async (host: string, look: string): Promise<string> =>
  (await ssh(practice.estate, host, look)).stdout;

describe('a host with several programs', () => {
  it('shows each with its own name, user, connections and log', async () => {
    const said = await on(
      'ledger-1',
      'ps -eo user:8,comm,args | grep -E "java|courierd" | grep -v grep; tail -1 /home/courier/log/courier_core.log',
    );
    const lines = said.split('\n');
    expect(lines[0]).toMatch(/^admin +java +java -Dapp.name=ledger -jar \/home\/admin\/ledger.jar *$/);
    expect(lines[1]).toMatch(/^root +courierd +\/home\/courier\/bin\/courierd --foreground *$/);
    expect(lines[2]).toMatch(/ INFO heartbeat$/);
    const connections = 'ss -Htn state established | grep -c :8000';
    expect(await on('ledger-1', connections)).toBe('3\n');
    expect(await on('hub-1', 'pgrep -c courierd')).toBe('0\n');
  });

  it('loses one without the other, and gets it back by its own script', async () => {
    const status = 'sudo /etc/init.d/courierd status; echo $?';
    expect(await on('ledger-2', status)).toBe('courierd is running\n0\n');
    await on('ledger-2', 'sudo /etc/init.d/courierd stop');
    expect(await on('ledger-2', status)).toBe('courierd is stopped\n3\n');
    expect(await on('ledger-2', 'pgrep -c java; ss -Htn state established | grep -c :8000')).toBe('1\n2\n');
    await on('ledger-2', '/etc/init.d/courierd restart');
    expect(await on('ledger-2', `${status}; ss -Htn state established | grep -c :8000`)).toBe(
      'courierd is running\n0\n3\n',
    );
  });
});

describe('a command of a host', () => {
  it('gets its arguments as they are, and answers on both outputs with its code', async () => {
    const ran = await ssh(practice.estate, 'ledger-1', "/home/admin/bin/ledgerctl 'a b' '$x' '' \"it's\"");
    expect(ran).toEqual({ code: 7, stdout: "a b|$x||it's open\n", stderr: 'careful\n' });
  });

  it('may be a script, and sudo runs everything', async () => {
    expect(await on('ledger-2', 'where; sudo -n where; sudo -u root sh -c "echo $((1+1))"')).toBe(
      'on ledger-2\non ledger-2\n2\n',
    );
  });

  it('ping reaches hosts, database servers and load balancers, each by name and address', async () => {
    const pings = ['hub-1', 'ledgerdb', 'ledger-lb', '127.0.0.1'].map(
      (name) => `ping -c 2 ${name} | tail -1 | cut -d, -f2`,
    );
    expect(await on('ledger-1', pings.join('; '))).toBe(' 2 received\n'.repeat(4));
    const nobody = await ssh(practice.estate, 'ledger-1', 'ping -c 1 10.9.9.9; ping -c 1 nobody');
    expect([nobody.code, nobody.stdout]).toEqual([2, expect.stringContaining('100% packet loss')]);
    for (const host of ['ledger-1', 'ledger-2']) await practice.estate.break('host-off', host);
    expect(await on('hub-1', 'ping -c 1 ledger-lb | grep -c "1 received"')).toBe('0\n');
    await practice.estate.mend('all');
  });
});

describe('a log', () => {
  it('has the time as its app writes it, in the time of the estate', async () => {
    const [dot = '', inside = '', startup = ''] = (
      await on('ledger-2', 'cd logs/ledger; for f in dot inside startup; do tail -1 $f.log; done')
    ).split('\n');
    expect(dot).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3},booked$/);
    expect(inside).toMatch(/^- ledger1#\d{4}-\d\d-\d\d,\d\d:\d\d:\d\d\.\d{3}#true$/);
    expect(startup).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} Ledger is listening on 9001$/);
    const hours = (Date.parse(`${dot.slice(0, 10)}T${dot.slice(11, 23)}Z`) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(8);
    expect(await on('ledger-2', 'date +%z')).toBe('+0800\n');
  });

  it('may have a file of before beside it, by number or by day, and a day in its name', async () => {
    const said = await on(
      'ledger-1',
      'cd logs/ledger; wc -l < rotated.log.1; ls daily.log.*; tail -1 rotated.log.1; head -1 rotated.log; tail -1 daily.log.*; wc -l < ../metric/$(date +%Y%m%d).log; date -d yesterday +%F',
    );
    const [count, name, last = '', first = '', ofYesterday = '', metric, yesterday = ''] = said
      .trim()
      .split('\n');
    expect(Number(count)).toBeGreaterThanOrEqual(17);
    expect(name).toBe(`daily.log.${yesterday}`);
    expect(last < first).toBe(true);
    expect(ofYesterday).toMatch(new RegExp(`^${yesterday} 23:59:5\\d,\\d{3} INFO daily$`));
    expect(Number(metric)).toBeGreaterThanOrEqual(11);
  });

  it('that is written at the start is written again at a restart, and says how the host is', async () => {
    const look = 'cat logs/ledger/startup.log';
    const before = await on('ledger-1', look);
    await practice.estate.restart('ledger-1');
    const after = await on('ledger-1', look);
    expect(after).toMatch(/Ledger is listening on 9001\n$/);
    expect(after > before).toBe(true);
  });
});

describe('the clock of a host', () => {
  it('may be wrong: by date, however it is asked, and in the logs', async () => {
    const { estate } = practice;
    const real = '/.host/date';
    const ask = (words: string): string => `echo $(( ($(date ${words}) - $(${real} ${words}) + 150) / 300 ))`;
    const asks = [
      '+%s',
      '-u +%s',
      "-d '-1 min' +%s",
      "--date='-1 min' +%s",
      '-d now +%s',
      '-d @1000 +%s',
      "-d '2019-05-06 10:00:00' +%s",
    ];
    expect(await on('ledger-1', asks.map(ask).join('; '))).toBe('0\n'.repeat(7));
    await estate.break('clock-skewed', 'ledger-1');
    expect(await on('ledger-1', asks.map(ask).join('; '))).toBe('1\n1\n1\n1\n1\n0\n0\n');
    const stamp = 'tail -1 logs/ledger/rotated.log | cut -c 1-19';
    const ahead = `echo $(( ($(date -d "$(${stamp})" +%s) - $(${real} +%s) + 150) / 300 ))`;
    expect(await on('ledger-1', ahead)).toBe('1\n');
    expect(await on('ledger-2', ahead)).toBe('0\n');
    await estate.mend('all');
    expect(await on('ledger-1', ahead)).toBe('0\n');
  });
});

describe('the ports of a host', () => {
  it('have the connections of clients, as many as there should be', async () => {
    const look =
      'netstat -an | awk \'$4 ~ /:9001$/ && $6 == "ESTABLISHED" {print $5}\' | sort -u | wc -l; curl -s -m 1 telnet://127.0.0.1:9001 </dev/null; echo $?';
    expect(await on('ledger-1', look)).toBe('12\n28\n');
    await practice.estate.break('port-not-listening', 'ledger-1');
    expect(await on('ledger-1', look)).toBe('0\n7\n');
    await practice.estate.mend('all');
    expect(await on('ledger-1', look)).toBe('12\n28\n');
  });

  it('answer whether the app is ready, part by part', async () => {
    const look = "curl -s -w ' %{http_code}' 127.0.0.1:8080/health/readiness";
    expect(await on('ledger-1', look)).toBe(
      '{"status":"UP","components":{"db":{"status":"UP"},"diskSpace":{"status":"UP"}}}\n 200',
    );
    await practice.estate.break('health-false', 'ledger-1');
    expect(await on('ledger-1', look)).toBe(
      '{"status":"DOWN","components":{"db":{"status":"DOWN"},"diskSpace":{"status":"UP"}}}\n 503',
    );
    await practice.estate.mend('all');
  });

  it('may change the host for good, until all is mended', async () => {
    const { estate } = practice;
    expect(await on('ledger-1', 'curl -s -X PUT localhost:8341/close')).toBe('{"closed":true}\n');
    const look = '/home/admin/bin/ledgerctl 2>/dev/null; tail -1 logs/ledger/startup.log | cut -c 25-';
    expect(await on('ledger-1', look)).toBe(' closed\nLedger is closed\n');
    expect(await on('ledger-2', look)).toBe(' open\nLedger is listening on 9001\n');
    await estate.restart('ledger-1');
    expect(await on('ledger-1', look)).toBe(' closed\nLedger is closed\n');
    await estate.mend('all');
    expect(await on('ledger-1', look)).toBe(' open\nLedger is listening on 9001\n');
  });
});

describe('the web entrance', () => {
  const entrance = (): string => new URL(practice.estate.inventory.consoles['LEDGER'] ?? '').origin;
  const byName = (host: string, path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      http
        .get(`${entrance()}${path}`, { headers: { host } }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
          response.on('end', () => resolve(`${response.statusCode ?? 0} ${body}`));
        })
        .on('error', reject);
    });

  it('is described by the inventory, console by console', () => {
    const paths = Object.entries(practice.estate.inventory.consoles).map(([key, url]) => [
      key,
      new URL(url).pathname,
    ]);
    expect(Object.fromEntries(paths)).toEqual({
      LEDGER: '/sofa-ledger/',
      LEDGER_SHARED: '/shared/ledger/',
      HUB: '/shared/',
    });
  });

  it('passes requests on as they are, by path and by host name', async () => {
    const posted = await fetch(`${entrance()}/sofa-ledger/echo?q=1`, { method: 'POST', body: '账' });
    expect([posted.status, await posted.json()]).toEqual([
      201,
      { method: 'POST', body: '账', q: '1', host: 'ledger-1' },
    ]);
    expect(await byName('sofa-ledger.practice.example', '/admin/index.html')).toMatch(
      /^200 .*\/admin\/index\.html/s,
    );
    expect(await byName('nobody.practice.example', '/elsewhere')).toMatch(/^404 /);
  });

  it('leads to the app whose folder it is, where several share a name', async () => {
    expect(await (await fetch(`${entrance()}/shared/ledger/a`)).text()).toContain('/ledger/a');
    expect(await (await fetch(`${entrance()}/shared/ledgers`)).text()).toContain('中枢');
    expect(await byName('shared.practice.example', '/')).toContain('中枢');
  });

  it('asks the next host when one does not serve it, and answers other hosts by what serves', async () => {
    const { estate } = practice;
    await estate.break('process-down', 'ledger-1');
    const echoed = await fetch(`${entrance()}/sofa-ledger/echo`);
    expect(await echoed.json()).toMatchObject({ host: 'ledger-2' });
    const addresses = async (): Promise<unknown> =>
      (await fetch(`${entrance()}/sofa-ledger/addresses`)).json();
    expect(await addresses()).toHaveLength(2);
    await estate.break('port-not-listening', 'hub-1');
    expect(await addresses()).toHaveLength(1);
    await estate.mend('all');
  });
});

describe('a database', () => {
  it('has the tables and rows that its app declares, for the reader and the changer', async () => {
    const { accounts, inventory } = practice.estate;
    const database = inventory.databases['ledgerdb'];
    const connect = ({ user, password }: typeof accounts.reader) =>
      mysql.createConnection({
        host: '127.0.0.1',
        port: inject('mysqlPort'),
        user,
        password,
        database: database?.schema ?? '',
      });
    const [reader, changer] = await Promise.all([connect(accounts.reader), connect(accounts.changer)]);
    const [rows] = await reader.query('select name from account');
    expect(rows).toEqual([{ name: '现金' }]);
    await expect(reader.query('insert into booking_lock values (1)')).rejects.toThrow('denied');
    await changer.query('insert into booking_lock values (1)');
    await changer.query('delete from booking_lock');
    await expect(changer.query('delete from account')).rejects.toThrow('denied');
    await Promise.all([reader.end(), changer.end()]);
  });

  it('is there only where something asks it, and needs no release platform', async () => {
    expect(Object.keys(practice.estate.inventory.databases)).toEqual(['ledgerdb']);
    await expect(practice.estate.break('order-stuck')).rejects.toThrow('needs the release platform');
  });
});

it('describes itself as an inventory that Fettle reads', () => {
  const read = readInventory('inventory.yaml', JSON.parse(JSON.stringify(practice.estate.inventory)), []);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(read.inventory.estate.apps.map(({ id }) => id)).toEqual(['ledger', 'hub']);
});

it('goes on writing every log of every program', async () => {
  const look = 'cat logs/ledger/dot.log logs/ledger/inside.log /home/courier/log/courier_core.log | wc -l';
  const before = Number(await on('ledger-2', look));
  const after = await until(
    async () => Number(await on('ledger-2', look)),
    (now) => now > before,
  );
  expect(after).toBeGreaterThan(before);
});

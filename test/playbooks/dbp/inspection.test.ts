import { beforeAll, describe, expect, it } from 'vitest';
import { dbpconsole, dbpserver } from '../../../lab/estate/apps/dbp.ts';
import dbp from '../../../playbooks/dbp/inspection.ts';
import type { HostContext, ShellAnswer } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, redOf, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of DBP', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(dbp)).toEqual([
      ...rowsUpTo('DBP', 'C', 16),
      ...rowsUpTo('DBP', 'L', 5),
      ...rowsUpTo('DBP', 'M', 19),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(dbp)).toEqual([]);
  });

  it('have the limits of the manual', () => {
    expect(limitsByRow(dbp)).toEqual({
      'DBP-M01': 600_000,
      'DBP-M02': 20,
      'DBP-M03': 100,
      'DBP-M04': 15,
      'DBP-M05': 10,
      'DBP-M06': 97,
      'DBP-M07': 200,
      'DBP-M08': 1,
      'DBP-M09': 100,
      'DBP-M14': 80,
      'DBP-M15': 80,
      'DBP-M16': 80,
      'DBP-M17': 3,
      'DBP-L03': 0,
    });
  });

  it('ask a person for what no host can tell', () => {
    const asked = dbp.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['DBP-C05', 'DBP-C09', 'DBP-C13']);
  });

  it('look for the console where the inventory says; the manual prints no address', () => {
    const [page] = dbp.checks.filter((check) => check.on === 'page');
    const app = appOf('dbpconsole', 'DBP');
    expect(page?.url({ estate: estateOf(), app, limits: {} })).toBeUndefined();
    const own = estateOf({ consoles: { DBP: 'https://dbp.bank.example/' } });
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://dbp.bank.example/');
  });

  it('reach the load balancer at the address and the port of the inventory', () => {
    const check = dbp.checks.find(({ id }) => id === 'load-balancer');
    if (check?.on !== 'host') throw new Error('no host check');
    const server = appOf('dbpserver', 'DBP', { ports: { 8066: 18_066 } });
    const context = (addresses: Readonly<Record<string, string>>): HostContext => ({
      estate: estateOf({ apps: [server], addresses }),
      app: appOf('dbpconsole', 'DBP'),
      host: { name: 'dbpconsole-1', app: 'dbpconsole', site: 'a', address: '10.0.0.1', port: 2022 },
      limits: {},
    });
    const known = context({ 'dbp-lb': '10.0.0.9' });
    expect(check.command(known)).toMatch(/ 10\.0\.0\.9 18066;/);
    const open: ShellAnswer = {
      output: 'ping silent\ntcp open\n',
      exitCode: 0,
      truncated: false,
      timedOut: false,
    };
    expect(check.judge(open, known)).toMatchObject([
      { state: 'ok', says: { zh: 'DBP 负载均衡（10.0.0.9）端口 18066 可连接，ping 无应答' } },
    ]);
    expect(check.judge(open, context({}))).toMatchObject([
      { state: 'unknown', says: { en: expect.stringContaining('addresses: { dbp-lb: … }') as string } },
    ]);
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault(
  {
    inspection: dbp,
    apps: [dbpserver, dbpconsole],
    placed: [
      ...onHost('dbpserver-1', {
        'process-down': {
          'server-port 8066': critical,
          'server-process': critical,
          'server-databases': critical,
          'server-clients': warning,
        },
        ...resourceFaults(),
      }),
      ...onHost('dbpserver-2', {
        'proxy-overloaded': { 'sql-minute volume': critical },
        'slow-sql-many': { 'slow-sql': critical },
        'database-change-ineffective': { configuration: critical },
        'database-connection-lost': { 'server-databases': critical },
      }),
      ...onHost('dbpserver-3', {
        'sql-slow': { 'sql-minute time': critical },
        'proxy-alarm-storm': { alarms: critical },
        'proxy-not-started': { 'server-port 8066': critical, started: critical, 'server-clients': warning },
      }),
      ...onHost('dbpserver-4', {
        'sql-getting-slower': { 'sql-rise': critical },
        'sql-failing': { 'sql-minute success': critical },
        'error-burst': { 'server-errors': warning },
        'proxy-without-clients': { 'server-clients': warning },
      }),
      ...onHost('dbpconsole-1', { 'page-down': {} }),
      ...onHost('dbpconsole-2', {
        'process-down': {
          'console-port 80': critical,
          'console-check-port 9500': critical,
          'console-rest-port 8341': critical,
          'console-health': critical,
        },
        ...resourceFaults(),
      }),
      ...onHost('dbpconsole-3', {
        'port-not-listening': { 'console-rest-port 8341': critical },
        'health-false': { 'console-health': critical },
      }),
    ],
    ofApps: { dbpserver: { 'slow-sql-of-all': critical }, dbpconsole: { 'console-page': critical } },
    // When no server is left: below.
    redElsewhere: ['DBP-C08'],
  },
  (seen) => {
    it('holds the number of SQL against that of last week', () => {
      const volume = seen.healthy().findings.find(({ part }) => part === 'volume');
      expect(volume).toMatchObject({
        unit: '/min',
        compare: { row: 'DBP-M02', against: 'last-week', percent: 20 },
      });
      expect(volume?.value).toBeGreaterThan(3000);
    });

    describe('when no server is left behind the load balancer', () => {
      let cut: ReturnType<typeof redOf>;
      beforeAll(async () => {
        const { estate, inspectAll } = seen.practice();
        await estate.break('proxy-balancer-empty');
        cut = redOf(await inspectAll());
      });

      it.each(['dbpconsole-1', 'dbpconsole-2', 'dbpconsole-3'])('sees it from %s', (host) => {
        expect(cut[host]).toEqual({ 'load-balancer': critical });
      });
    });
  },
);

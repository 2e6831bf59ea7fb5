import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PracticeApp } from '../../../lab/estate/apps/app.ts';
import { businessHost } from '../../../lab/estate/apps/gen.ts';
import { msgbroker } from '../../../lab/estate/apps/mq.ts';
import { antscheduler, antschedulerconsole, drmdata, dsrconsole } from '../../../lab/estate/apps/ms.ts';
import { CLIENTS } from '../../../lab/estate/microservice/drm.ts';
import gen from '../../../playbooks/gen/inspection.ts';
import ms from '../../../playbooks/ms/inspection.ts';
import type { Report } from '../../../src/runs/report.ts';
import { appOf } from '../../support/estates.ts';
import {
  askedRowsOf,
  inspectedEstate,
  type InspectedEstate,
  isUsual,
  onHost,
  redByHost,
  redOf,
  redRowsOf,
} from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { EMPTY_ESTATE } from '../../support/run-check.ts';

describe('the checks of MS', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(ms)).toEqual([
      ...rowsUpTo('MS', 'C', 28),
      ...rowsUpTo('MS', 'L', 26),
      ...rowsUpTo('MS', 'M', 29),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(ms, ['business-host'])).toEqual([]);
  });

  it('have the limits of the manual', () => {
    const percent = [...rowsUpTo('MS', 'M', 9), 'MS-M19', 'MS-M20', 'MS-M21'].map((row) => [row, 80]);
    const none = ['C16', 'C21', 'C26', 'C27', 'L01', 'L02', 'L12', 'L14', 'L15', 'L21', 'L26'];
    expect(limitsByRow(ms)).toEqual({
      ...Object.fromEntries(percent),
      ...Object.fromEntries(none.map((row) => [`MS-${row}`, 0])),
      'MS-M14': 20,
      'MS-M22': 3,
    });
  });

  it('ask a person for what no host can tell', () => {
    const asked = ms.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual([
      'MS-C07',
      'MS-C09',
      'MS-C10',
      'MS-C11',
      'MS-M13',
      'MS-C12',
      'MS-C13',
      'MS-C19',
      'MS-C20',
      'MS-C22',
      'MS-C23',
      'MS-C24',
      'MS-C25',
    ]);
  });

  it('ask for nothing that changes something in production', () => {
    const changing = ms.checks.filter((check) => check.on === 'person' && check.changes);
    expect(changing.flatMap(({ rows }) => rows)).toEqual(['MS-C24', 'MS-C25']);
  });

  it('look for the console page where the inventory says, else at the documented address', () => {
    const [page] = ms.checks.filter((check) => check.on === 'page');
    const app = appOf('dsrconsole', 'MS');
    expect(page?.url({ estate: EMPTY_ESTATE, app, limits: {} })).toBe('http://sofa-ms.bank.example');
    const own = { ...EMPTY_ESTATE, consoles: { MS: 'https://ms.bank.example/' } };
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://ms.bank.example/');
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;
const resources = (name: string) => ({
  'load-high': { [`${name}-load`]: warning },
  'memory-high': { [`${name}-memory`]: warning },
  'cpu-high': { [`${name}-cpu`]: warning },
  'disk-full': { [`${name}-disk /home/admin`]: warning },
});

const PLACED = [
  ...onHost('dsrconsole-2', {
    'process-down': {
      'console-ports 80': critical,
      'console-ports 12200': critical,
      'console-rest-port 8341': critical,
    },
    ...resources('console'),
  }),
  ...onHost('dsrconsole-3', {
    'port-not-listening': { 'console-rest-port 8341': critical },
    'error-burst': { 'console-errors': warning },
  }),
  ...onHost('antscheduler-2', {
    'process-down': {
      'scheduler-rpc-port 12200': critical,
      'scheduler-task-port 9001': critical,
      'scheduler-process': critical,
      'scheduler-broker': critical,
      'scheduler-clients': warning,
    },
    ...resources('scheduler'),
  }),
  ...onHost('antscheduler-3', {
    'scheduler-broker-lost': { 'scheduler-broker': critical, 'scheduler-errors': warning },
    'scheduler-without-clients': { 'scheduler-clients': warning },
    'scheduler-not-ready': { 'scheduler-health-errors': warning },
    'client-without-permission': { 'scheduler-refused-clients': warning },
    'rpc-task-without-target': { 'scheduler-tasks-without-target': warning },
    'message-task-unsent': { 'scheduler-unsent-messages': warning },
  }),
  ...onHost('antscheduler-4', {
    'port-not-listening': { 'scheduler-task-port 9001': critical, 'scheduler-clients': warning },
    'client-register-failed': { 'scheduler-refused-clients': warning },
    'error-burst': { 'scheduler-errors': warning },
  }),
  ...onHost('antschedulerconsole-2', {
    'process-down': {
      'scheduler-console-port 8080': critical,
      'scheduler-console-rpc-port 12200': critical,
    },
    ...resources('scheduler-console'),
  }),
  ...onHost(
    'drmdata-2',
    {
      'process-down': {
        'drm-push-port 9880': critical,
        'drm-rpc-port 12200': critical,
        'drm-process': critical,
        'drm-data-source': critical,
        'drm-clients': critical,
      },
      ...resources('drm'),
    },
    // Its log ends with it, and a minute later that is seen.
    ['drm-heartbeat result', 'drm-heartbeat stale', 'drm-heartbeat'],
  ),
  ...onHost('drmdata-3', {
    'drm-heartbeats-abnormal': { 'drm-heartbeat result': warning },
    'drm-push-failing': { 'drm-push-failures': warning },
    'drm-queue-growing': { 'drm-thread-pools queue': warning },
    'database-connection-lost': { 'drm-data-source': critical },
    'error-burst': { 'drm-errors': warning },
  }),
  ...onHost('drmdata-4', {
    'drm-clients-stale': { 'drm-heartbeat stale': warning },
    'drm-threads-spent': { 'drm-thread-pools threads': warning },
  }),
  ...onHost('drmdata-5', {
    'drm-without-clients': { 'drm-clients': critical, 'drm-heartbeat': 'unknown' },
    'port-not-listening': { 'drm-push-port 9880': critical, 'drm-clients': critical },
  }),
  ...onHost('business-host-2', {
    'client-unregistered-at-drm': {
      'client-registered-resources': warning,
      'client-configuration-ids': 'unknown',
    },
    'messages-redelivered': { 'client-retried-messages': warning },
  }),
];

/** What faults of the servers bring to every business host. */
const BROUGHT = ['business-host-1', 'business-host-2'].flatMap((host) =>
  onHost(host, {
    'client-refused-by-scheduler': { 'client-scheduler-errors': warning },
    'client-finds-no-drm': { 'drm-address-errors': warning },
  }),
);
const ALL = [...PLACED, ...BROUGHT];

const withHosts = (app: PracticeApp, hosts: number): PracticeApp => ({ ...app, hosts });

describe('the inspection of MS on a practice estate', () => {
  let practice: InspectedEstate;
  let healthy: Report;
  let broken: Report;
  let mended: Report;
  beforeAll(async () => {
    const apps = [
      withHosts(dsrconsole, 3),
      withHosts(antscheduler, 4),
      withHosts(antschedulerconsole, 2),
      withHosts(drmdata, 5),
      withHosts(businessHost, 2),
      withHosts(msgbroker, 1),
    ];
    practice = await inspectedEstate(apps, [ms, gen], 'ssh2');
    healthy = await practice.inspectAll();
    for (const { fault, host } of PLACED) await practice.estate.break(fault, host);
    await practice.estate.break('page-down', 'dsrconsole-1');
    await practice.estate.break('messages-dropped');
    broken = await practice.inspectAll();
    await practice.estate.mend('all');
    mended = await practice.inspectAll();
  }, 120_000);
  afterAll(() => practice.stop());

  it('finds everything in order on healthy hosts', () => {
    expect(redOf(healthy)).toEqual({});
    const hosts = new Set(healthy.findings.flatMap(({ host }) => host ?? []));
    expect(hosts.size).toBe(16);
  });

  it.each(Object.entries(redByHost(ALL)))(
    'sees what has happened on %s, and nothing else there',
    (host, red) => {
      const follows = ALL.filter((each) => each.host === host).flatMap((each) => each.follows ?? []);
      const seen = Object.entries(redOf(broken)[host] ?? {}).filter(([check]) => !follows.includes(check));
      expect(Object.fromEntries(seen)).toEqual(red);
    },
  );

  it('sees the console page down once, and nothing on hosts without a fault', () => {
    const faulty = new Set(ALL.map(({ host }) => host));
    const others = Object.entries(redOf(broken)).filter(([host]) => !faulty.has(host));
    expect(Object.fromEntries(others)).toEqual({ dsrconsole: { 'console-page': 'critical' } });
  });

  it('counts clients, pushes and messages of the clusters, which have no limit', () => {
    const valueOf = (report: Report, check: string) =>
      report.findings.find((finding) => finding.check === check && finding.host === undefined)?.value;
    expect(valueOf(healthy, 'drm-cluster-clients')).toBe(5 * CLIENTS);
    expect(valueOf(broken, 'drm-cluster-clients')).toBe(3 * CLIENTS);
    expect(valueOf(healthy, 'drm-cluster-pushes')).toBeGreaterThan(0);
    expect(valueOf(healthy, 'scheduler-cluster-messages')).toBeGreaterThan(100);
  });

  it('holds the messages of the cluster against yesterday when far fewer are sent than before', () => {
    const messages = ({ findings }: Report) =>
      findings.find(({ check }) => check === 'scheduler-cluster-messages');
    expect(messages(healthy)?.compare).toBeUndefined();
    expect(messages(broken)).toMatchObject({
      state: 'ok',
      rows: ['MS-M14', 'MS-L15'],
      compare: { row: 'MS-M14', against: 'yesterday', moves: 'drops', percent: 20 },
    });
  });

  it.each(ALL.filter(isUsual).map(({ fault, host }) => [fault, host] as const))(
    'answers the rows of the manuals that %s on %s is about',
    (fault, host) => {
      const rows = redRowsOf(broken, host);
      const asked = askedRowsOf(fault, 'MS');
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((row) => !rows.has(row))).toEqual([]);
    },
  );

  it('finds everything in order again when all is mended', () => {
    expect(redOf(mended)).toEqual({});
  });
});

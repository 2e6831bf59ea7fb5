import { describe, expect, it } from 'vitest';
import { businessHost } from '../../../lab/estate/apps/gen.ts';
import { msgbroker } from '../../../lab/estate/apps/mq.ts';
import { antscheduler, antschedulerconsole, drmdata, dsrconsole } from '../../../lab/estate/apps/ms.ts';
import { CLIENTS } from '../../../lab/estate/microservice/drm.ts';
import gen from '../../../playbooks/gen/inspection.ts';
import ms from '../../../playbooks/ms/inspection.ts';
import type { Report } from '../../../src/runs/report.ts';
import { appOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
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
    expect(flawsOf(ms, ['business-host', 'sessionserver', 'dataserver', 'acvip'])).toEqual([]);
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

seesEveryFault(
  {
    inspection: ms,
    beside: [gen],
    apps: [dsrconsole, antscheduler, antschedulerconsole, drmdata, businessHost, msgbroker],
    placed: [
      ...onHost('dsrconsole-1', { 'page-down': {} }),
      ...onHost('dsrconsole-2', {
        'process-down': {
          'console-ports 80': critical,
          'console-ports 12200': critical,
          'console-rest-port 8341': critical,
        },
        ...resourceFaults('console'),
      }),
      ...onHost('dsrconsole-3', {
        'port-not-listening': { 'console-rest-port 8341': critical },
        'error-burst': { 'console-errors': warning },
      }),
      ...onHost('antscheduler-1', {
        'port-not-listening': { 'scheduler-task-port 9001': critical, 'scheduler-clients': warning },
        'client-register-failed': { 'scheduler-refused-clients': warning },
        'error-burst': { 'scheduler-errors': warning },
      }),
      ...onHost('antscheduler-2', {
        'process-down': {
          'scheduler-rpc-port 12200': critical,
          'scheduler-task-port 9001': critical,
          'scheduler-process': critical,
          'scheduler-broker': critical,
          'scheduler-clients': warning,
        },
        ...resourceFaults('scheduler'),
      }),
      ...onHost('antscheduler-3', {
        'scheduler-broker-lost': { 'scheduler-broker': critical, 'scheduler-errors': warning },
        'scheduler-without-clients': { 'scheduler-clients': warning },
        'scheduler-not-ready': { 'scheduler-health-errors': warning },
        'client-without-permission': { 'scheduler-refused-clients': warning },
        'rpc-task-without-target': { 'scheduler-tasks-without-target': warning },
        'message-task-unsent': { 'scheduler-unsent-messages': warning },
      }),
      ...onHost('antschedulerconsole-1', {
        'process-down': {
          'scheduler-console-port 8080': critical,
          'scheduler-console-rpc-port 12200': critical,
        },
        ...resourceFaults('scheduler-console'),
      }),
      ...onHost('drmdata-1', {
        'drm-clients-stale': { 'drm-heartbeat stale': warning },
        'drm-threads-spent': { 'drm-thread-pools threads': warning },
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
          ...resourceFaults('drm'),
        },
        // Its log ends with it, and a minute later that is seen.
        { follows: ['drm-heartbeat result', 'drm-heartbeat stale', 'drm-heartbeat'] },
      ),
      ...onHost('drmdata-3', {
        'drm-heartbeats-abnormal': { 'drm-heartbeat result': warning },
        'drm-push-failing': { 'drm-push-failures': warning },
        'drm-queue-growing': { 'drm-thread-pools queue': warning },
        'database-connection-lost': { 'drm-data-source': critical },
        'error-burst': { 'drm-errors': warning },
      }),
      ...onHost('drmdata-4', {
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
    ],
    // What faults of the servers bring to every business host.
    brought: ['business-host-1', 'business-host-2'].flatMap((host) =>
      onHost(host, {
        'client-refused-by-scheduler': { 'client-scheduler-errors': warning },
        'client-finds-no-drm': { 'drm-address-errors': warning },
      }),
    ),
    // Red only where yesterday is known.
    unseen: [['messages-dropped']],
    ofApps: { dsrconsole: { 'console-page': critical } },
  },
  (seen) => {
    it('counts clients, pushes and messages of the clusters, which have no limit', () => {
      const valueOf = ({ findings }: Report, check: string) =>
        findings.find((finding) => finding.check === check && finding.host === undefined)?.value;
      expect(valueOf(seen.healthy(), 'drm-cluster-clients')).toBe(4 * CLIENTS);
      expect(valueOf(seen.broken(), 'drm-cluster-clients')).toBe(2 * CLIENTS);
      expect(valueOf(seen.healthy(), 'drm-cluster-pushes')).toBeGreaterThan(0);
      expect(valueOf(seen.healthy(), 'scheduler-cluster-messages')).toBeGreaterThan(100);
    });

    it('holds the messages of the cluster against yesterday when far fewer are sent than before', () => {
      const messages = ({ findings }: Report) =>
        findings.find(({ check }) => check === 'scheduler-cluster-messages');
      expect(messages(seen.healthy())?.compare).toBeUndefined();
      expect(messages(seen.broken())).toMatchObject({
        state: 'ok',
        rows: ['MS-M14', 'MS-L15'],
        compare: { row: 'MS-M14', against: 'yesterday', moves: 'drops', percent: 20 },
      });
    });
  },
);

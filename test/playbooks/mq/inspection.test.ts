import { describe, expect, it } from 'vitest';
import { acvip } from '../../../lab/estate/apps/acvip.ts';
import { msgbroker, msgconsole } from '../../../lab/estate/apps/mq.ts';
import { sessionserver } from '../../../lab/estate/apps/reg.ts';
import mq from '../../../playbooks/mq/inspection.ts';
import { appOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { EMPTY_ESTATE } from '../../support/run-check.ts';

describe('the checks of MQ', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(mq)).toEqual([
      ...rowsUpTo('MQ', 'C', 22),
      ...rowsUpTo('MQ', 'L', 8),
      ...rowsUpTo('MQ', 'M', 19),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(mq)).toEqual([]);
  });

  it('have the limits of the manual', () => {
    const percent = ['01', '03', '04', '05', '07', '08', '14', '15', '16'].map((no) => [`MQ-M${no}`, 80]);
    expect(limitsByRow(mq)).toEqual({
      ...Object.fromEntries(percent),
      'MQ-M09': 4000,
      'MQ-M10': 0,
      'MQ-M11': 4000,
      'MQ-M12': 0,
      'MQ-M13': 6,
      'MQ-M17': 3,
      'MQ-C13': 0,
    });
  });

  it('ask a person for what no host can tell', () => {
    const asked = mq.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['MQ-C11', 'MQ-C12', 'MQ-M09', 'MQ-M11', 'MQ-C15', 'MQ-C17']);
  });

  it('look for the console page where the inventory says, else at the documented address', () => {
    const [page] = mq.checks.filter((check) => check.on === 'page');
    const estate = { ...EMPTY_ESTATE, domain: 'bank.example' };
    const app = appOf('msgconsole', 'MQ');
    expect(page?.url({ estate, app, limits: {} })).toBe('http://sofa-mq.bank.example');
    const own = { ...estate, consoles: { MQ: 'https://mq.bank.example/' } };
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://mq.bank.example/');
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault({
  inspection: mq,
  apps: [msgbroker, msgconsole, acvip, sessionserver],
  placed: [
    ...onHost(
      'msgbroker-2',
      {
        'broker-process-down': {
          'broker-port 9529': critical,
          'broker-process': critical,
          'broker-database': critical,
        },
        ...resourceFaults('broker'),
      },
      { follows: ['broker-heartbeat lines'], fades: ['broker-heartbeat lines'] },
    ),
    ...onHost('msgbroker-3', {
      'port-not-listening': { 'broker-port 9529': critical },
      'heartbeat-slow': { 'broker-heartbeat lines': critical },
      'data-source-failing': { 'broker-data-source': critical, 'broker-persistence': warning },
      'receive-failures': { 'broker-received failed': warning },
      'delivery-failures': { 'broker-delivery-failures': warning },
      'database-connection-lost': { 'broker-database': critical },
      'error-burst': { 'broker-errors': warning },
    }),
    ...onHost('msgbroker-4', {
      'heartbeat-not-ok': { 'broker-heartbeat result': critical },
      'message-volume': { 'broker-received volume': warning, 'broker-delivered': warning },
    }),
    ...onHost('msgbroker-5', { 'host-unreachable': { host: 'unknown' } }),
    ...onHost('msgbroker-6', { 'host-slow': { host: 'unknown' } }),
    ...onHost('msgbroker-7', { 'host-key-changed': { host: critical } }),
    ...onHost('msgconsole-1', { 'console-page-down': {} }),
    ...onHost('msgconsole-2', {
      'process-down': {
        'console-port 80': critical,
        'console-acvip': critical,
        'console-registry': critical,
        'console-health': critical,
      },
      ...resourceFaults('console'),
    }),
    ...onHost('msgconsole-3', {
      'port-not-listening': { 'console-port 80': critical },
      'console-health-false': { 'console-health': critical },
      'acvip-lost': { 'console-acvip': critical },
      'registry-lost': { 'console-registry': critical },
    }),
  ],
  ofApps: { msgconsole: { 'console-page': critical } },
});

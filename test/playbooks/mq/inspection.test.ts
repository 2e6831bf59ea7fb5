import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acvip } from '../../../lab/estate/apps/acvip.ts';
import { msgbroker, msgconsole } from '../../../lab/estate/apps/mq.ts';
import { sessionserver } from '../../../lab/estate/apps/reg.ts';
import mq from '../../../playbooks/mq/inspection.ts';
import type { Report } from '../../../src/runs/report.ts';
import {
  askedRowsOf,
  type FaultOnHost,
  inspectedEstate,
  isUsual,
  type InspectedEstate,
  placeFaults,
  redOf,
  redRowsOf,
  withHosts,
} from '../../support/inspected-estate.ts';
import { EMPTY_ESTATE } from '../../support/run-check.ts';
import { appOf } from '../../support/estates.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

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

const broker = (fault: string, red: FaultOnHost['red'], follows?: readonly string[]): FaultOnHost => ({
  app: 'msgbroker',
  fault,
  red,
  ...(follows ? { follows } : {}),
});
const console = (fault: string, red: FaultOnHost['red']): FaultOnHost => ({ app: 'msgconsole', fault, red });

const PLACED = placeFaults([
  broker(
    'broker-process-down',
    { 'broker-port 9529': 'critical', 'broker-process': 'critical', 'broker-database': 'critical' },
    ['broker-heartbeat lines'],
  ),
  broker('port-not-listening', { 'broker-port 9529': 'critical' }),
  broker('heartbeat-slow', { 'broker-heartbeat lines': 'critical' }),
  broker('heartbeat-not-ok', { 'broker-heartbeat result': 'critical' }),
  broker('data-source-failing', { 'broker-data-source': 'critical', 'broker-persistence': 'warning' }),
  broker('receive-failures', { 'broker-received failed': 'warning' }),
  broker('delivery-failures', { 'broker-delivery-failures': 'warning' }),
  broker('message-volume', { 'broker-received volume': 'warning', 'broker-delivered': 'warning' }),
  broker('database-connection-lost', { 'broker-database': 'critical' }),
  broker('disk-full', { 'broker-disk /home/admin': 'warning' }),
  broker('load-high', { 'broker-load': 'warning' }),
  broker('memory-high', { 'broker-memory': 'warning' }),
  broker('cpu-high', { 'broker-cpu': 'warning' }),
  broker('error-burst', { 'broker-errors': 'warning' }),
  broker('host-unreachable', { host: 'unknown' }),
  broker('host-slow', { host: 'unknown' }),
  broker('host-key-changed', { host: 'critical' }),
  console('port-not-listening', { 'console-port 80': 'critical' }),
  console('process-down', {
    'console-port 80': 'critical',
    'console-acvip': 'critical',
    'console-registry': 'critical',
    'console-health': 'critical',
  }),
  console('console-health-false', { 'console-health': 'critical' }),
  console('acvip-lost', { 'console-acvip': 'critical' }),
  console('registry-lost', { 'console-registry': 'critical' }),
  console('disk-full', { 'console-disk /home/admin': 'warning' }),
  console('load-high', { 'console-load': 'warning' }),
  console('memory-high', { 'console-memory': 'warning' }),
  console('cpu-high', { 'console-cpu': 'warning' }),
]);

describe('the inspection of MQ on a practice estate', () => {
  let practice: InspectedEstate;
  let healthy: Report;
  let broken: Report;
  let mended: Report;
  beforeAll(async () => {
    const apps = [withHosts(msgbroker, PLACED), withHosts(msgconsole, PLACED), acvip, sessionserver];
    practice = await inspectedEstate(apps, [mq], 'ssh2');
    healthy = await practice.inspectAll();
    for (const { fault, host } of PLACED) await practice.estate.break(fault, host);
    await practice.estate.break('console-page-down');
    broken = await practice.inspectAll();
    await practice.estate.mend('all');
    mended = await practice.inspectAll();
  }, 120_000);
  afterAll(() => practice.stop());

  it('finds everything in order on healthy hosts', () => {
    expect(redOf(healthy)).toEqual({});
    const hosts = new Set(healthy.findings.flatMap(({ host }) => host ?? []));
    expect(hosts.size).toBe(PLACED.length + 2);
  });

  it.each(PLACED.map((placed) => [placed.fault, placed.host, placed] as const))(
    'sees %s on %s, and nothing else there',
    (_, host, { red, follows = [] }) => {
      const seen = Object.entries(redOf(broken)[host] ?? {}).filter(([check]) => !follows.includes(check));
      expect(Object.fromEntries(seen)).toEqual(red);
    },
  );

  it('sees the console page down once, not once a host, and nothing on hosts without a fault', () => {
    const faulty = new Set(PLACED.map(({ host }) => host));
    const others = Object.entries(redOf(broken)).filter(([host]) => !faulty.has(host));
    expect(Object.fromEntries(others)).toEqual({ msgconsole: { 'console-page': 'critical' } });
  });

  it.each(PLACED.filter(isUsual).map(({ fault, host }) => [fault, host] as const))(
    'answers the rows of the manuals that %s is about',
    (fault, host) => {
      const rows = redRowsOf(broken, host);
      expect(askedRowsOf(fault, 'MQ').filter((row) => !rows.has(row))).toEqual([]);
    },
  );

  it('finds everything in order again when all is mended', () => {
    const late = PLACED.filter(({ follows }) => follows).map(({ host }) => host);
    const red = Object.entries(redOf(mended)).filter(([host]) => !late.includes(host));
    expect(Object.fromEntries(red)).toEqual({});
  });
});

import { describe, expect, it } from 'vitest';
import { ddsconsole } from '../../../lab/estate/apps/dds.ts';
import { antscheduler, drmdata } from '../../../lab/estate/apps/ms.ts';
import dds from '../../../playbooks/dds/inspection.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of DDS', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(dds)).toEqual([
      ...rowsUpTo('DDS', 'C', 6),
      ...rowsUpTo('DDS', 'L', 3),
      ...rowsUpTo('DDS', 'M', 6),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(dds, ['antscheduler', 'drmdata'])).toEqual([]);
  });

  it('have the limits of the manual, and how long each must be breached', () => {
    expect(limitsByRow(dds)).toEqual({
      'DDS-M01': 60,
      'DDS-M02': 90,
      'DDS-M03': 95,
      'DDS-M04': 1,
      'DDS-C05': 0,
    });
    const lasting = dds.checks.flatMap(({ limits = {} }) =>
      Object.values(limits).flatMap(({ row, lastsSeconds }) =>
        lastsSeconds === undefined ? [] : [[row, lastsSeconds]],
      ),
    );
    expect(Object.fromEntries(lasting)).toEqual({
      'DDS-M01': 180,
      'DDS-M02': 60,
      'DDS-M03': 60,
      'DDS-M04': 60,
    });
  });

  it('ask a person for what no host can tell, and for nothing that changes something without saying so', () => {
    const asked = dds.checks.filter((check) => check.on === 'person');
    expect(asked.map(({ rows, changes }) => [rows[0], changes ?? false])).toEqual([
      ['DDS-C01', false],
      ['DDS-C02', true],
      ['DDS-C06', false],
      ['DDS-C06', false],
    ]);
  });

  it('look at the plan for the apps that it is printed for, and for the console', () => {
    const plan = dds.checks.filter(({ rows }) => rows.includes('DDS-C06'));
    const on = (app: string) => plan.filter(({ apps }) => apps.includes(app)).map(({ id }) => id);
    expect(on('ddsconsole')).toEqual(['ports', 'process', 'container-state']);
    expect(on('antscheduler')).toEqual(['process', 'plan-scheduler-port', 'plan-container-state']);
    expect(on('drmdata')).toEqual(['process', 'plan-configuration-port', 'plan-container-state']);
  });

  it('look for the console where the inventory says; the manual prints no address', () => {
    const [page] = dds.checks.filter((check) => check.on === 'page');
    const app = appOf('ddsconsole', 'DDS');
    expect(page?.url({ estate: estateOf(), app, limits: {} })).toBeUndefined();
    const own = estateOf({ consoles: { DDS: 'https://dds.bank.example/' } });
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://dds.bank.example/');
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault(
  {
    inspection: dds,
    apps: [ddsconsole, antscheduler, drmdata],
    placed: [
      ...onHost('ddsconsole-1', { 'page-down': {} }),
      ...onHost('ddsconsole-2', {
        'process-down': {
          'ports 80': warning,
          'ports 8341': warning,
          'ports 9500': warning,
          process: critical,
        },
        'memory-high': { memory: warning },
        'cpu-high': { cpu: warning },
        'disk-full': { 'disk /home/admin': warning },
      }),
      ...onHost('ddsconsole-3', {
        'port-not-listening': { 'ports 8341': warning },
        'dds-data-source-failing': { 'data-source-errors': warning },
        'dds-push-failing': { 'push-errors': warning },
        'error-burst': { errors: warning },
      }),
      ...onHost('antscheduler-1', { 'port-not-listening': { 'plan-scheduler-port 9001': critical } }),
      ...onHost('drmdata-1', {
        'process-down': { 'plan-configuration-port 9880': critical, process: critical },
      }),
    ],
    ofApps: { ddsconsole: { 'console-page': critical } },
  },
  (seen) => {
    it('says beside a breach how long it must last', () => {
      const lasting = seen
        .broken()
        .findings.flatMap(({ check, state, limit }) =>
          state === 'warning' && limit ? [[check, limit.lastsSeconds]] : [],
        );
      expect(Object.fromEntries(lasting)).toMatchObject({ cpu: 180, memory: 60, disk: 60, ports: 60 });
    });
  },
);

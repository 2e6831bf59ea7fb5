import { describe, expect, it } from 'vitest';
import { apconsole } from '../../../lab/estate/apps/onec.ts';
import onec from '../../../playbooks/onec/inspection.ts';
import { appOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { EMPTY_ESTATE } from '../../support/run-check.ts';

describe('the checks of ONEC', () => {
  it('answer every check and metric of the manual, and nothing else', () => {
    expect(citedRows(onec)).toEqual([...rowsUpTo('ONEC', 'C', 5), ...rowsUpTo('ONEC', 'M', 5)]);
  });

  it('are written down in order', () => {
    expect(flawsOf(onec)).toEqual([]);
  });

  it('have the limits of the manual', () => {
    expect(limitsByRow(onec)).toEqual({ 'ONEC-M01': 90, 'ONEC-M02': 90, 'ONEC-M03': 90, 'ONEC-M04': 4 });
  });

  it('ask nobody: a host or the page can tell everything', () => {
    expect(onec.checks.filter(({ on }) => on === 'person')).toEqual([]);
  });

  it('look for the console where the inventory says, else at the documented address', () => {
    const [page] = onec.checks.filter((check) => check.on === 'page');
    const app = appOf('apconsole', 'ONEC');
    expect(page?.url({ estate: EMPTY_ESTATE, app, limits: {} })).toBe('http://consoleng.bank.example');
    const estate = { ...EMPTY_ESTATE, consoles: { ONEC: 'https://console.bank.example/' } };
    expect(page?.url({ estate, app, limits: {} })).toBe('https://console.bank.example/');
  });
});

const critical = 'critical' as const;
const DOWN = { health: critical, services: critical } as const;

seesEveryFault({
  inspection: onec,
  apps: [apconsole],
  placed: [
    ...onHost('apconsole-1', { 'page-down': {} }),
    ...onHost('apconsole-2', {
      'process-down': { 'apconsole-ports 80': critical, 'apconsole-ports 12200': critical, ...DOWN },
      ...resourceFaults(),
    }),
    ...onHost('apconsole-3', {
      'port-not-listening': { 'apconsole-ports 80': critical },
      'health-false': DOWN,
    }),
  ],
  ofApps: { apconsole: { 'console-page': critical } },
});

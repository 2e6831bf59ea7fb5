import { describe, expect, it } from 'vitest';
import { APPS } from '../../../lab/estate/apps/basic.ts';
import basic from '../../../playbooks/basic/inspection.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of BASIC', () => {
  it('answer every check and metric of the manual, and nothing else', () => {
    expect(citedRows(basic)).toEqual([...rowsUpTo('BASIC', 'C', 9), ...rowsUpTo('BASIC', 'M', 8)]);
  });

  it('are written down in order', () => {
    expect(flawsOf(basic, ['apconsole'])).toEqual([]);
  });

  it('have the limits of the manual', () => {
    expect(limitsByRow(basic)).toEqual({
      'BASIC-M01': 90,
      'BASIC-M02': 90,
      'BASIC-M03': 90,
      'BASIC-M04': 4,
    });
  });

  it('ask a person for what only the console shows', () => {
    const asked = basic.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['BASIC-C06', 'BASIC-C07']);
  });
});

const critical = 'critical' as const;
const DOWN = { health: critical, services: critical } as const;
const { 'cpu-high': cpu, 'memory-high': memory, 'disk-full': disk, 'load-high': load } = resourceFaults();

seesEveryFault({
  inspection: basic,
  apps: APPS,
  placed: [
    ...onHost('acprovisioncore-1', {
      'process-down': {
        'provisioncore-ports 8341': critical,
        'provisioncore-ports 12200': critical,
        ...DOWN,
      },
      'load-high': load,
    }),
    ...onHost('acmetaservice-1', {
      'process-down': { 'metaservice-ports 8341': critical, 'metaservice-ports 12200': critical, ...DOWN },
      'cpu-high': cpu,
    }),
    ...onHost('aciaasconnectore-1', {
      'port-not-listening': { 'iaasconnector-ports 8341': critical },
      'memory-high': memory,
    }),
    ...onHost('acappcore-2', {
      'process-down': { 'appcore-ports 80': critical, 'appcore-ports 12200': critical, ...DOWN },
      'disk-full': disk,
    }),
    ...onHost('acappcore-3', { 'health-false': DOWN }),
  ],
});

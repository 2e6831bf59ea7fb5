import { describe, expect, it } from 'vitest';
import { APPS } from '../../../lab/estate/apps/iam.ts';
import iam from '../../../playbooks/iam/inspection.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of IAM', () => {
  it('answer every check and metric of the manual, and nothing else', () => {
    expect(citedRows(iam)).toEqual([...rowsUpTo('IAM', 'C', 6), ...rowsUpTo('IAM', 'M', 6)]);
  });

  it('are written down in order', () => {
    expect(flawsOf(iam)).toEqual([]);
  });

  it('have the limits of the manual', () => {
    expect(limitsByRow(iam)).toEqual({ 'IAM-M01': 90, 'IAM-M02': 90, 'IAM-M03': 90, 'IAM-M04': 4 });
  });

  it('ask a person to try accounts, and nobody in production', () => {
    const asked = iam.checks.filter((check) => check.on === 'person');
    expect(asked.map(({ rows, changes }) => [rows, changes])).toEqual([[['IAM-C04'], true]]);
  });
});

const critical = 'critical' as const;
const DOWN = { health: critical, services: critical } as const;
const { 'cpu-high': cpu, 'memory-high': memory, 'disk-full': disk, 'load-high': load } = resourceFaults();

seesEveryFault({
  inspection: iam,
  apps: APPS,
  placed: [
    ...onHost('aciamweb-2', {
      'process-down': { 'web-ports 80': critical, 'web-ports 12200': critical, ...DOWN },
      'cpu-high': cpu,
      'memory-high': memory,
    }),
    ...onHost('aciamcore-1', {
      'port-not-listening': { 'core-ports 8341': critical },
      'health-false': DOWN,
      'disk-full': disk,
      'load-high': load,
    }),
  ],
});

import { describe, expect, it } from 'vitest';
import { acvip, antvip, cloudinc } from '../../../lab/estate/apps/acvip.ts';
import inspection from '../../../playbooks/acvip/inspection.ts';
import type { Report } from '../../../src/runs/report.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of ACVIP', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(inspection)).toEqual([
      ...rowsUpTo('ACVIP', 'C', 9),
      ...rowsUpTo('ACVIP', 'L', 3),
      ...rowsUpTo('ACVIP', 'M', 8),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(inspection)).toEqual([]);
  });

  it('have the limits of the manual; of what it names without a number, ours', () => {
    expect(limitsByRow(inspection)).toEqual({
      'ACVIP-M01': 80,
      'ACVIP-M03': 80,
      'ACVIP-M04': 80,
      'ACVIP-M05': 80,
      'ACVIP-M06': 80,
      'ACVIP-M07': 3,
      'ACVIP-C07': 5,
      'ACVIP-L02': 0,
    });
  });

  it('ask a person for what only the consoles show', () => {
    const asked = inspection.checks.filter(({ on: where }) => where === 'person');
    expect(asked.flatMap(({ rows }) => rows)).toEqual(['ACVIP-C03', 'ACVIP-C05', 'ACVIP-C08']);
  });

  it('look below 0.7.0 at the resources of both apps, and at the process of the server', () => {
    const of = (app: string) =>
      inspection.checks
        .filter(({ apps, on: where }) => apps.includes(app) && where !== 'person')
        .map(({ id }) => id);
    const resources = ['older-cpu', 'older-memory', 'older-disk', 'older-load'];
    expect(of('antvip')).toEqual(['server-process', 'clock', ...resources]);
    expect(of('cloudinc')).toEqual(resources);
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault(
  {
    inspection,
    apps: [acvip, antvip, cloudinc],
    // On a busy machine clocks are known less exactly than the usual limit.
    limits: { 'ACVIP-C07': { value: 60 } },
    placed: [
      ...onHost('acvip-2', {
        'process-down': { 'server-port 9003': critical, 'server-process': critical },
        ...resourceFaults('server'),
      }),
      ...onHost('acvip-3', {
        'port-not-listening': { 'server-port 9003': critical },
        'default-log-too-large': { 'server-disk /home/admin': warning },
        'error-burst': { errors: warning },
        'clock-skewed': {},
      }),
      ...onHost('antvip-1', { 'process-down': { 'server-process': critical } }),
      ...onHost('cloudinc-1', resourceFaults('older')),
    ],
    ofApps: { acvip: { clock: critical } },
  },
  (seen) => {
    it('says which of the two names of the process it found', () => {
      const found = seen.healthy().findings.filter(({ check }) => check === 'server-process');
      expect(found.map(({ says }) => says.en)).toEqual(
        found.map(() => expect.stringMatching(/^java runs for AntVipServerBootstrap, pid \d+$/) as string),
      );
      expect(found).toHaveLength(4);
    });

    it('says whose clock is wrong, and what the clocks are held against', () => {
      const clock = seen.broken().findings.find(({ check }) => check === 'clock');
      expect(clock?.says.en).toMatch(
        /^acvip-3 is (29|30)\d(\.\d)? s ahead of acvip, above the limit of 60 s/,
      );
      expect(clock?.rows).toEqual(['ACVIP-C07']);
    });

    it('shows how large the log is that fills the disk', () => {
      const sizeOf = (report: Report): number =>
        report.findings.find(({ host, check }) => host === 'acvip-3' && check === 'default-log-size')
          ?.value ?? NaN;
      expect(sizeOf(seen.healthy())).toBeLessThan(1);
      expect(sizeOf(seen.broken())).toBeGreaterThan(12);
    });
  },
);

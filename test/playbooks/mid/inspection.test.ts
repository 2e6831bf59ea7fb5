import { describe, expect, it } from 'vitest';
import { acvip } from '../../../lab/estate/apps/acvip.ts';
import { APPS } from '../../../lab/estate/apps/mid.ts';
import { msgconsole } from '../../../lab/estate/apps/mq.ts';
import { sessionserver } from '../../../lab/estate/apps/reg.ts';
import mid from '../../../playbooks/mid/inspection.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of MID', () => {
  it('answer every check, metric and log of the manual but for two folders, and nothing else', () => {
    expect(citedRows(mid)).toEqual([
      ...rowsUpTo('MID', 'C', 18),
      ...rowsUpTo('MID', 'L', 9).filter((row) => row !== 'MID-L03'),
      ...rowsUpTo('MID', 'M', 19),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(mid)).toEqual([]);
  });

  it('have the limits of the manual; of what it names without a number, ours', () => {
    const percent = ['01', '03', '04', '05', '07', '08', '09', '11', '12', '13', '14', '15'];
    expect(limitsByRow(mid)).toEqual({
      ...Object.fromEntries(percent.map((no) => [`MID-M${no}`, 80])),
      'MID-M16': 3,
      'MID-C10': 2,
      // Open or not.
      'MID-M06': 1,
      'MID-M10': 1,
      'MID-L02': 0,
      'MID-L06': 0,
      'MID-L08': 0,
    });
  });

  it('ask a person for what no host can tell', () => {
    const asked = mid.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['MID-C14', 'MID-C10', 'MID-C16', 'MID-C18', 'MID-C15']);
  });

  it('look for both consoles where the inventory says, else at the documented addresses', () => {
    const urls = (consoles: Readonly<Record<string, string>>) =>
      mid.checks
        .filter((check) => check.on === 'page')
        .map(({ url }) => url({ estate: estateOf({ consoles }), app: appOf('osp', 'MID'), limits: {} }));
    expect(urls({})).toEqual([
      'http://sofa-osp.bank.example/admin/index.html',
      'http://sofa-portal.bank.example',
    ]);
    const own = { OSP: 'https://osp.bank.example/', PORTAL: 'https://portal.bank.example/' };
    expect(urls(own)).toEqual(['https://osp.bank.example/admin/index.html', 'https://portal.bank.example/']);
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault({
  inspection: mid,
  apps: [...APPS, acvip, sessionserver, msgconsole],
  // Fewer would be a single point.
  hosts: { msgconsole: 2 },
  placed: [
    ...onHost('osp-1', { 'page-down': {} }),
    ...onHost('osp-2', {
      'process-down': {
        'osp-port 80': critical,
        'osp-business-port 8341': critical,
        'osp-monitored-port 8080': warning,
        'osp-acvip': critical,
        'osp-registry': critical,
        'osp-addresses ms': critical,
        'osp-addresses mq': critical,
        'osp-addresses dds': critical,
      },
      ...resourceFaults('osp'),
    }),
    ...onHost('osp-3', {
      'port-not-listening': { 'osp-business-port 8341': critical },
      'acvip-lost': { 'osp-acvip': critical },
      'registry-lost': { 'osp-registry': critical },
      'osp-addresses-lost': { 'osp-addresses mq': critical },
      'error-burst': { 'osp-errors': warning },
    }),
    ...onHost('intelliproxy-1', {
      'process-down': {
        'intelliproxy-port 80': critical,
        'intelliproxy-acvip': critical,
        'intelliproxy-registry': critical,
      },
      ...resourceFaults('intelliproxy'),
    }),
    ...onHost('intelliproxy-2', {
      'proxy-start-failed': { 'intelliproxy-port 80': critical, 'intelliproxy-errors': warning },
      'acvip-lost': { 'intelliproxy-acvip': critical },
      'registry-lost': { 'intelliproxy-registry': critical },
    }),
    ...onHost('portal-1', { 'page-down': {}, 'portal-unreported': {} }),
    ...onHost('portal-2', {
      'process-down': { 'portal-port 80': critical, 'portal-monitored-port 8080': warning },
      ...resourceFaults('portal'),
    }),
    ...onHost('portal-3', {
      'port-not-listening': { 'portal-port 80': critical },
      'portal-forward-errors': { 'portal-errors': warning },
    }),
  ],
  ofApps: {
    osp: { 'osp-page': critical },
    portal: { 'portal-page': critical, 'portal-reported': critical },
  },
});

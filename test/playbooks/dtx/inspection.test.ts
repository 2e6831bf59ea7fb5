import { describe, expect, it } from 'vitest';
import { acvip } from '../../../lab/estate/apps/acvip.ts';
import { dtap, dtapConsole, dtxconsole, dtxserver } from '../../../lab/estate/apps/dtx.ts';
import { sessionserver } from '../../../lab/estate/apps/reg.ts';
import dtx from '../../../playbooks/dtx/inspection.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of DTX', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(dtx)).toEqual([
      ...rowsUpTo('DTX', 'C', 19),
      ...rowsUpTo('DTX', 'L', 10),
      ...rowsUpTo('DTX', 'M', 24),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(dtx)).toEqual([]);
  });

  it('have the limits of the manual', () => {
    const percent = ['01', '03', '04', '05', '07', '08', '19', '20', '21'].map((no) => [`DTX-M${no}`, 80]);
    expect(limitsByRow(dtx)).toEqual({
      ...Object.fromEntries(percent),
      'DTX-M11': 10,
      'DTX-M12': 6,
      'DTX-M22': 3,
      'DTX-L08': 0,
    });
  });

  it('ask a person for what no host can tell', () => {
    const rows = dtx.checks.filter(({ on }) => on === 'person').flatMap((check) => check.rows);
    expect(rows.filter((row) => row.startsWith('DTX-C'))).toEqual([
      'DTX-C12',
      'DTX-C08',
      'DTX-C13',
      'DTX-C15',
      'DTX-C14',
      'DTX-C16',
      'DTX-C17',
      'DTX-C19',
    ]);
    expect(rows.filter((row) => row.startsWith('DTX-M'))).toEqual(rowsUpTo('DTX', 'M', 18).slice(8));
  });

  it('look at DTAP where the emergency plan does', () => {
    const on = (app: string) => dtx.checks.filter(({ apps }) => apps.includes(app)).map(({ id }) => id);
    expect(on('dtap')).toEqual(['dtap-process', 'alerts', 'container-state']);
    expect(on('dtap-console')).toEqual(on('dtap'));
  });

  it('look for the console page where the inventory says, else at the documented address', () => {
    const [page] = dtx.checks.filter((check) => check.on === 'page');
    const app = appOf('dtxconsole', 'DTX');
    expect(page?.url({ estate: estateOf(), app, limits: {} })).toBe('http://sofa-dtx.bank.example');
    const own = estateOf({ consoles: { DTX: 'https://dtx.bank.example/' } });
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://dtx.bank.example/');
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault(
  {
    inspection: dtx,
    apps: [acvip, sessionserver, dtxserver, dtxconsole, dtap, dtapConsole],
    addresses: { acvip: 'acvip-1' },
    placed: [
      ...onHost('dtxserver-1', {
        'transaction-exceptions': {},
        // Red because the inventory has the address.
        'acvip-elsewhere': { 'server-acvip': critical },
      }),
      ...onHost('dtxserver-2', {
        'process-down': {
          'server-port 14200': critical,
          'server-rpc-port 12200': critical,
          'server-process': critical,
          'server-acvip': critical,
          'server-registry': critical,
        },
        ...resourceFaults('server'),
      }),
      ...onHost('dtxserver-3', {
        'port-not-listening': { 'server-port 14200': critical },
        'transaction-rpc-port-lost': { 'server-rpc-port 12200': critical },
        'acvip-lost': { 'server-acvip': critical },
        'registry-lost': { 'server-registry': critical },
      }),
      ...onHost('dtxconsole-1', { 'page-down': {} }),
      ...onHost('dtxconsole-2', {
        'process-down': {
          'console-port 80': critical,
          'console-inner-port 8080': critical,
          'console-process': critical,
        },
        ...resourceFaults('console'),
      }),
      ...onHost('dtxconsole-3', {
        'port-not-listening': { 'console-port 80': critical },
        'dtx-console-inner-port-lost': { 'console-inner-port 8080': critical },
        'error-burst': { 'console-errors': warning },
      }),
      ...onHost('dtap-1', { 'process-down': { 'dtap-process': critical } }),
      ...onHost('dtap-console-1', { 'process-down': { 'dtap-process': critical } }),
    ],
    // Only the monitoring page tells the numbers.
    unseen: [['participant-failing']],
    ofApps: { dtxserver: { exceptions: critical }, dtxconsole: { 'console-page': critical } },
  },
  (seen) => {
    it('shows the participant that fails in the log of the calls, without a judgement', () => {
      const remote = seen
        .broken()
        .findings.find(({ host, check }) => host === 'dtxserver-1' && check === 'server-dtx-remote-log');
      expect(remote).toMatchObject({ state: 'ok', rows: ['DTX-L06'] });
      expect(remote?.evidence).toContain('commit card-participant failed');
    });
  },
);

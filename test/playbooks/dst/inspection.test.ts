import { describe, expect, it } from 'vitest';
import { acvip } from '../../../lab/estate/apps/acvip.ts';
import { antCloudAgent, dstcollector, dstconsole, dstweb, ilogtaild } from '../../../lab/estate/apps/dst.ts';
import { businessHost } from '../../../lab/estate/apps/gen.ts';
import { sessionserver } from '../../../lab/estate/apps/reg.ts';
import dst from '../../../playbooks/dst/inspection.ts';
import gen from '../../../playbooks/gen/inspection.ts';
import { appOf, estateFrom, estateOf } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of DST', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(dst)).toEqual([...rowsUpTo('DST', 'C', 14), 'DST-L01', ...rowsUpTo('DST', 'M', 12)]);
  });

  it('are written down in order', () => {
    expect(flawsOf(dst, ['business-host'])).toEqual([]);
  });

  it('have the limits of the manual; of what it names without a number, ours', () => {
    const percent = ['01', '03', '04', '05', '06', '07'].map((no) => [`DST-M${no}`, 80]);
    expect(limitsByRow(dst)).toEqual({
      ...Object.fromEntries(percent),
      'DST-M08': 3,
      'DST-M12': 25,
      'DST-L01': 0,
      'DST-C14': 0,
    });
  });

  it('ask a person for what only the consoles show', () => {
    const asked = dst.checks.filter(({ on: where }) => where === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['DST-C09', 'DST-C07', 'DST-C10', 'DST-C11']);
  });

  it('look for the console page where the inventory says, else nowhere: no manual prints it', () => {
    const [page] = dst.checks.filter((check) => check.on === 'page');
    const app = appOf('dstweb', 'DST');
    expect(page?.url({ estate: estateOf(), app, limits: {} })).toBeUndefined();
    const own = estateOf({ consoles: { DST: 'https://dst.bank.example/' } });
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://dst.bank.example/');
  });

  it('find both collection clients on every host of every business app', () => {
    const estate = estateFrom(
      { ledger: { is: 'business-host', hosts: [{ name: 'ledger-1', address: '10.0.0.1' }] } },
      [gen, dst],
    );
    const agents = estate.apps.filter(({ id }) => id === 'ilogtaild' || id === 'ant_cloud_agent');
    expect(agents.map(({ hosts }) => hosts)).toEqual([['ledger-1'], ['ledger-1']]);
    expect(estate.options['DST']).toEqual({ storage: 'either' });
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault(
  {
    inspection: dst,
    beside: [gen],
    apps: [acvip, sessionserver, dstweb, dstcollector, dstconsole, businessHost, ilogtaild, antCloudAgent],
    addresses: { acvip: 'acvip-1' },
    placed: [
      ...onHost('dstweb-1', { 'page-down': {} }),
      ...onHost('dstweb-2', {
        'process-down': {
          'web-ports 80': critical,
          'web-ports 8341': critical,
          'web-rpc-port 12200': critical,
          'web-readiness': critical,
          'web-acvip': critical,
          'web-registry': critical,
        },
        ...resourceFaults('web'),
      }),
      ...onHost('dstweb-3', {
        'port-not-listening': { 'web-ports 8341': critical },
        'tracing-rpc-port-lost': { 'web-rpc-port 12200': critical },
        'health-false': { 'web-readiness': critical },
        'acvip-lost': { 'web-acvip': critical },
        'registry-lost': { 'web-registry': critical },
        'error-burst': { errors: warning },
      }),
      ...onHost('dstweb-4', {
        // Red because the inventory has the address.
        'acvip-elsewhere': { 'web-acvip': critical },
        'trace-storage-unreachable': { 'storage-errors': warning },
      }),
      ...onHost('dstcollector-1', {
        'process-down': { 'collector-port 12200': critical },
        ...resourceFaults('patrol'),
      }),
      ...onHost('dstconsole-1', { 'process-down': { 'console-port 80': critical } }),
      ...onHost('business-host-1', { 'ilogtaild-down': { 'sls-client': critical } }),
      ...onHost('business-host-2', {
        'ilogtaild-down': { 'sls-client': critical },
        'ant-cloud-agent-down': { 'als-agent': critical },
      }),
    ],
    // The other client collects there.
    unseen: [['ant-cloud-agent-down', 'business-host-3']],
    hosts: { 'business-host': 3 },
    ofApps: { dstweb: { 'console-page': critical } },
  },
  (seen) => {
    it('says who collects where one client is missing', () => {
      const found = seen
        .broken()
        .findings.find(({ host, check }) => host === 'business-host-3' && check === 'als-agent');
      expect(found?.says.en).toBe('no ant_cloud_agent here; ilogtaild collects the logs');
    });

    it('names the part that is not ready', () => {
      const found = seen
        .broken()
        .findings.find(({ host, check }) => host === 'dstweb-3' && check === 'web-readiness');
      expect(found?.says).toEqual({
        en: 'the readiness check has not passed, status DOWN: db',
        zh: '就绪检查未通过，status 为 DOWN：db',
      });
    });

    it('measures how fast the trace logs of all business hosts grow', () => {
      const volume = seen.healthy().findings.filter(({ check }) => check === 'trace-volume');
      expect(volume.map(({ part, state, unit }) => [part, state, unit])).toEqual(
        ['rpc', 'db', 'rest', 'msg'].map((part) => [part, 'ok', 'M/s']),
      );
      expect(volume[0]?.says.en).toMatch(
        /^rpc 0(\.\d+)? M\/s on 3 hosts, a sample of 2 s \(limit 25 M\/s\)$/,
      );
    });
  },
);

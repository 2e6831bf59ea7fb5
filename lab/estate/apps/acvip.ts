import { together } from '../lines.ts';
import { defaultLog, errorLog, moments } from '../log-lines.ts';
import type { LogLine, LogScene, RunningLog } from '../log.ts';
import { appState } from '../app-state.ts';
import type { PracticeApp } from './app.ts';

const LOGS = '/home/admin/logs/acvip';

export interface DiscoveryTraits {
  /** Megabytes that its default log has grown to beyond the usual. */
  readonly defaultLogMegabytes: number;
}

export const discovery = appState<DiscoveryTraits>({ defaultLogMegabytes: 0 });

const SIZE = { system: 'ACVIP', cores: 4, memoryGb: 8 } as const;

export const acvip: PracticeApp = {
  ...SIZE,
  id: 'acvip',
  title: { en: 'Service discovery', zh: '服务发现组件' },
  hostName: 'acvip',
  hosts: 2,
  programs: [
    {
      id: 'acvip',
      command:
        'java -server -Xms4g -Xmx4g -Dapp.name=acvip -Dserver.port=9003 -cp /home/admin/acvip/lib/acvip-web.jar com.alipay.antvip.server.AntVipServerBootstrap',
      ports: { 9003: 'open' },
      peers: [{ server: 'acvip', port: 3306, connections: 2 }],
      logs: [
        errorLog(`${LOGS}/common-error.log`, ['c.a.antvip.server.SyncTask - sync domain failed'], 'sync'),
        growingLog(),
        defaultLog(`${LOGS}/SyncWeb.log`, 'SyncWeb - polling finished, nothing changed'),
      ],
    },
  ],
  mainPort: 9003,
  // Nothing in it is asked but the time.
  databases: [{ name: 'acvip', statements: [] }],
  rows: {
    'process-down': [
      'ACVIP-C02',
      'ACVIP-C04',
      'ACVIP-C06',
      'ACVIP-C09',
      'ACVIP-M02',
      'ACVIP-M08',
      'ACVIP-A02',
    ],
    'port-not-listening': ['ACVIP-C04', 'ACVIP-C09', 'ACVIP-M02', 'ACVIP-M08', 'ACVIP-A02'],
    'clock-skewed': ['ACVIP-C07', 'ACVIP-F02'],
    'disk-full': ['ACVIP-M01', 'ACVIP-M06', 'ACVIP-A01', 'ACVIP-F03'],
    'load-high': ['ACVIP-M07', 'ACVIP-A03'],
    'memory-high': ['ACVIP-M03', 'ACVIP-M05', 'ACVIP-A03'],
    'cpu-high': ['ACVIP-M04', 'ACVIP-A03'],
    'error-burst': ['ACVIP-L02'],
  },
};

/** Below 0.7.0 there are these two instead. A bank has either them or acvip; here both, because the manual tells of both. */
const older = (id: string, mainClass: string): PracticeApp => ({
  ...SIZE,
  id,
  title: { en: id, zh: id },
  hostName: id,
  hosts: 1,
  programs: [{ id, command: `java -server -Xms4g -Xmx4g -Dapp.name=${id} ${mainClass}` }],
});

export const antvip = older('antvip', 'com.alipay.antvip.server.AntVipServerBootstrap');
export const cloudinc = older('cloudinc', '-jar /home/admin/cloudinc/lib/cloudinc-bootstrap.jar');

export const APPS: readonly PracticeApp[] = [acvip, antvip, cloudinc];

/** Says little, until it says so much that it fills the disk. */
function growingLog(): RunningLog {
  const usual = defaultLog(`${LOGS}/common-default.log`, 'DomainService - 42 domains served');
  return {
    ...usual,
    lines: together(usual.lines, (from, to, scene) => dumps(from, to, scene, usual.historyMinutes)),
  };
}

const DOMAIN = 'ledger.practice.local=10.66.1.11;';
const DUMP_BYTES = 16 * 1024;
const DUMP = ` INFO  [dump-1] DomainService - all domains: ${DOMAIN.repeat(Math.floor(DUMP_BYTES / DOMAIN.length))}`;

/** So many that the minutes kept of the log are as large as they shall be. */
function dumps(
  from: number,
  to: number,
  { host, conditions }: LogScene,
  minutes: number,
): readonly LogLine[] {
  const count = (discovery.of(conditions).defaultLogMegabytes * 1024 ** 2) / DUMP_BYTES;
  return moments(from, to, (minutes * 60_000) / count, `${host} dump`).map((at) => ({ at, text: DUMP }));
}

import { defaultLog, errorLog } from '../log-lines.ts';
import type { PracticeApp } from './app.ts';

const LOGS = '/home/admin/logs/acvip';

export const acvip: PracticeApp = {
  id: 'acvip',
  system: 'ACVIP',
  title: { en: 'Service discovery', zh: '服务发现组件' },
  hostName: 'acvip',
  hosts: 2,
  cores: 4,
  memoryGb: 8,
  programs: [
    {
      id: 'acvip',
      command:
        'java -server -Xms4g -Xmx4g -Dapp.name=acvip -Dserver.port=9003 -cp /home/admin/acvip/lib/acvip-web.jar com.alipay.antvip.server.AntVipServerBootstrap',
      ports: { 9003: 'open' },
      peers: [{ server: 'acvipdb', port: 3306, connections: 2 }],
      logs: [
        errorLog(`${LOGS}/common-error.log`, ['c.a.antvip.server.SyncTask - sync domain failed'], 'sync'),
        defaultLog(`${LOGS}/common-default.log`, 'DomainService - 42 domains served'),
        defaultLog(`${LOGS}/SyncWeb.log`, 'SyncWeb - polling finished, nothing changed'),
      ],
    },
  ],
  mainPort: 9003,
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

export const APPS: readonly PracticeApp[] = [acvip];

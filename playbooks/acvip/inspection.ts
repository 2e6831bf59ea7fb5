import {
  type Check,
  databaseClockCheck,
  defineInspection,
  maintenancePort,
  portsCheck,
  processCheck,
  resourceChecks,
  sameLimit,
  words,
} from '../../src/kit/index.ts';
import { logs } from './logs.ts';
import { pages } from './pages.ts';

const patrol = { document: '002', section: '10.5.1.1' } as const;
const functions = { document: '002', section: '10.5.2' } as const;
const load5 = [{ row: 'ACVIP-M07', value: 3 }] as const;

/** The server has one name from 0.7.0 on and had another below. */
const SERVERS = ['acvip', 'antvip'] as const;

const server: readonly Check[] = [
  portsCheck({
    id: 'server-port',
    title: words('Service port', '服务端口'),
    apps: ['acvip'],
    rows: ['ACVIP-C04', 'ACVIP-C09', 'ACVIP-M02', 'ACVIP-M08', 'ACVIP-C01'],
    clause: functions,
    literal: 'netstat -an | grep 9003',
    ports: [9003],
  }),
  maintenancePort({
    id: 'server',
    app: 'acvip',
    rows: ['ACVIP-C09', 'ACVIP-M08', 'ACVIP-C01'],
    clause: patrol,
  }),
  processCheck({
    id: 'server-process',
    apps: SERVERS,
    // Two sections look for two names (ERR-ACVIP-04): either is the server.
    rows: ['ACVIP-C02', 'ACVIP-C06'],
    clause: { document: '002', section: '10.4.1' },
    literal: 'ps -ef | grep AntVipServerBootstrap',
    searched: ['AntVipServerBootstrap', 'acvip-web'],
  }),
  databaseClockCheck({
    id: 'clock',
    title: words('Clocks of servers and database', '服务端与数据库时间'),
    apps: SERVERS,
    rows: ['ACVIP-C07'],
    clause: { document: '002', section: '10.4.2' },
    database: 'acvip',
    // The console shows such a node as unavailable, and its domains are not found.
    state: 'critical',
  }),
  ...resourceChecks({
    id: 'server',
    apps: ['acvip'],
    clause: patrol,
    rows: ['ACVIP-C01'],
    cpu: [{ row: 'ACVIP-M04', value: 80 }],
    memory: sameLimit(80, 'ACVIP-M05', 'ACVIP-M03'),
    disk: sameLimit(80, 'ACVIP-M06', 'ACVIP-M01'),
    load5,
  }),
];

/** What there is below 0.7.0 in place of acvip: the manual has only the resources of them. */
const older: readonly Check[] = resourceChecks({
  id: 'older',
  apps: ['antvip', 'cloudinc'],
  clause: patrol,
  rows: ['ACVIP-C01'],
  cpu: [{ row: 'ACVIP-M04', value: 80 }],
  memory: [{ row: 'ACVIP-M05', value: 80 }],
  disk: [{ row: 'ACVIP-M06', value: 80 }],
  load5,
});

export default defineInspection({
  system: {
    id: 'ACVIP',
    title: words('Service discovery', '服务发现组件'),
    names: ['acvip', '服务发现', '服务发现组件', 'service discovery', 'ant cloud vip'],
  },
  apps: [
    {
      id: 'acvip',
      title: words('ACVIP', 'ACVIP'),
      names: ['acvip', 'acvip-acvip', 'ant cloud vip'],
    },
    {
      id: 'antvip',
      title: words('ACVIP server below 0.7.0', 'ACVIP 服务端（0.7.0 以下）'),
      names: ['antvip', 'acvip-antvip', 'acvip -antvip', 'antvip server'],
    },
    {
      id: 'cloudinc',
      title: words('ACVIP cloudinc below 0.7.0', 'ACVIP cloudinc（0.7.0 以下）'),
      names: ['cloudinc', 'acvip-cloudinc', 'acvip -cloudinc'],
    },
  ],
  checks: [...server, ...logs, ...older, ...pages],
});

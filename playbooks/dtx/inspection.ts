import {
  type Check,
  defineInspection,
  maintenancePort,
  portsCheck,
  processCheck,
  resourceChecks,
  sameLimit,
  sharedServices,
  words,
} from '../../src/kit/index.ts';
import { logs } from './logs.ts';
import { pages } from './pages.ts';

const patrol = { document: '002', section: '5.5.1.1' } as const;
const functions = { document: '002', section: '5.5.2' } as const;
const plan = { document: '002', section: '5.6.3' } as const;

const load5 = [{ row: 'DTX-M22', value: 3 }] as const;

const server: readonly Check[] = [
  portsCheck({
    id: 'server-port',
    title: words('Service port', '服务端口'),
    apps: ['dtxserver'],
    rows: ['DTX-C06', 'DTX-C02', 'DTX-C04', 'DTX-M02', 'DTX-M23', 'DTX-C01'],
    clause: { document: '002', section: '5.2.2.1' },
    literal: 'netstat -ano | grep LISTEN | grep 14200',
    ports: [14200],
  }),
  maintenancePort({
    id: 'server',
    app: 'dtxserver',
    rows: ['DTX-C02', 'DTX-M23', 'DTX-C01'],
    clause: patrol,
  }),
  portsCheck({
    id: 'server-rpc-port',
    title: words('RPC port', 'RPC 端口'),
    apps: ['dtxserver'],
    rows: ['DTX-C07'],
    clause: functions,
    literal: 'netstat -an |grep 12200',
    ports: [12200],
  }),
  processCheck({
    id: 'server-process',
    apps: ['dtxserver'],
    rows: ['DTX-C05', 'DTX-C18'],
    clause: { document: '002', section: '5.2.2.1' },
    literal: 'ps -ef | grep java',
  }),
  ...sharedServices({
    id: 'server',
    app: 'dtxserver',
    clause: functions,
    acvip: 'DTX-C08',
    registry: 'DTX-C09',
    pinned: true,
  }),
  ...resourceChecks({
    id: 'server',
    apps: ['dtxserver'],
    clause: patrol,
    rows: ['DTX-C01'],
    cpu: sameLimit(80, 'DTX-M19', 'DTX-M04'),
    memory: sameLimit(80, 'DTX-M20', 'DTX-M03'),
    disk: sameLimit(80, 'DTX-M21', 'DTX-M01'),
    load5,
  }),
];

const console: readonly Check[] = [
  portsCheck({
    id: 'console-port',
    title: words('Console port', '控制台端口'),
    apps: ['dtxconsole'],
    rows: ['DTX-C11', 'DTX-C03', 'DTX-M06', 'DTX-M24', 'DTX-C01'],
    clause: functions,
    literal: 'netstat -an |grep 80',
    ports: [80],
  }),
  maintenancePort({
    id: 'console',
    app: 'dtxconsole',
    rows: ['DTX-C03', 'DTX-M24', 'DTX-C01'],
    clause: patrol,
  }),
  // The manual says which of 8080 and 80 is that of nginx, against what is usual (ERR-DTX-03): both must listen.
  portsCheck({
    id: 'console-inner-port',
    title: words('Port 8080', '8080 端口'),
    apps: ['dtxconsole'],
    rows: ['DTX-C10'],
    clause: functions,
    literal: 'netstat -an |grep 8080',
    ports: [8080],
  }),
  processCheck({
    id: 'console-process',
    apps: ['dtxconsole'],
    rows: ['DTX-C18'],
    clause: plan,
    literal: 'ps -fe | grep java',
  }),
  ...resourceChecks({
    id: 'console',
    apps: ['dtxconsole'],
    clause: patrol,
    rows: ['DTX-C01'],
    cpu: sameLimit(80, 'DTX-M19', 'DTX-M08'),
    memory: sameLimit(80, 'DTX-M20', 'DTX-M07'),
    disk: sameLimit(80, 'DTX-M21', 'DTX-M05'),
    load5,
  }),
];

/** Named in the emergency plan only (ERR-DTX-02): looked at where an inventory has them. */
const dtap = processCheck({
  id: 'dtap-process',
  apps: ['dtap', 'dtap-console'],
  rows: ['DTX-C18'],
  clause: plan,
  literal: 'ps -fe | grep java',
});

export default defineInspection({
  system: {
    id: 'DTX',
    title: words('Distributed transactions', '分布式事务'),
    names: ['dtx', '分布式事务', 'distributed transaction', 'distributed transactions', 'sofa-dtx'],
  },
  apps: [
    {
      id: 'dtxserver',
      title: words('Transaction manager', '分布式事务管理器'),
      names: ['dtxserver', 'dtx-server', 'dtx-dtx', 'dtx', '分布式事务管理器'],
    },
    {
      id: 'dtxconsole',
      title: words('DTX console', '分布式事务控制台'),
      names: ['dtxconsole', 'dtx-console', 'dtx-dtx-console', '分布式事务控制台'],
    },
    { id: 'dtap', title: words('DTAP', 'DTAP'), names: ['dtap'] },
    {
      id: 'dtap-console',
      title: words('DTAP console', 'DTAP 控制台'),
      names: ['dtap-console', 'dtapconsole'],
    },
  ],
  checks: [...server, ...console, dtap, ...logs, ...pages],
});

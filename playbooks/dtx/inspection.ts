import {
  type Check,
  connectedTo,
  defineInspection,
  javaProcess,
  portsCheck,
  resourceChecks,
  sameLimit,
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
    title: words('Transaction manager port', '事务管理器端口'),
    apps: ['dtxserver'],
    rows: ['DTX-C06', 'DTX-C02', 'DTX-C04', 'DTX-M02', 'DTX-M23', 'DTX-C01'],
    clause: { document: '002', section: '5.2.2.1' },
    literal: 'netstat -ano | grep LISTEN | grep 14200',
    ports: [14200],
  }),
  // 2022 is the port of the container's sshd; the manual monitors it and does not explain it (ERR-GEN-21).
  portsCheck({
    id: 'server-maintenance-port',
    title: words('Maintenance port', '维护端口'),
    apps: ['dtxserver'],
    rows: ['DTX-C02', 'DTX-M23', 'DTX-C01'],
    clause: patrol,
    ports: [2022],
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
  {
    id: 'server-process',
    title: words('Transaction manager process', '事务管理器进程'),
    apps: ['dtxserver'],
    rows: ['DTX-C05', 'DTX-C18'],
    clause: { document: '002', section: '5.2.2.1' },
    literal: 'ps -ef | grep java',
    ...javaProcess(),
  },
  {
    id: 'server-acvip',
    title: words('Connection to ACVIP', '与 ACVIP 的连接'),
    apps: ['dtxserver'],
    rows: ['DTX-C08'],
    clause: functions,
    literal: 'netstat -an |grep 9003',
    ...connectedTo([9003], words('ACVIP', 'ACVIP'), { pinned: 'acvip' }),
  },
  {
    id: 'server-registry',
    title: words('Connection to the registry', '与注册中心的连接'),
    apps: ['dtxserver'],
    rows: ['DTX-C09'],
    clause: functions,
    literal: 'netstat -an |grep 9600',
    ...connectedTo([9600], words('the registry', '注册中心')),
  },
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
  portsCheck({
    id: 'console-maintenance-port',
    title: words('Maintenance port', '维护端口'),
    apps: ['dtxconsole'],
    rows: ['DTX-C03', 'DTX-M24', 'DTX-C01'],
    clause: patrol,
    ports: [2022],
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
  {
    id: 'console-process',
    title: words('Console process', '控制台进程'),
    apps: ['dtxconsole'],
    rows: ['DTX-C18'],
    clause: plan,
    literal: 'ps -fe | grep java',
    ...javaProcess(),
  },
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
const dtap: Check = {
  id: 'dtap-process',
  title: words('DTAP process', 'DTAP 进程'),
  apps: ['dtap', 'dtap-console'],
  rows: ['DTX-C18'],
  clause: plan,
  literal: 'ps -fe | grep java',
  ...javaProcess(),
};

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

import {
  type Check,
  clientsOn,
  connectedTo,
  javaProcess,
  portsCheck,
  resourceChecks,
  words,
} from '../../src/kit/index.ts';
import { above, LOAD5, maintenancePort, patrol } from './patrol.ts';

const apps = ['antscheduler'] as const;
const action = { document: '002', section: '2.2.2.1' } as const;

export const scheduler: readonly Check[] = [
  portsCheck({
    id: 'scheduler-rpc-port',
    title: words('RPC port', 'RPC 端口'),
    apps,
    rows: ['MS-C02', 'MS-M18', 'MS-M23', 'MS-C01'],
    clause: patrol,
    ports: [12200],
  }),
  // In no list of monitored ports, but the one that the plan and the alert look at (ERR-MS-05).
  portsCheck({
    id: 'scheduler-task-port',
    title: words('Task port', '任务端口'),
    apps,
    rows: ['MS-C14', 'MS-M18'],
    clause: { document: '002', section: '2.6.2' },
    ports: [9001],
  }),
  maintenancePort('scheduler', 'antscheduler', ['MS-C02', 'MS-M23']),
  {
    id: 'scheduler-process',
    title: words('Scheduler process', '定时任务进程'),
    apps,
    rows: ['MS-C15'],
    clause: { document: '002', section: '2.6.3' },
    literal: 'ps -fe | grep java',
    ...javaProcess(),
  },
  {
    id: 'scheduler-broker',
    title: words('Connection to the message queue', '与消息队列的连接'),
    apps,
    rows: ['MS-C06', 'MS-M27'],
    clause: { document: '002', section: '2.5.2' },
    literal: 'netstat -an|grep 9529',
    ...connectedTo([9529], words('the message queue', '消息队列')),
  },
  {
    id: 'scheduler-clients',
    title: words('Clients of RPC tasks', 'RPC 任务客户端'),
    apps,
    rows: ['MS-C08', 'MS-M28'],
    clause: action,
    literal: 'netstat -an | grep 9001',
    // None is in order where there is no RPC task, which only the console knows.
    ...clientsOn([9001], { none: 'warning' }),
  },
  ...resourceChecks({
    id: 'scheduler',
    apps,
    clause: patrol,
    rows: ['MS-C01'],
    cpu: above(80, 'MS-M19', 'MS-M09'),
    memory: above(80, 'MS-M20', 'MS-M08'),
    disk: above(80, 'MS-M21', 'MS-M07'),
    load5: LOAD5,
  }),
];

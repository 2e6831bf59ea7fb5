import {
  type Check,
  clientsOn,
  connectedTo,
  maintenancePort,
  portsCheck,
  processCheck,
  resourceChecks,
  sameLimit,
  words,
} from '../../src/kit/index.ts';
import { LOAD5, patrol } from './patrol.ts';

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
  maintenancePort({
    id: 'scheduler',
    app: 'antscheduler',
    rows: ['MS-C02', 'MS-M23', 'MS-C01'],
    clause: patrol,
  }),
  processCheck({
    id: 'scheduler-process',
    apps,
    rows: ['MS-C15'],
    clause: { document: '002', section: '2.6.3' },
    literal: 'ps -fe | grep java',
  }),
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
    title: words('RPC task clients', 'RPC 任务客户端'),
    apps,
    rows: ['MS-C08', 'MS-M28'],
    clause: action,
    // None is in order where there is no RPC task, which only the console knows.
    ...clientsOn([9001], { none: 'warning' }),
  },
  ...resourceChecks({
    id: 'scheduler',
    apps,
    clause: patrol,
    rows: ['MS-C01'],
    cpu: sameLimit(80, 'MS-M19', 'MS-M09'),
    memory: sameLimit(80, 'MS-M20', 'MS-M08'),
    disk: sameLimit(80, 'MS-M21', 'MS-M07'),
    load5: LOAD5,
  }),
];

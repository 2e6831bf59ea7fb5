import {
  type Check,
  checkService,
  connectedTo,
  cpu,
  defineInspection,
  disk,
  javaProcess,
  listening,
  load,
  memory,
  pageOpens,
  type RowId,
  words,
} from '../../src/kit/index.ts';
import { brokerLogs } from './broker-logs.ts';
import { consolePages } from './console-pages.ts';

const patrol = { document: '002', section: '4.5.1.1' } as const;

/** One resource above its limit: the alert list (4.2.1.1) and the patrol name it with a row each, and either may be overridden. */
const above = (most: number, patrolRow: RowId, alertRow: RowId) => ({
  rows: [patrolRow, alertRow, 'MQ-C01'] as const,
  limits: { patrol: { row: patrolRow, value: most }, alert: { row: alertRow, value: most } },
});

function resources(
  app: 'msgbroker' | 'msgconsole',
  alert: { readonly cpu: RowId; readonly memory: RowId; readonly disk: RowId },
): readonly Check[] {
  const facts = { apps: [app], clause: patrol };
  const short = app === 'msgbroker' ? 'broker' : 'console';
  return [
    {
      ...facts,
      id: `${short}-cpu`,
      title: words('CPU', 'CPU'),
      ...above(80, 'MQ-M14', alert.cpu),
      ...cpu(),
    },
    {
      ...facts,
      id: `${short}-memory`,
      title: words('Memory', '内存'),
      ...above(80, 'MQ-M15', alert.memory),
      ...memory(),
    },
    {
      ...facts,
      id: `${short}-disk`,
      title: words('Disk', '磁盘'),
      ...above(80, 'MQ-M16', alert.disk),
      ...disk(),
    },
    {
      ...facts,
      id: `${short}-load`,
      title: words('Load, 5 minutes', '5 分钟负载'),
      rows: ['MQ-M17', 'MQ-C01'],
      limits: { most: { row: 'MQ-M17', value: 3 } },
      ...load(5),
    },
  ];
}

/** 2022 is the port of the container's sshd; the manual monitors it and does not explain it (ERR-GEN-21). */
const maintenancePort = (app: 'msgbroker' | 'msgconsole', rows: readonly [RowId, RowId]): Check => ({
  id: `${app === 'msgbroker' ? 'broker' : 'console'}-maintenance-port`,
  title: words('Maintenance port', '维护端口'),
  apps: [app],
  rows: [...rows, 'MQ-C01'],
  clause: patrol,
  ...listening([2022]),
});

const broker: readonly Check[] = [
  {
    id: 'broker-port',
    title: words('Broker port', 'Broker 端口'),
    apps: ['msgbroker'],
    rows: ['MQ-C07', 'MQ-C02', 'MQ-C10', 'MQ-C21', 'MQ-M02', 'MQ-M18', 'MQ-C01'],
    clause: { document: '002', section: '4.2.2.1' },
    literal: 'netstat -ano | grep LISTEN | grep 9529',
    ...listening([9529]),
  },
  maintenancePort('msgbroker', ['MQ-C02', 'MQ-M18']),
  {
    id: 'broker-process',
    title: words('Broker process', 'Broker 进程'),
    apps: ['msgbroker'],
    rows: ['MQ-C08', 'MQ-C20'],
    clause: { document: '002', section: '4.2.2.1' },
    literal: 'ps -ef | grep java',
    ...javaProcess(),
  },
  {
    id: 'broker-database',
    title: words('Connections to the message store', '与消息库的连接'),
    apps: ['msgbroker'],
    rows: ['MQ-C16'],
    clause: { document: '002', section: '4.6.2' },
    literal: 'netstat -an | egrep "3306|2884"',
    ...connectedTo([3306, 2884], words('the message store', '消息库')),
  },
  ...resources('msgbroker', { cpu: 'MQ-M04', memory: 'MQ-M03', disk: 'MQ-M01' }),
];

const console: readonly Check[] = [
  {
    id: 'console-port',
    title: words('Console port', '控制台端口'),
    apps: ['msgconsole'],
    rows: ['MQ-C03', 'MQ-M06', 'MQ-M19', 'MQ-C01'],
    clause: patrol,
    ...listening([80]),
  },
  maintenancePort('msgconsole', ['MQ-C03', 'MQ-M19']),
  {
    id: 'console-acvip',
    title: words('Connection to ACVIP', '与 ACVIP 的连接'),
    apps: ['msgconsole'],
    rows: ['MQ-C04'],
    clause: { document: '002', section: '4.5.2' },
    literal: 'netstat -an|grep 9003',
    ...connectedTo([9003], words('ACVIP', 'ACVIP')),
  },
  {
    id: 'console-registry',
    title: words('Connection to the registry', '与注册中心的连接'),
    apps: ['msgconsole'],
    rows: ['MQ-C05'],
    clause: { document: '002', section: '4.5.2' },
    literal: 'netstat -an|grep 9600',
    ...connectedTo([9600], words('the registry', '注册中心')),
  },
  {
    id: 'console-health',
    title: words('Health check', '健康检查'),
    apps: ['msgconsole'],
    rows: ['MQ-C06'],
    clause: { document: '002', section: '4.5.2' },
    literal: 'curl 127.0.0.1:9500/checkService',
    ...checkService(),
  },
  {
    id: 'console-page',
    title: words('Console page', '控制台页面'),
    apps: ['msgconsole'],
    rows: ['MQ-C09'],
    clause: { document: '002', section: '4.5.2' },
    literal: 'sofa-mq.{domain}',
    ...pageOpens(({ estate }) => estate.consoles['MQ'] ?? `http://sofa-mq.${estate.domain}`),
  },
  ...resources('msgconsole', { cpu: 'MQ-M08', memory: 'MQ-M07', disk: 'MQ-M05' }),
];

export default defineInspection({
  system: {
    id: 'MQ',
    title: words('Message queue', '消息队列'),
    names: ['mq', '消息队列', '消息中心', 'message queue', 'sofamq', 'sofa-mq', 'sofa mq'],
  },
  apps: [
    {
      id: 'msgbroker',
      title: words('MQ broker', '消息队列 Broker'),
      names: ['msgbroker', 'mq-msgbroker', 'mqmsgbroker', 'broker', '消息队列 broker', '消息队列broker'],
    },
    {
      id: 'msgconsole',
      title: words('MQ console', '消息队列控制台'),
      names: ['msgconsole', 'mq-msgconsole', 'mqmsgconsole', '消息队列控制台'],
    },
  ],
  checks: [...broker, ...brokerLogs, ...console, ...consolePages],
});

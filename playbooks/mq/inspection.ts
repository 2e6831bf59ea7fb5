import {
  type Check,
  connectedTo,
  consolePage,
  defineInspection,
  healthCheck,
  maintenancePort,
  portsCheck,
  processCheck,
  resourceChecks,
  sameLimit,
  sharedServices,
  words,
} from '../../src/kit/index.ts';
import { brokerLogs } from './broker-logs.ts';
import { consolePages } from './console-pages.ts';

const patrol = { document: '002', section: '4.5.1.1' } as const;
const functions = { document: '002', section: '4.5.2' } as const;

const load5 = [{ row: 'MQ-M17', value: 3 }] as const;

const broker: readonly Check[] = [
  portsCheck({
    id: 'broker-port',
    title: words('Service port', '服务端口'),
    apps: ['msgbroker'],
    rows: ['MQ-C07', 'MQ-C02', 'MQ-C10', 'MQ-C21', 'MQ-M02', 'MQ-M18', 'MQ-C01'],
    clause: { document: '002', section: '4.2.2.1' },
    literal: 'netstat -ano | grep LISTEN | grep 9529',
    ports: [9529],
  }),
  maintenancePort({
    id: 'broker',
    app: 'msgbroker',
    rows: ['MQ-C02', 'MQ-M18', 'MQ-C01'],
    clause: patrol,
  }),
  processCheck({
    id: 'broker-process',
    apps: ['msgbroker'],
    rows: ['MQ-C08', 'MQ-C20'],
    clause: { document: '002', section: '4.2.2.1' },
    literal: 'ps -ef | grep java',
  }),
  {
    id: 'broker-database',
    title: words('Connections to the message store', '与消息库的连接'),
    apps: ['msgbroker'],
    rows: ['MQ-C16'],
    clause: { document: '002', section: '4.6.2' },
    literal: 'netstat -an | egrep "3306|2884"',
    ...connectedTo([3306, 2884], words('the message store', '消息库')),
  },
  ...resourceChecks({
    id: 'broker',
    apps: ['msgbroker'],
    clause: patrol,
    rows: ['MQ-C01'],
    cpu: sameLimit(80, 'MQ-M14', 'MQ-M04'),
    memory: sameLimit(80, 'MQ-M15', 'MQ-M03'),
    disk: sameLimit(80, 'MQ-M16', 'MQ-M01'),
    load5,
  }),
];

const console: readonly Check[] = [
  portsCheck({
    id: 'console-port',
    title: words('Console port', '控制台端口'),
    apps: ['msgconsole'],
    rows: ['MQ-C03', 'MQ-M06', 'MQ-M19', 'MQ-C01'],
    clause: patrol,
    ports: [80],
  }),
  maintenancePort({
    id: 'console',
    app: 'msgconsole',
    rows: ['MQ-C03', 'MQ-M19', 'MQ-C01'],
    clause: patrol,
  }),
  ...sharedServices({
    id: 'console',
    app: 'msgconsole',
    clause: functions,
    acvip: 'MQ-C04',
    registry: 'MQ-C05',
  }),
  healthCheck({
    id: 'console-health',
    apps: ['msgconsole'],
    rows: ['MQ-C06'],
    clause: functions,
    literal: 'curl 127.0.0.1:9500/checkService',
  }),
  consolePage({
    app: 'msgconsole',
    rows: ['MQ-C09'],
    clause: functions,
    key: 'MQ',
    host: 'sofa-mq',
  }),
  ...resourceChecks({
    id: 'console',
    apps: ['msgconsole'],
    clause: patrol,
    rows: ['MQ-C01'],
    cpu: sameLimit(80, 'MQ-M14', 'MQ-M08'),
    memory: sameLimit(80, 'MQ-M15', 'MQ-M07'),
    disk: sameLimit(80, 'MQ-M16', 'MQ-M05'),
    load5,
  }),
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

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

const patrol = { document: '002', section: '4.5.1.1' } as const;

/** cpu, memory, disk above 80 % and load5 above 3: the alert list and the patrol name the same limits. */
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
      rows: [alert.cpu, 'MQ-M14', 'MQ-C01'],
      limits: { most: { row: alert.cpu, value: 80 } },
      ...cpu(),
    },
    {
      ...facts,
      id: `${short}-memory`,
      title: words('Memory', '内存'),
      rows: [alert.memory, 'MQ-M15', 'MQ-C01'],
      limits: { most: { row: alert.memory, value: 80 } },
      ...memory(),
    },
    {
      ...facts,
      id: `${short}-disk`,
      title: words('Disk', '磁盘'),
      rows: [alert.disk, 'MQ-M16', 'MQ-C01'],
      limits: { most: { row: alert.disk, value: 80 } },
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

const broker: readonly Check[] = [
  {
    id: 'broker-ports',
    title: words('Ports', '端口'),
    apps: ['msgbroker'],
    rows: ['MQ-C02', 'MQ-C07', 'MQ-C10', 'MQ-C21', 'MQ-M02', 'MQ-M18'],
    clause: { document: '002', section: '4.2.2.1' },
    literal: 'netstat -ano | grep LISTEN | grep 9529',
    ...listening([9529, 2022]),
  },
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
    ...connectedTo([3306, 2884], words('message store', '消息库')),
  },
  ...resources('msgbroker', { cpu: 'MQ-M04', memory: 'MQ-M03', disk: 'MQ-M01' }),
];

const console: readonly Check[] = [
  {
    id: 'console-ports',
    title: words('Ports', '端口'),
    apps: ['msgconsole'],
    rows: ['MQ-C03', 'MQ-M06', 'MQ-M19'],
    clause: patrol,
    ...listening([80, 2022]),
  },
  {
    id: 'console-acvip',
    title: words('Connection to ACVIP', '与 ACVIP 的连接'),
    apps: ['msgconsole'],
    rows: ['MQ-C04'],
    clause: { document: '002', section: '4.5.2' },
    literal: 'netstat -an | grep 9003',
    ...connectedTo([9003], words('ACVIP', 'ACVIP')),
  },
  {
    id: 'console-registry',
    title: words('Connection to the registry', '与注册中心的连接'),
    apps: ['msgconsole'],
    rows: ['MQ-C05'],
    clause: { document: '002', section: '4.5.2' },
    literal: 'netstat -an | grep 9600',
    ...connectedTo([9600], words('registry session', '注册中心 session')),
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
    ...pageOpens(({ estate }) => estate.consoles['MQ'] ?? `http://sofa-mq.${estate.domain}`),
  },
  ...resources('msgconsole', { cpu: 'MQ-M08', memory: 'MQ-M07', disk: 'MQ-M05' }),
];

const people: readonly Check[] = [
  {
    on: 'person',
    id: 'custom-monitoring',
    title: words('Custom monitoring', '自定义监控'),
    apps: ['msgbroker', 'msgconsole'],
    rows: ['MQ-C11'],
    clause: { document: '002', section: '4.5.1.2' },
    page: words('corewatch > 自定义监控 > 共享中间件 > MQ', 'corewatch > 自定义监控 > 共享中间件 > MQ'),
    expect: words(
      'no abnormal alert; otherwise contact Ant technical support',
      '无异常告警;如有异常,联系蚂蚁技术支持',
    ),
  },
  {
    on: 'person',
    id: 'business-monitoring',
    title: words('Business monitoring', '业务实时监控'),
    apps: ['msgbroker', 'msgconsole'],
    rows: ['MQ-C12'],
    clause: { document: '002', section: '4.2.3' },
    page: words('产品与服务 > 业务实时监控 > 自定义', '产品与服务 > 业务实时监控 > 自定义'),
    expect: words('no abnormal indicator', '各项指标无异常'),
  },
  {
    on: 'person',
    id: 'container-state',
    title: words('Container state', '容器状态'),
    apps: ['msgbroker'],
    rows: ['MQ-C15'],
    clause: { document: '002', section: '4.6.2' },
    page: words('Yunyou (云游) > 容器 > mq-msgbroker', '云游 > 容器 > mq-msgbroker'),
    expect: words(
      'every container is running (运行中), none 节点宕机 or 退出',
      '全部为运行中,没有节点宕机或退出',
    ),
  },
  {
    on: 'person',
    id: 'message-type',
    title: words('Message type configured', '消息类型配置'),
    apps: ['msgconsole'],
    rows: ['MQ-C17'],
    clause: { document: '002', section: '4.2.1.2' },
    page: words('MQ console > message type configuration (消息类型)', '消息队列控制台 > 消息类型'),
    expect: words('the message type that failed is configured there', '接收失败的消息类型已在控制台配置'),
  },
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
  checks: [...broker, ...brokerLogs, ...console, ...people],
});

import { broker } from '../apps/mq.ts';
import { withEnded } from '../conditions.ts';
import { type Fault, hostFault } from './fault.ts';

const onBroker = { apps: ['msgbroker'], usual: 'msgbroker' } as const;
const onConsole = { apps: ['msgconsole'], usual: 'msgconsole', mendedByRestart: true } as const;

export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onBroker,
    id: 'broker-process-down',
    title: { en: 'The broker process has ended', zh: 'Broker 进程退出' },
    rows: ['MQ-C02', 'MQ-C07', 'MQ-C08', 'MQ-C10', 'MQ-C16', 'MQ-C20', 'MQ-F02'],
    mendedByRestart: true,
    change: (now) => withEnded(now, 'msgbroker'),
  }),
  hostFault({
    ...onConsole,
    id: 'console-page-down',
    title: { en: 'The MQ console answers with an error page', zh: 'MQ 控制台页面报错' },
    rows: ['MQ-C09'],
    all: true,
    change: (now) => ({ ...now, page: 'error' }),
  }),
  hostFault({
    ...onConsole,
    id: 'console-health-false',
    title: { en: "The console's health check reports a failed component", zh: '控制台健康检查有组件未通过' },
    rows: ['MQ-C06'],
    change: (now) => ({ ...now, failedComponent: 'registry' }),
  }),
  hostFault({
    ...onBroker,
    id: 'heartbeat-slow',
    title: { en: 'Fewer than 6 heartbeats a minute', zh: '心跳每分钟少于 6 次' },
    rows: ['MQ-C18', 'MQ-M13', 'MQ-A07'],
    mendedByRestart: true,
    change: (now) => broker.with(now, { heartbeatSeconds: 20 }),
  }),
  hostFault({
    ...onBroker,
    id: 'heartbeat-not-ok',
    title: { en: 'Heartbeats report a failure', zh: '心跳结果不是 OK' },
    rows: ['MQ-C18'],
    mendedByRestart: true,
    change: (now) => broker.with(now, { heartbeatResult: 'FAIL' }),
  }),
  hostFault({
    ...onBroker,
    id: 'data-source-failing',
    title: { en: 'The message store fails its health check', zh: '消息存储数据源异常' },
    rows: ['MQ-C19', 'MQ-L08', 'MQ-F04'],
    change: (now) => broker.with(now, { dataSource: 'FAILED' }),
  }),
  hostFault({
    ...onBroker,
    id: 'receive-failures',
    title: { en: 'Messages from publishers are refused', zh: '接收消息失败' },
    rows: ['MQ-C22', 'MQ-M10', 'MQ-A05'],
    change: (now) => broker.with(now, { receiveFailures: 0.2 }),
  }),
  hostFault({
    ...onBroker,
    id: 'delivery-failures',
    title: { en: 'Deliveries to a subscriber fail', zh: '投递消息失败' },
    rows: ['MQ-C14', 'MQ-M12', 'MQ-A06'],
    change: (now) => broker.with(now, { deliveryFailuresPerMinute: 24 }),
  }),
  hostFault({
    ...onBroker,
    id: 'message-volume',
    title: { en: 'More than 4000 messages a minute', zh: '每分钟消息数超过 4000' },
    rows: ['MQ-M09', 'MQ-M11', 'MQ-A04'],
    change: (now) => broker.with(now, { receivedPerMinute: 4800, deliveredPerMinute: 4700 }),
  }),
];

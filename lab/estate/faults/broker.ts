import { hostFault } from './fault.ts';

const broker = { apps: ['msgbroker'], usual: 'msgbroker' } as const;

/** What the broker's own logs tell. */
export const BROKER_FAULTS = [
  hostFault({
    ...broker,
    id: 'heartbeat-slow',
    title: { en: 'Fewer than 6 heartbeats a minute', zh: '心跳每分钟少于 6 次' },
    rows: ['MQ-C18', 'MQ-M13', 'MQ-A07'],
    mendedByRestart: true,
    change: (now) => ({ ...now, heartbeat: { ...now.heartbeat, everySeconds: 20 } }),
  }),
  hostFault({
    ...broker,
    id: 'heartbeat-not-ok',
    title: { en: 'Heartbeats report a failure', zh: '心跳结果不是 OK' },
    rows: ['MQ-C18'],
    mendedByRestart: true,
    change: (now) => ({ ...now, heartbeat: { ...now.heartbeat, result: 'FAIL' } }),
  }),
  hostFault({
    ...broker,
    id: 'data-source-failing',
    title: { en: 'The message store fails its health check', zh: '消息存储数据源异常' },
    rows: ['MQ-C19', 'MQ-L08', 'MQ-F04'],
    change: (now) => ({ ...now, dataSource: 'FAILED' }),
  }),
  hostFault({
    ...broker,
    id: 'receive-failures',
    title: { en: 'Messages from publishers are refused', zh: '接收消息失败' },
    rows: ['MQ-C22', 'MQ-M10', 'MQ-A05'],
    change: (now) => ({ ...now, receiveFailures: 0.2 }),
  }),
  hostFault({
    ...broker,
    id: 'delivery-failures',
    title: { en: 'Deliveries to a subscriber fail', zh: '投递消息失败' },
    rows: ['MQ-C14', 'MQ-M12', 'MQ-A06'],
    change: (now) => ({ ...now, deliveryFailuresPerMinute: 24 }),
  }),
  hostFault({
    ...broker,
    id: 'message-volume',
    title: { en: 'More than 4000 messages a minute', zh: '每分钟消息数超过 4000' },
    rows: ['MQ-M09', 'MQ-M11', 'MQ-A04'],
    change: (now) => ({ ...now, receivedPerMinute: 4800, deliveredPerMinute: 4700 }),
  }),
] as const;

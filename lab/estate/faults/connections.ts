import { hostFault } from './fault.ts';

/** Connections that apps keep to others, and ours to the hosts. */
export const CONNECTION_FAULTS = [
  hostFault({
    id: 'acvip-lost',
    title: { en: 'No connection to ACVIP', zh: '与 ACVIP 的连接断开' },
    rows: ['MQ-C04'],
    apps: ['msgconsole'],
    usual: 'msgconsole',
    change: (now) => ({ ...now, lostPeers: [...now.lostPeers, 9003] }),
  }),
  hostFault({
    id: 'registry-lost',
    title: { en: 'No connection to the registry', zh: '与注册中心的连接断开' },
    rows: ['MQ-C05'],
    apps: ['msgconsole'],
    usual: 'msgconsole',
    change: (now) => ({ ...now, lostPeers: [...now.lostPeers, 9600] }),
  }),
  hostFault({
    id: 'database-connection-lost',
    title: { en: 'No connection to the database', zh: '与数据库的连接断开' },
    rows: ['MQ-C16'],
    apps: [
      'msgbroker',
      'msgconsole',
      'apopswareapiserver',
      'acopswareorchestration',
      'acopswareexecutor',
      'acvip',
    ],
    usual: 'msgbroker',
    change: (now) => ({ ...now, lostPeers: [...now.lostPeers, 3306] }),
  }),
  hostFault({
    id: 'host-unreachable',
    title: { en: 'The host refuses SSH connections', zh: '主机拒绝 SSH 连接' },
    rows: ['MQ-M18'],
    apps: [],
    usual: 'msgbroker',
    change: (now) => ({ ...now, ssh: 'refuses' }),
  }),
  hostFault({
    id: 'host-slow',
    title: { en: 'The host accepts connections and does not answer', zh: '主机接受连接但不响应' },
    rows: ['MQ-M18'],
    apps: [],
    usual: 'msgbroker',
    change: (now) => ({ ...now, ssh: 'hangs' }),
  }),
  hostFault({
    id: 'host-key-changed',
    title: { en: 'The host shows another host key', zh: '主机密钥发生变化' },
    rows: ['MQ-M18'],
    apps: [],
    usual: 'msgbroker',
    change: (now) => ({ ...now, hostKey: 'another' }),
  }),
] as const;

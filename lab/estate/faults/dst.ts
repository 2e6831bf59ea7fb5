import { RPC_PORT, tracing } from '../apps/dst.ts';
import { withEnded } from '../conditions.ts';
import { type Fault, hostFault } from './fault.ts';

export const FAULTS: readonly Fault[] = [
  hostFault({
    id: 'trace-storage-unreachable',
    title: { en: 'The tracing console does not reach ALS/SLS', zh: '无法连接 ALS/SLS endpoint' },
    rows: ['DST-C14', 'DST-L01', 'DST-F01'],
    apps: ['dstweb'],
    usual: 'dstweb',
    change: (now) => tracing.with(now, { storageErrorsPerMinute: 6 }),
  }),
  hostFault({
    id: 'tracing-rpc-port-lost',
    title: { en: 'The RPC port of the tracing console is not served', zh: '链路跟踪控制台 RPC 端口未监听' },
    rows: ['DST-C06'],
    apps: ['dstweb'],
    usual: 'dstweb',
    mendedByRestart: true,
    change: (now) => ({ ...now, closedPorts: [...now.closedPorts, RPC_PORT] }),
  }),
  hostFault({
    id: 'ilogtaild-down',
    title: { en: 'ilogtaild does not run', zh: 'ilogtaild 未运行' },
    rows: ['DST-C12', 'DST-F02', 'DST-F04', 'DST-F05'],
    apps: ['ilogtaild'],
    usual: 'ilogtaild',
    mendedByRestart: true,
    program: 'ilogtaild',
    change: (now) => withEnded(now, 'ilogtaild'),
  }),
  hostFault({
    id: 'ant-cloud-agent-down',
    title: { en: 'ant_cloud_agent does not run', zh: 'ant_cloud_agent 未运行' },
    // Red only where ilogtaild does not run either, unless the inventory says that ALS is used.
    rows: ['DST-C13', 'DST-F02'],
    apps: ['ant_cloud_agent'],
    usual: 'ant_cloud_agent',
    mendedByRestart: true,
    program: 'ant_cloud_agent',
    change: (now) => withEnded(now, 'ant_cloud_agent'),
  }),
];

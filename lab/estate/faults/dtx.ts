import { INNER_PORT, manager, RPC_PORT } from '../apps/dtx.ts';
import { type Fault, hostFault } from './fault.ts';

const onServer = { apps: ['dtxserver'], usual: 'dtxserver' } as const;

export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onServer,
    id: 'transaction-exceptions',
    title: { en: 'More than 10 exceptions a minute', zh: '分布式事务每分钟异常超过 10 个' },
    rows: ['DTX-C15', 'DTX-M11', 'DTX-A05'],
    change: (now) => ({ ...now, errorsPerMinute: 14 }),
  }),
  hostFault({
    ...onServer,
    id: 'transaction-rpc-port-lost',
    title: { en: 'The RPC port is not served', zh: 'RPC 端口未监听' },
    rows: ['DTX-C07'],
    mendedByRestart: true,
    change: (now) => ({ ...now, closedPorts: [...now.closedPorts, RPC_PORT] }),
  }),
  hostFault({
    ...onServer,
    id: 'participant-failing',
    title: { en: 'A participant fails in the second phase', zh: '参与方二阶段执行失败，事务积压' },
    // Nothing that is documented tells the numbers: the monitoring page does, and these logs name the participant.
    rows: ['DTX-A04', 'DTX-A06', 'DTX-F03', 'DTX-F04'],
    all: true,
    change: (now) => manager.with(now, { backlog: 17, failedCommitsPerMinute: 9 }),
  }),
  hostFault({
    ...onServer,
    id: 'transaction-database-slow',
    title: { en: 'The transaction database is slow', zh: '事务库访问耗时过高' },
    rows: ['DTX-A07'],
    all: true,
    change: (now) => manager.with(now, { databaseMs: 24 }),
  }),
  hostFault({
    id: 'dtx-console-inner-port-lost',
    title: { en: 'Port 8080 of the DTX console is not served', zh: '分布式事务控制台 8080 端口未监听' },
    rows: ['DTX-C10'],
    apps: ['dtxconsole'],
    usual: 'dtxconsole',
    mendedByRestart: true,
    change: (now) => ({ ...now, closedPorts: [...now.closedPorts, INNER_PORT] }),
  }),
];

import {
  type Check,
  errorLogCheck,
  judgeCount,
  keptLogCheck,
  logOfHosts,
  logWindow,
  type RowId,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { judgeSent, MESSAGE, SENT, SENT_LIMITS } from './judge-messages.ts';

const apps = ['antscheduler'] as const;
const FOLDER = '/home/admin/logs/antscheduler';
const list = { document: '002', section: '2.3.1' } as const;
const reasons = { document: '002', section: '2.3.2' } as const;
const metrics = { document: '002', section: '2.2.1.2' } as const;

const kept = (name: string, row: RowId, title: Words, rows: readonly RowId[] = []): Check =>
  keptLogCheck({
    id: `scheduler-${name}`,
    title,
    apps,
    rows: [row, ...rows],
    clause: list,
    path: `${FOLDER}/${name}.log`,
  });

export const schedulerLogs: readonly Check[] = [
  errorLogCheck({
    id: 'scheduler-errors',
    apps,
    rows: ['MS-C16', 'MS-L19'],
    clause: { document: '002', section: '2.4.1' },
    path: `${FOLDER}/common-error.log`,
    // As the alert prints it (ERR-MS-06).
    fallbackPaths: ['/home/admin/logs/common-error.log'],
    most: { row: 'MS-C16', value: 0 },
  }),
  errorLogCheck({
    id: 'scheduler-health-errors',
    title: words('Health check error log', '健康检查错误日志'),
    apps,
    rows: ['MS-C16', 'MS-L22'],
    clause: { document: '002', section: '2.4.1' },
    path: '/home/admin/logs/health-check/common-error.log',
    most: { row: 'MS-C16', value: 0 },
  }),
  errorLogCheck({
    id: 'scheduler-refused-clients',
    title: words('Refused clients', '客户端注册失败'),
    apps,
    rows: ['MS-L12'],
    clause: reasons,
    path: `${FOLDER}/rpc-server.log`,
    only: '/client\\[[^]]*\\] has no auth|client register failed/',
    most: { row: 'MS-L12', value: 0 },
  }),
  errorLogCheck({
    id: 'scheduler-tasks-without-target',
    title: words('RPC tasks without a target', 'RPC 任务无目标客户端'),
    apps,
    rows: ['MS-L14'],
    clause: reasons,
    path: `${FOLDER}/job-rpc.log`,
    only: '/no targets was found/',
    most: { row: 'MS-L14', value: 0 },
  }),
  errorLogCheck({
    id: 'scheduler-unsent-messages',
    title: words('Unsent messages', '消息发送失败'),
    apps,
    rows: ['MS-L15'],
    clause: reasons,
    path: `${FOLDER}/job-msg.log`,
    only: `${MESSAGE} == "failed"`,
    most: { row: 'MS-L15', value: 0 },
  }),
  {
    id: 'scheduler-messages',
    title: words('Messages sent', '消息发送量'),
    apps,
    rows: ['MS-M15', 'MS-L15'],
    clause: metrics,
    ...logWindow({
      path: `${FOLDER}/job-msg.log`,
      windowSeconds: 60,
      tally: { awk: MESSAGE },
      quiet: 'fine',
      missing: 'unknown',
      // The manual gives no limit for one machine: shown, never red.
      judge: (window) => [
        {
          ...judgeCount({ value: window.tally.get('sent') ?? 0, what: SENT, window, limits: [] }),
          unit: '/min',
        },
      ],
    }),
  },
  {
    id: 'scheduler-cluster-messages',
    title: words('Messages sent by the cluster', '集群消息发送量'),
    apps,
    rows: ['MS-M14', 'MS-L15'],
    clause: metrics,
    limits: SENT_LIMITS,
    ...logOfHosts({
      path: `${FOLDER}/job-msg.log`,
      windowSeconds: 300,
      before: true,
      tally: { awk: MESSAGE },
      quiet: 'fine',
      missing: 'unknown',
      judge: judgeSent,
    }),
  },
  kept('job-dispatch', 'MS-L16', words('Task assignment log', '任务分配日志'), ['MS-C16']),
  kept('rpc-client', 'MS-L11', words('Client connection log', '客户端连接日志')),
  kept('rpc-slave', 'MS-L13', words('Server connection log', '服务端连接日志')),
  kept('monitor', 'MS-L17', words('Monitoring log', '监控日志')),
  kept('antscheduler-default', 'MS-L18', words('Start-up log', '启动日志')),
  keptLogCheck({
    id: 'scheduler-auth-audit',
    title: words('Client registration log', '客户端注册日志'),
    apps,
    rows: ['MS-L20'],
    clause: { document: '002', section: '2.2.2.1' },
    path: `${FOLDER}/auth-audit.log`,
    // As the alert prints it; the list of logs does not have it (ERR-MS-06).
    fallbackPaths: ['/home/admin/logs/auth-audit.log', '/logs/auth-audit.log'],
    missing: 'fine',
  }),
];

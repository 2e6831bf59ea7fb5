import { type Conditions, minutesAgo, withLostPeers } from '../conditions.ts';
import { drm, type DrmTraits, PUSH_PORT } from '../microservice/drm.ts';
import { BROKER_PORT, scheduler, type SchedulerTraits, TASK_PORT } from '../microservice/scheduler.ts';
import type { PlannedHost } from '../plan.ts';
import { type ActiveFault, type Fault, hostFault } from './fault.ts';

const onScheduler = { apps: ['antscheduler'], usual: 'antscheduler' } as const;
const onDrm = { apps: ['drmdata'], usual: 'drmdata' } as const;

const schedules =
  (part: Partial<SchedulerTraits>) =>
  (now: Conditions): Conditions =>
    scheduler.with(now, part);
const configures =
  (part: Partial<DrmTraits>) =>
  (now: Conditions): Conditions =>
    drm.with(now, part);

/** Nobody is connected to the port: neither the clients of elsewhere nor the business hosts of the estate. */
const withoutClients =
  (port: number) =>
  (now: Conditions): Conditions => ({ ...now, clients: { ...now.clients, [port]: 0 } });
const onBusinessHosts =
  (fault: string) =>
  (_: PlannedHost, all: readonly PlannedHost[]): readonly ActiveFault[] =>
    all.filter(({ app }) => app.id === 'business-host').map(({ name }) => ({ fault, on: name }));

export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onScheduler,
    id: 'scheduler-broker-lost',
    title: {
      en: 'The scheduler has no connection to the message queue',
      zh: '定时任务与消息队列的连接断开',
    },
    rows: ['MS-C06', 'MS-C16', 'MS-M27', 'MS-L19', 'MS-A01'],
    change: (now) => withLostPeers(now, [BROKER_PORT]),
  }),
  hostFault({
    ...onScheduler,
    id: 'scheduler-without-clients',
    title: { en: 'No client is registered at the scheduler', zh: '没有客户端注册到定时任务服务端' },
    rows: ['MS-C08', 'MS-M28', 'MS-A08', 'MS-F05'],
    change: withoutClients(TASK_PORT),
    brings: onBusinessHosts('client-refused-by-scheduler'),
  }),
  hostFault({
    ...onScheduler,
    id: 'scheduler-not-ready',
    title: { en: "The scheduler's health check logs errors", zh: '定时任务健康检查报错' },
    rows: ['MS-C16', 'MS-L22', 'MS-F02'],
    mendedByRestart: true,
    change: schedules({ healthErrorsPerMinute: 6 }),
  }),
  hostFault({
    ...onScheduler,
    id: 'client-without-permission',
    title: { en: 'A client of the scheduler has no permission', zh: '定时任务客户端没有权限' },
    rows: ['MS-L12', 'MS-F09'],
    change: schedules({ refusal: 'client[ledger:AK07] has no auth' }),
  }),
  hostFault({
    ...onScheduler,
    id: 'client-register-failed',
    title: { en: 'A client cannot register at the scheduler', zh: '定时任务客户端注册异常' },
    rows: ['MS-L12', 'MS-F10'],
    change: schedules({ refusal: 'client register failed' }),
  }),
  hostFault({
    ...onScheduler,
    id: 'rpc-task-without-target',
    title: { en: 'An RPC task finds no client', zh: 'RPC 任务没有目标客户端' },
    rows: ['MS-L14', 'MS-F11'],
    change: schedules({ withoutTargetPerMinute: 6 }),
  }),
  hostFault({
    ...onScheduler,
    id: 'message-task-unsent',
    title: { en: 'Messages of tasks are not sent', zh: '任务消息发送失败' },
    rows: ['MS-L15', 'MS-F12'],
    change: schedules({ unsentPerMinute: 6 }),
  }),
  hostFault({
    ...onScheduler,
    id: 'messages-dropped',
    title: {
      en: 'Far fewer messages are sent than five minutes ago',
      zh: '消息发送量较五分钟前大幅下跌',
    },
    // Red only where yesterday's volume is known to have been higher, too.
    rows: ['MS-M14', 'MS-A07'],
    all: true,
    change: (now) => scheduler.with(now, { dropsSince: minutesAgo(5) }),
  }),
  hostFault({
    ...onDrm,
    id: 'drm-without-clients',
    title: { en: 'No client is connected for pushes', zh: '没有客户端与动态配置建立长连接' },
    rows: ['MS-M29', 'MS-A09'],
    change: withoutClients(PUSH_PORT),
    brings: onBusinessHosts('client-finds-no-drm'),
  }),
  hostFault({
    ...onDrm,
    id: 'drm-heartbeats-abnormal',
    title: { en: 'Heartbeats of clients are abnormal', zh: '客户端心跳检查异常' },
    rows: ['MS-C26', 'MS-L06'],
    change: configures({ abnormalClients: 2 }),
  }),
  hostFault({
    ...onDrm,
    id: 'drm-clients-stale',
    title: { en: 'Clients are behind with a configuration', zh: '客户端配置版本落后' },
    rows: ['MS-C26', 'MS-L06'],
    change: configures({ staleClients: 3 }),
  }),
  hostFault({
    ...onDrm,
    id: 'drm-push-failing',
    title: { en: 'Pushes to clients fail', zh: '动态配置推送失败' },
    rows: ['MS-C27', 'MS-L08', 'MS-F14'],
    change: configures({ pushFailures: 0.4 }),
  }),
  hostFault({
    ...onDrm,
    id: 'drm-queue-growing',
    title: { en: 'The queue of a thread pool only grows', zh: '线程池队列持续增长' },
    rows: ['MS-C28', 'MS-L10'],
    mendedByRestart: true,
    change: (now) => drm.with(now, { queueGrowsSince: minutesAgo(15) }),
  }),
  hostFault({
    ...onDrm,
    id: 'drm-threads-spent',
    title: { en: 'A thread pool has no idle thread', zh: '线程池无空闲线程' },
    rows: ['MS-C28', 'MS-L10'],
    mendedByRestart: true,
    change: configures({ idleThreads: 0 }),
  }),
];

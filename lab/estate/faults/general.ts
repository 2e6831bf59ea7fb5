import { mainProgram, type PracticeApp } from '../apps/app.ts';
import { withEnded, withLostPeers } from '../conditions.ts';
import { type Fault, hostFault } from './fault.ts';

const anywhere = { rows: [], apps: [], usual: 'msgbroker' } as const;

const DATABASE_PORTS = [3306, 2884];
const connectsTo = (app: PracticeApp, ports: readonly number[]): boolean =>
  app.programs.some(({ peers = [] }) => peers.some(({ port }) => ports.includes(port)));

/** What can happen to any host. The rows it turns red stand with each app. */
export const FAULTS: readonly Fault[] = [
  hostFault({
    ...anywhere,
    id: 'process-down',
    title: { en: 'The process of an app has ended', zh: '应用进程退出' },
    usual: 'acvip',
    where: ({ programs: [main] }) => !main.ranOnce,
    mendedByRestart: true,
    change: (now, app) => withEnded(now, mainProgram(app)),
  }),
  hostFault({
    ...anywhere,
    id: 'port-not-listening',
    title: { en: "The app's port is not served, though the process runs", zh: '进程在运行，但端口没有监听' },
    where: ({ mainPort }) => mainPort !== undefined,
    mendedByRestart: true,
    change: (now, { mainPort }) => ({
      ...now,
      closedPorts: [...now.closedPorts, ...(mainPort === undefined ? [] : [mainPort])],
    }),
  }),
  hostFault({
    ...anywhere,
    id: 'health-false',
    title: { en: 'The health check reports a failed component', zh: '健康检查有组件未通过' },
    usual: 'msgconsole',
    where: ({ components = [] }) => components.length > 0,
    mendedByRestart: true,
    change: (now, { components = [] }) => ({ ...now, failedComponent: components[0] ?? null }),
  }),
  hostFault({
    ...anywhere,
    id: 'page-down',
    title: { en: 'The console answers with an error page', zh: '控制台页面报错' },
    usual: 'msgconsole',
    where: ({ consoles = [] }) => consoles.length > 0,
    mendedByRestart: true,
    change: (now) => ({ ...now, page: 'error' }),
  }),
  hostFault({
    ...anywhere,
    id: 'acvip-lost',
    title: { en: 'No connection to ACVIP', zh: '与 ACVIP 的连接断开' },
    usual: 'msgconsole',
    where: (app) => connectsTo(app, [9003]),
    change: (now) => withLostPeers(now, [9003]),
  }),
  hostFault({
    ...anywhere,
    id: 'acvip-elsewhere',
    title: {
      en: 'Connected to another ACVIP than the portal shows',
      zh: '连接的 ACVIP 地址与门户显示的不一致',
    },
    usual: 'dtxserver',
    where: (app) => connectsTo(app, [9003]),
    change: (now) => ({ ...now, movedPeers: { ...now.movedPeers, 9003: '10.66.240.9' } }),
  }),
  hostFault({
    ...anywhere,
    id: 'registry-lost',
    title: { en: 'No connection to the registry', zh: '与注册中心的连接断开' },
    usual: 'msgconsole',
    where: (app) => connectsTo(app, [9600]),
    change: (now) => withLostPeers(now, [9600]),
  }),
  hostFault({
    ...anywhere,
    id: 'database-connection-lost',
    title: { en: 'No connection to the database', zh: '与数据库的连接断开' },
    where: (app) => connectsTo(app, DATABASE_PORTS),
    change: (now) => withLostPeers(now, DATABASE_PORTS),
  }),
  hostFault({
    ...anywhere,
    id: 'host-off',
    title: { en: 'The host is down', zh: '主机宕机' },
    change: (now) => ({ ...now, isOff: true }),
  }),
  hostFault({
    ...anywhere,
    id: 'container-exited',
    title: { en: 'The container has exited', zh: '容器已退出' },
    where: ({ carries }) => carries !== true,
    mendedByRestart: true,
    change: (now) => ({ ...now, isOff: true }),
  }),
  hostFault({
    ...anywhere,
    id: 'host-unreachable',
    title: { en: 'The host refuses SSH connections', zh: '主机拒绝 SSH 连接' },
    change: (now) => ({ ...now, ssh: 'refuses' }),
  }),
  hostFault({
    ...anywhere,
    id: 'host-slow',
    title: { en: 'The host accepts connections and does not answer', zh: '主机接受连接但不响应' },
    change: (now) => ({ ...now, ssh: 'hangs' }),
  }),
  hostFault({
    ...anywhere,
    id: 'host-key-changed',
    title: { en: 'The host shows another host key', zh: '主机密钥发生变化' },
    change: (now) => ({ ...now, hostKey: 'another' }),
  }),
  hostFault({
    ...anywhere,
    id: 'clock-skewed',
    title: { en: 'The clock of the host is five minutes ahead', zh: '主机时钟快 5 分钟' },
    usual: 'acvip',
    change: (now) => ({ ...now, clockSkewSeconds: 300 }),
  }),
  hostFault({
    ...anywhere,
    id: 'disk-full',
    title: { en: 'The disk of /home/admin is full', zh: '/home/admin 磁盘写满' },
    change: (now) => ({ ...now, diskFilledTo: 0.97 }),
  }),
  hostFault({
    ...anywhere,
    id: 'load-high',
    title: { en: 'High load average', zh: '系统负载过高' },
    change: (now) => ({ ...now, load: 9.4 }),
  }),
  hostFault({
    ...anywhere,
    id: 'memory-high',
    title: { en: 'Memory nearly used up', zh: '内存使用率过高' },
    change: (now) => ({ ...now, memoryUsed: 0.95 }),
  }),
  hostFault({
    ...anywhere,
    id: 'cpu-high',
    title: { en: 'Processors nearly always busy', zh: 'CPU 使用率过高' },
    change: (now) => ({ ...now, cpuBusy: 0.96 }),
  }),
  hostFault({
    ...anywhere,
    id: 'error-burst',
    title: { en: 'Many lines in common-error.log', zh: 'common-error.log 大量报错' },
    change: (now) => ({ ...now, errorsPerMinute: 60 }),
  }),
];

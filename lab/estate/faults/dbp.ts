import { PROXY_PORT, proxy } from '../apps/dbp.ts';
import { minutesAgo } from '../conditions.ts';
import { type Fault, hostFault } from './fault.ts';

const onServer = { apps: ['dbpserver'], usual: 'dbpserver' } as const;
export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onServer,
    id: 'proxy-overloaded',
    title: { en: 'More than 600000 SQL a minute on one server', zh: '单机每分钟 SQL 数超过 60 万' },
    rows: ['DBP-M01', 'DBP-C14', 'DBP-A01'],
    change: (now) => proxy.with(now, { sqlPerMinute: 720_000 }),
  }),
  hostFault({
    ...onServer,
    id: 'proxy-nearly-idle',
    title: { en: 'Far fewer SQL than last week', zh: 'SQL 数较上周大幅下跌' },
    // Red only where last week's number is known.
    rows: ['DBP-A01'],
    change: (now) => proxy.with(now, { sqlPerMinute: 900 }),
  }),
  hostFault({
    ...onServer,
    id: 'sql-slow',
    title: { en: 'SQL take more than 15 ms on average', zh: 'SQL 平均响应时间超过 15 ms' },
    rows: ['DBP-M04', 'DBP-C14', 'DBP-A03'],
    change: (now) => proxy.with(now, { averageMs: 21 }),
  }),
  hostFault({
    ...onServer,
    id: 'sql-getting-slower',
    title: { en: 'SQL take longer than ten minutes before', zh: 'SQL 平均响应时间较上 10 分钟上升' },
    rows: ['DBP-M05', 'DBP-A03'],
    change: (now) => proxy.with(now, { averageMs: 5.2, slowerSince: minutesAgo(8) }),
  }),
  hostFault({
    ...onServer,
    id: 'sql-failing',
    title: { en: 'SQL of a data source fail', zh: '数据源 SQL 执行失败' },
    rows: ['DBP-M06', 'DBP-C14', 'DBP-A04'],
    change: (now) => proxy.with(now, { failures: 0.08 }),
  }),
  hostFault({
    ...onServer,
    id: 'slow-sql-many',
    title: { en: 'More than 100 slow SQL a minute', zh: '每分钟慢 SQL 超过 100 条' },
    rows: ['DBP-M09', 'DBP-C15', 'DBP-C14', 'DBP-A02'],
    change: (now) => proxy.with(now, { slowSqlPerMinute: 130 }),
  }),
  hostFault({
    ...onServer,
    id: 'proxy-alarm-storm',
    title: { en: 'More than 200 alarms a minute', zh: '每分钟报警超过 200 次' },
    rows: ['DBP-M07', 'DBP-A05'],
    mendedByRestart: true,
    change: (now) => proxy.with(now, { alarmsPerMinute: 260 }),
  }),
  hostFault({
    ...onServer,
    id: 'database-change-ineffective',
    title: { en: 'A database change does not take effect', zh: '数据库变更未生效' },
    rows: ['DBP-M08', 'DBP-C16', 'DBP-A06'],
    change: (now) => proxy.with(now, { ineffective: 'card_ds' }),
  }),
  hostFault({
    ...onServer,
    id: 'proxy-not-started',
    title: { en: 'The server came up without its port', zh: '代理服务器启动失败，端口未监听' },
    rows: ['DBP-C07', 'DBP-C03', 'DBP-C10', 'DBP-M13', 'DBP-M19', 'DBP-A08'],
    mendedByRestart: true,
    change: (now) => ({
      ...proxy.with(now, { starts: false }),
      closedPorts: [...now.closedPorts, PROXY_PORT],
    }),
  }),
  hostFault({
    ...onServer,
    id: 'proxy-without-clients',
    title: { en: 'No application is connected', zh: '没有应用连接到代理服务器' },
    rows: ['DBP-C12'],
    change: (now) => ({ ...now, clients: { ...now.clients, [PROXY_PORT]: 0 } }),
  }),
  hostFault({
    ...onServer,
    id: 'proxy-balancer-empty',
    title: { en: 'No server is left behind the load balancer', zh: '负载均衡后端服务器全部宕机' },
    // On the hosts of the console, from which the load balancer is tried.
    rows: ['DBP-C08', 'DBP-F01'],
    all: true,
    change: (now) => ({ ...now, isOff: true }),
  }),
];

import {
  type Check,
  errorLogCheck,
  judgeCount,
  type Judgement,
  keptLogCheck,
  limitOf,
  logOfHosts,
  logWindow,
  type LogWindow,
  type RowId,
  things,
  undocumented,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { HEARTBEAT, judgeHeartbeats, judgePools, judgeWrong, judgeZones, PUSH } from './judge-logs.ts';

const apps = ['drmdata'] as const;
const FOLDER = '/home/admin/logs/drmdata';
const list = { document: '002', section: '2.3.1' } as const;
const metrics = { document: '002', section: '2.2.1.2' } as const;

const kept = (name: string, row: RowId, title: Words): Check =>
  keptLogCheck({
    id: `drm-${name.replace(/^drmdata-/, '')}`,
    title,
    apps,
    rows: [row],
    clause: list,
    path: `${FOLDER}/${name}.log`,
  });

export const drmLogs: readonly Check[] = [
  errorLogCheck({
    id: 'drm-errors',
    apps,
    rows: ['MS-L02'],
    clause: list,
    path: `${FOLDER}/common-error.log`,
    most: { row: 'MS-L02', value: 0 },
  }),
  errorLogCheck({
    id: 'drm-address-errors',
    title: words('Address lookup errors', '寻址错误'),
    // The folder of the clients, but printed for "drmserver" (ERR-MS-07): looked at on both, wherever it is.
    apps: ['drmdata', 'business-host'],
    rows: ['MS-L26'],
    clause: { document: '002', section: '2.3.2' },
    path: '/home/admin/logs/drm/common-error.log',
    only: '/Query zdrmdata server address empty/',
    most: { row: 'MS-L26', value: 0 },
    missing: 'fine',
  }),
  {
    id: 'drm-heartbeat',
    title: words('Client heartbeats', '客户端心跳'),
    apps,
    rows: ['MS-C26', 'MS-L06'],
    clause: list,
    limits: { most: { row: 'MS-C26', value: 0 } },
    ...logWindow({
      path: `${FOLDER}/drmdata-heartbeat.log`,
      // Every client sends one each 30 seconds: two of each.
      windowSeconds: 60,
      tally: { awk: HEARTBEAT },
      undatedLines: 200,
      quiet: 'unknown',
      missing: 'unknown',
      judge: (window, context) => judgeHeartbeats(window, limitOf(context, 'most')),
    }),
  },
  {
    id: 'drm-connections',
    title: words('Long connection log', '长连接日志'),
    apps,
    rows: ['MS-L07'],
    clause: list,
    ...logWindow({
      path: `${FOLDER}/drm-monitor.log`,
      windowSeconds: 300,
      undatedLines: 40,
      show: 40,
      quiet: 'fine',
      missing: 'unknown',
      judge: judgeZones,
    }),
  },
  {
    id: 'drm-pushes',
    title: words('Pushes', '推送量'),
    apps,
    rows: ['MS-M12', 'MS-L08'],
    clause: metrics,
    ...logWindow({
      path: `${FOLDER}/drmdata-push.log`,
      windowSeconds: 60,
      tally: { awk: PUSH },
      quiet: 'fine',
      missing: 'unknown',
      judge: (window) => [pushes(window)],
    }),
  },
  {
    id: 'drm-cluster-pushes',
    title: words('Pushes of the cluster', '集群推送量'),
    apps,
    rows: ['MS-M12'],
    clause: metrics,
    ...logOfHosts({
      path: `${FOLDER}/drmdata-push.log`,
      windowSeconds: 60,
      tally: { awk: PUSH },
      quiet: 'fine',
      missing: 'unknown',
      judge: ({ window }) => [pushes(window)],
    }),
  },
  {
    id: 'drm-push-failures',
    title: words('Failed pushes', '推送失败'),
    apps,
    rows: ['MS-C27', 'MS-L08'],
    clause: list,
    limits: { most: { row: 'MS-C27', value: 0 } },
    ...logWindow({
      path: `${FOLDER}/drmdata-push.log`,
      windowSeconds: 300,
      tally: { awk: PUSH },
      undatedLines: 200,
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, context) => [
        judgeWrong(window, {
          good: '0',
          what: things('failed push', 'failed pushes', '次推送失败'),
          limit: limitOf(context, 'most'),
        }),
      ],
    }),
  },
  {
    id: 'drm-thread-pools',
    title: words('Thread pools', '线程池'),
    apps,
    rows: ['MS-C28', 'MS-L10'],
    clause: list,
    ...logWindow({
      path: `${FOLDER}/drmdata-threadpool.log`,
      windowSeconds: 300,
      // Every pool has to be seen several times to tell whether its queue grows.
      show: 240,
      undatedLines: 240,
      quiet: 'unknown',
      missing: 'unknown',
      judge: judgePools,
    }),
  },
  kept('app-auth', 'MS-L03', words('Authorisation log', '授权日志')),
  kept('drmdata-container', 'MS-L04', words('Client registration log', '客户端注册日志')),
  kept('drmdata-default', 'MS-L05', words('Default log', '默认日志')),
  kept('drmdata-sync', 'MS-L09', words('Synchronisation log', '集群同步日志')),
];

/** The manual gives no limit: shown, never red. */
function pushes(window: LogWindow): Judgement {
  const pushed = window.lines - (window.tally.get('?') ?? 0);
  if (window.lines > 0 && pushed === 0) return undocumented(window);
  return {
    ...judgeCount({ value: pushed, what: things('push', 'pushes', '次推送'), window, limits: [] }),
    unit: '/min',
  };
}

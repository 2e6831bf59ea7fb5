import { type Check, errorLogCheck, limitOf, logWindow, things, words } from '../../src/kit/index.ts';
import { everLogged } from './ever-logged.ts';
import { judgeWrong, TAKEN } from './judge-logs.ts';

const apps = ['business-host'] as const;

/** What the clients of the platform log on the bank's own servers. A server whose application is no client has none of it. */
export const businessHosts: readonly Check[] = [
  errorLogCheck({
    id: 'client-scheduler-errors',
    title: words('Failed scheduler registrations', '定时任务注册失败'),
    apps,
    rows: ['MS-L21'],
    clause: { document: '002', section: '2.2.2.1' },
    path: '/home/admin/logs/scheduler/common-error.log',
    most: { row: 'MS-L21', value: 0 },
    missing: 'fine',
  }),
  {
    id: 'client-retried-messages',
    title: words('Retried messages', '重试消息'),
    apps,
    rows: ['MS-C21', 'MS-L23'],
    clause: { document: '002', section: '2.4.2' },
    limits: { most: { row: 'MS-C21', value: 0 } },
    ...logWindow({
      path: '/home/admin/logs/tracelog/msg-sub-digest.log',
      windowSeconds: 300,
      tally: { awk: TAKEN },
      quiet: 'fine',
      missing: 'fine',
      judge: (window, context) => [
        judgeWrong(window, {
          good: '0',
          what: things(
            `retried message of ${window.lines}`,
            `retried messages of ${window.lines}`,
            `条重试消息（共收到 ${window.lines} 条）`,
          ),
          limit: limitOf(context, 'most'),
        }),
      ],
    }),
  },
  {
    id: 'client-configuration-ids',
    title: words('Registered configuration ids', '已注册的配置标识'),
    apps,
    rows: ['MS-C22', 'MS-L24'],
    clause: { document: '002', section: '2.4.3' },
    ...everLogged({
      file: 'drm-boot.log',
      what: things(
        'line about registered configurations',
        'lines about registered configurations',
        '配置注册日志',
      ),
      none: 'unknown',
    }),
  },
  {
    id: 'client-registered-resources',
    title: words('Registered configuration resources', '已注册的配置资源'),
    apps,
    rows: ['MS-C18', 'MS-L25'],
    clause: { document: '002', section: '2.4.3' },
    literal: 'grep "register success"',
    ...everLogged({
      file: 'drm-monitor.log',
      containing: 'register success',
      what: things('successful registration', 'successful registrations', '注册成功记录'),
      none: 'warning',
    }),
  },
];

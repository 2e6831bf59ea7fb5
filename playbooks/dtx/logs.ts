import {
  type Check,
  errorLogCheck,
  judgeCount,
  keptLogCheck,
  limitsOf,
  linesByName,
  logOfHosts,
  type RowId,
  things,
  type Words,
  words,
} from '../../src/kit/index.ts';

const SERVER_LOGS = '/home/admin/logs/dtxserver';
const CONSOLE_LOGS = '/home/admin/logs/dtxconsole';

/** The formats are not documented: the newest lines are what a person reads for the reason of a fault. */
const ofServer = (name: string, row: RowId, title: Words): Check =>
  keptLogCheck({
    id: `server-${name}-log`,
    title,
    apps: ['dtxserver'],
    rows: [row],
    clause: { document: '002', section: '5.3.1.1' },
    path: `${SERVER_LOGS}/${name}.log`,
  });

const ofConsole = (name: string, row: RowId, title: Words): Check =>
  keptLogCheck({
    id: `console-${name}-log`,
    title,
    apps: ['dtxconsole'],
    rows: [row],
    clause: { document: '002', section: '5.3.1.2' },
    path: `${CONSOLE_LOGS}/${name}.log`,
  });

export const logs: readonly Check[] = [
  {
    id: 'exceptions',
    title: words('Exceptions of the cluster', '整体异常数量'),
    apps: ['dtxserver'],
    rows: ['DTX-M11', 'DTX-M12', 'DTX-C15', 'DTX-L02'],
    clause: { document: '002', section: '5.2.1.2' },
    limits: {
      major: { row: 'DTX-M11', value: 10, state: 'critical' },
      minor: { row: 'DTX-M12', value: 6, state: 'warning' },
    },
    ...logOfHosts({
      // The log has every ERROR of the system; how its monitoring counts exceptions is not said.
      path: `${SERVER_LOGS}/common-error.log`,
      windowSeconds: 60,
      quiet: 'fine',
      missing: 'unknown',
      judge: (logs, context) => [
        judgeCount({
          value: logs.window.lines,
          what: things('error on all servers', 'errors on all servers', '条错误（全部节点）'),
          window: logs.window,
          limits: limitsOf(context),
          names: linesByName(logs),
        }),
      ],
    }),
  },
  ofServer('common-error', 'DTX-L02', words('Error log', '错误日志')),
  // The printed path is that of common-error.log (ERR-DTX-05).
  ofServer('common-default', 'DTX-L01', words('Default log', '默认日志')),
  ofServer('dtx-dal', 'DTX-L03', words('Database access log', '数据库访问统计日志')),
  ofServer('dtx-schedule', 'DTX-L04', words('Task schedule log', '定时调度任务日志')),
  ofServer('dtx-recovery', 'DTX-L05', words('Recovery log', '恢复任务日志')),
  ofServer('dtx-remote', 'DTX-L06', words('Participant call log', '事务协调器回调日志')),
  errorLogCheck({
    id: 'console-errors',
    apps: ['dtxconsole'],
    rows: ['DTX-L08'],
    clause: { document: '002', section: '5.3.1.2' },
    path: `${CONSOLE_LOGS}/common-error.log`,
    // The manual names the log without a number: every error is for a person to explain.
    most: { row: 'DTX-L08', value: 0 },
  }),
  ofConsole('common-default', 'DTX-L07', words('Default log', '默认日志')),
  ofConsole('dtx-rest', 'DTX-L09', words('REST access log', 'REST 接口访问日志')),
  ofConsole('dtx-dal', 'DTX-L10', words('Database access log', '数据库访问统计日志')),
];

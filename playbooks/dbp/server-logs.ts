import {
  type Check,
  countInWindow,
  errorLogCheck,
  judgeCount,
  type Judgement,
  limitOf,
  limitsOf,
  linesByName,
  logOfHosts,
  logSays,
  logsOfHost,
  logWindow,
  type LogWindow,
  namesOf,
  portOf,
  type ResolvedLimit,
  sumOf,
  type Tally,
  things,
  undocumented,
  words,
} from '../../src/kit/index.ts';
import { parseConfigDigest } from './logs.ts';
import { judgeMinute, judgeRise, SQL_STAT } from './sql-stat.ts';

const LOGS = '/home/admin/logs/zdalproxy';
const apps = ['dbpserver'] as const;
const SEVERE = { state: 'critical' } as const;
const alertList = { document: '002', section: '8.2.1' } as const;

/** For awk: the data source of a line whose first word behind the bracket is Slow, nothing for any other line. */
export const SLOW_SQL: Tally = {
  awk: String.raw`(match($0, /\][^ ]*/) && substr($0, RSTART + 1, RLENGTH - 1) == "Slow" ? (match($0, /logicDsId: [^,]+/) ? substr($0, RSTART + 11, RLENGTH - 11) : "?") : "")`,
};

/** For awk: the name of a pushed configuration and whether it took effect, `?` for any other line. */
export const CONFIG: Tally = {
  awk: String.raw`(split($0, f, "#") < 4 || f[4] !~ /^(true|false)([^A-Za-z0-9_]|$)/ ? "?" : substr(f[1], f[1] ~ /^- / ? 3 : 1) " " (f[4] ~ /^true/ ? "true" : "false"))`,
  most: 200,
};

const monitorLog = {
  path: `${LOGS}/zdal/zdal-monitor.log`,
  windowSeconds: 60,
  quiet: 'fine',
  missing: 'unknown',
} as const;

export const serverLogs: readonly Check[] = [
  {
    id: 'started',
    title: words('Start-up', '启动结果'),
    apps,
    rows: ['DBP-C07', 'DBP-L05'],
    clause: { document: '002', section: '8.3.2' },
    literal: `less ${LOGS}/startup.log`,
    ...logSays({
      path: `${LOGS}/startup.log`,
      text: ({ app }) => `CobarServer is started and listening on ${portOf(app, 8066)}`,
    }),
  },
  {
    id: 'sql-minute',
    title: words('SQL per minute', '每分钟 SQL'),
    apps,
    rows: ['DBP-M01', 'DBP-M02', 'DBP-M04', 'DBP-M06', 'DBP-C14', 'DBP-L01'],
    clause: alertList,
    limits: {
      volume: { row: 'DBP-M01', value: 600_000, ...SEVERE },
      drop: { row: 'DBP-M02', value: 20, ...SEVERE },
      time: { row: 'DBP-M04', value: 15, ...SEVERE },
      success: { row: 'DBP-M06', value: 97, ...SEVERE },
    },
    ...logWindow({
      path: `${LOGS}/sql-stat.log`,
      windowSeconds: 60,
      tally: SQL_STAT,
      // A proxy that nobody asks writes nothing; that it was asked last week is what DBP-M02 sees.
      quiet: 'fine',
      missing: 'unknown',
      judge: judgeMinute,
    }),
  },
  {
    id: 'sql-rise',
    title: words('Response time rise', '平均响应时间环比'),
    apps,
    rows: ['DBP-M05', 'DBP-C14', 'DBP-L01'],
    clause: alertList,
    limits: { time: { row: 'DBP-M05', value: 10, ...SEVERE } },
    ...logWindow({
      path: `${LOGS}/sql-stat.log`,
      windowSeconds: 600,
      before: true,
      tally: SQL_STAT,
      quiet: 'fine',
      missing: 'unknown',
      judge: judgeRise,
    }),
  },
  {
    id: 'slow-sql',
    title: words('Slow SQL', '慢 SQL'),
    apps,
    rows: ['DBP-M09', 'DBP-C15', 'DBP-C14', 'DBP-L02'],
    clause: { document: '002', section: '8.2.2.4' },
    limits: { most: { row: 'DBP-M09', value: 100, ...SEVERE } },
    ...logWindow({
      ...monitorLog,
      tally: SLOW_SQL,
      judge: (window, context) => [slowSql(window, limitsOf(context), window.tally)],
    }),
  },
  {
    id: 'slow-sql-of-all',
    title: words('Slow SQL of the cluster', '集群慢 SQL'),
    apps,
    rows: ['DBP-M03', 'DBP-L02'],
    clause: alertList,
    limits: { most: { row: 'DBP-M03', value: 100, ...SEVERE } },
    ...logOfHosts({
      ...monitorLog,
      tally: SLOW_SQL,
      judge: ({ window, each }, context) => [
        slowSql(
          window,
          limitsOf(context),
          new Map(each.map(([host, { tally }]) => [host, sumOf([...tally])])),
        ),
      ],
    }),
  },
  {
    id: 'alarms',
    title: words('Error alerts', '错误告警'),
    apps,
    rows: ['DBP-M07', 'DBP-L02', 'DBP-L03'],
    clause: { document: '002', section: '8.2.2.2' },
    limits: { most: { row: 'DBP-M07', value: 200, ...SEVERE } },
    ...logsOfHost({
      paths: [monitorLog.path, `${LOGS}/common-error.log`],
      windowSeconds: 60,
      quiet: 'fine',
      missing: 'unknown',
      judge: (logs, context) => [
        judgeCount({
          value: logs.window.lines,
          what: things('alert', 'alerts', '次告警'),
          window: logs.window,
          limits: limitsOf(context),
          names: linesByName(logs),
        }),
      ],
    }),
  },
  {
    id: 'configuration',
    title: words('Database changes in effect', '数据库变更生效'),
    apps,
    rows: ['DBP-M08', 'DBP-C16', 'DBP-L04'],
    clause: { document: '002', section: '8.2.2.3' },
    limits: { least: { row: 'DBP-M08', value: 1, ...SEVERE } },
    ...logWindow({
      path: `${LOGS}/config-digest.log`,
      // Changes are rare, and one that has not taken effect stays so.
      windowSeconds: 86_400,
      stamp: 'anywhere',
      tally: CONFIG,
      show: 100,
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, context) => [judgeConfiguration(window, limitOf(context, 'least'))],
    }),
  },
  errorLogCheck({
    id: 'server-errors',
    apps,
    rows: ['DBP-L03'],
    clause: { document: '002', section: '8.2.2.2' },
    path: `${LOGS}/common-error.log`,
    // The manual counts its lines among the alarms and says nothing else: every error is for a person to explain.
    most: { row: 'DBP-L03', value: 0 },
  }),
];

const slowSql = (
  window: LogWindow,
  limits: readonly ResolvedLimit[],
  names: ReadonlyMap<string, number>,
): Judgement =>
  judgeCount({
    value: sumOf([...window.tally]),
    what: things('slow SQL', 'slow SQL', '条慢 SQL'),
    window,
    limits,
    names: namesOf([...names].filter(([name]) => name !== '?').sort((a, b) => b[1] - a[1])),
  });

/**
 * A change whose newest push took effect is in effect, whatever came before. One whose newest push is not seen is taken as it is
 * counted. So many that are not in effect are enough.
 */
function judgeConfiguration(window: LogWindow, least: ResolvedLimit): Judgement {
  const newest = new Map<string, boolean>();
  for (const line of window.last) {
    const read = parseConfigDigest(line);
    if (read) newest.set(read.name, read.ok);
  }
  const failed = [...window.tally].flatMap(([key, times]): readonly (readonly [string, number])[] => {
    const name = key.replace(/ false$/, '');
    return name === key || newest.get(name) === true ? [] : [[name, times]];
  });
  const value = failed.length;
  const what = things(
    'database change not in effect',
    'database changes not in effect',
    '项数据库变更未生效',
  );
  if (value > 0 && value >= least.value) {
    const seen = countInWindow(value, what, window);
    const names = namesOf(failed);
    return {
      state: least.state ?? 'critical',
      value,
      says: words(
        `${seen.en}, which reaches the limit of ${least.value} (${least.row}): ${names.en}`,
        `${seen.zh}，达到阈值 ${least.value}（${least.row}）：${names.zh}`,
      ),
      evidence: window.last.join('\n'),
    };
  }
  if ((window.tally.get('?') ?? 0) > 1) return undocumented(window);
  return judgeCount({ value, what, window, limits: [] });
}

import {
  applicationErrors,
  type Check,
  type Clause,
  disk,
  healthCheck,
  type Judgement,
  type LogWindow,
  logWindow,
  processCheck,
  REST,
  type RowId,
  sumOf,
  windowText,
  words,
} from '../../src/kit/index.ts';
import { FAILED_START } from './logs.ts';

const notes: Clause = { document: '004', section: '4.2' };
const apps = ['business-host'] as const;
/** A start reports within this time; a failure before was of an earlier start. */
const START_SECONDS = 120;
/** Minutes of a day in which something failed that are told apart. */
const MOST_MINUTES = 500;

/** What the release of an application needs of its hosts, and leaves there. */
export const businessHosts: readonly Check[] = [
  processCheck({
    id: 'business-process',
    apps,
    rows: ['DEPS-C26'],
    clause: { document: '001', section: '2.5' },
    literal: 'ps -ef | grep java',
  }),
  healthCheck({
    id: 'business-health',
    apps,
    rows: ['DEPS-C13', 'DEPS-C26'],
    clause: notes,
    literal: 'curl localhost:9500/checkService',
  }),
  {
    id: 'business-disk',
    title: words('Disk', '磁盘'),
    apps,
    rows: ['DEPS-C30'],
    clause: { document: '004', section: '4.3.3' },
    // The manual says enough; this is what the same platform's own disks are allowed.
    limits: { most: { row: 'DEPS-C30', value: 90 } },
    literal: 'df -h',
    ...disk(),
  },
  applicationErrors({
    app: 'business-host',
    id: 'business-errors',
    rows: ['DEPS-L07', 'DEPS-L08'],
    clause: notes,
    // Its name as the notes print it (ERR-DEPS-15).
    fallbackPaths: ['/home/admin/logs/{app}/common-errorlog'],
    // The manual names the log and no number: every error is for a person to explain.
    most: { row: 'DEPS-L08', value: 0 },
  }),
  startLog('business-start', words('Start-up log', '启动日志'), 'sofa-startup.log', 'sofa-starup.log', [
    'DEPS-C28',
    'DEPS-L09',
    'DEPS-L10',
  ]),
  startLog(
    'business-health-log',
    words('Health check log', '健康检查日志'),
    'sofa-healthcheck.log',
    'sofa-healthchecklog',
    ['DEPS-C28', 'DEPS-L09', 'DEPS-L11'],
  ),
];

/** A log of the newest start: nothing in it may have failed. Its second name is the one that the notes print (ERR-DEPS-15). */
function startLog(
  id: string,
  title: Check['title'],
  name: string,
  printed: string,
  rows: readonly [RowId, ...RowId[]],
): Check {
  return {
    id,
    title,
    apps,
    rows,
    clause: notes,
    ...logWindow({
      path: `/home/admin/logs/sofa/${name}`,
      fallbackPaths: [`/home/admin/logs/sofa/${printed}`],
      windowSeconds: 86_400,
      tally: { awk: FAILED_START, most: MOST_MINUTES },
      show: 40,
      quiet: 'fine',
      missing: 'unknown',
      judge: (window) => [judgeStart(window)],
    }),
  };
}

function judgeStart(window: LogWindow): Judgement {
  const { lines, tally, last, lastAt } = window;
  if (lines === 0 || lastAt === undefined) {
    const within = windowText(window);
    const said = words(
      `no start ${within.en}${lastAt === undefined ? '' : `, newest line ${lastAt}`}`,
      `${within.zh}没有启动${lastAt === undefined ? '' : `，最新一行 ${lastAt}`}`,
    );
    return { state: 'ok', value: 0, says: said };
  }
  const since = minuteBefore(lastAt, START_SECONDS);
  // The rest are failures of so many minutes of one day that they cannot be told apart: some of them are new.
  const failed = [...tally].filter(([minute]) => minute === REST || minute.replace('T', ' ') >= since);
  const evidence = last.join('\n');
  if (failed.length === 0) {
    const said = words(
      `nothing failed in the newest start (${lastAt})`,
      `最近一次启动（${lastAt}）无失败记录`,
    );
    return { state: 'ok', value: 0, says: said, evidence };
  }
  const count = sumOf(failed);
  return {
    state: 'warning',
    value: count,
    says: words(
      `${count} ${count === 1 ? 'line' : 'lines'} of the newest start (${lastAt}) ${count === 1 ? 'tells' : 'tell'} of a failure`,
      `最近一次启动（${lastAt}）有 ${count} 行失败记录`,
    ),
    evidence,
  };
}

/** `2026-01-01 12:04`, so many seconds before a stamp of the same clock. */
function minuteBefore(stamp: string, seconds: number): string {
  const at = Date.parse(`${stamp.slice(0, 19).replace(' ', 'T')}Z`) - seconds * 1000;
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

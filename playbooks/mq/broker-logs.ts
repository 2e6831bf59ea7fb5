import {
  type Check,
  type CheckState,
  type Judgement,
  logWindow,
  type LogWindow,
  type RowId,
  words,
} from '../../src/kit/index.ts';
import { parseDataSource, parseDelivered, parseHeartbeat, parseReceived, parseStamped } from './logs.ts';

/** The broker writes directly below /home/admin/logs; some installations have a folder of its own (ERR-MQ-03). */
const log = (name: string) => ({
  path: `/home/admin/logs/${name}`,
  fallbackPaths: [`/home/admin/logs/msgbroker/${name}`],
});
const MINUTE = { windowSeconds: 60 } as const;
const apps = ['msgbroker'] as const;

/** Result, and for what was not received topic and event code: the third field of the tuple is Y when it was. */
const RECEIVED = String.raw`(split($0, f, /[(,)]/) < 9 ? "?" : f[5] == "Y" ? "Y" : f[3] " " f[4])`;

export const brokerLogs: readonly Check[] = [
  {
    id: 'broker-heartbeat',
    title: words('Heartbeat', '心跳'),
    apps,
    rows: ['MQ-C18', 'MQ-M13', 'MQ-L02'],
    clause: { document: '002', section: '4.2.1.2' },
    limits: { least: { row: 'MQ-M13', value: 6 } },
    ...logWindow({
      ...log('msgbroker-ha-heartbeat.log'),
      ...MINUTE,
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, { limits }) => heartbeat(window, limits['least']?.value ?? 6),
    }),
  },
  {
    id: 'broker-data-source',
    title: words('Message store as the broker sees it', '消息存储数据源'),
    apps,
    rows: ['MQ-C19', 'MQ-L03'],
    clause: { document: '002', section: '4.4.4' },
    ...logWindow({
      ...log('msgbroker-datasource-healthy.log'),
      windowSeconds: 300,
      quiet: 'unknown',
      missing: 'unknown',
      judge: dataSource,
    }),
  },
  {
    id: 'broker-persistence',
    title: words('Storage exceptions', '存储异常日志'),
    apps,
    rows: ['MQ-L08'],
    clause: { document: '002', section: '4.4.4' },
    ...logWindow({
      ...log('msgbroker-server-persistenceManager.log'),
      windowSeconds: 300,
      quiet: 'fine',
      missing: 'fine',
      judge: (window) => [
        count(
          window,
          0,
          'warning',
          words('lines of storage exceptions in 5 minutes', '行存储异常(5 分钟内)'),
        ),
      ],
    }),
  },
  {
    id: 'broker-received',
    title: words('Messages received', '接收消息'),
    apps,
    rows: ['MQ-C22', 'MQ-M09', 'MQ-M10', 'MQ-L04'],
    clause: { document: '002', section: '4.2.1.2' },
    // The log names no logical instance, so volume is counted per broker.
    limits: { failed: { row: 'MQ-M10', value: 0 }, volume: { row: 'MQ-M09', value: 4000 } },
    ...logWindow({
      ...log('msgbroker-receive-digest.log'),
      ...MINUTE,
      tally: { awk: RECEIVED },
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, { limits }) =>
        received(window, limits['failed']?.value ?? 0, limits['volume']?.value ?? 4000),
    }),
  },
  {
    id: 'broker-delivered',
    title: words('Messages delivered', '投递消息'),
    apps,
    rows: ['MQ-M11', 'MQ-L05'],
    clause: { document: '002', section: '4.2.1.2' },
    limits: { volume: { row: 'MQ-M11', value: 4000 } },
    ...logWindow({
      ...log('msgbroker-finish-digest.log'),
      ...MINUTE,
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, { limits }) =>
        understood(window, parseDelivered) ?? [
          count(
            window,
            limits['volume']?.value ?? 4000,
            'warning',
            words('messages delivered per minute', '条/分钟(投递)'),
          ),
        ],
    }),
  },
  {
    id: 'broker-delivery-failures',
    title: words('Failed deliveries', '投递失败'),
    apps,
    rows: ['MQ-C14', 'MQ-M12', 'MQ-L06'],
    clause: { document: '002', section: '4.4.3' },
    limits: { failed: { row: 'MQ-M12', value: 0 } },
    ...logWindow({
      ...log('msgbroker-dispatcher-failure.log'),
      ...MINUTE,
      quiet: 'fine',
      missing: 'fine',
      judge: (window, { limits }) => [
        count(
          window,
          limits['failed']?.value ?? 0,
          'warning',
          words('failed deliveries in the last minute', '次投递失败(最近一分钟)'),
        ),
      ],
    }),
  },
  {
    id: 'broker-neglected',
    title: words('Ignored deliveries', '投递忽略'),
    apps,
    rows: ['MQ-L07'],
    clause: { document: '002', section: '4.3.1.1' },
    ...logWindow({
      ...log('msgbroker-dispatcher-neglect.log'),
      ...MINUTE,
      quiet: 'fine',
      missing: 'fine',
      // The manual gives no limit: shown, never red.
      judge: (window) => [
        {
          state: 'ok',
          value: window.lines,
          unit: 'lines/min',
          says: words(`${window.lines} ignored in the last minute`, `最近一分钟忽略 ${window.lines} 条`),
          evidence: window.last.join('\n'),
        },
      ],
    }),
  },
  {
    id: 'broker-errors',
    title: words('System error log', '系统错误日志'),
    apps,
    rows: ['MQ-C13', 'MQ-L01'],
    clause: { document: '002', section: '4.3.2' },
    // "No unexplained errors" without a window: five minutes are ours.
    ...logWindow({
      ...log('common-error.log'),
      windowSeconds: 300,
      quiet: 'fine',
      missing: 'fine',
      judge: (window) =>
        understood(window, parseStamped) ?? [
          count(window, 0, 'warning', words('error lines in 5 minutes', '行错误日志(5 分钟内)')),
        ],
    }),
  },
];

function heartbeat(window: LogWindow, least: number): readonly Judgement[] {
  const odd = understood(window, parseHeartbeat);
  if (odd) return odd;
  const bad = window.last.map(parseHeartbeat).find((beat) => beat !== undefined && beat.result !== 'OK');
  const { lines } = window;
  const evidence = window.last.join('\n');
  const rate: Judgement = {
    state: lines < least ? 'critical' : 'ok',
    value: lines,
    unit: 'lines/min',
    rows: ['MQ-C18', 'MQ-M13', 'MQ-L02'],
    says: words(
      lines < least
        ? `${lines} lines in the last minute, ${least} at least; newest ${window.lastAt ?? 'none'}`
        : `${lines} lines in the last minute`,
      lines < least
        ? `最近一分钟 ${lines} 行,至少应有 ${least} 行;最新一行 ${window.lastAt ?? '无'}`
        : `最近一分钟 ${lines} 行`,
    ),
    evidence,
  };
  return bad === undefined || lines === 0
    ? [rate]
    : [
        rate,
        {
          state: 'critical',
          part: 'result',
          rows: ['MQ-C18', 'MQ-L02'],
          says: words(
            `a heartbeat says ${bad.result} at ${bad.time}`,
            `${bad.time} 的心跳结果为 ${bad.result}`,
          ),
          evidence,
        },
      ];
}

function dataSource(window: LogWindow): readonly Judgement[] {
  const odd = understood(window, parseDataSource);
  if (odd) return odd;
  const newest = window.last.map(parseDataSource).findLast((line) => line !== undefined);
  if (!newest) return [{ state: 'unknown', says: words('the log has no line', '日志中没有内容') }];
  const ok = newest.status === 'SUCCESS';
  return [
    {
      state: ok ? 'ok' : 'critical',
      says: words(
        `newest status ${newest.status} at ${newest.time}`,
        `最新状态 ${newest.status}(${newest.time})`,
      ),
      evidence: window.last.join('\n'),
    },
  ];
}

function received(window: LogWindow, mostFailed: number, mostVolume: number): readonly Judgement[] {
  const odd = understood(window, parseReceived);
  if (odd) return odd;
  const failures = [...window.tally].filter(([key]) => key !== 'Y');
  const failed = failures.reduce((sum, [, times]) => sum + times, 0);
  const named = failures
    .slice(0, 3)
    .map(([key, times]) => `${key} ×${times}`)
    .join(', ');
  const evidence = window.last.join('\n');
  return [
    {
      state: failed > mostFailed ? 'warning' : 'ok',
      part: 'failed',
      value: failed,
      unit: '/min',
      rows: ['MQ-C22', 'MQ-M10', 'MQ-L04'],
      says:
        failed > mostFailed
          ? words(
              `${failed} not received in the last minute: ${named}`,
              `最近一分钟 ${failed} 条接收失败:${named}`,
            )
          : words(`${failed} failed in the last minute`, `最近一分钟失败 ${failed} 条`),
      evidence,
    },
    {
      ...count(window, mostVolume, 'warning', words('messages received per minute', '条/分钟(接收)'), [
        'MQ-M09',
        'MQ-L04',
      ]),
      part: 'volume',
    },
  ];
}

/** More lines than `most` is the documented breach. */
function count(
  window: LogWindow,
  most: number,
  state: CheckState,
  what: { readonly en: string; readonly zh: string },
  rows?: readonly RowId[],
): Judgement {
  const { lines } = window;
  const over = lines > most;
  return {
    state: over ? state : 'ok',
    value: lines,
    unit: 'lines',
    says: over
      ? words(`${lines} ${what.en}, ${most} at most`, `${lines} ${what.zh},上限 ${most}`)
      : words(`${lines} ${what.en}`, `${lines} ${what.zh}`),
    evidence: window.last.join('\n'),
    ...(rows ? { rows } : {}),
  };
}

/** An unknown with the lines when the log has lines and none is of the documented format. */
function understood(
  window: LogWindow,
  parse: (line: string) => object | undefined,
): readonly Judgement[] | undefined {
  if (window.last.length === 0 || window.last.some((line) => parse(line) !== undefined)) return undefined;
  return [
    {
      state: 'unknown',
      says: words('no line is of the documented format', '没有一行符合手册中的日志格式'),
      evidence: window.last.join('\n'),
    },
  ];
}

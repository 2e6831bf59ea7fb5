import {
  countInWindow,
  firstOf,
  judgeCount,
  type Judgement,
  type LogWindow,
  namesOf,
  type ResolvedLimit,
  REST,
  sumOf,
  things,
  undocumented,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { type DataSource, parseDataSource } from './logs.ts';

/** For awk: the result of a heartbeat, `?` for any other line. */
export const HEARTBEAT = String.raw`($0 ~ /ServerHAHeartbeat result \[/ && split($0, f, /[][]/) > 2 ? f[2] : "?")`;

/** For awk: Y for a message received, topic and event code of one that was not, `?` for any other line. */
export const RECEIVED = String.raw`($0 !~ / - \[\(/ || split($0, f, /[(,)]/) < 9 ? "?" : f[5] == "Y" ? "Y" : f[3] " " f[4])`;

/** For awk: the subscriber group where a line names one as the log of deliveries does. What failures look like is not documented. */
export const SUBSCRIBER = String.raw`(match($0, /[A-Za-z0-9_.-]+@[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+@/) ? substr($0, RSTART, index(substr($0, RSTART), "@") - 1) : "?")`;

/** For awk: whether a line of undocumented format tells of something that went wrong. */
export const STORAGE_ERROR = String.raw`(tolower($0) ~ /error|exception|fail|timeout|timed out|refused|unavailable/ ? "error" : "other")`;

const HEARTBEATS = things('heartbeat', 'heartbeats', '次心跳');

/** Enough heartbeats, and every one OK. */
export function judgeHeartbeats(window: LogWindow, least: ResolvedLimit): readonly Judgement[] {
  const results = [...window.tally].filter(([result]) => result !== '?');
  const beats = sumOf(results);
  if (beats === 0 && window.lines > 0) return [undocumented(window)];
  const evidence = window.last.join('\n');
  const seen = countInWindow(beats, HEARTBEATS, window);
  const isSlow = beats < least.value;
  const rate: Judgement = {
    state: isSlow ? 'critical' : 'ok',
    part: 'lines',
    value: beats,
    unit: 'lines/min',
    rows: ['MQ-C18', 'MQ-M13', 'MQ-L02'],
    says: isSlow
      ? words(
          `${seen.en}, below the limit of ${least.value} (${least.row}); newest ${window.lastAt ?? 'none'}`,
          `${seen.zh}，低于阈值 ${least.value}（${least.row}）；最新一次 ${window.lastAt ?? '无'}`,
        )
      : seen,
    evidence,
  };
  if (beats === 0) return [rate];
  const bad = results.filter(([result]) => result !== 'OK');
  const named = namesOf(bad);
  const result: Judgement = {
    state: bad.length > 0 ? 'critical' : 'ok',
    part: 'result',
    rows: ['MQ-C18', 'MQ-L02'],
    says:
      bad.length > 0
        ? words(
            `${sumOf(bad)} of ${beats} heartbeats are not OK: ${named.en}`,
            `${beats} 次心跳中 ${sumOf(bad)} 次结果不是 OK：${named.zh}`,
          )
        : words('every heartbeat is OK', '心跳结果均为 OK'),
    evidence,
  };
  return [rate, result];
}

/** The newest status of every data source: the broker has several, and the newest line speaks of one. */
export function judgeDataSources(window: LogWindow): readonly Judgement[] {
  const newest = new Map<string, DataSource>();
  for (const line of window.last) {
    const read = parseDataSource(line);
    if (read) newest.set(nameOf(read), read);
  }
  const [first] = newest.values();
  if (!first) return [undocumented(window)];
  const down = [...newest].filter(([, { status }]) => status !== 'SUCCESS');
  return [
    {
      state: down.length > 0 ? 'critical' : 'ok',
      says:
        down.length > 0
          ? saysOfDown(down)
          : newest.size === 1
            ? words(`newest status SUCCESS at ${first.time}`, `最新状态 SUCCESS（${first.time}）`)
            : words(
                `newest status SUCCESS of all ${newest.size} data sources`,
                `${newest.size} 个数据源的最新状态均为 SUCCESS`,
              ),
      evidence: window.last.join('\n'),
    },
  ];
}

function saysOfDown(down: readonly (readonly [string, DataSource])[]): Words {
  const shown = firstOf(down.map(([name, { status, time }]) => `${name} ${status} ${time}`));
  return words(`newest status of ${shown.en}`, `最新状态：${shown.zh}`);
}

const nameOf = ({ url }: DataSource): string => /^jdbc:\w+:(?:\/\/)?([^?;]+)/.exec(url)?.[1] ?? url;

/** How many messages were not received, of which topics and event codes. Only the Y is documented: anything else was not. */
export function judgeReceived(window: LogWindow, most: ResolvedLimit): Judgement {
  const refused = [...window.tally].filter(([key]) => key !== 'Y' && key !== '?' && key !== REST);
  // The rest holds the rarest kinds: failures too, unless what was received is rare itself and may be among them.
  const failed = sumOf(refused) + (window.tally.has('Y') ? (window.tally.get(REST) ?? 0) : 0);
  // One line may be half written at the moment it is read.
  if (failed <= most.value && (window.tally.get('?') ?? 0) > 1) return undocumented(window);
  return judgeCount({
    value: failed,
    what: things('message not received', 'messages not received', '条消息接收失败'),
    window,
    limits: [most],
    names: namesOf(refused),
  });
}

/** How many deliveries failed, of which subscriber groups where the lines name them. */
export const judgeFailures = (window: LogWindow, most: ResolvedLimit): Judgement =>
  judgeCount({
    value: window.lines,
    what: things('failed delivery', 'failed deliveries', '次投递失败'),
    window,
    limits: [most],
    names: namesOf([...window.tally].filter(([group]) => group !== '?' && group !== REST)),
  });

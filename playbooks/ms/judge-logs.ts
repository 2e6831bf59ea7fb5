import {
  firstOf,
  judgeCount,
  type Judgement,
  type LogWindow,
  namesOf,
  noLine,
  type ResolvedLimit,
  REST,
  sumOf,
  type Things,
  things,
  undocumented,
  words,
} from '../../src/kit/index.ts';
import { parsePool, parseZone, type Pool, type ZoneConnections } from './logs.ts';

/** For awk: `Y` for a heartbeat in order, else what is wrong and whose it is; `?` for any other line. */
export const HEARTBEAT = String.raw`(match($0, /(^|[] ])[YN];[0-9]+ms;[^;]*;[^;]*;[^;]*;[0-9]+;[0-9]+;[^; ]*;?$/) && split(substr($0, RSTART), f, ";") ? (f[1] ~ /N$/ ? "N " f[5] : f[7] > 0 ? "stale " f[5] : "Y") : "?")`;

/** For awk: `0` for a push that arrived, instance and item of one that did not, `?` for any other line. */
export const PUSH = String.raw`(match($0, /\[push\][^;]*;[^;]*;[^;]*;[01];?$/) && split(substr($0, RSTART + 6), f, ";") ? (f[4] == "1" ? f[1] " " f[2] : "0") : "?")`;

/** For awk: `0` for a message that came for the first time, the topic of one that was delivered again, `?` for any other line. */
export const TAKEN = String.raw`((n = split($0, f, ",")) > 13 && f[1] ~ /[0-9]\.[0-9][0-9][0-9]$/ && f[14] ~ /^[0-9]+$/ && f[14] == f[n - 2] ? (f[14] > 0 ? f[7] : "0") : "?")`;

/** Lines that the tally has put under anything but `good` and `?`, the most frequent first, and how many there are in all. */
function wrongOnes(
  window: LogWindow,
  good: string,
): { readonly named: [string, number][]; readonly count: number } {
  const named = [...window.tally].filter(([key]) => key !== good && key !== '?' && key !== REST);
  // The rest holds the rarest kinds: wrong ones too, unless what is good is rare itself and may be among them.
  return { named, count: sumOf(named) + (window.tally.has(good) ? (window.tally.get(REST) ?? 0) : 0) };
}

/** Whether more than the one line that is being written is of another format than the manual's. */
const isOther = ({ tally }: LogWindow): boolean => (tally.get('?') ?? 0) > 1;

/** How many lines tell of something wrong, named. Nothing wrong among lines that are not understood is not known to be in order. */
export function judgeWrong(
  window: LogWindow,
  { good, what, limit }: { readonly good: string; readonly what: Things; readonly limit: ResolvedLimit },
): Judgement {
  const { named, count } = wrongOnes(window, good);
  if (count <= limit.value && isOther(window)) return undocumented(window);
  return judgeCount({ value: count, what, window, limits: [limit], names: namesOf(named) });
}

/** No heartbeat is abnormal, and no client is behind with a configuration. */
export function judgeHeartbeats(window: LogWindow, limit: ResolvedLimit): readonly Judgement[] {
  const { named, count } = wrongOnes(window, 'Y');
  if (count <= limit.value && isOther(window)) return [undocumented(window)];
  const of = (kind: string): [string, number][] =>
    named
      .filter(([key]) => key.startsWith(`${kind} `))
      .map(([key, times]) => [key.slice(kind.length + 1), times]);
  const judged = (part: string, kind: string, rest: number, what: Things): Judgement => ({
    ...judgeCount({
      value: sumOf(of(kind)) + rest,
      what,
      window,
      limits: [limit],
      names: namesOf(of(kind)),
    }),
    part,
  });
  return [
    judged('result', 'N', 0, things('abnormal heartbeat', 'abnormal heartbeats', '次心跳异常')),
    // Lines that are only counted together may be of either kind.
    judged(
      'stale',
      'stale',
      count - sumOf(named),
      things(
        'heartbeat of a client with stale configuration',
        'heartbeats of clients with stale configuration',
        '次心跳的客户端配置版本落后',
      ),
    ),
  ];
}

/** The long connections as drmdata counts them: never red, no limit is documented. */
export function judgeZones(window: LogWindow): readonly Judgement[] {
  const evidence = window.last.join('\n');
  if (window.lines === 0) return [{ state: 'ok', says: noLine(window), evidence }];
  const zones = new Map<string, ZoneConnections>();
  for (const line of window.last) {
    const read = parseZone(line);
    if (read) zones.set(read.zone, read);
  }
  const newest = [...zones.values()].at(-1);
  if (!newest) return [undocumented(window)];
  const shown = firstOf([...zones.values()].map(({ zone, connections }) => `${zone} ${connections}`));
  return [
    {
      state: 'ok',
      value: newest.total,
      says: words(`${newest.total} long connections: ${shown.en}`, `长连接 ${newest.total} 条：${shown.zh}`),
      evidence,
    },
  ];
}

/** A queue that rises less often than this may be work of the moment. */
const FEWEST_RISES = 2;

/** No queue only grows, and every pool has an idle thread left. */
export function judgePools(window: LogWindow): readonly Judgement[] {
  const pools = new Map<string, Pool[]>();
  for (const line of window.last) {
    const read = parsePool(line);
    if (!read) continue;
    const series = pools.get(read.pool);
    if (series) series.push(read);
    else pools.set(read.pool, [read]);
  }
  if (pools.size === 0) return [undocumented(window)];
  const evidence = window.last.join('\n');
  return [
    { ...judgeQueues([...pools.values()]), part: 'queue', evidence },
    { ...judgeThreads([...pools.values()]), part: 'threads', evidence },
  ];
}

function judgeQueues(pools: readonly (readonly Pool[])[]): Pick<Judgement, 'state' | 'value' | 'says'> {
  const growing = pools.filter(grows);
  const value = pools.reduce((sum, series) => sum + (series.at(-1)?.queued ?? 0), 0);
  if (growing.length > 0) {
    const shown = firstOf(
      growing.map((series) => `${series[0]?.pool} ${series[0]?.queued} → ${series.at(-1)?.queued}`),
    );
    return { state: 'warning', value, says: words(`queues grow: ${shown.en}`, `队列持续增长：${shown.zh}`) };
  }
  // Two lines can only rise once: a queue with something in it may be growing.
  const unclear = pools.filter((series) => series.length <= FEWEST_RISES && (series.at(-1)?.queued ?? 0) > 0);
  if (unclear.length > 0) {
    const names = firstOf(unclear.flatMap(([first]) => first?.pool ?? []));
    return {
      state: 'unknown',
      value,
      says: words(
        `too few lines to see whether these queues grow: ${names.en}`,
        `日志行过少，无法判断队列是否增长：${names.zh}`,
      ),
    };
  }
  return {
    state: 'ok',
    value,
    says: words(
      `${value} tasks queued in ${pools.length} pools, none grows`,
      `${pools.length} 个线程池共排队 ${value} 个任务，无持续增长`,
    ),
  };
}

/** It rose at least twice and never fell. */
function grows(series: readonly Pool[]): boolean {
  const steps = series.slice(1).map(({ queued }, k) => queued - (series[k]?.queued ?? 0));
  return steps.filter((step) => step > 0).length >= FEWEST_RISES && steps.every((step) => step >= 0);
}

function judgeThreads(pools: readonly (readonly Pool[])[]): Pick<Judgement, 'state' | 'value' | 'says'> {
  const newest = pools.flatMap((series) => series.slice(-1));
  const spent = newest.filter(({ idle, total }) => total > 0 && idle === 0);
  const value = spent.length;
  if (value === 0) {
    const said = words(`none of ${newest.length} pools is exhausted`, `${newest.length} 个线程池均未耗尽`);
    return { state: 'ok', value, says: said };
  }
  const shown = firstOf(spent.map(({ pool, active, total }) => `${pool} ${active}/${total}`));
  return { state: 'warning', value, says: words(`no idle thread: ${shown.en}`, `无空闲线程：${shown.zh}`) };
}

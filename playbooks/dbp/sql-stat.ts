import {
  type CheckContext,
  judgeLimits,
  type Judgement,
  limitOf,
  type LogCounts,
  type LogWindow,
  optionOf,
  REST,
  type Tally,
  undocumented,
  words,
} from '../../src/kit/index.ts';

/** For awk: data source and result of a line of statistics with how many SQL it stands for and their time, `?` for any other line. */
export const SQL_STAT: Tally = {
  awk: String.raw`(split($0, f, ",") < 8 || f[2] !~ /^[0-9]+$/ || f[3] == "" || f[4] == "" || f[5] !~ /^[YN]$/ || f[6] !~ /^[0-9]+$/ || f[7] !~ /^[0-9]+$/ ? "?" : f[3] " " f[5])`,
  count: '(key == "?" ? 1 : f[6])',
  sum: '(key == "?" ? 0 : f[7])',
  most: 400,
};

export const UNITS = ['microseconds', 'milliseconds'] as const;

/** A data source with few SQL says nothing about the time they take (DBP-M04, DBP-M05). */
const FEW_SQL = 100;
/** Per cent by which the average time of ten minutes must have risen (DBP-M05). */
const RISE = 30;

interface DataSource {
  readonly name: string;
  readonly sql: number;
  readonly failed: number;
  /** As the log has it. */
  readonly elapsed: number;
  readonly averageMs: number;
}

/** How many SQL there were in a minute, the slowest data source, and the one with the most failures. */
export function judgeMinute(window: LogWindow, context: CheckContext): readonly Judgement[] {
  const sources = dataSourcesOf(window, context);
  const evidence = evidenceOf(sources, window);
  return [
    { ...judgeVolume(sources, window, context), evidence },
    { ...judgeTime(sources, context), evidence },
    { ...judgeSuccess(sources, context), evidence },
  ].map((judgement) => sure(judgement, window));
}

/** The average time of ten minutes against that of the ten before. */
export function judgeRise(window: LogWindow, context: CheckContext): readonly Judgement[] {
  const most = limitOf(context, 'time');
  const sources = dataSourcesOf(window, context);
  const earlier = new Map(
    (window.before ? dataSourcesOf(window.before, context) : []).map((each) => [each.name, each]),
  );
  const risen = sources
    .filter(({ sql, averageMs }) => sql > FEW_SQL && averageMs > most.value)
    .flatMap((now) => {
      const was = earlier.get(now.name)?.averageMs ?? 0;
      const percent = (now.averageMs / was - 1) * 100;
      return was > 0 && now.averageMs * 100 > was * (100 + RISE) ? [{ ...now, was, percent }] : [];
    })
    .sort((a, b) => b.percent - a.percent);
  const [worst] = risen;
  const minutes = Math.round(window.seconds / 6) / 10;
  const facts = { rows: ['DBP-M05', 'DBP-C14', 'DBP-L01'] as const, evidence: evidenceOf(sources, window) };
  if (!worst) {
    const said = words(
      `no data source above ${most.value} ms takes ${RISE} % longer than in the ${minutes} minutes before`,
      `没有数据源平均响应时间超过 ${most.value} ms 且较上 ${minutes} 分钟增加 ${RISE} %`,
    );
    return [sure({ state: 'ok', says: said, ...facts }, window)];
  }
  const [now, was, percent] = [shown(worst.averageMs), shown(worst.was), Math.round(worst.percent)];
  const others = othersOf(risen.length);
  return [
    {
      state: most.state ?? 'critical',
      value: percent,
      unit: '%',
      says: words(
        `${worst.name} takes ${now} ms on average in ${minutes} minutes, ${percent} % more than ${was} ms before; above ${most.value} ms and ${RISE} % (${most.row})${others.en}`,
        `${worst.name} 最近 ${minutes} 分钟平均响应时间 ${now} ms，较上 ${minutes} 分钟（${was} ms）增加 ${percent} %，超过 ${most.value} ms 且增幅超过 ${RISE} %（${most.row}）${others.zh}`,
      ),
      ...facts,
    },
  ];
}

function judgeVolume(sources: readonly DataSource[], window: LogWindow, context: CheckContext): Judgement {
  const [most, drop] = [limitOf(context, 'volume'), limitOf(context, 'drop')];
  const sql = sources.reduce((sum, each) => sum + each.sql, 0);
  const perMinute = Math.round((sql * 60) / window.seconds);
  const name = words('SQL executed', '执行 SQL');
  const judged = judgeLimits({ name, value: perMinute, unit: '/min', part: 'volume' }, [most], 'critical');
  return {
    ...judged,
    rows: judged.state === 'ok' ? [most.row, drop.row, ...SOURCES] : [most.row, ...SOURCES],
    compare: {
      row: drop.row,
      against: 'last-week',
      moves: 'drops',
      percent: drop.value,
      state: drop.state ?? 'critical',
    },
  };
}

function judgeTime(sources: readonly DataSource[], context: CheckContext): Judgement {
  const most = limitOf(context, 'time');
  const rows = [most.row, ...SOURCES];
  const slow = sources.filter(({ sql }) => sql > FEW_SQL).toSorted((a, b) => b.averageMs - a.averageMs);
  const [worst] = slow;
  if (!worst) {
    const said = words(`no data source with more than ${FEW_SQL} SQL`, `没有 SQL 数超过 ${FEW_SQL} 的数据源`);
    return { state: 'ok', part: 'time', says: said, rows };
  }
  const others = othersOf(slow.filter(({ averageMs }) => averageMs > most.value).length);
  const judged = judgeLimits(
    {
      name: words(`average time of ${worst.name}`, `${worst.name} 平均响应时间`),
      value: worst.averageMs,
      unit: 'ms',
      part: 'time',
      detail: words(`for ${worst.sql} SQL`, `SQL 数 ${worst.sql}`),
    },
    [most],
    'critical',
  );
  return { ...judged, rows, says: words(`${judged.says.en}${others.en}`, `${judged.says.zh}${others.zh}`) };
}

function judgeSuccess(sources: readonly DataSource[], context: CheckContext): Judgement {
  const least = limitOf(context, 'success');
  const rows = [least.row, ...SOURCES];
  const rate = ({ sql, failed }: DataSource): number => (100 * (sql - failed)) / sql;
  const tried = sources.filter(({ sql }) => sql > 0).toSorted((a, b) => rate(a) - rate(b));
  const [worst] = tried;
  if (!worst) return { state: 'ok', part: 'success', says: words('no SQL executed', '没有执行 SQL'), rows };
  const others = othersOf(tried.filter((each) => rate(each) < least.value).length);
  const judged = judgeLimits(
    {
      name: words(`success rate of ${worst.name}`, `${worst.name} 成功率`),
      // Rounded down: 96.99 % is not 97 %.
      value: Math.floor(rate(worst) * 10) / 10,
      unit: '%',
      part: 'success',
      detail: words(
        `with ${worst.failed} of ${worst.sql} failed`,
        `${worst.sql} 条中失败 ${worst.failed} 条`,
      ),
    },
    [least],
    'critical',
    'below',
  );
  return { ...judged, rows, says: words(`${judged.says.en}${others.en}`, `${judged.says.zh}${others.zh}`) };
}

const SOURCES = ['DBP-C14', 'DBP-L01'] as const;

/** Nothing is in order that has not been read in whole, or not been understood. One line may be half written at the moment it is read. */
function sure(judgement: Judgement, window: LogWindow): Judgement {
  if (judgement.state !== 'ok') return judgement;
  const { part, rows, evidence, says } = judgement;
  const isStrange = (window.tally.get('?') ?? 0) > 1;
  if (!isStrange && window.whole && !window.tally.has(REST)) return judgement;
  return {
    state: 'unknown',
    ...(part === undefined ? {} : { part }),
    ...(rows === undefined ? {} : { rows }),
    ...(evidence === undefined ? {} : { evidence }),
    says: isStrange
      ? undocumented(window).says
      : words(`${says.en}; the log is too large to be read as a whole`, `${says.zh}；日志过大，未能完整读取`),
  };
}

/** Those with the most SQL first. */
function dataSourcesOf({ tally, sums }: LogCounts, { estate }: CheckContext): readonly DataSource[] {
  const perMs = optionOf(estate, 'DBP', 'elapsed-unit') === 'milliseconds' ? 1 : 1000;
  const known = new Map<string, { sql: number; failed: number; elapsed: number }>();
  for (const [key, count] of tally) {
    if (key === '?' || key === REST) continue;
    const name = key.slice(0, -2);
    const { sql, failed, elapsed } = known.get(name) ?? { sql: 0, failed: 0, elapsed: 0 };
    known.set(name, {
      sql: sql + count,
      failed: failed + (key.endsWith(' N') ? count : 0),
      elapsed: elapsed + (sums.get(key) ?? 0),
    });
  }
  return [...known]
    .map(([name, each]) => ({ name, ...each, averageMs: each.sql > 0 ? each.elapsed / each.sql / perMs : 0 }))
    .sort((a, b) => b.sql - a.sql);
}

const MOST_SHOWN = 40;

/** The sums by data source, with the elapsed time as the log has it, and the newest lines. */
const evidenceOf = (sources: readonly DataSource[], { last }: LogWindow): string =>
  [
    ...sources
      .slice(0, MOST_SHOWN)
      .map(
        ({ name, sql, failed, elapsed, averageMs }) =>
          `${name}: ${sql} SQL, ${failed} N, elapsed ${elapsed}, ${shown(averageMs)} ms`,
      ),
    ...last,
  ].join('\n');

const othersOf = (breached: number) =>
  breached > 1
    ? words(`, and ${breached - 1} more`, `；另有 ${breached - 1} 个数据源超出阈值`)
    : words('', '');

const shown = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

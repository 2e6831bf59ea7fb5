import {
  type CheckState,
  type Clause,
  type Lang,
  type RowId,
  say,
  type Words,
  withUnit,
  words,
} from '../kit/index.ts';

/** What was measured over a period, of whatever was asked for: ready to be drawn and put into a table. */
export interface Chart {
  /** Of what: systems, apps, hosts. */
  readonly of: Words;
  /** The check. */
  readonly title: Words;
  readonly clause: Clause;
  readonly rows: readonly RowId[];
  /** Empty for plain numbers. */
  readonly unit: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  /** `states` when the check has no numbers. */
  readonly kind: 'numbers' | 'states';
  /** The gravest first. */
  readonly lines: readonly Series[];
  readonly limits: readonly ChartLimit[];
  /** Systems that were left out, because the person may not look at them. */
  readonly hidden: readonly string[];
}

export interface ChartLimit {
  readonly value: number;
  readonly rows: readonly RowId[];
}

/** One subject. */
export interface Series {
  readonly name: string;
  /** Oldest first; of what was measured within an hour the gravest. */
  readonly points: readonly SeriesPoint[];
  readonly latest: { readonly state: CheckState; readonly value?: number };
  readonly low?: number;
  readonly high?: number;
  /** How much it changes a day; `steady` when it moves in no direction, absent when there is too little to tell. */
  readonly trend?: number | 'steady';
}

export interface SeriesPoint {
  /** Milliseconds. */
  readonly at: number;
  readonly state: CheckState;
  /** Absent when nothing was measured. */
  readonly value?: number;
}

/** `Message queue: Disk (%)` */
export function chartTitle({ of, title, unit }: Chart): Words {
  const [en, zh] = unit === '' ? ['', ''] : [` (${unit})`, `（${unit}）`];
  return words(`${of.en}: ${title.en}${en}`, `${of.zh}：${title.zh}${zh}`);
}

/** A row of words for each line, below one of headings: numbers with the latest, the range and the direction, or how often something was not ok. */
export function chartTable({ kind, lines }: Chart, lang: Lang): readonly (readonly string[])[] {
  const heads = kind === 'numbers' ? [LATEST, LOWEST, HIGHEST, A_DAY] : [NOW, NOT_OK];
  const number = (value: number | undefined): string => (value === undefined ? '-' : withUnit(value, ''));
  return [
    ['', ...heads.map((head) => say(head, lang))],
    ...lines.map(({ name, latest, low, high, trend, points }) =>
      kind === 'numbers'
        ? [name, number(latest.value), number(low), number(high), trendText(trend, lang)]
        : [name, say(STATES[latest.state], lang), timesNotOk(points, lang)],
    ),
  ];
}

const LATEST = words('latest', '最新');
const LOWEST = words('lowest', '最低');
const HIGHEST = words('highest', '最高');
const A_DAY = words('per day', '每日变化');
const NOW = words('now', '当前');
const NOT_OK = words('not ok', '异常次数');

/** How states are called beside a chart. */
export const STATES: Readonly<Record<CheckState, Words>> = {
  ok: words('ok', '正常'),
  unknown: words('unknown', '未知'),
  warning: words('warning', '警告'),
  critical: words('critical', '严重'),
};

function trendText(trend: Series['trend'], lang: Lang): string {
  if (trend === undefined) return '-';
  if (trend === 'steady') return say(words('steady', '平稳'), lang);
  return `${trend > 0 ? '+' : '−'}${Number(Math.abs(trend).toPrecision(2))}`;
}

function timesNotOk(points: readonly SeriesPoint[], lang: Lang): string {
  const bad = points.filter(({ state }) => state !== 'ok').length;
  return say(words(`${bad} of ${points.length}`, `${bad}/${points.length}`), lang);
}

import type { CheckState } from '../kit/index.ts';
import { sinceReset, trendOf } from '../inspecting/history/trend.ts';
import type { PastHour, PastValue } from '../runs/measured.ts';
import type { ChartLimit, Series, SeriesPoint } from '../runs/series.ts';

/** What was measured at one time or within one hour. */
export type Seen = PastHour;

/** A single measurement as an hour of its own. */
export const seenOnce = ({ at, state, value, unit }: PastValue): Seen => ({
  at,
  state,
  ...(unit === undefined ? {} : { unit }),
  ...(value === undefined ? {} : { values: { low: value, high: value, newest: value } }),
});

export interface Named {
  readonly name: string;
  readonly seen: readonly Seen[];
}

/** Lines of what was measured in numbers of one unit: the one that most subjects have last. Empty when there are no numbers. */
export function numberLines(
  all: readonly Named[],
  limits: readonly ChartLimit[],
): { readonly unit: string; readonly lines: readonly Series[] } {
  const unit = usualUnit(all);
  const measured = all.flatMap(({ name, seen }) => {
    const own = seen.filter(({ values, unit: its = '' }) => values === undefined || its === unit);
    return own.some(({ values }) => values) ? [{ name, seen: own }] : [];
  });
  const isFloor = keepsAbove(measured, limits);
  const newest = ({ seen }: Named): number => lastOf(seen)?.values?.newest ?? 0;
  const gravestFirst = measured.sort((a, b) => (newest(b) - newest(a)) * (isFloor ? -1 : 1));
  return {
    unit,
    lines: gravestFirst.map((named, i) => ({
      ...numberLine(named, isFloor),
      ...(i < MOST_TRENDS ? trendIn(named.seen) : {}),
    })),
  };
}

/** Lines whose direction is reckoned: more would keep the process busy, and nobody reads them. */
const MOST_TRENDS = 60;

const lastOf = (seen: readonly Seen[]): Seen | undefined => seen.findLast(({ values }) => values);

function usualUnit(all: readonly Named[]): string {
  const counts = new Map<string, number>();
  for (const { seen } of all) {
    const last = lastOf(seen);
    if (last) counts.set(last.unit ?? '', (counts.get(last.unit ?? '') ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** Whether the limits are floors: most are in order above all of them. */
function keepsAbove(all: readonly Named[], limits: readonly ChartLimit[]): boolean {
  const highest = Math.max(...limits.map(({ value }) => value));
  const above = all.filter(({ seen }) => {
    const last = lastOf(seen);
    return last?.state === 'ok' && (last.values?.newest ?? -Infinity) > highest;
  });
  return limits.length > 0 && above.length > all.length / 2;
}

function numberLine({ name, seen }: Named, isFloor: boolean): Series {
  const points = seen.map(
    ({ at, state, values }): SeriesPoint => ({
      at: at.getTime(),
      state,
      ...(values ? { value: isFloor ? values.low : values.high } : {}),
    }),
  );
  const values = seen.flatMap((each) => (each.values ? [each.values] : []));
  const last = lastOf(seen);
  return {
    name,
    points,
    latest: {
      state: last?.state ?? 'unknown',
      ...(last?.values ? { value: last.values.newest } : {}),
    },
    low: Math.min(...values.map(({ low }) => low)),
    high: Math.max(...values.map(({ high }) => high)),
  };
}

/** The direction since the last reset; what is reset again and again has none. */
function trendIn(seen: readonly Seen[]): Pick<Series, 'trend'> {
  const points = seen.flatMap(({ at, values }) =>
    values ? [{ at: at.getTime(), value: values.newest }] : [],
  );
  const rest = sinceReset(points);
  if (!rest) return { trend: 'steady' };
  const trend = trendOf(rest)?.perDay ?? (rest.length < FEW ? undefined : 'steady');
  return trend === undefined ? {} : { trend };
}

/** Below this many values no trend is reported, not even "steady". */
const FEW = 8;

const GRAVE: Readonly<Record<CheckState, number>> = { critical: 0, warning: 1, unknown: 2, ok: 3 };

/** Lines of states, for what has no numbers; those that were in trouble come first. */
export function stateLines(all: readonly Named[]): readonly Series[] {
  const lines = all.flatMap(({ name, seen }): readonly Series[] => {
    const last = seen.at(-1);
    if (!last) return [];
    const points = seen.map(({ at, state }) => ({ at: at.getTime(), state }));
    return [{ name, points, latest: { state: last.state } }];
  });
  const worst = ({ points }: Series): number => Math.min(...points.map(({ state }) => GRAVE[state]));
  return lines.sort((a, b) => worst(a) - worst(b) || GRAVE[a.latest.state] - GRAVE[b.latest.state]);
}

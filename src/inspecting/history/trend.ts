/** A value at a time, in milliseconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** A direction that the values really have. */
export interface Trend {
  /** How much the value changes a day. */
  readonly perDay: number;
  readonly spanMs: number;
}

const DAY_MS = 24 * 3600 * 1000;
const FEWEST_POINTS = 8;
/** Less than nearly a day cannot be told from what every day does. */
const SHORTEST_MS = 20 * 3600 * 1000;
/** Standard deviations of Kendall's S: one series in a thousand without a direction gets there by chance. */
const SURE = 3;
/** More points than this add work and no certainty. */
const MOST_POINTS = 64;
/** How many standard deviations of its noise the value must have moved altogether. */
const CLEAR = 6;

/**
 * The direction of values over time, oldest first, by Theil and Sen: the median of the slopes between all pairs, which a
 * third of wild values does not move. Undefined when they are few, cover little time or leave half of it out, or when the
 * movement is not certain (Mann and Kendall) or not clearly more than the noise around it.
 */
export function trendOf(all: readonly Point[]): Trend | undefined {
  const points = thinned(all);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < FEWEST_POINTS) return undefined;
  const spanMs = last.at - first.at;
  if (spanMs < SHORTEST_MS || longestGap(points) > spanMs / 2) return undefined;
  const { slopes, ups } = pairs(points);
  const n = points.length;
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  if (Math.abs(ups) - 1 < SURE * deviation) return undefined;
  const perMs = medianOf(slopes);
  const level = medianOf(points.map(({ at, value }) => value - perMs * (at - last.at)));
  const noise =
    1.4826 * medianOf(points.map(({ at, value }) => Math.abs(value - level - perMs * (at - last.at))));
  if (perMs === 0 || Math.abs(perMs) * spanMs < CLEAR * noise) return undefined;
  return { perDay: perMs * DAY_MS, spanMs };
}

/** Evenly, and with the newest. */
function thinned(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => (points.length - 1 - i) % step === 0);
}

function pairs(points: readonly Point[]): { readonly slopes: readonly number[]; readonly ups: number } {
  const slopes: number[] = [];
  let ups = 0;
  for (const [i, from] of points.entries()) {
    for (const to of points.slice(i + 1)) {
      if (to.at === from.at) continue;
      slopes.push((to.value - from.value) / (to.at - from.at));
      ups += Math.sign(to.value - from.value);
    }
  }
  return { slopes, ups };
}

function longestGap(points: readonly Point[]): number {
  let longest = 0;
  for (const [i, { at }] of points.entries()) longest = Math.max(longest, at - (points[i - 1]?.at ?? at));
  return longest;
}

/**
 * The points since a growing value was last reset, like a disk that was cleaned. Undefined when it is reset again and again
 * and the time since is not yet longer than it ever went before: then the next reset is nearer than any threshold.
 */
export function sinceReset(points: readonly Point[]): readonly Point[] | undefined {
  const values = points.map(({ value }) => value);
  const range = Math.max(...values) - Math.min(...values);
  const resets = points.flatMap(({ value }, i) => {
    const before = points[i - 1]?.value;
    return before !== undefined && before - value > range / 4 ? [i] : [];
  });
  const from = resets.at(-1);
  if (from === undefined) return points;
  const rest = points.slice(from);
  if (resets.length === 1) return rest;
  const length = (start: number, end: number): number => (points[end]?.at ?? 0) - (points[start]?.at ?? 0);
  const longest = Math.max(...resets.map((reset, i) => length(resets[i - 1] ?? 0, reset)));
  return length(from, points.length - 1) > 1.5 * longest ? rest : undefined;
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

import { clockText, type Lang, say, type Words, withUnit, words } from '../kit/index.ts';
import {
  type Chart,
  chartTitle,
  type ChartLimit,
  type Series,
  type SeriesPoint,
  STATES,
} from '../runs/series.ts';
import type { Curve, Curves, Picture, Strips } from './picture.ts';
import { ticksOf } from './ticks.ts';

/** More lines than this are not told apart: those unlike the others are drawn, the rest becomes a band. */
const MOST_CURVES = 12;
const MOST_UNLIKE = 6;
const MOST_STRIPS = 30;
/** Stretches into which the time of a band is cut. */
const BAND_STEPS = 160;
const HOUR_MS = 3600 * 1000;
/** A limit that is this many times higher than everything measured would press the curves to the ground. */
const FAR = 4;

/** A chart as a picture, in one language. */
export function compose(chart: Chart, lang: Lang): Picture {
  const [from, to] = [Date.parse(chart.from), Date.parse(chart.to)];
  const { drawing, notes } = chart.kind === 'numbers' ? curvesOf(chart, lang) : stripsOf(chart, lang);
  const [start, end] = [new Date(from), new Date(to)].map((at) => clockText(at, new Date(0), chart.timeZone));
  return {
    title: say(chartTitle(chart), lang),
    notes: [`${start} – ${end}, ${chart.timeZone}`, ...notes],
    from,
    to,
    ticks: ticksOf(from, to, chart.timeZone, lang),
    drawing,
  };
}

interface Drawn<Drawing> {
  readonly drawing: Drawing;
  readonly notes: readonly string[];
}

function curvesOf({ lines, limits, unit, from, to }: Chart, lang: Lang): Drawn<Curves> {
  const few = lines.length <= MOST_CURVES;
  const alone = few ? lines : unlike(lines);
  const rest = few ? [] : lines.filter((line) => !alone.includes(line));
  const values = lines.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const [least, most] = [
    values.reduce((a, b) => Math.min(a, b), 0),
    values.reduce((a, b) => Math.max(a, b), 0),
  ];
  const near = limits.filter(({ value }) => value <= Math.max(most, 1) * FAR || unit === '%');
  const far = limits.filter((limit) => !near.includes(limit));
  const notes: Words[] = [
    ...(few ? [] : [others(rest.length, alone.length)]),
    ...far.map((limit) =>
      words(`${limitText(limit, unit, 'en')}: far above`, `${limitText(limit, unit, 'zh')}：远高于实测值`),
    ),
    ...(Date.parse(to) - Date.parse(from) > 48 * HOUR_MS ? [HIGHEST] : []),
  ];
  const highest = Math.max(most, ...near.map(({ value }) => value));
  return {
    drawing: {
      kind: 'curves',
      unit,
      curves: alone.map(({ name, points, latest }) => ({
        name: latest.value === undefined ? name : `${name}  ${withUnit(latest.value, unit, lang)}`,
        pieces: piecesOf(points),
      })),
      ...(rest.length > 0
        ? { band: { name: say(bandName(rest.length), lang), pieces: bandOf(rest, from, to) } }
        : {}),
      limits: near.map((limit) => ({ value: limit.value, label: limitText(limit, unit, lang) })),
      lowest: least,
      highest: unit === '%' && highest <= 100 ? Math.min(100, highest * 1.15) : highest * 1.15 || 1,
    },
    notes: notes.map((note) => say(note, lang)),
  };
}

const HIGHEST = words('the worst of each hour', '每小时取最差值');
const bandName = (count: number): Words => words(`lowest to highest of ${count}`, `其余 ${count} 条的范围`);
const others = (band: number, alone: number): Words =>
  alone === 0
    ? words(`${band} courses as a band, none unlike the others`, `${band} 条曲线以区间表示，无明显差异`)
    : words(
        `${band} courses as a band, ${alone} unlike them drawn alone`,
        `${band} 条曲线以区间表示，${alone} 条差异明显的单独绘制`,
      );

const limitText = ({ value, rows }: ChartLimit, unit: string, lang: Lang): string =>
  lang === 'zh'
    ? `阈值 ${withUnit(value, unit, 'zh')}（${rows.join('、')}）`
    : `limit ${withUnit(value, unit)} (${rows.join(', ')})`;

/** Lines whose newest or highest value is far from that of the others, by median and MAD; the furthest first. */
function unlike(lines: readonly Series[]): readonly Series[] {
  const away = (read: (line: Series) => number): ((line: Series) => number) => {
    const values = lines.map(read);
    const median = middleOf(values);
    const spread = 1.4826 * middleOf(values.map((value) => Math.abs(value - median)));
    const least = Math.max(3.5 * spread, Math.abs(median) * 0.2, 1);
    return (line) => Math.abs(read(line) - median) / least;
  };
  const [byLatest, byHigh] = [away(({ latest }) => latest.value ?? 0), away(({ high }) => high ?? 0)];
  return lines
    .map((line) => ({ line, distance: Math.max(byLatest(line), byHigh(line)) }))
    .filter(({ distance }) => distance > 1)
    .sort((a, b) => b.distance - a.distance)
    .slice(0, MOST_UNLIKE)
    .map(({ line }) => line);
}

const middleOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Where nothing was measured, or for much longer than usual, a line is broken. */
function piecesOf(points: readonly SeriesPoint[]): Curve['pieces'] {
  const gap = gapMs(points);
  const pieces: (readonly [number, number])[][] = [];
  let last: number | undefined;
  for (const { at, value } of points) {
    if (value === undefined) {
      last = undefined;
      continue;
    }
    const piece = pieces.at(-1);
    if (piece && last !== undefined && at - last <= gap) piece.push([at, value]);
    else pieces.push([[at, value]]);
    last = at;
  }
  return pieces;
}

type BandPiece = [at: number, low: number, high: number][];

function bandOf(lines: readonly Series[], from: string, to: string): readonly BandPiece[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const step = Math.max(1, (end - start) / BAND_STEPS);
  const slots = new Map<number, { readonly low: number; readonly high: number }>();
  for (const { points } of lines)
    for (const { at, value } of points) {
      if (value === undefined) continue;
      const slot = Math.floor((at - start) / step);
      const { low, high } = slots.get(slot) ?? { low: value, high: value };
      slots.set(slot, { low: Math.min(low, value), high: Math.max(high, value) });
    }
  const points = [...slots]
    .sort(([a], [b]) => a - b)
    .map(([slot, { low, high }]) => ({
      at: start + (slot + 0.5) * step,
      state: 'ok' as const,
      value: low,
      high,
    }));
  const gap = gapMs(points);
  const pieces: BandPiece[] = [];
  let last = -Infinity;
  for (const { at, value, high } of points) {
    const piece = pieces.at(-1);
    if (piece && at - last <= gap) piece.push([at, value, high]);
    else pieces.push([[at, value, high]]);
    last = at;
  }
  return pieces;
}

function stripsOf({ lines, to }: Chart, lang: Lang): Drawn<Strips> {
  const shown = lines.slice(0, MOST_STRIPS);
  const left = lines.length - shown.length;
  return {
    drawing: {
      kind: 'strips',
      strips: shown.map(({ name, points }) => ({ name, spans: spansOf(points, Date.parse(to)) })),
      states: {
        ok: say(STATES.ok, lang),
        unknown: say(STATES.unknown, lang),
        warning: say(STATES.warning, lang),
        critical: say(STATES.critical, lang),
      },
    },
    notes:
      left > 0 ? [say(words(`and ${left} more, none of them worse`, `另有 ${left} 条，均不更差`), lang)] : [],
  };
}

/** A state holds until the next look, or as long as looks usually are apart; what follows with the same state is one span. */
function spansOf(points: readonly SeriesPoint[], end: number): Strips['strips'][number]['spans'] {
  const gap = gapMs(points);
  const spans: { from: number; to: number; state: SeriesPoint['state'] }[] = [];
  for (const [i, { at, state }] of points.entries()) {
    const next = points[i + 1]?.at ?? end;
    const to = next - at <= gap ? next : Math.min(next, at + gap / 3);
    const last = spans.at(-1);
    if (last && last.to === at && last.state === state) last.to = to;
    else spans.push({ from: at, to, state });
  }
  return spans;
}

/** How long after a measurement it is taken to have been so: longer between two is a gap. */
function gapMs(points: readonly SeriesPoint[]): number {
  const steps = points.slice(1).map(({ at }, i) => at - (points[i]?.at ?? at));
  return Math.max(10 * 60_000, 3 * middleOf(steps));
}

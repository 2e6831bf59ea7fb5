import type { EChartsOption, SeriesOption } from 'echarts';
import { type CheckState, widthOf } from '../kit/index.ts';
import type { Curves, Picture, Strips } from './picture.ts';

/** Points of the picture: Slack shows it half as wide, and it must be read there. */
export const WIDTH = 860;
const PLOT_HEIGHT = 330;
const STRIP_HEIGHT = 30;
const HEAD = 92;
const NOTE_LINE = 22;
const FOOT = 48;
const LEGEND_LINE = 28;
/** The most that one name takes. */
const LEGEND_NAME = 300;
/** Name under which the font of the pictures is known. */
export const FONT = 'Fettle';

const INK = '#1d1c1d';
const QUIET = '#616061';
const LINE = '#e3e3e6';
const DAY_LINE = '#c4c4cb';
const LIMIT = '#c01343';
const BAND = '#5b6b7f';
/** Six colours that people who see few of them tell apart; with more curves they come again, dashed. */
const COLOURS = ['#0b6fb8', '#d1660a', '#0a8a6a', '#a3389c', '#7a6a00', '#3a3fb0'] as const;
const STATES: Readonly<Record<CheckState, string>> = {
  ok: '#9fd3b6',
  unknown: '#b8b8c0',
  warning: '#f0a63a',
  critical: '#d4244c',
};

export const heightOf = (picture: Picture): number => headOf(picture) + bodyOf(picture);

/** The period has a line of its own, what else is to be known another. */
const headOf = ({ notes }: Picture): number => HEAD + (notes.length > 1 ? NOTE_LINE : 0);

const bodyOf = ({ drawing }: Picture): number =>
  drawing.kind === 'curves'
    ? PLOT_HEIGHT + FOOT + legendLines(drawing) * LEGEND_LINE
    : Math.max(2, drawing.strips.length) * STRIP_HEIGHT + FOOT + LEGEND_LINE;

/** As many columns as the longest name leaves room for. */
function legendLines({ curves, band }: Curves): number {
  const names = [...curves.map(({ name }) => name), ...(band ? [band.name] : [])];
  const longest = Math.min(LEGEND_NAME, Math.max(...names.map((name) => widthOf(name) * 9)));
  return Math.ceil(names.length / Math.max(1, Math.floor((WIDTH - 48) / (longest + 48))));
}

/** What the chart library is told. Pure. */
export function optionOf(picture: Picture): EChartsOption {
  const {
    title,
    notes: [period = '', ...others],
    drawing,
  } = picture;
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONT, color: INK },
    title: {
      text: title,
      subtext: others.length === 0 ? period : `${period}\n${others.join('; ')}`,
      left: 24,
      top: 18,
      itemGap: 8,
      textStyle: { fontSize: 23, fontWeight: 600, color: INK, width: WIDTH - 48, overflow: 'truncate' },
      subtextStyle: {
        fontSize: 14,
        lineHeight: NOTE_LINE,
        color: QUIET,
        width: WIDTH - 48,
        overflow: 'truncate',
      },
    },
    ...(drawing.kind === 'curves' ? curvesOption(picture, drawing) : stripsOption(picture, drawing)),
  };
}

function timeAxis({ from, to, ticks }: Picture) {
  const marks = ticks.map(({ at }) => at);
  const labels = new Map(ticks.map(({ at, label, isDay }) => [at, isDay ? `{day|${label}}` : label]));
  return {
    type: 'value' as const,
    min: from,
    max: to,
    axisLine: { lineStyle: { color: DAY_LINE } },
    axisTick: { show: true, customValues: marks, lineStyle: { color: DAY_LINE } },
    axisLabel: {
      customValues: marks,
      formatter: (at: number) => labels.get(at) ?? '',
      color: QUIET,
      fontSize: 15,
      rich: { day: { fontWeight: 600 as const, color: INK, fontSize: 15 } },
      hideOverlap: true,
    },
    splitLine: { lineStyle: { color: LINE } },
  };
}

function curvesOption(picture: Picture, drawing: Curves): EChartsOption {
  const { unit, curves, band, limits, lowest, highest } = drawing;
  const lines = legendLines(drawing);
  const suffix = unit === '' ? '' : ` ${unit}`;
  return {
    grid: { left: 24, right: 28, top: headOf(picture), height: PLOT_HEIGHT, containLabel: true },
    xAxis: timeAxis(picture),
    yAxis: {
      type: 'value',
      min: lowest < 0 ? lowest : 0,
      max: highest,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        formatter: (value: number) => `${rounded(value)}${suffix}`,
        color: QUIET,
        fontSize: 15,
        showMaxLabel: isRound(highest),
      },
      splitLine: { lineStyle: { color: LINE } },
    },
    legend: {
      bottom: 12,
      left: 24,
      width: WIDTH - 48,
      height: lines * LEGEND_LINE,
      itemWidth: 26,
      itemHeight: 10,
      itemGap: 14,
      selectedMode: false,
      textStyle: {
        fontSize: 15,
        color: INK,
        width: LEGEND_NAME,
        overflow: 'truncate',
      },
      data: [
        ...curves.map(({ name }) => ({ name })),
        ...(band ? [{ name: band.name, icon: 'roundRect' }] : []),
      ],
    },
    series: [...(band ? bandSeries(band) : []), ...curves.flatMap(curveSeries), limitSeries(limits)],
  };
}

const rounded = (value: number): string => String(Number(value.toPrecision(6)));
const isRound = (value: number): boolean => Number.isInteger(value / 10);

/** One series: pieces parted by a hole. What stands alone is a dot. */
function curveSeries({ name, pieces }: Curves['curves'][number], index: number): SeriesOption[] {
  const colour = COLOURS[index % COLOURS.length] ?? INK;
  const count = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const data = pieces.flatMap((piece) => [
    ...piece.map(([at, value]) => ({
      value: [at, value],
      symbol: count <= 40 || piece.length === 1 ? 'circle' : 'none',
      symbolSize: 6,
    })),
    { value: [piece.at(-1)?.[0] ?? 0, NaN], symbol: 'none', symbolSize: 0 },
  ]);
  return [
    {
      type: 'line',
      name,
      data,
      color: colour,
      connectNulls: false,
      lineStyle: { width: 2.6, color: colour, type: index < COLOURS.length ? 'solid' : [7, 5] },
      itemStyle: { color: colour },
      symbol: 'none',
      z: 4,
    },
  ];
}

function bandSeries({ name, pieces }: NonNullable<Curves['band']>): SeriesOption[] {
  return [
    {
      type: 'custom',
      name,
      color: BAND,
      clip: true,
      data: pieces.map((_, index) => index),
      renderItem: ({ dataIndex }, api) => {
        const piece = pieces[dataIndex] ?? [];
        const points = [
          ...piece.map(([at, , high]) => api.coord([at, high])),
          ...piece.toReversed().map(([at, low]) => api.coord([at, low])),
        ];
        return {
          type: 'polygon',
          shape: { points },
          style: { fill: BAND, opacity: 0.22, stroke: BAND, lineWidth: 1 },
        };
      },
      z: 2,
    },
  ];
}

const limitSeries = (limits: Curves['limits']): SeriesOption => ({
  type: 'line',
  data: [],
  markLine: {
    silent: true,
    symbol: 'none',
    data: limits.map(({ value, label }) => ({
      yAxis: value,
      lineStyle: { color: LIMIT, type: [5, 4], width: 1.6 },
      label: {
        formatter: label,
        position: 'insideStartTop',
        color: LIMIT,
        fontSize: 15,
        fontFamily: FONT,
        backgroundColor: 'rgba(255,255,255,0.7)',
        padding: [1, 4],
      },
    })),
  },
});

function stripsOption(picture: Picture, { strips, states }: Strips): EChartsOption {
  const present = new Set(strips.flatMap(({ spans }) => spans.map(({ state }) => state)));
  const kinds = (['ok', 'unknown', 'warning', 'critical'] as const).filter((state) => present.has(state));
  return {
    grid: {
      left: 24,
      right: 28,
      top: headOf(picture),
      height: Math.max(2, strips.length) * STRIP_HEIGHT,
      containLabel: true,
    },
    xAxis: timeAxis(picture),
    yAxis: {
      type: 'category',
      inverse: true,
      data: strips.map(({ name }) => name),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: INK, fontSize: 15, interval: 0, width: 260, overflow: 'truncate' },
    },
    legend: {
      bottom: 12,
      left: 24,
      selectedMode: false,
      itemWidth: 16,
      itemHeight: 12,
      textStyle: { fontSize: 15, color: INK },
      data: kinds.map((state) => ({ name: states[state], icon: 'rect' })),
    },
    series: kinds.map((state): SeriesOption => {
      const spans = strips.flatMap((strip, row) =>
        strip.spans.filter((span) => span.state === state).map(({ from, to }) => [from, to, row]),
      );
      return {
        type: 'custom',
        name: states[state],
        color: STATES[state],
        clip: true,
        data: spans,
        renderItem: (_, api) => {
          const [x = 0, y = 0] = api.coord([api.value(0), api.value(2)]);
          const [end = 0] = api.coord([api.value(1), api.value(2)]);
          const height = STRIP_HEIGHT - 8;
          return {
            type: 'rect',
            shape: { x, y: y - height / 2, width: Math.max(2, end - x), height },
            style: { fill: STATES[state] },
          };
        },
      };
    }),
  };
}

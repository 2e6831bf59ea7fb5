import type { PastHour } from '../../runs/measured.ts';
import type { History, Past } from '../../runs/ports.ts';
import { briefly, type Finding, findingKey, type Forecast, type Report } from '../../runs/report.ts';
import { outliers } from './compare.ts';
import { type Point, sinceReset, trendOf } from './trend.ts';

const DAY_MS = 24 * 3600 * 1000;
/** How much of the past is looked at. */
const BACK_MS = 7 * DAY_MS;
/** How far ahead to forecast, by how long the trend has lasted. */
const AHEAD_FOR_SPAN = 5;
const MOST_AHEAD_MS = 30 * DAY_MS;
/** A steep rise of late does not show in a slope over a week. */
const LATELY_MS = 2 * DAY_MS;
/** Of these at most the past is read: the ones that grew most of what is left to their threshold. */
const MOST_READ = 200;
const MOST_TOLD = 50;
/** Per cent of the threshold that a value must have grown for anybody to care. */
const LEAST_PERCENT = 1;
const MOST_OUTLIERS = 50;

/** A report with what is not red and yet worth a look: hosts unlike their peers, values that grow towards a threshold. */
export async function withForecasts(
  report: Report,
  history: Pick<History, 'lows' | 'hours'>,
  now: () => Promise<Date>,
): Promise<Report> {
  const unlike = outliers(report).slice(0, MOST_OUTLIERS);
  const forecasts = await forecastsOf(report.findings, history, await now());
  return {
    ...report,
    ...(unlike.length > 0 ? { outliers: unlike } : {}),
    ...(forecasts.length > 0 ? { forecasts } : {}),
  };
}

/** A finding whose value may grow towards a threshold. */
interface Growing {
  readonly finding: Finding;
  readonly value: number;
  /** The limit, while it is not breached. */
  readonly limit?: number;
  /** 100 % of a disk. */
  readonly full?: number;
}

/**
 * When growing values get to their thresholds if they go on like in the last days; the nearest first. Two questions for
 * however many findings: how far each has come, and the past of those that came far enough to get there in time.
 */
export async function forecastsOf(
  findings: readonly Finding[],
  history: Pick<History, 'lows' | 'hours'>,
  now: Date,
): Promise<readonly Forecast[]> {
  const candidates = findings.flatMap((finding) => growingOf(finding) ?? []);
  if (candidates.length === 0) return [];
  const since = new Date(now.getTime() - BACK_MS);
  const lows = await history.lows(
    candidates.map(({ finding }) => finding),
    since,
  );
  const risen = candidates
    .map((each) => ({ each, share: shareCome(each, lows.get(findingKey(each.finding))) }))
    .filter(({ share }) => share >= 1 / AHEAD_FOR_SPAN)
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_READ)
    .map(({ each }) => each);
  if (risen.length === 0) return [];
  const past = await history.hours(
    risen.map(({ finding }) => finding),
    since,
    now,
  );
  return forecast(risen, past, now);
}

function growingOf(finding: Finding): Growing | undefined {
  const { value, unit, part, limit } = finding;
  if (value === undefined || limit === undefined || limit.breach !== 'above') return undefined;
  const isDisk = unit === '%' && part?.startsWith('/') === true;
  const growing: Growing = {
    finding,
    value,
    ...(value < limit.value ? { limit: limit.value } : {}),
    ...(isDisk && value < 100 ? { full: 100 } : {}),
  };
  return growing.limit === undefined && growing.full === undefined ? undefined : growing;
}

const nearestTarget = ({ limit, full }: Growing): number => Math.min(limit ?? Infinity, full ?? Infinity);

/** How much of the way to the threshold the value has come since its lowest, 0 when it is not worth a word. */
function shareCome(growing: Growing, low: number | undefined): number {
  const target = nearestTarget(growing);
  const come = growing.value - (low ?? growing.value);
  return come < (Math.abs(target) * LEAST_PERCENT) / 100 ? 0 : come / (target - growing.value);
}

/** Pure: of what grows, when it gets there. */
function forecast(
  candidates: readonly Growing[],
  past: Past<readonly PastHour[]>,
  now: Date,
): readonly Forecast[] {
  return candidates
    .flatMap((growing) => {
      const points = (past.get(findingKey(growing.finding)) ?? []).flatMap(({ at, values, unit }): Point[] =>
        values && unit === growing.finding.unit ? [{ at: at.getTime(), value: values.newest }] : [],
      );
      points.push({ at: now.getTime(), value: growing.value });
      const ahead = soonest(growing, points, now.getTime());
      return ahead ? [ahead] : [];
    })
    .sort((a, b) => firstOf(a) - firstOf(b))
    .slice(0, MOST_TOLD);
}

const firstOf = ({ limitAt, fullAt }: Forecast): number => Date.parse(limitAt ?? fullAt ?? '');

/** By the slope since the last reset, or by that of the last two days when it is nearer. */
function soonest(growing: Growing, points: readonly Point[], now: number): Forecast | undefined {
  const whole = sinceReset(points);
  const lately = whole?.filter(({ at }) => at >= now - LATELY_MS);
  return [whole, lately]
    .flatMap((stretch) => (stretch ? (reckoned(growing, stretch, now) ?? []) : []))
    .sort((a, b) => firstOf(a) - firstOf(b))[0];
}

function reckoned(growing: Growing, points: readonly Point[], now: number): Forecast | undefined {
  const trend = trendOf(points);
  if (!trend || trend.perDay <= 0) return undefined;
  const { perDay, spanMs } = trend;
  const grown = (perDay * spanMs) / DAY_MS;
  if (grown < (Math.abs(nearestTarget(growing)) * LEAST_PERCENT) / 100) return undefined;
  const ahead = Math.min(MOST_AHEAD_MS, AHEAD_FOR_SPAN * spanMs);
  const reaches = (target: number | undefined): string | undefined => {
    if (target === undefined) return undefined;
    const ms = Math.max(0, ((target - growing.value) / perDay) * DAY_MS);
    return ms <= ahead ? new Date(now + ms).toISOString() : undefined;
  };
  const [limitAt, fullAt] = [reaches(growing.limit), reaches(growing.full)];
  if (limitAt === undefined && fullAt === undefined) return undefined;
  return {
    finding: briefly(growing.finding),
    perDay,
    ...(limitAt === undefined ? {} : { limitAt }),
    ...(fullAt === undefined ? {} : { fullAt }),
  };
}

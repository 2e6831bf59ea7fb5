import { weekdaysIn } from '../kit/typed/days-and-times.ts';
import { momentOf, offsetMs, wallTime, type WallTime } from '../kit/text/local-time.ts';

/** Hours of some days of the week, on the estate's clocks. Hours over midnight belong to the day on which they begin. */
export interface Span {
  /** As it was written. */
  readonly text: string;
  /** 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight; `to` is left out of it, and is at most 1440. */
  readonly from: number;
  readonly to: number;
}

/** `Mon-Fri 22:00-06:00`, `Sat,Sun 00:00-24:00`, `daily 09:30-11:30`, `周一至周五 22:00-06:00`; undefined when it is none. */
export function readSpan(text: string): Span | undefined {
  const [, days = '', fromHour = '', fromMinute = '', toHour = '', toMinute = ''] =
    /^(\S[\S ]{0,60}? )?([01]\d|2[0-3]):([0-5]\d) ?- ?([01]\d|2[0-3]|24):([0-5]\d)$/.exec(text.trim()) ?? [];
  if (fromHour === '') return undefined;
  const on = /^(?:daily|每天)?$/i.test(days.trim()) ? EVERY_DAY : weekdaysIn(days.trim().toLowerCase());
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  return on === undefined || from === to || to > DAY ? undefined : { text: text.trim(), days: on, from, to };
}

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6] as const;
const DAY = 24 * 60;
const DAY_MS = DAY * 60_000;

/** Whether the zone's clocks show a time within the span. */
export function isWithin({ days, from, to }: Span, at: Date, timeZone: string): boolean {
  const wall = wallTime(at, timeZone);
  const minute = wall.hour * 60 + wall.minute;
  const weekday = new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay();
  if (from < to) return days.includes(weekday) && from <= minute && minute < to;
  const isOfYesterday = minute < to && days.includes((weekday + 6) % 7);
  return isOfYesterday || (from <= minute && days.includes(weekday));
}

/** `2026-11-30 22:00`, as the zone's clocks show it: texts compare like times. */
export const wallText = (at: Date, timeZone: string): string => textOf(wallTime(at, timeZone));

/** `2026-11-30`, as the zone's clocks show it. */
export const wallDay = (at: Date, timeZone: string): string => wallText(at, timeZone).slice(0, 10);

const textOf = ({ year, month, day, hour, minute }: WallTime): string =>
  `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;

const two = (value: number): string => String(value).padStart(2, '0');

const isDay = (text: string): boolean => text.length <= 10;

/** Whether the zone's clocks show a time between two texts, each a day or a day and a time. A last day is meant whole, a last time is not. */
export function isBetween(from: string, to: string, at: Date, timeZone: string): boolean {
  const wall = wallText(at, timeZone);
  return from <= wall && (isDay(to) ? wallDay(at, timeZone) <= to : wall < to);
}

/** Reads `2026-10-01`, `2026-10-01 18:00` and ISO 8601 with a zone. Undefined when it is no time. */
export function readMoment(text: string, timeZone: string): Date | undefined {
  const [, year, month, day, hour = '0', minute = '0'] =
    /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d))?$/.exec(text.trim()) ?? [];
  if (year === undefined) return readInstant(text.trim());
  const wall = {
    year: +year,
    month: +(month ?? 0),
    day: +(day ?? 0),
    hour: +hour,
    minute: +minute,
    second: 0,
  };
  const isReal =
    textOf(wall) ===
    new Date(Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute))
      .toISOString()
      .slice(0, 16)
      .replace('T', ' ');
  return isReal ? momentOf(wall, timeZone) : undefined;
}

function readInstant(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** How far ahead an opening is looked for. */
export const DAYS_AHEAD = 62;

/**
 * The first moment after `at` of which `isOpen` says yes, to the minute; undefined when there is none for DAYS_AHEAD days. It can only be a
 * moment at which the clocks show one of the edges, or at which they are changed.
 */
export function nextOpening(
  at: Date,
  timeZone: string,
  edges: { readonly minutes: readonly number[]; readonly moments: readonly string[] },
  isOpen: (moment: Date) => boolean,
): Date | undefined {
  const today = wallTime(at, timeZone);
  const last = at.getTime() + DAYS_AHEAD * DAY_MS;
  const candidates = [
    ...Array.from({ length: DAYS_AHEAD + 2 }, (_, days) => ({ ...today, day: today.day + days - 1 })).flatMap(
      (day) => momentsOfDay(day, edges.minutes, timeZone),
    ),
    ...edges.moments.flatMap((text) => {
      const moment = readMoment(text, timeZone);
      if (moment === undefined) return [];
      return isDay(text)
        ? [startOfDay(nextDay(wallTime(moment, timeZone)), timeZone)]
        : around(moment.getTime());
    }),
  ];
  const sorted = [...new Set(candidates)]
    .filter((ms) => ms > at.getTime() && ms <= last)
    .sort((a, b) => a - b);
  const first = sorted.find((ms) => isOpen(new Date(ms)));
  return first === undefined ? undefined : new Date(first);
}

const around = (moment: number): readonly number[] => [moment, moment + 3_600_000];

/** Its day may overflow. */
const nextDay = (day: WallTime): WallTime => ({ ...day, day: day.day + 1 });

const startOfDay = (day: WallTime, timeZone: string): number =>
  momentOf({ ...day, hour: 0, minute: 0, second: 0 }, timeZone).getTime();

/** Every moment at which the clocks of a day show one of these minutes, and the moment at which they are changed. */
function momentsOfDay(day: WallTime, minutes: readonly number[], timeZone: string): readonly number[] {
  const midnight = startOfDay(day, timeZone);
  const next = startOfDay(nextDay(day), timeZone);
  const shift = next - midnight - DAY_MS;
  const shown = minutes.flatMap((minute) => {
    const plain = midnight + minute * 60_000;
    return shift === 0 ? [plain] : [plain, plain + shift];
  });
  return shift === 0 ? shown : [...shown, changeBetween(midnight, next, timeZone)];
}

/** The first minute after which the clocks are otherwise than before. */
function changeBetween(from: number, to: number, timeZone: string): number {
  const before = offsetMs(from, timeZone);
  let [low, high] = [from, to];
  while (high - low > 60_000) {
    const middle = low + Math.floor((high - low) / 120_000) * 60_000;
    if (offsetMs(middle, timeZone) === before) low = middle;
    else high = middle;
  }
  return high;
}

import { type Lang, momentOf, wallTime } from '../kit/index.ts';
import type { Tick } from './picture.ts';

const MOST_TICKS = 9;
const DAY = 24 * 60;
/** Minutes between two ticks. */
const STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  180,
  360,
  720,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  56 * DAY,
];

/** Marks of a time axis on round times of the zone's clocks, so few that they can be read. */
export function ticksOf(from: number, to: number, timeZone: string, lang: Lang): readonly Tick[] {
  const minutes = (to - from) / 60_000;
  const step = STEPS.find((each) => minutes / each <= MOST_TICKS) ?? STEPS.at(-1) ?? DAY;
  const start = { ...wallTime(new Date(from), timeZone), hour: 0, minute: 0, second: 0 };
  const ticks = new Map<number, Tick>();
  for (let minute = 0; ; minute += step) {
    const moment = momentOf({ ...start, minute }, timeZone);
    const at = moment.getTime();
    if (at > to) return [...ticks.values()];
    if (at >= from) ticks.set(at, tickAt(moment, timeZone, lang));
  }
}

function tickAt(moment: Date, timeZone: string, lang: Lang): Tick {
  const { month, day, hour, minute } = wallTime(moment, timeZone);
  const isDay = hour === 0 && minute === 0;
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = lang === 'zh' ? `${month}月${day}日` : `${MONTHS[month - 1] ?? ''} ${day}`;
  return { at: moment.getTime(), label: isDay ? date : `${two(hour)}:${two(minute)}`, isDay };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

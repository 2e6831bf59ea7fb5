/** What clocks on the wall of a time zone show. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export function wallTime(at: Date, timeZone: string): WallTime {
  const parts = new Map(
    clock(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

/** The moment at which the zone's clocks show this; fields may overflow, so day 0 is the last of the month before. A time that the change to summer time leaves out is taken as so much later, one that comes twice as the first. */
export function momentOf({ year, month, day, hour, minute, second }: WallTime, timeZone: string): Date {
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  const [early, late] = [shown - DAY_MS, shown + DAY_MS].map((near) => shown - offsetMs(near, timeZone));
  const fits = (at: number | undefined): at is number =>
    at !== undefined && at + offsetMs(at, timeZone) === shown;
  return new Date([early, late].find(fits) ?? early ?? shown);
}

/** The same time on the clocks of the zone, so many days before: 23 or 25 hours when the clocks were changed between. */
export function sameTimeDaysBefore(at: Date, days: number, timeZone: string): Date {
  const wall = wallTime(at, timeZone);
  return new Date(momentOf({ ...wall, day: wall.day - days }, timeZone).getTime() + at.getMilliseconds());
}

/** `10:05`; with its date, `2026-11-26 10:05`, when that is not the day of the other moment. */
export function clockText(at: Date, beside: Date, timeZone: string): string {
  const [wall, other] = [wallTime(at, timeZone), wallTime(beside, timeZone)];
  const date = dateText(wall);
  const time = `${two(wall.hour)}:${two(wall.minute)}`;
  return date === dateText(other) ? time : `${date} ${time}`;
}

const dateText = ({ year, month, day }: WallTime): string => `${year}-${two(month)}-${two(day)}`;
const two = (value: number): string => String(value).padStart(2, '0');

const DAY_MS = 24 * 3600 * 1000;

/** How far the zone's clocks are ahead of UTC. */
export function offsetMs(at: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallTime(new Date(at), timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(timeZone, made);
  return made;
}

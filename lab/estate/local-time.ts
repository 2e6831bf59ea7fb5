/** A moment as a clock on a host shows it. */
export interface LocalTime {
  /** `2018-05-31` */
  readonly date: string;
  /** `17:02:14` */
  readonly time: string;
  readonly millis: string;
  /** `+0800` */
  readonly zone: string;
}

/** A moment, in milliseconds since the epoch, as it is shown in a time zone that is so much ahead of UTC. */
export function localTime(at: number, offsetMs: number): LocalTime {
  const iso = new Date(at + offsetMs).toISOString();
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    date: iso.slice(0, 10),
    time: iso.slice(11, 19),
    millis: iso.slice(20, 23),
    zone: `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`,
  };
}

const CLOCKS = new Map<string, Intl.DateTimeFormat>();
/** No zone changes its offset at another moment than a full quarter of an hour. */
const QUARTER_MS = 15 * 60_000;
const OFFSETS = new Map<string, number>();

/** Milliseconds by which a time zone is ahead of UTC at a moment. */
export function offsetOf(timeZone: string, at: number): number {
  const key = `${timeZone} ${Math.floor(at / QUARTER_MS)}`;
  const known = OFFSETS.get(key);
  if (known !== undefined) return known;
  if (OFFSETS.size > 1000) OFFSETS.clear();
  const offset = reckonOffset(timeZone, at);
  OFFSETS.set(key, offset);
  return offset;
}

function reckonOffset(timeZone: string, at: number): number {
  const clock = CLOCKS.get(timeZone) ?? clockOf(timeZone);
  CLOCKS.set(timeZone, clock);
  const parts = clock.formatToParts(at);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(at / 1000) * 1000;
}

const clockOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

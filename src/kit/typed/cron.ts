import { CronExpressionParser } from 'cron-parser';

/**
 * The first slot of a cron expression after a moment, in a time zone. A time that summer time leaves out comes one hour later
 * that day, one that comes twice counts once. Throws for an expression that is none.
 */
export const slotAfter = (cron: string, zone: string, after: Date): Date =>
  CronExpressionParser.parse(cron, { tz: zone, currentDate: after }).next().toDate();

/** The slots from `first`, which is one of them, up to and with `until`. */
export interface Slots {
  readonly count: number;
  readonly last: Date;
  /** The one before the last; absent when there is only one. */
  readonly lastButOne?: Date;
  /** There are more than were counted. */
  readonly more: boolean;
}

/** Counting ends here: further missed slots are reported as "more than". */
const COUNTED = 1000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How far back the last slot is looked for, so that nobody walks through all slots of a long outage. */
const REACHES = [MINUTE, 60 * MINUTE, DAY, 8 * DAY, 32 * DAY, 400 * DAY] as const;

/** Undefined when not even the first has come. */
export function slotsUntil(cron: string, zone: string, first: Date, until: Date): Slots | undefined {
  if (first > until) return undefined;
  const counted = walk(cron, zone, first, until, COUNTED);
  if (!counted.more) return counted;
  for (const reach of REACHES) {
    const near = slotAfter(cron, zone, new Date(until.getTime() - reach));
    if (near <= until)
      return { ...walk(cron, zone, near, until, Number.MAX_SAFE_INTEGER), count: COUNTED, more: true };
  }
  return counted;
}

function walk(cron: string, zone: string, first: Date, until: Date, most: number): Slots {
  const slots = CronExpressionParser.parse(cron, { tz: zone, currentDate: first });
  let [count, last] = [1, first];
  let lastButOne: Date | undefined;
  for (let next = slots.next().toDate(); next <= until; next = slots.next().toDate()) {
    if (count >= most) return { count, last, more: true, ...(lastButOne ? { lastButOne } : {}) };
    lastButOne = last;
    last = next;
    count += 1;
  }
  return { count, last, more: false, ...(lastButOne ? { lastButOne } : {}) };
}

/** The shortest time between two slots that follow each other within some weeks, in milliseconds. */
export function shortestGapMs(cron: string, zone: string): number {
  const slots = CronExpressionParser.parse(cron, { tz: zone, currentDate: new Date('2026-01-01T00:00:00Z') });
  const first = slots.next().getTime();
  let shortest = Number.POSITIVE_INFINITY;
  for (let before = first, n = 0; n < 100 && before - first < 40 * DAY; n += 1) {
    const next = slots.next().getTime();
    shortest = Math.min(shortest, next - before);
    before = next;
  }
  return shortest;
}

/** Why a cron expression is invalid, in the parser's words; undefined when it is valid. */
export function cronProblem(cron: string, zone: string): string | undefined {
  // `H` would be another time at every look.
  if (/h/i.test(cron.replace(/thu|mar/gi, ''))) return 'H is not known here';
  try {
    slotAfter(cron, zone, new Date('2026-01-01T00:00:00Z'));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `2026-11-20 07:30`: local time for people. */
export const localTime = (iso: string, zone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(
    new Date(iso),
  );

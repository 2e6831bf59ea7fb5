import { slotAfter, slotsUntil } from '../kit/index.ts';
import type { Away, Late, Missed, Schedule, SlotMoment, SlotVerdict } from './schedule.ts';
import type { LatestSlot } from './schedule-store.ts';

/** Seconds after a slot in which its inspection is in time; less for schedules that come often. */
const GRACE_SECONDS = 120;

/** How long after a slot its inspection is in time, in milliseconds, given the time to the next one. */
const graceMs = (interval: number): number => Math.min(GRACE_SECONDS * 1000, interval / 2);

/**
 * What becomes of the slots that have come, all together: at most one inspection. The last one is inspected while it is less
 * than half an interval old, otherwise the next regular one is waited for. Undefined when none has come. Pure.
 */
export function decideSlots(
  { schedule, now, underWay, away }: SlotMoment,
  zone: string,
): SlotVerdict | undefined {
  const { cron, nextAt } = schedule;
  const come = slotsUntil(cron, zone, new Date(nextAt), now);
  if (!come) return undefined;
  const { last, lastButOne } = come;
  const next = slotAfter(cron, zone, last);
  const interval = next.getTime() - last.getTime();
  const age = now.getTime() - last.getTime();
  const gap = (count: number, to: Date): { readonly missed: Missed } => ({
    missed: {
      count,
      ...(come.more ? { more: true } : {}),
      from: nextAt,
      to: to.toISOString(),
      ...reason(away, nextAt, to),
    },
  });
  const slot = { at: last.toISOString(), nextAt: next.toISOString() };
  const before = lastButOne ? gap(come.count - 1, lastButOne) : {};
  if (underWay) return { ...slot, state: 'skipped', ...before };
  if (age >= interval / 2) return { ...slot, state: 'missed', ...gap(come.count, last) };
  const late = age > graceMs(interval) ? { late: reason(away, slot.at, last) } : {};
  return { ...slot, state: 'due', ...late, ...before };
}

/** Known when for some time within the gap nobody looked. */
const reason = (away: Away | undefined, from: string, to: Date): Late =>
  away && away.from <= to.toISOString() && away.until >= from ? { because: away.because } : {};

/** Two gaps of one schedule, told as one. */
export function joinMissed(a: Missed | undefined, b: Missed | undefined): Missed | undefined {
  if (!a || !b) return a ?? b;
  const reason = b.because ?? a.because;
  return {
    count: a.count + b.count,
    ...(a.more || b.more ? { more: true } : {}),
    from: a.from < b.from ? a.from : b.from,
    to: a.to > b.to ? a.to : b.to,
    ...(reason ? { because: reason } : {}),
  };
}

/** Inspections of schedules that go on at one time in the whole installation: people's own find room, and nothing stampedes. */
const SCHEDULED_AT_ONCE = 2;

/** Those of the waiting slots that may begin now, when this many inspections of schedules go on. Pure. */
export const turnOf = <S>(waiting: readonly S[], underWay: number): readonly S[] =>
  waiting.slice(0, Math.max(0, SCHEDULED_AT_ONCE - underWay));

/** How a schedule stands. `overdue`: its time passed by more than its grace and nothing began. */
export type Standing = 'paused' | 'overdue' | 'going-on' | 'in-time';

export function standingOf(
  { cron, nextAt, paused }: Schedule,
  latest: LatestSlot | undefined,
  zone: string,
  now: Date,
): Standing {
  if (paused || nextAt === undefined) return 'paused';
  const isPast = (slot: string): boolean => {
    const at = new Date(slot);
    return now.getTime() - at.getTime() > graceMs(slotAfter(cron, zone, at).getTime() - at.getTime());
  };
  if (isPast(nextAt)) return 'overdue';
  const waits = latest?.state === 'due' && (!latest.run || latest.run.state === 'queued');
  if (latest && waits && isPast(latest.at)) return 'overdue';
  return latest?.run && latest.run.state !== 'ended' ? 'going-on' : 'in-time';
}

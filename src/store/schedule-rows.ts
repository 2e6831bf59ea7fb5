import { z } from 'zod';
import { scheduleKey } from '../kit/index.ts';
import { Unreadable } from '../runs/faults.ts';
import { RunId } from '../runs/run.ts';
import { type Away, type Late, type Missed, type Schedule, ScheduleId, type Slot } from '../runs/schedule.ts';
import type { LatestSlot } from '../runs/schedule-store.ts';
import { storable } from './storable.ts';
import { SqlNumber, SqlTime, SqlYes, toSqlTime } from './values.ts';

const Identified = z.object({ id: z.string() });
const Text = z.object({ en: z.string(), zh: z.string() });
const TextColumn = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(Text);
const Outage = z.enum(['stopped', 'database']);
const SlotState = z.enum(['due', 'skipped', 'missed', 'refused', 'by-hand']);

/** The columns of a schedule, of table `s`. */
export const scheduleColumns = `s.id, s.name, s.cron, s.scope, s.team, s.channel, s.lang, s.owner_id, s.owner_name, s.declared,
  s.next_at, s.paused_at, s.paused_by_id, s.paused_by_name, s.paused_because`;

const ScheduleRow = z.object({
  id: ScheduleId,
  name: z.string(),
  cron: z.string(),
  scope: z.string(),
  team: z.string(),
  channel: z.string(),
  lang: z.enum(['en', 'zh']),
  owner_id: z.string(),
  owner_name: z.string(),
  declared: z.string().nullable(),
  next_at: SqlTime.nullable(),
  paused_at: SqlTime.nullable(),
  paused_by_id: z.string().nullable(),
  paused_by_name: z.string().nullable(),
  paused_because: TextColumn.nullable(),
});

/** The schedule of a row. Throws Unreadable when the row is not one that this version knows. */
export function parseSchedule(row: unknown): Schedule {
  const parsed = ScheduleRow.safeParse(row);
  if (!parsed.success)
    throw new Unreadable('schedule', Identified.parse(row).id, {
      isNewer: false,
      because: z.prettifyError(parsed.error),
    });
  const { owner_id, owner_name, declared, next_at, paused_at, ...read } = parsed.data;
  const { paused_by_id, paused_by_name, paused_because, ...schedule } = read;
  return {
    ...schedule,
    owner: { id: owner_id, name: owner_name },
    ...(declared === null ? {} : { declared }),
    ...(next_at === null ? {} : { nextAt: next_at }),
    ...(paused_at === null
      ? {}
      : {
          paused: {
            at: paused_at,
            by: { id: paused_by_id ?? '', name: paused_by_name ?? '' },
            ...(paused_because === null ? {} : { because: paused_because }),
          },
        }),
  };
}

/** What is written of a schedule, as `name = ?` pairs. */
export function scheduleChanges(
  schedule: Omit<Schedule, 'id'>,
): readonly (readonly [string, string | null])[] {
  const { name, cron, scope, team, channel, lang, owner, declared, nextAt, paused } = schedule;
  return [
    ['name', storable(name, 190)],
    ['name_key', storable(scheduleKey(name), 190)],
    ['cron', cron],
    ['scope', storable(scope, 500)],
    ['team', team],
    ['channel', channel],
    ['lang', lang],
    ['owner_id', storable(owner.id, 190)],
    ['owner_name', storable(owner.name, 190)],
    ['declared', declared === undefined ? null : storable(declared, 500)],
    ['next_at', nextAt === undefined ? null : toSqlTime(nextAt)],
    ['paused_at', paused ? toSqlTime(paused.at) : null],
    ['paused_by_id', paused ? storable(paused.by.id, 190) : null],
    ['paused_by_name', paused ? storable(paused.by.name, 190) : null],
    ['paused_because', paused?.because ? JSON.stringify(paused.because) : null],
  ];
}

/** How many inspections were missed, from when to when; of one row or of several together. */
const missedColumns = {
  missed: SqlNumber.nullable(),
  missed_more: SqlYes,
  missed_from: SqlTime.nullable(),
  missed_to: SqlTime.nullable(),
  missed_because: Outage.nullable(),
};

export const MissedRow = z
  .object(missedColumns)
  .transform(({ missed, missed_more, missed_from, missed_to, missed_because }): Missed | undefined =>
    !missed || missed_from === null || missed_to === null
      ? undefined
      : {
          count: missed,
          ...(missed_more ? { more: true } : {}),
          from: missed_from,
          to: missed_to,
          ...(missed_because === null ? {} : { because: missed_because }),
        },
  );

/** Seconds after which people are told that a slot waits for its turn. */
const LONG_SECONDS = 600;

/** The columns of a slot, of table `t`. */
export const slotColumns = `t.slot_at, t.state, t.late, t.missed, t.missed_more, t.missed_from, t.missed_to, t.missed_because,
  t.because, (t.wait_told_at is null and t.decided_at < now(3) - interval ${LONG_SECONDS} second) as is_long`;

const SlotRow = z.object({
  slot_at: SqlTime,
  state: SlotState,
  late: z.enum(['yes', 'stopped', 'database']).nullable(),
  because: TextColumn.nullable(),
  is_long: SqlYes,
});

/** The slot of a row that has the columns of its schedule, too. */
export function parseSlot(row: unknown): Slot {
  const { slot_at: at, state, late, because, is_long } = SlotRow.parse(row);
  const missed = MissedRow.parse(row);
  return {
    schedule: parseSchedule(row),
    at,
    state,
    ...(late === null ? {} : { late: late === 'yes' ? {} : { because: late } }),
    ...(missed ? { missed } : {}),
    ...(because === null ? {} : { because }),
    ...(is_long ? { isLong: true } : {}),
  };
}

/** Late is a reason, or `yes` where none is known. */
export const lateColumn = (late: Late | undefined): string | null => (late ? (late.because ?? 'yes') : null);

const LatestRow = z.object({
  schedule_id: ScheduleId,
  slot_at: SqlTime,
  state: SlotState,
  run_id: RunId.nullable(),
  run_state: z
    .enum(['queued', 'preparing', 'waiting', 'approved', 'running', 'suspended', 'ended'])
    .nullable(),
  outcome: z.enum(['done', 'refused', 'failed', 'cancelled', 'expired', 'unknown']).nullable(),
  says: TextColumn.nullable(),
});

export function parseLatest(row: unknown): readonly [ScheduleId, LatestSlot] {
  const { schedule_id, slot_at: at, state, run_id: id, run_state, outcome, says } = LatestRow.parse(row);
  if (id === null || run_state === null) return [schedule_id, { at, state }];
  const run = { id, state: run_state, ...(outcome ? { outcome } : {}), ...(says ? { says } : {}) };
  return [schedule_id, { at, state, run }];
}

export const ClockRow = z
  .object({
    away_from: SqlTime.nullable(),
    away_until: SqlTime.nullable(),
    away_because: Outage.nullable(),
  })
  .transform(({ away_from: from, away_until: until, away_because: because }): Away | undefined =>
    from === null || until === null || because === null ? undefined : { from, until, because },
  );

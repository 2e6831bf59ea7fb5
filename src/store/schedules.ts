import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AuditEntry } from '../runs/ports.ts';
import { type Schedule, ScheduleId, type Slot } from '../runs/schedule.ts';
import type { MostSchedules, ScheduleStore } from '../runs/schedule-store.ts';
import { scheduleKey, type Words } from '../kit/index.ts';
import type { AuditWriter } from './audit.ts';
import { StoreFailed } from './errors.ts';
import { databaseOf, holdName, lockName } from './named-lock.ts';
import type { Pool, Transaction } from './pool.ts';
import { readEach, type UnreadableRows } from './readable.ts';
import {
  parseLatest,
  parseSchedule,
  parseSlot,
  scheduleChanges,
  scheduleColumns,
  slotColumns,
} from './schedule-rows.ts';
import { clock, Count, isUnderWay, locked, pending, settle } from './slots.ts';
import { oneOf, SqlTime, toSqlTime } from './values.ts';

/** Without a sign of life for so long, nobody looked. */
const AWAY_SECONDS = 60;
/** Schedules and what became of their slots, on the database's clock. A slot is decided about once, under the lock of its schedule. */
export function scheduleStore(pool: Pool, audit: AuditWriter, rows: UnreadableRows): ScheduleStore {
  return {
    all: async () =>
      readEach(await pool.rows(`select ${scheduleColumns} from schedule s order by s.seq`), parseSchedule, {
        rows,
        table: 'schedule',
      }),
    add: (schedule, entry) => add(pool, (tx) => insert(tx, audit, schedule, entry)),
    addWithin: (most, schedule, entry) =>
      add(pool, async (tx) => (await tooManyFor(tx, schedule, most)) ?? insert(tx, audit, schedule, entry)),

    change: (id, to, entry) =>
      pool.transaction(async (tx) => {
        const before = await locked(tx, id);
        if (!before) return undefined;
        const after = { ...to(before), id };
        await write(tx, after);
        if (after.paused) await dropWaiting(tx, id);
        await audit.writeWith(tx, entry);
        return after;
      }),

    remove: (id, entry) =>
      pool.transaction(async (tx) => {
        if (!(await locked(tx, id))) return false;
        await dropWaiting(tx, id);
        await tx.change('delete from schedule where id = ?', [id]);
        await audit.writeWith(tx, entry);
        return true;
      }),

    settle: (id, decide, ringing) => pool.transaction((tx) => settle(tx, id, decide, ringing, rows)),

    waiting: async () =>
      readEach(
        await pool.rows(
          `select ${scheduleColumns}, ${slotColumns} from schedule_slot t join schedule s on s.id = t.schedule_id
           where t.run_id is null order by t.late is not null, t.slot_at, s.seq`,
        ),
        parseSlot,
        { rows, table: 'schedule_slot' },
      ),

    async underWay() {
      const row = oneOf(
        Count,
        await pool.rows(
          `select count(*) as n from run r join schedule_slot t on t.run_id = r.id
           where r.state in ('queued', 'preparing') and t.state = 'due'`,
        ),
      );
      return row?.n ?? 0;
    },

    async waitTold({ schedule, at }) {
      await pool.change(
        'update schedule_slot set wait_told_at = now(3) where schedule_id = ? and slot_at = ? and wait_told_at is null',
        [schedule.id, toSqlTime(at)],
      );
    },

    async given({ schedule, at }, runId) {
      await pool.change(
        'update schedule_slot set run_id = ? where schedule_id = ? and slot_at = ? and run_id is null',
        [runId, schedule.id, toSqlTime(at)],
      );
    },

    refuse: (slot, because, entry) => pool.transaction((tx) => refuse(tx, audit, slot, because, entry)),

    standing: (id) =>
      pool.transaction(async (tx) => {
        await locked(tx, id);
        const missed = await pending(tx, id);
        return { underWay: await isUnderWay(tx, id), ...(missed ? { missed } : {}) };
      }),

    startedByHand: (id, runId) =>
      pool.transaction(async (tx) => {
        await locked(tx, id);
        await tx.change(
          `insert into schedule_slot (schedule_id, slot_at, state, run_id, decided_at)
           values (?, now(3), 'by-hand', ?, now(3))`,
          [id, runId],
        );
      }),

    async latest() {
      const found = await pool.rows(
        `select t.schedule_id, t.slot_at, t.state, t.run_id, r.state as run_state, r.outcome,
           cast(json_extract(r.body, '$.says') as char) as says
         from (select schedule_id, max(slot_at) as slot_at from schedule_slot group by schedule_id) newest
         join schedule_slot t on t.schedule_id = newest.schedule_id and t.slot_at = newest.slot_at
         left join run r on r.id = t.run_id`,
      );
      return new Map(readEach(found, parseLatest, { rows, table: 'schedule_slot' }));
    },

    look: (since) => pool.transaction((tx) => look(tx, since)),
  };
}

/** undefined when one of this name is there. */
async function add<T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T | undefined> {
  try {
    return await pool.transaction(work);
  } catch (error) {
    if (error instanceof StoreFailed && error.code === 'ER_DUP_ENTRY') return undefined;
    throw error;
  }
}

async function insert(
  tx: Transaction,
  audit: AuditWriter,
  schedule: Omit<Schedule, 'id'>,
  entry: AuditEntry,
): Promise<Schedule> {
  const id = ScheduleId.parse(randomUUID());
  const changes = scheduleChanges(schedule);
  await tx.change(
    `insert into schedule (id, ${changes.map(([name]) => name).join(', ')})
     values (?, ${changes.map(() => '?').join(', ')})`,
    [id, ...changes.map(([, value]) => value)],
  );
  await audit.writeWith(tx, entry);
  return { ...schedule, id };
}

/** Counted under a lock: many that are added at the same moment are counted one after the other. */
async function tooManyFor(
  tx: Transaction,
  { name, owner }: Omit<Schedule, 'id'>,
  { ofOwner, inAll }: MostSchedules,
): Promise<'too-many-of-owner' | 'too-many' | undefined> {
  await holdName(tx, lockName('schedules', await databaseOf(tx)));
  const count = async (and: string, values: readonly string[]): Promise<number> =>
    oneOf(Count, await tx.rows(`select count(*) as n from schedule where declared is null ${and}`, values))
      ?.n ?? 0;
  // The same words again are answered by what they set up.
  if ((await count('and name_key = ?', [scheduleKey(name)])) > 0) return undefined;
  if ((await count('and owner_id = ?', [owner.id])) >= ofOwner) return 'too-many-of-owner';
  return (await count('', [])) >= inAll ? 'too-many' : undefined;
}

async function write(tx: Transaction, schedule: Schedule): Promise<void> {
  const changes = scheduleChanges(schedule);
  await tx.change(`update schedule set ${changes.map(([name]) => `${name} = ?`).join(', ')} where id = ?`, [
    ...changes.map(([, value]) => value),
    schedule.id,
  ]);
}

const dropWaiting = (tx: Transaction, id: ScheduleId): Promise<number> =>
  tx.change("delete from schedule_slot where schedule_id = ? and run_id is null and state = 'due'", [id]);

async function refuse(
  tx: Transaction,
  audit: AuditWriter,
  { schedule: { id }, at }: Slot,
  because: Words,
  entry: AuditEntry,
): Promise<void> {
  const schedule = await locked(tx, id);
  if (!schedule) return;
  const refused = await tx.change(
    `update schedule_slot set state = 'refused', because = ?
     where schedule_id = ? and slot_at = ? and state = 'due' and run_id is null`,
    [JSON.stringify(because), id, toSqlTime(at)],
  );
  if (refused === 0) return;
  const { nextAt: _, ...rest } = schedule;
  const paused = { by: entry.actor, at: (await clock(tx)).toISOString(), because };
  await write(tx, { ...rest, paused });
  await audit.writeWith(tx, entry);
}

async function look(tx: Transaction, since: Date | undefined): Promise<{ readonly now: Date }> {
  const now = await clock(tx);
  const row = oneOf(
    z.object({ looked_at: SqlTime }),
    await tx.rows('select looked_at from schedule_clock where id = 1 for update'),
  );
  const before = row && new Date(row.looked_at);
  const at = toSqlTime(now.toISOString());
  if (before && now.getTime() - before.getTime() > AWAY_SECONDS * 1000)
    await tx.change(
      'update schedule_clock set away_from = looked_at, away_until = ?, away_because = ? where id = 1',
      [at, since && since <= before ? 'database' : 'stopped'],
    );
  await tx.change(
    'insert into schedule_clock (id, looked_at) values (1, ?) on duplicate key update looked_at = ?',
    [at, at],
  );
  return { now };
}

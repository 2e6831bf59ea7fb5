import { z } from 'zod';
import type { Missed, Schedule, ScheduleId, SlotMoment, SlotVerdict } from '../runs/schedule.ts';
import { joinMissed } from '../runs/slots.ts';
import type { Session, Transaction } from './pool.ts';
import { readEach, type UnreadableRows } from './readable.ts';
import { ClockRow, lateColumn, MissedRow, parseSchedule, scheduleColumns } from './schedule-rows.ts';
import { oneOf, SqlNumber, SqlTime, toSqlTime } from './values.ts';

/** A slot that rings earlier than the database's clock has it by no more than this has come. */
const SKEW_MS = 2000;

/** Decides about the slots of a schedule that have come, under the lock of its row. */
export async function settle(
  tx: Transaction,
  id: ScheduleId,
  decide: (moment: SlotMoment) => SlotVerdict | undefined,
  ringing: Date | undefined,
  rows: UnreadableRows,
): Promise<void> {
  const schedule = await locked(tx, id);
  const { nextAt } = schedule ?? {};
  if (!schedule || nextAt === undefined) return;
  const now = come(await clock(tx), ringing);
  if (now < new Date(nextAt)) return;
  // Why nobody looked is only told to people: a cause that is not known here holds no schedule up.
  const [away] = readEach(
    await tx.rows('select away_from, away_until, away_because from schedule_clock where id = 1'),
    (row) => ClockRow.parse(row),
    { rows, table: 'schedule_clock' },
  );
  const verdict = decide({
    schedule: { ...schedule, nextAt },
    now,
    underWay: await isUnderWay(tx, id),
    ...(away ? { away } : {}),
  });
  if (!verdict) return;
  // Missed slots are reported again by the next inspection.
  const missed = verdict.state === 'due' ? joinMissed(await pending(tx, id), verdict.missed) : verdict.missed;
  await insertSlot(tx, id, verdict, missed);
  await tx.change('update schedule set next_at = ? where id = ?', [toSqlTime(verdict.nextAt), id]);
}

/** Clocks differ a little: what rings now has come. */
const come = (now: Date, ringing: Date | undefined): Date =>
  ringing && ringing > now && ringing.getTime() - now.getTime() <= SKEW_MS ? ringing : now;

/** A slot that was decided about before, under another time table, stays as it is. */
async function insertSlot(
  tx: Transaction,
  id: ScheduleId,
  { at, state, late }: SlotVerdict,
  missed: Missed | undefined,
): Promise<void> {
  await tx.change(
    `insert into schedule_slot (schedule_id, slot_at, state, late, missed, missed_more, missed_from, missed_to,
       missed_because, decided_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, now(3)) on duplicate key update schedule_id = schedule_id`,
    [
      id,
      toSqlTime(at),
      state,
      lateColumn(late),
      String(missed?.count ?? 0),
      missed?.more ? '1' : '0',
      missed ? toSqlTime(missed.from) : null,
      missed ? toSqlTime(missed.to) : null,
      missed?.because ?? null,
    ],
  );
}

/** The inspection before waits for its turn, or its run has not ended. */
export async function isUnderWay(tx: Session, id: ScheduleId): Promise<boolean> {
  const row = oneOf(
    Count,
    await tx.rows(
      `select
         (select count(*) from schedule_slot where run_id is null and schedule_id = ? and state = 'due') +
         (select count(*) from run r join schedule_slot t on t.run_id = r.id
          where r.state in ('queued', 'preparing') and t.schedule_id = ? and t.state in ('due', 'by-hand')) as n`,
      [id, id],
    ),
  );
  return (row?.n ?? 0) > 0;
}

/** What was missed since the last inspection. */
export async function pending(tx: Session, id: ScheduleId): Promise<Missed | undefined> {
  return oneOf(
    MissedRow,
    await tx.rows(
      `select sum(missed) as missed, max(missed_more) as missed_more, min(missed_from) as missed_from,
         max(missed_to) as missed_to, max(missed_because) as missed_because
       from schedule_slot
       where schedule_id = ? and state in ('missed', 'skipped', 'refused') and missed > 0
         and slot_at > coalesce(
           (select slot_at from schedule_slot inspected
            where inspected.schedule_id = ? and inspected.state in ('due', 'by-hand')
            order by slot_at desc limit 1),
           '1970-01-01')`,
      [id, id],
    ),
  );
}

/** The schedule, its row locked until the transaction ends. */
export async function locked(tx: Transaction, id: ScheduleId): Promise<Schedule | undefined> {
  const [row] = await tx.rows(`select ${scheduleColumns} from schedule s where s.id = ? for update`, [id]);
  return row === undefined ? undefined : parseSchedule(row);
}

/** How many there are. */
export const Count = z.object({ n: SqlNumber });

const Now = z.object({ now: SqlTime });

/** The database's clock. */
export async function clock(tx: Session): Promise<Date> {
  const row = oneOf(Now, await tx.rows('select now(3) as now'));
  if (!row) throw new Error('the database did not say what time it is');
  return new Date(row.now);
}

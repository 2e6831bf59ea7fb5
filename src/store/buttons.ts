import { z } from 'zod';
import type { ButtonStore } from '../runs/ports.ts';
import { Unreadable } from '../runs/faults.ts';
import { RunId } from '../runs/run.ts';
import { ScheduleId } from '../runs/schedule.ts';
import type { Pool } from './pool.ts';
import { SqlTime, SqlYes, toSqlTime } from './values.ts';

/** What buttons mean. A once-button is taken by one statement on the database's clock, so exactly one press counts. */
export function buttonStore(pool: Pool): ButtonStore {
  return {
    async create(buttons) {
      if (buttons.length === 0) return;
      await pool.change(
        `insert into button (id, run_id, action, arg, once, created_at, expires_at)
         values ${buttons.map(() => '(?, ?, ?, ?, ?, now(3), ?)').join(', ')}`,
        buttons.flatMap((button) => [
          button.id,
          'scheduleId' in button ? null : button.runId,
          button.action,
          'scheduleId' in button ? button.scheduleId : (button.arg ?? null),
          button.once ? '1' : '0',
          button.expiresAt === undefined ? null : toSqlTime(button.expiresAt),
        ]),
      );
    },

    async get(id) {
      const row = await find(pool, id);
      if (!row) return undefined;
      return {
        ...meaningOf(row),
        id: row.id,
        once: row.once,
        expired: row.expired,
        ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
        ...(row.used_by_id === null
          ? {}
          : { usedBy: { id: row.used_by_id, name: row.used_by_name ?? row.used_by_id } }),
      };
    },

    async take(id, by) {
      const taken = await pool.change(
        `update button set used_at = now(3), used_by_id = ?, used_by_name = ?
         where id = ? and once = 1 and used_at is null and (expires_at is null or expires_at > now(3))`,
        [by.id, by.name.slice(0, 190), id],
      );
      if (taken === 1) return 'taken';
      const row = await find(pool, id);
      if (!row) return 'absent';
      if (row.used_by_id !== null) return 'used';
      if (row.expired) return 'expired';
      // A once-button that is free now did not exist when it was pressed.
      return row.once ? 'absent' : 'taken';
    },
  };
}

const OfRun = z.object({
  run_id: RunId,
  action: z.enum([
    'confirm',
    'cancel',
    'put-back',
    'again',
    'evidence',
    'look-again',
    'took-effect',
    'no-effect',
    'step-done',
    'step-not-done',
    'step-could-not',
    'record',
    'close',
    'ask',
  ]),
  arg: z.string().nullable(),
});
/** A button of a list of schedules keeps the schedule's id where others keep their argument. */
const OfSchedule = z.object({
  run_id: z.null(),
  action: z.enum(['pause', 'resume', 'run', 'remove']),
  arg: ScheduleId,
});
const ButtonRow = z
  .object({
    id: z.string(),
    once: SqlYes,
    expires_at: SqlTime.nullable(),
    expired: SqlYes,
    used_by_id: z.string().nullable(),
    used_by_name: z.string().nullable(),
  })
  .and(z.union([OfRun, OfSchedule]));

function meaningOf(row: z.infer<typeof ButtonRow>) {
  if (row.run_id === null) return { scheduleId: row.arg, action: row.action };
  return { runId: row.run_id, action: row.action, ...(row.arg === null ? {} : { arg: row.arg }) };
}

/** Throws Unreadable for a button whose meaning is not known here. */
async function find(pool: Pool, id: string): Promise<z.infer<typeof ButtonRow> | undefined> {
  const [row] = await pool.rows(
    `select id, run_id, action, arg, once, expires_at, expires_at <= now(3) as expired, used_by_id, used_by_name
     from button where id = ?`,
    [id],
  );
  if (row === undefined) return undefined;
  const read = ButtonRow.safeParse(row);
  if (read.success) return read.data;
  throw new Unreadable('button', id, { isNewer: true, because: z.prettifyError(read.error) });
}

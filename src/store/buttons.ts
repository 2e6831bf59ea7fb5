import { z } from 'zod';
import { type ButtonAction, RUN_ACTIONS, SCHEDULE_ACTIONS, type ScheduleAction } from '../runs/actions.ts';
import type { ButtonStore } from '../runs/ports.ts';
import { Unreadable } from '../runs/faults.ts';
import { RunId } from '../runs/run.ts';
import { ScheduleId } from '../runs/schedule.ts';
import { isOf, ofRun, ofSchedule } from '../runs/subject.ts';
import type { Pool } from './pool.ts';
import { SqlTime, SqlYes, toSqlTime } from './values.ts';

/** What buttons mean. A once-button is taken by one statement on the database's clock, so exactly one press counts. */
export function buttonStore(pool: Pool): ButtonStore {
  return {
    async create(buttons) {
      if (buttons.length === 0) return;
      await pool.change(
        `insert into button (id, subject_kind, subject_id, run_id, action, arg, once, created_at, expires_at)
         values ${buttons.map(() => '(?, ?, ?, ?, ?, ?, ?, now(3), ?)').join(', ')}`,
        buttons.flatMap((button) => [
          button.id,
          button.subject.kind,
          button.subject.id,
          // Where versions before look for the run.
          isOf('run', button) ? button.subject.id : null,
          button.action,
          button.arg ?? null,
          button.once ? '1' : '0',
          button.expiresAt === undefined ? null : toSqlTime(button.expiresAt),
        ]),
      );
    },

    async get(id) {
      const row = await find(pool, id);
      if (!row) return undefined;
      const rest = {
        id: row.id,
        once: row.once,
        expired: row.expired,
        ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
        ...(row.used_by_id === null
          ? {}
          : { usedBy: { id: row.used_by_id, name: row.used_by_name ?? row.used_by_id } }),
      };
      switch (row.kind) {
        case 'run': {
          const { subject, action, arg } = row;
          return { ...rest, subject: ofRun(subject), action, ...(arg === null ? {} : { arg }) };
        }
        case 'schedule':
          return { ...rest, subject: ofSchedule(row.subject), action: row.action };
        default:
          return row satisfies never;
      }
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

const namesOf = <Name extends string>(actions: Readonly<Record<Name, unknown>>): z.ZodType<Name> =>
  z.custom<Name>((name) => typeof name === 'string' && Object.hasOwn(actions, name));

const OfRun = z.object({
  kind: z.literal('run'),
  subject: RunId,
  action: namesOf<ButtonAction>(RUN_ACTIONS),
  arg: z.string().nullable(),
});
const OfSchedule = z.object({
  kind: z.literal('schedule'),
  subject: ScheduleId,
  action: namesOf<ScheduleAction>(SCHEDULE_ACTIONS),
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
  .and(z.discriminatedUnion('kind', [OfRun, OfSchedule]));

/** Throws Unreadable for a button whose meaning is not known here. */
async function find(pool: Pool, id: string): Promise<z.infer<typeof ButtonRow> | undefined> {
  // A version before names no subject, and keeps the id of a schedule where others keep their argument.
  const [row] = await pool.rows(
    `select id, action, arg, once, expires_at, expires_at <= now(3) as expired, used_by_id, used_by_name,
       coalesce(subject_kind, if(run_id is null, 'schedule', 'run')) as kind, coalesce(subject_id, run_id, arg) as subject
     from button where id = ?`,
    [id],
  );
  if (row === undefined) return undefined;
  const read = ButtonRow.safeParse(row);
  if (read.success) return read.data;
  throw new Unreadable('button', id, { isNewer: true, because: z.prettifyError(read.error) });
}

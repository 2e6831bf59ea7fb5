import { z } from 'zod';
import type { ButtonStore } from '../runs/ports.ts';
import { RunId } from '../runs/run.ts';
import type { Pool } from './pool.ts';
import { oneOf, SqlTime, SqlYes, toSqlTime } from './values.ts';

/** What buttons mean. A once-button is taken by one statement on the database's clock, so exactly one press counts. */
export function buttonStore(pool: Pool): ButtonStore {
  return {
    async create(buttons) {
      if (buttons.length === 0) return;
      await pool.change(
        `insert into button (id, run_id, action, arg, once, created_at, expires_at)
         values ${buttons.map(() => '(?, ?, ?, ?, ?, now(3), ?)').join(', ')}`,
        buttons.flatMap(({ id, runId, action, arg, once, expiresAt }) => [
          id,
          runId,
          action,
          arg ?? null,
          once ? '1' : '0',
          expiresAt === undefined ? null : toSqlTime(expiresAt),
        ]),
      );
    },

    async get(id) {
      const row = await find(pool, id);
      if (!row) return undefined;
      return {
        id: row.id,
        runId: row.run_id,
        action: row.action,
        once: row.once,
        expired: row.expired,
        ...(row.arg === null ? {} : { arg: row.arg }),
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

const ButtonRow = z.object({
  id: z.string(),
  run_id: RunId,
  action: z.enum(['confirm', 'cancel', 'put-back', 'again', 'evidence', 'look-again', 'record', 'ask']),
  arg: z.string().nullable(),
  once: SqlYes,
  expires_at: SqlTime.nullable(),
  expired: SqlYes,
  used_by_id: z.string().nullable(),
  used_by_name: z.string().nullable(),
});

const find = async (pool: Pool, id: string) =>
  oneOf(
    ButtonRow,
    await pool.rows(
      `select id, run_id, action, arg, once, expires_at, expires_at <= now(3) as expired, used_by_id, used_by_name
       from button where id = ?`,
      [id],
    ),
  );

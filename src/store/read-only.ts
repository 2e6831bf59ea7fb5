import { z } from 'zod';
import { captureLine } from '../kit/index.ts';
import type { ReadOnly, ReadOnlySwitch } from '../runs/read-only.ts';
import type { AuditWriter } from './audit.ts';
import type { Pool, Session } from './pool.ts';
import { oneOf, SqlTime } from './values.ts';

const Row = z.object({ by_id: z.string(), by_name: z.string(), reason: z.string(), since: SqlTime });

/** The switch as a session sees it now. A switch that cannot be read is on for whoever asked, by the error. */
export async function readOnlyNow(session: Pick<Session, 'rows'>): Promise<ReadOnly | undefined> {
  const row = oneOf(Row, await session.rows('select by_id, by_name, reason, since from read_only'));
  return row && { by: { id: row.by_id, name: row.by_name }, reason: row.reason, since: row.since };
}

/** The switch is a row; who turned it, and why, is in the chain. */
export function readOnlySwitch(pool: Pool, audit: AuditWriter): ReadOnlySwitch {
  return {
    now: () => readOnlyNow(pool),
    turn: (on, by, typed) =>
      pool.transaction(async (tx) => {
        const reason = captureLine(typed);
        const changed = on
          ? await tx.change(
              'insert ignore into read_only (one, by_id, by_name, reason, since) values (1, ?, ?, ?, now(3))',
              [by.id.slice(0, 190), by.name.slice(0, 190), reason],
            )
          : await tx.change('delete from read_only');
        if (changed === 0) return false;
        const action = `readonly ${on ? 'on' : 'off'}`;
        await audit.writeWith(tx, { actor: by, action, decision: 'run', reason });
        return true;
      }),
  };
}

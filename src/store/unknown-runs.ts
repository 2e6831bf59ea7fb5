import { z } from 'zod';
import type { UnknownRuns } from '../runs/ports.ts';
import type { Run } from '../runs/run.ts';
import type { Pool, Transaction } from './pool.ts';
import { readEach, readIds, type UnreadableRows } from './readable.ts';
import { FORMAT, parseRun, runColumns } from './run-row.ts';
import { withSteps } from './step-records.ts';
import { oneOf, SqlNumber, SqlTime, SqlYes } from './values.ts';

/** Seconds from the end to the first look, and from each look to the next; then hourly, for about a day in all. */
const PAUSES = [5, 30, 120, 600, ...Array.from({ length: 23 }, () => 3600)];
const MOST_AT_ONCE = 20;

/** One that cannot be read here hides no other; the claim still refuses its subject. */
export function unknownRuns(pool: Pool, unreadable: UnreadableRows): UnknownRuns {
  return {
    async take() {
      const due = await pool.rows(
        `select unknown_run.run_id, looks, if(run.outcome = 'unknown', 1, 0) as is_unknown
         from unknown_run left join run on run.id = unknown_run.run_id
         where look_at <= now(3) order by look_at limit ${MOST_AT_ONCE}`,
      );
      const taken = [];
      for (const row of due) {
        const { run_id: id, looks, is_unknown: isUnknown } = Due.parse(row);
        // Settled by a version that keeps no such list, or no run at all.
        if (!isUnknown) await pool.change('delete from unknown_run where run_id = ?', [id]);
        else if (await takeOne(pool, id, looks))
          for (const runId of readIds([{ id }], unreadable))
            taken.push({ runId, ...(await nextOf(pool, id)) });
      }
      return taken;
    },

    async all() {
      const rows = await pool.rows(
        `select ${runColumns} from run where format <= ${FORMAT} and outcome = 'unknown' and id in (select run_id from unknown_run) order by seq`,
      );
      return readEach(await withSteps(pool, rows, 'beginning'), parseRun, { rows: unreadable, table: 'run' });
    },
  };
}

const Due = z.object({ run_id: z.string(), looks: SqlNumber, is_unknown: SqlYes });

/** On the number of looks, so that one caller has it. */
async function takeOne(pool: Pool, runId: string, looks: number): Promise<boolean> {
  const pause = PAUSES[looks + 1];
  const changed = await pool.change(
    `update unknown_run set looks = looks + 1,
       look_at = ${pause === undefined ? 'null' : `now(3) + interval ${pause} second`} where run_id = ? and looks = ?`,
    [runId, String(looks)],
  );
  return changed === 1;
}

async function nextOf(pool: Pool, runId: string): Promise<{ readonly next?: string }> {
  const row = oneOf(
    z.object({ look_at: SqlTime.nullable() }),
    await pool.rows('select look_at from unknown_run where run_id = ?', [runId]),
  );
  return row?.look_at ? { next: row.look_at } : {};
}

/** Keeps the list at what the run has become, in the transaction that changes it. */
export async function listUnknown(
  tx: Transaction,
  before: Pick<Run, 'outcome'>,
  after: Pick<Run, 'id' | 'outcome'>,
): Promise<void> {
  if (after.outcome === before.outcome) return;
  if (after.outcome === 'unknown')
    await tx.change(
      `insert into unknown_run (run_id, looks, look_at) values (?, 0, now(3) + interval ${PAUSES[0]} second)
       on duplicate key update looks = values(looks), look_at = values(look_at)`,
      [after.id],
    );
  else if (before.outcome === 'unknown')
    await tx.change('delete from unknown_run where run_id = ?', [after.id]);
}

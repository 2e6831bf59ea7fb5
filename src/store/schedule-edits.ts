import { z } from 'zod';
import { parseJson } from '../kit/index.ts';
import { EditFacts, EDITS, type ScheduleEdit, type ScheduleEdits } from '../runs/schedule-edits.ts';
import type { AuditTables } from './audit-table.ts';
import type { Pool } from './pool.ts';
import { oneOf, SqlNumber, SqlTime } from './values.ts';

/** Lines that are looked through at the start: an edit is told late, but not after a long outage. */
const LOOK_BACK = 5000;
const AT_ONCE = 200;
const CLAIM_SECONDS = 60;
/** Told: a claim that never lapses. */
const TOLD = 'told:9999999999';

const Row = z.object({
  n: SqlNumber,
  at: SqlTime,
  actor_name: z.string(),
  action: z.string(),
  facts: z.string(),
});
const ACTIONS = EDITS.map((what) => `schedule ${what}`);

/** The record is what says that something was done; the ledger of posts says where it was told. */
export function scheduleEdits(pool: Pool, { lines }: AuditTables): ScheduleEdits {
  return {
    async since(line) {
      const head = oneOf(
        z.object({ n: SqlNumber }),
        await pool.rows(`select coalesce(max(n), 0) as n from ${lines}`),
      );
      const from = line ?? Math.max(0, (head?.n ?? 0) - LOOK_BACK);
      const upTo = Math.min(head?.n ?? from, from + LOOK_BACK);
      const rows = await pool.rows(
        `select n, at, actor_name, action, facts from ${lines}
         where n > ? and n <= ? and decision = 'run' and action in (${ACTIONS.map(() => '?').join(', ')})
           and at > now(3) - interval 1 hour order by n limit ${AT_ONCE}`,
        [String(from), String(upTo), ...ACTIONS],
      );
      const edits = rows.flatMap(editOf);
      return { edits, upTo: rows.length < AT_ONCE ? Math.max(from, upTo) : (edits.at(-1)?.n ?? upTo) };
    },

    async claim(line, channel) {
      const until = `unix_timestamp() + ${CLAIM_SECONDS}`;
      const isFirst = await pool.change(
        `insert ignore into post (run_id, post_key, channel, ts, hash) values (?, ?, ?, null, concat('telling:', ${until}))`,
        [ledgerKey(line), channel, channel],
      );
      if (isFirst === 1) return 'first';
      const isLapsed = await pool.change(
        `update post set hash = concat('telling:', ${until}) where run_id = ? and post_key = ?
           and cast(substring_index(hash, ':', -1) as unsigned) < unix_timestamp()`,
        [ledgerKey(line), channel],
      );
      if (isLapsed === 1) return 'again';
      const row = oneOf(
        z.object({ hash: z.string() }),
        await pool.rows('select hash from post where run_id = ? and post_key = ?', [
          ledgerKey(line),
          channel,
        ]),
      );
      return row?.hash === TOLD ? 'told' : 'busy';
    },

    async told(line, channel) {
      await pool.change('update post set hash = ? where run_id = ? and post_key = ?', [
        TOLD,
        ledgerKey(line),
        channel,
      ]);
    },
  };
}

/** In place of a run's id: this message belongs to a line of the record. */
const ledgerKey = (line: number): string => `line-${line}`;

/** One that another version wrote without what is needed is not told. */
function editOf(row: unknown): readonly ScheduleEdit[] {
  const { n, at, actor_name: by, action, facts } = Row.parse(row);
  const what = EDITS.find((each) => action === `schedule ${each}`);
  const read = EditFacts.safeParse(parseJson(facts));
  return what && read.success ? [{ ...read.data, n, at: new Date(at), by, what }] : [];
}

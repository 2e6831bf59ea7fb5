import { z } from 'zod';
import type { PortionStore } from '../runs/ports.ts';
import type { Pool } from './pool.ts';
import { SqlNumber, SqlYes } from './values.ts';

/** Portions of wide inspections, each taken by one worker at a time for as long as its lease lasts. */
export function portionStore(pool: Pool, leaseSeconds: number): PortionStore {
  const lease = String(Math.ceil(leaseSeconds));
  return {
    async lay(runId, portions) {
      if (portions.length === 0) return;
      await pool.change(
        `insert ignore into part (run_id, no, hosts, created_at) values ${portions.map(() => '(?, ?, ?, now(3))').join(', ')}`,
        portions.flatMap((hosts, no) => [runId, String(no), JSON.stringify(hosts)]),
      );
    },

    take: (runId, owner) =>
      pool.transaction(async (tx) => {
        const rows = await tx.rows(
          `select no, hosts from part
           where run_id = ? and body is null and (owner is null or lease_until <= now(3))
           order by no limit 1 for update skip locked`,
          [runId],
        );
        const [free] = z.array(Portion).parse(rows);
        if (!free) return undefined;
        await tx.change(
          `update part set owner = ?, lease_until = now(3) + interval ? second, done = 0, waiting_for = null
           where run_id = ? and no = ?`,
          [owner, lease, runId, String(free.no)],
        );
        return { no: free.no, hosts: namesIn(free.hosts) };
      }),

    async hold(runId, owner, how) {
      await pool.change(
        `update part set lease_until = now(3) + interval ? second
         where run_id = ? and owner = ? and body is null`,
        [lease, runId, owner],
      );
      for (const { no, done, waitingFor } of how) {
        await pool.change(
          `update part set done = ?, waiting_for = ?
           where run_id = ? and no = ? and owner = ? and body is null`,
          [String(done), JSON.stringify(waitingFor), runId, String(no), owner],
        );
      }
    },

    async finish(runId, no, body) {
      await pool.change(
        'update part set body = ?, waiting_for = null where run_id = ? and no = ? and body is null',
        [body, runId, String(no)],
      );
    },

    async look(runId) {
      const rows = await pool.rows(
        `select no, done, waiting_for, body is not null as finished, lease_until > now(3) as held
         from part where run_id = ? order by no`,
        [runId],
      );
      return z
        .array(Progressing)
        .parse(rows)
        .map(({ waiting_for: names, ...rest }) => ({
          ...rest,
          waitingFor: namesIn(names ?? '[]'),
        }));
    },

    async fetch(runId, no) {
      const rows = await pool.rows('select body from part where run_id = ? and no = ?', [runId, String(no)]);
      return z.array(z.object({ body: z.string().nullable() })).parse(rows)[0]?.body ?? undefined;
    },

    // Portions left by a lost inspection are removed with the next one that ends.
    async clear(runId) {
      await pool.change('delete from part where run_id = ? or created_at < now(3) - interval 1 day', [runId]);
    },
  };
}

/** None in what cannot be read: whoever collects asks the hosts that nobody answered for. */
function namesIn(text: string): readonly string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    return [];
  }
}

const Portion = z.object({ no: SqlNumber, hosts: z.string() });
const Progressing = z.object({
  no: SqlNumber,
  done: SqlNumber,
  waiting_for: z.string().nullable(),
  finished: SqlYes,
  held: SqlYes,
});

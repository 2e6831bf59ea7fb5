import { z } from 'zod';
import type { AuditLog } from '../runs/ports.ts';
import { hashRow, readHead, type AuditHead, type AuditRow } from './audit.ts';
import type { Pool } from './pool.ts';
import { oneOf, SqlNumber, SqlTime } from './values.ts';

const batch = 1000;
const start = '0'.repeat(64);

/**
 * Recomputes the chain from its first row to the head as it is now, in batches. `published` are heads that were kept
 * outside of the database: only they can show that the newest rows were cut off or that the whole chain was rewritten.
 */
export async function verifyChain(
  pool: Pool,
  key: string | undefined,
  published: readonly AuditHead[] = [],
): Promise<Awaited<ReturnType<AuditLog['verify']>>> {
  const head = await readHead(pool.rows);
  const expected = new Map(published.map(({ n, hash }) => [n, hash]));
  let last: AuditHead = { n: 0, hash: start };
  while (last.n < head.n) {
    const rows = await pool.rows(
      `select n, at, actor_id, actor_name, action, run_id, decision, reason, facts, prev, hash from audit
       where n > ? and n <= ? order by n limit ${batch}`,
      [String(last.n), String(head.n)],
    );
    for (const row of rows) {
      const because = wrong(AuditDbRow.parse(row), last, expected, key);
      if (because) return { ok: false, brokenAt: last.n + 1, because };
      const { n, hash } = AuditDbRow.parse(row);
      last = { n, hash };
    }
    if (rows.length === 0) return broken(last.n + 1, `rows are missing: the head says there are ${head.n}`);
  }
  if (last.hash !== head.hash) return broken(head.n, 'the head does not match the last row');
  if (await hasRowsBeyondHead(pool)) return broken(head.n + 1, 'there are rows after the head');
  const lost = published.find(({ n }) => n > head.n);
  if (lost) return broken(head.n + 1, `rows are missing: row ${lost.n} was published before`);
  return { ok: true, rows: head.n, head: head.hash };
}

const broken = (brokenAt: number, because: string) => ({ ok: false, brokenAt, because }) as const;

const AuditDbRow = z.object({
  n: SqlNumber,
  at: SqlTime,
  actor_id: z.string(),
  actor_name: z.string(),
  action: z.string(),
  run_id: z.string().nullable(),
  decision: z.string().nullable(),
  reason: z.string().nullable(),
  facts: z.string(),
  prev: z.string(),
  hash: z.string(),
});
type AuditDbRow = z.infer<typeof AuditDbRow>;

function wrong(
  row: AuditDbRow,
  last: AuditHead,
  published: ReadonlyMap<number, string>,
  key: string | undefined,
): string | undefined {
  if (row.n !== last.n + 1) return `row ${last.n + 1} is missing`;
  if (row.prev !== last.hash)
    return 'the row does not follow the one before it: rows were replaced, inserted or reordered';
  const content: AuditRow = {
    n: row.n,
    at: row.at,
    actorId: row.actor_id,
    actorName: row.actor_name,
    action: row.action,
    runId: row.run_id,
    decision: row.decision,
    reason: row.reason,
    facts: row.facts,
  };
  if (hashRow(row.prev, content, key) !== row.hash)
    return row.n === 1 ? 'the row was edited, or the chain was begun with another key' : 'the row was edited';
  const kept = published.get(row.n);
  if (kept !== undefined && kept !== row.hash)
    return 'the row is not the one whose hash was published: the chain was rewritten';
  return undefined;
}

// One statement sees one moment, so rows that are being added right now cannot look like rows beyond the head.
async function hasRowsBeyondHead(pool: Pool): Promise<boolean> {
  const row = oneOf(
    z.object({ head: SqlNumber, last: SqlNumber.nullable() }),
    await pool.rows('select n as head, (select max(n) from audit) as last from audit_head where id = 1'),
  );
  return row !== undefined && row.last !== null && row.last > row.head;
}

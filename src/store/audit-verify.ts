import { z } from 'zod';
import type { AuditProblem, AuditSeen } from '../runs/ports.ts';
import { hashRow, readHead, START, type AuditHead, type AuditRow } from './audit.ts';
import type { AuditTables } from './audit-table.ts';
import { StoreFailed } from './errors.ts';
import type { Pool } from './pool.ts';
import { oneOf, SqlNumber, SqlTime } from './values.ts';

const batch = 1000;
/** Problems that are listed; of a rewritten chain every line would be one. */
const MOST = 50;

/**
 * Recomputes the chain from its first line to the newest, in batches, and goes on after a problem. `published` are heads that
 * were kept outside of the database: only they can show that the newest lines were cut off or that a chain without a key was
 * rewritten.
 */
export async function verifyChain(
  pool: Pool,
  tables: AuditTables,
  key: string | undefined,
  published: readonly AuditHead[] = [],
): Promise<AuditSeen> {
  const problems: AuditProblem[] = [];
  const heads = expectedHeads(published, problems);
  let last: AuditHead = { n: 0, hash: START };
  try {
    const until = await newest(pool, tables);
    let from = 0;
    while (from < until && problems.length < MOST) {
      const rows = await pool.rows(
        `select l.n, l.at, l.actor_id, l.actor_name, l.action, l.run_id, l.decision, l.reason, l.facts, l.prev, l.hash,
           h.hash as head
         from ${tables.lines} l left join ${tables.heads} h on h.n = l.n
         where l.n > ? and l.n <= ? order by l.n limit ${batch}`,
        [String(from), String(until)],
      );
      for (const row of rows) {
        const { next, because } = follow(row, last, heads, key);
        problems.push(...because.map((each) => ({ n: last.n + 1, because: each })));
        last = next;
      }
      if (rows.length === 0) break;
      from = last.n;
    }
    if (problems.length < MOST) problems.push(...(await atTheEnd(pool, tables, last, published)));
  } catch (error) {
    if (!(error instanceof StoreFailed && CHANGED_TABLES.has(error.code))) throw error;
    problems.push({
      n: last.n + 1,
      because: `the tables of the chain are not as they were made (${error.code})`,
    });
  }
  return { rows: last.n, head: last.hash, problems: problems.slice(0, MOST) };
}

/** A column, a table or a right that is missing. */
const CHANGED_TABLES: ReadonlySet<string> = new Set([
  'ER_BAD_FIELD_ERROR',
  'ER_NO_SUCH_TABLE',
  'ER_VIEW_INVALID',
]);

function expectedHeads(
  published: readonly AuditHead[],
  problems: AuditProblem[],
): ReadonlyMap<number, string> {
  const heads = new Map<number, string>();
  for (const { n, hash } of published) {
    const other = heads.get(n);
    if (other !== undefined && other !== hash)
      problems.push({ n, because: 'two different heads were published for this row' });
    heads.set(n, hash);
  }
  return heads;
}

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
  head: z.string().nullable(),
});
type AuditDbRow = z.infer<typeof AuditDbRow>;

const Numbered = z.object({ n: SqlNumber, hash: z.string().catch('') });

/** Problems of a row, and the head to go on with. A row that cannot be read is a problem like another. */
function follow(
  row: unknown,
  last: AuditHead,
  published: ReadonlyMap<number, string>,
  key: string | undefined,
): { readonly next: AuditHead; readonly because: readonly string[] } {
  const read = AuditDbRow.safeParse(row);
  if (read.success) {
    const { n, hash } = read.data;
    return { next: { n, hash }, because: wrong(read.data, last, published, key) };
  }
  const { n, hash } = Numbered.parse(row);
  return { next: { n, hash }, because: [`row ${n} cannot be read`] };
}

function wrong(
  row: AuditDbRow,
  last: AuditHead,
  published: ReadonlyMap<number, string>,
  key: string | undefined,
): readonly string[] {
  if (row.n !== last.n + 1)
    return [
      row.n === last.n + 2
        ? `row ${last.n + 1} is missing`
        : `rows ${last.n + 1} to ${row.n - 1} are missing`,
    ];
  if (row.prev !== last.hash)
    return ['the row does not follow the one before it: rows were replaced, inserted or reordered'];
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
    return [
      row.n === 1 ? 'the row was edited, or the chain was begun with another key' : 'the row was edited',
    ];
  if (row.head !== null && row.head !== row.hash)
    return ['the head that was kept of this row is another: the row was replaced, or the head was'];
  const kept = published.get(row.n);
  if (kept !== undefined && kept !== row.hash)
    return ['the row is not the one whose hash was published: the chain was rewritten'];
  return [];
}

const Ends = z.object({ line: SqlNumber.nullable(), head: SqlNumber.nullable() });

// One statement sees one moment, so a row that is being added right now cannot look like one beyond the head.
const ends = async (pool: Pool, { lines, heads }: AuditTables): Promise<{ line: number; head: number }> => {
  const row = oneOf(
    Ends,
    await pool.rows(`select (select max(n) from ${lines}) as line, (select max(n) from ${heads}) as head`),
  );
  return { line: row?.line ?? 0, head: row?.head ?? 0 };
};

async function newest(pool: Pool, tables: AuditTables): Promise<number> {
  const { line, head } = await ends(pool, tables);
  return Math.max(line, head);
}

/** Problems behind the last row: rows that were cut off, or that no head knows. */
async function atTheEnd(
  pool: Pool,
  tables: AuditTables,
  last: AuditHead,
  published: readonly AuditHead[],
): Promise<readonly AuditProblem[]> {
  const { line, head } = await ends(pool, tables);
  const kept = await readHead(pool.rows, tables);
  const n = last.n + 1;
  if (head > line) return [{ n, because: `rows are missing: the head says there are ${head}` }];
  const found: AuditProblem[] = [];
  if (line > head) found.push({ n: head + 1, because: 'there are rows after the head' });
  else if (kept.n === last.n && kept.hash !== last.hash)
    found.push({ n: last.n, because: 'the head does not match the last row' });
  const lost = published.filter((each) => each.n > line).sort((a, b) => a.n - b.n)[0];
  if (lost) found.push({ n: line + 1, because: `rows are missing: row ${lost.n} was published before` });
  return found;
}

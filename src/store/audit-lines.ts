import { z } from 'zod';
import type { RecordedLine } from '../runs/ports.ts';
import type { RunId } from '../runs/run.ts';
import type { AuditTables } from './audit-table.ts';
import type { Session } from './pool.ts';
import { SqlNumber } from './values.ts';

/** The columns that `parseLine` reads. */
export const lineColumns = 'n, actor_id, action, run_id, decision, reason, facts';

const LineRow = z.object({
  n: SqlNumber,
  actor_id: z.string(),
  action: z.string(),
  run_id: z.string().nullable(),
  decision: z.string().nullable(),
  reason: z.string().nullable(),
  facts: z.string(),
});

/** A line with the run that it is about. Facts that are not an object are none. */
export function parseLine(row: unknown): RecordedLine & { readonly runId: string | undefined } {
  const { n, actor_id, action, run_id, decision, reason, facts } = LineRow.parse(row);
  return {
    n,
    actorId: actor_id,
    action,
    decision: decision ?? undefined,
    reason: reason ?? undefined,
    runId: run_id ?? undefined,
    facts: factsOf(facts),
  };
}

/** Everything recorded of a run, oldest first. */
export async function linesOf(
  session: Pick<Session, 'rows'>,
  { lines }: AuditTables,
  id: RunId,
): Promise<readonly RecordedLine[]> {
  const rows = await session.rows(`select ${lineColumns} from ${lines} where run_id = ? order by n`, [id]);
  return rows.map(parseLine);
}

function factsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    return {};
  }
}

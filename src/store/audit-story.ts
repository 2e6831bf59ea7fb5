import { z } from 'zod';
import type { RecordedLine } from '../runs/ports.ts';
import { RunId } from '../runs/run.ts';
import { ASKED, isAsked, RECORD } from '../runs/story.ts';
import {
  beginsStory,
  lineFaults,
  type StoredChange,
  storedFaults,
  type StoryFault,
} from '../runs/story-check.ts';
import { lineColumns, linesOf, parseLine } from './audit-lines.ts';
import { parseStep } from './journal-step.ts';
import type { AuditTables } from './audit-table.ts';
import type { Pool, Session } from './pool.ts';
import { withRun } from './run-lock.ts';
import { parseRun, runColumns } from './run-row.ts';
import { SqlNumber } from './values.ts';

const BATCH = 500;

/**
 * Whether the record tells a story that can have happened, and whether the store agrees with it: nothing claimed that was not
 * confirmed, no step that was not in the plan. Looks at changes only. What seems wrong is looked at again under the lock of its
 * run, so that a change that goes on meanwhile is not taken for a wrong one.
 */
export async function verifyStory(pool: Pool, tables: AuditTables): Promise<readonly StoryFault[]> {
  const since = await storyBegin(pool, tables);
  const suspects: string[] = [];
  for await (const id of changesOf(pool, tables)) {
    const parsed = RunId.safeParse(id);
    if (!parsed.success || (await faultsOf(pool, tables, parsed.data, since)).length > 0) suspects.push(id);
  }
  const faults: StoryFault[] = [];
  for (const id of suspects) {
    const parsed = RunId.safeParse(id);
    faults.push(
      ...(parsed.success
        ? await lockedFaultsOf(pool, tables, parsed.data, since)
        : [{ runId: id, because: 'a line names a run that cannot exist' }]),
    );
  }
  return faults.sort((a, b) => (a.row ?? Infinity) - (b.row ?? Infinity));
}

/** The row with which such records begin; beyond every row while there are none. */
async function storyBegin(pool: Pool, { lines: table }: AuditTables): Promise<number> {
  let last = 0;
  for (;;) {
    const rows = await pool.rows(
      `select ${lineColumns} from ${table} where n > ? and action in (${quoted([...ASKED, RECORD.planned, RECORD.confirm])}) order by n limit ${BATCH}`,
      [String(last)],
    );
    const lines = rows.map(parseLine);
    const first = lines.find(beginsStory);
    if (first) return first.n;
    const end = lines.at(-1);
    if (!end) return Infinity;
    last = end.n;
  }
}

/** Every run that is stored as a change, or of which something is recorded that only changes have, or that something was forged. */
async function* changesOf(pool: Pool, { lines }: AuditTables): AsyncIterable<string> {
  const only = quoted([
    RECORD.planned,
    RECORD.confirm,
    RECORD.claimed,
    RECORD.begun,
    RECORD.sealed,
    RECORD.forged,
  ]);
  let last = '';
  for (;;) {
    const rows = await pool.rows(
      `select id from (
         select id from run where kind <> 'inspect'
         union select run_id from ${lines} where run_id is not null and (action in (${only}) or facts like '%"forged":true%')
         union select run_id from step
       ) as each_run where id > ? order by id limit ${BATCH}`,
      [last],
    );
    const ids = rows.map((row) => z.object({ id: z.string() }).parse(row).id);
    yield* ids;
    const end = ids.at(-1);
    if (end === undefined) return;
    last = end;
  }
}

async function lockedFaultsOf(
  pool: Pool,
  tables: AuditTables,
  id: RunId,
  since: number,
): Promise<readonly StoryFault[]> {
  try {
    return (
      (await withRun(pool, id, (tx) => faultsOf(tx, tables, id, since))) ??
      (await faultsOf(pool, tables, id, since))
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'StoreUnavailable') throw error;
    return [{ runId: id, because: 'the stored run cannot be read' }];
  }
}

async function faultsOf(
  session: Pick<Session, 'rows'>,
  tables: AuditTables,
  id: RunId,
  since: number,
): Promise<readonly StoryFault[]> {
  const lines = await linesOf(session, tables, id);
  const stored = await storedChange(session, id);
  const faults = [...lineFaults(lines, since), ...rowFaults(stored, lines)];
  return faults.map((fault) => ({ runId: id, ...fault }));
}

function rowFaults(
  stored: StoredChange | 'unreadable' | undefined,
  lines: readonly RecordedLine[],
): Iterable<Omit<StoryFault, 'runId'>> {
  if (stored === 'unreadable') return [{ because: 'the stored run cannot be read' }];
  if (stored) return storedFaults(stored, lines);
  // A request alone is left when its transaction was lost after the line was committed.
  return lines.some((line) => beginsStory(line) && !isAsked(line))
    ? [{ because: 'the stored run is gone' }]
    : [];
}

async function storedChange(
  session: Pick<Session, 'rows'>,
  id: RunId,
): Promise<StoredChange | 'unreadable' | undefined> {
  const [row] = await session.rows(`select ${runColumns} from run where id = ?`, [id]);
  if (row === undefined) return undefined;
  const steps = await session.rows('select no, what from step where run_id = ? order by no', [id]);
  try {
    return {
      run: parseRun(row),
      journal: steps.map((step) => {
        const { no, what } = z.object({ no: SqlNumber, what: z.string() }).parse(step);
        return { no, what: parseStep(id, what) };
      }),
    };
  } catch {
    return 'unreadable';
  }
}

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

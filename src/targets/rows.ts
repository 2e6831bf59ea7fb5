import type { Database, DeleteRowsStep, InsertRowsStep, Row } from '../kit/index.ts';
import { type Permit, type RowChanger, type RowsAnswer, SqlFailed } from '../kit/targets.ts';
import {
  columnsStatement,
  deleteStatement,
  insertStatement,
  type Kinds,
  keyOf,
  kindsOf,
  lockStatement,
  problemOf,
  type RowsStep,
  sameRow,
} from './row-statements.ts';
import { openSession, type Session } from './session.ts';
import { sqlFailed } from './sql-errors.ts';
import type { DatabaseOptions } from './sql-options.ts';

/** How long to wait for the named lock, before a change and before a look. */
export interface LockWaits {
  readonly changeSeconds: number;
  readonly lookSeconds: number;
}

/** Changes rows on direct connections, one transaction a call, and never tries anything twice. */
export function createRowChanger(
  options: DatabaseOptions,
  waits: LockWaits = { changeSeconds: 10, lookSeconds: 3 },
): RowChanger {
  return {
    deleteRows: (database, step, lock, permit) => change(database, step, { lock, permit }, deleteLocked),
    insertRows: (database, step, lock, permit) => change(database, step, { lock, permit }, insertLocked),
    lookAtRows: (database, step, lock) => look(database, step, lock, { options, waits }),
  };

  async function change<Step extends RowsStep>(
    database: Database,
    step: Step,
    guard: Guard,
    work: (session: Session, database: Database, step: Step, kinds: Kinds) => Promise<RowsAnswer>,
  ): Promise<RowsAnswer> {
    const problem = problemOf(database, step);
    if (problem !== undefined) return failed(problem);
    let session: Session;
    try {
      session = await openSession(database, options);
    } catch (error) {
      return failed(sqlFailed(error).message);
    }
    try {
      return await inTransaction(session, guard, waits, async () => {
        const kinds = await columnsOf(session, database, step);
        return work(session, database, step, kinds);
      });
    } finally {
      await session.end();
    }
  }
}

interface Guard {
  readonly lock: string;
  readonly permit: Permit;
}

/** Runs the work under the named lock, as long as it is permitted there. Whatever is not `done` is rolled back; only an error at COMMIT is `unknown`. */
async function inTransaction(
  session: Session,
  { lock, permit }: Guard,
  waits: LockWaits,
  work: () => Promise<RowsAnswer>,
): Promise<RowsAnswer> {
  let answer: RowsAnswer;
  try {
    if (!(await takeLock(session, lock, waits.changeSeconds)))
      return failed('another session holds the lock of this step');
    if (!(await permit())) return { kind: 'fenced' };
    await session.begin();
    answer = await work();
    if (answer.kind === 'done' && !(await permit())) answer = { kind: 'fenced' };
    if (answer.kind !== 'done') {
      await session.rollback();
      return answer;
    }
  } catch (error) {
    // A deadlock has ended the transaction already, a lost connection is about to; both leave nothing behind.
    await session.rollback().catch(() => undefined);
    return failed(sqlFailed(error).message);
  }
  try {
    await session.commit();
    return answer;
  } catch (error) {
    return { kind: 'unknown', detail: `no answer to COMMIT: ${sqlFailed(error).message}` };
  }
}

async function deleteLocked(
  session: Session,
  database: Database,
  step: DeleteRowsStep,
  kinds: Kinds,
): Promise<RowsAnswer> {
  const found = await lockRows(session, database, step, kinds);
  const byKey = new Map(found.map((row) => [keyOf(row, step), row]));
  const same = step.rows.every((row) => {
    const there = byKey.get(keyOf(row, step));
    return there !== undefined && sameRow(there, row);
  });
  if (!same || found.length !== step.rows.length) return { kind: 'differs', found };
  for (const row of step.rows) {
    const { text, values } = deleteStatement(database, step, row, kinds);
    const rows = await session.change(text, values);
    if (rows !== 1) return failed(`the server would have deleted ${rows} rows for one`);
  }
  return { kind: 'done', rows: step.rows.length };
}

async function insertLocked(
  session: Session,
  database: Database,
  step: InsertRowsStep,
  kinds: Kinds,
): Promise<RowsAnswer> {
  const found = await lockRows(session, database, step, kinds);
  if (found.length > 0) return { kind: 'differs', found };
  for (const row of step.rows) {
    const { text, values } = insertStatement(database, step, row, kinds);
    await session.change(text, values);
  }
  // A server without strict mode shortens values and says nothing; a trigger may change them.
  const now = new Map((await lockRows(session, database, step, kinds)).map((row) => [keyOf(row, step), row]));
  const kept = step.rows.every((row) => {
    const there = now.get(keyOf(row, step));
    return there !== undefined && sameRow(there, row);
  });
  return kept
    ? { kind: 'done', rows: step.rows.length }
    : failed('the table would not hold the rows as they were');
}

async function look(
  database: Database,
  step: RowsStep,
  lock: string,
  { options, waits }: { readonly options: DatabaseOptions; readonly waits: LockWaits },
): Promise<{ present: readonly Row[]; changed: readonly Row[]; absent: readonly Row[] }> {
  const problem = problemOf(database, step);
  if (problem !== undefined) throw new SqlFailed('statement', problem);
  let session: Session | undefined;
  try {
    session = await openSession(database, options);
    await takeLockFrom(session, lock, waits);
    await session.begin();
    const kinds = await columnsOf(session, database, step);
    const found = await lockRows(session, database, step, kinds);
    await session.rollback();
    const wanted = new Map(step.rows.map((row) => [keyOf(row, step), row]));
    const there = new Set(found.map((row) => keyOf(row, step)));
    const isSame = (row: Row): boolean => {
      const shown = wanted.get(keyOf(row, step));
      return shown !== undefined && sameRow(shown, row);
    };
    return {
      present: found.filter(isSame),
      changed: found.filter((row) => !isSame(row)),
      absent: step.rows.filter((row) => !there.has(keyOf(row, step))),
    };
  } catch (error) {
    throw sqlFailed(error);
  } finally {
    await session?.end();
  }
}

/** Takes the lock; a session of our own account that hangs on to it is ended first. */
async function takeLockFrom(session: Session, lock: string, waits: LockWaits): Promise<void> {
  if (await takeLock(session, lock, waits.lookSeconds)) return;
  const { rows } = await session.select(
    `SELECT CAST(id AS CHAR) AS id FROM information_schema.processlist
     WHERE id = IS_USED_LOCK(?) AND user = SUBSTRING_INDEX(USER(), '@', 1)`,
    [lock],
  );
  const id = rows[0]?.['id'];
  if (id !== undefined && id !== null && /^\d+$/.test(id)) await session.change(`KILL ${id}`, []);
  if (await takeLock(session, lock, waits.lookSeconds)) return;
  throw new SqlFailed('timeout', 'another session holds the lock of this step');
}

async function takeLock(session: Session, lock: string, seconds: number): Promise<boolean> {
  const { rows } = await session.select(`SELECT GET_LOCK(?, ${seconds}) AS taken`, [lock]);
  return rows[0]?.['taken'] === '1';
}

/** Engines whose changes a ROLLBACK would not undo. */
const WITHOUT_ROLLBACK = /^(myisam|aria|memory|csv|archive|mrg_myisam|blackhole)$/i;

async function columnsOf(session: Session, database: Database, step: RowsStep): Promise<Kinds> {
  const { rows } = await session.select(
    'SELECT engine AS engine FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
    [database.schema, step.table],
  );
  if (WITHOUT_ROLLBACK.test(rows[0]?.['engine'] ?? ''))
    throw new SqlFailed('statement', 'the table cannot undo a change: it has no transactions');
  return kindsOf((await session.select(columnsStatement(database, step), [])).fields);
}

async function lockRows(
  session: Session,
  database: Database,
  step: RowsStep,
  kinds: Kinds,
): Promise<readonly Row[]> {
  const { text, values } = lockStatement(database, step, kinds);
  return (
    await session.select(
      text,
      values.map((value) => value ?? ''),
    )
  ).rows;
}

const failed = (detail: string): RowsAnswer => ({ kind: 'failed', detail });

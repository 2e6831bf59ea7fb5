import { z } from 'zod';
import type { AuditEntry, RunStore } from '../runs/ports.ts';
import type { Report } from '../runs/report.ts';
import type { Run } from '../runs/run.ts';
import { readEach, readIds, type UnreadableRows } from './readable.ts';
import type { AuditWriter } from './audit.ts';
import { StoreFailed } from './errors.ts';
import { writeBeside } from './beside-row.ts';
import { inParts, repeated } from './in-parts.ts';
import { keeping } from './measurements.ts';
import type { Pool, Transaction } from './pool.ts';
import { move, withRun } from './run-lock.ts';
import { withSteps } from './step-records.ts';
import { FORMAT, keyHash, newRunColumns, parseRun, runColumns, scopeKey } from './run-row.ts';
import { oneOf, SqlNumber, SqlTime } from './values.ts';

/** Runs of a newer format belong to a newer version: no list has them. */
const READABLE = `format <= ${FORMAT}`;
/** Pages of runs that are looked through for ones that can be read. */
const PAGES = 20;
/** More than any `seq`. */
const BEYOND = '18446744073709551615';
/** Names of runs on a page. */
const MARKS = 200;

/**
 * Runs in MySQL. Every change is one transaction with its audit line, on the database's clock; a report's measurements are
 * kept in the same. A list is without the runs that cannot be read.
 */
export function runStore(pool: Pool, audit: AuditWriter, unreadable: UnreadableRows): RunStore {
  const readable = (rows: readonly unknown[]): readonly Run[] =>
    readEach(rows, parseRun, { rows: unreadable, table: 'run' });
  const select = async (rest: string, values: readonly string[] = []): Promise<readonly Run[]> =>
    readable(
      await withSteps(pool, await pool.rows(`select ${runColumns} from run ${rest}`, values), 'beginning'),
    );
  /** The newest that can be read: rows that cannot hide none behind them. */
  const newest = async (
    where: string,
    limit: number,
    values: readonly string[] = [],
  ): Promise<readonly Run[]> => {
    const found: Run[] = [];
    let before = BEYOND;
    for (let page = 0; page < PAGES && found.length < limit; page += 1) {
      const rows = await pool.rows(
        `select seq, ${runColumns} from run where ${where} and seq < ? order by seq desc limit ${whole(limit)}`,
        [...values, before],
      );
      found.push(...readable(await withSteps(pool, rows, 'beginning')));
      if (rows.length < limit) break;
      before = seqOf(rows.at(-1));
    }
    return found.slice(0, limit);
  };
  return {
    create: (run, idempotencyKey, entry) => create(pool, audit, run, idempotencyKey, entry),

    async get(id) {
      const [row] = await pool.rows(`select ${runColumns} from run where id = ?`, [id]);
      return row === undefined ? undefined : parseWhole(pool, row);
    },

    async apply(id, event, entry, claim) {
      const keep = event.kind === 'reported' ? await keeping(pool, event.report) : undefined;
      const applied = await withRun(pool, id, (tx, locked) =>
        move(tx, audit, locked, event, entry, claim, keep),
      );
      if (!applied) throw new Error(`there is no run ${id}`);
      return applied;
    },

    // A run that is being prepared is handed over again when nothing was heard of it for long: its job went down with Redis.
    // One that was put down is due when its time has come, or the run before it has ended.
    // A run that ends every worker that takes it is given up by the one that takes it once too often.
    undelivered: (olderThanSeconds) =>
      select(
        `where ${READABLE} and ((state in ('queued', 'approved') and state_at <= now(3) - interval ? second)
            or (state = 'preparing' and changed_at <= now(3) - interval ? second)
            or (state = 'suspended' and (wake_at <= now(3) or (behind is not null
              and not exists (select 1 from run as first where first.id = run.behind and first.state in ('running', 'suspended'))))))
         order by seq`,
        [String(Math.ceil(olderThanSeconds)), String(Math.max(120, Math.ceil(10 * olderThanSeconds)))],
      ),

    async overdue() {
      const rows = await pool.rows(
        `select id from run where ${READABLE} and state = 'waiting' and not_after < now(3) order by seq`,
      );
      return readIds(rows, unreadable);
    },

    async reportBefore(run) {
      if (run.ask.kind !== 'inspect') return undefined;
      const scope = scopeKey(run.ask);
      const before = async (and: string, values: readonly string[]): Promise<Report | undefined> => {
        const [found] = await newest(
          `${READABLE} and scope_key = ? and kind = 'inspect' and state = 'ended' and outcome = 'done'
             and seq < (select seq from run as me where me.id = ?) ${and}`,
          1,
          [scope, run.id, ...values],
        );
        return found?.report;
      };
      // Inspections in between hide no change since the schedule's own last one.
      const own = run.schedule
        ? await before('and id in (select run_id from schedule_slot where schedule_id = ?)', [
            run.schedule.id,
          ])
        : undefined;
      return own ?? before('', []);
    },

    // Asked for with every event: of many that are not shown, only those are read that somebody has time for.
    async unshown(limit, isLeft = () => false) {
      const found: Run[] = [];
      let before = BEYOND;
      for (let page = 0; page < PAGES && found.length < limit; page += 1) {
        const rows = await pool.rows(
          `select seq, id from run where ${READABLE} and unshown = 1 and seq < ? order by seq desc limit ${MARKS}`,
          [before],
        );
        const ids = readIds(rows, unreadable).filter((id) => !isLeft(id));
        while (ids.length > 0 && found.length < limit)
          for (const part of inParts(ids.splice(0, limit - found.length)))
            found.push(...(await select(`where id in (${repeated('?', part)}) order by seq desc`, part)));
        if (rows.length < MARKS) break;
        before = seqOf(rows.at(-1));
      }
      return found;
    },

    recent: (limit) => newest(READABLE, limit),
  };
}

async function create(
  pool: Pool,
  audit: AuditWriter,
  run: Parameters<RunStore['create']>[0],
  idempotencyKey: string,
  entry: AuditEntry,
): Promise<{ readonly run: Run; readonly created: boolean }> {
  try {
    const created = await pool.transaction((tx) => insertRun(tx, audit, run, idempotencyKey, entry));
    return { run: created, created: true };
  } catch (error) {
    if (!(error instanceof StoreFailed && error.code === 'ER_DUP_ENTRY')) throw error;
    const [first] = await pool.rows(`select ${runColumns} from run where idempotency_key = ?`, [
      keyHash(idempotencyKey),
    ]);
    if (first === undefined) throw error;
    return { run: await parseWhole(pool, first), created: false };
  }
}

/** Writes a new run and its audit line. Rejects with ER_DUP_ENTRY when the key is known. */
export async function insertRun(
  tx: Transaction,
  audit: AuditWriter,
  run: Parameters<RunStore['create']>[0],
  idempotencyKey: string,
  entry: AuditEntry,
): Promise<Run> {
  const clock = oneOf(z.object({ now: SqlTime }), await tx.rows('select now(3) as now'));
  if (!clock) throw new Error('the database did not say what time it is');
  const stored = { ...run, createdAt: clock.now };
  const { names, values } = newRunColumns(stored, idempotencyKey);
  await tx.change(
    `insert into run (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
    values,
  );
  await writeBeside(tx, undefined, stored);
  await audit.writeWith(tx, entry);
  return { ...stored, revision: 1 };
}

const seqOf = (row: unknown): string => String(z.object({ seq: SqlNumber }).parse(row).seq);

function whole(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`not a number of rows: ${limit}`);
  return limit;
}

/** With all that its steps brought back. */
async function parseWhole(pool: Pool, row: unknown): Promise<Run> {
  const [whole] = await withSteps(pool, [row], 'whole');
  return parseRun(whole);
}

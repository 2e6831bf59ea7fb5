import { z } from 'zod';
import type { AuditEntry, RunStore } from '../runs/ports.ts';
import type { Report } from '../runs/report.ts';
import { RunId, type Run } from '../runs/run.ts';
import type { AuditWriter } from './audit.ts';
import { StoreFailed } from './errors.ts';
import { keeping } from './measurements.ts';
import type { Pool, Transaction } from './pool.ts';
import { move, withRun } from './run-lock.ts';
import { keyHash, newRunColumns, parseRun, runColumns, scopeKey } from './run-row.ts';
import { oneOf, SqlTime } from './values.ts';

/** Runs in MySQL. Every change is one transaction with its audit line, on the database's clock; a report's measurements are kept in the same. */
export function runStore(pool: Pool, audit: AuditWriter): RunStore {
  const select = async (rest: string, values: readonly string[] = []): Promise<readonly Run[]> =>
    (await pool.rows(`select ${runColumns} from run ${rest}`, values)).map(parseRun);
  return {
    create: (run, idempotencyKey, entry) => create(pool, audit, run, idempotencyKey, entry),

    async get(id) {
      return (await select('where id = ?', [id]))[0];
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
    // Only for an hour: a run that ends every worker that takes it must not do so for ever.
    undelivered: (olderThanSeconds) =>
      select(
        `where (state in ('queued', 'approved') and state_at <= now(3) - interval ? second)
            or (state = 'preparing' and changed_at <= now(3) - interval ? second
                and created_at > now(3) - interval 1 hour)
         order by seq`,
        [String(Math.ceil(olderThanSeconds)), String(Math.max(120, Math.ceil(10 * olderThanSeconds)))],
      ),

    async overdue() {
      const rows = await pool.rows(
        "select id from run where state = 'waiting' and not_after < now(3) order by seq",
      );
      return rows.map((row) => Id.parse(row).id);
    },

    async reportBefore(run) {
      if (run.ask.kind !== 'inspect') return undefined;
      const scope = scopeKey(run.ask);
      const newest = async (and: string, values: readonly string[]): Promise<Report | undefined> => {
        const [before] = await select(
          `where scope_key = ? and kind = 'inspect' and state = 'ended' and outcome = 'done'
             and seq < (select seq from run as me where me.id = ?) ${and}
           order by seq desc limit 1`,
          [scope, run.id, ...values],
        );
        return before?.report;
      };
      // What somebody looked at in between hides nothing from a schedule that changed since its own last time.
      const own = run.schedule
        ? await newest('and id in (select run_id from schedule_slot where schedule_id = ?)', [
            run.schedule.id,
          ])
        : undefined;
      return own ?? newest('', []);
    },

    unshown: (limit) => select(`where unshown = 1 order by seq desc limit ${whole(limit)}`),

    recent: (limit) => select(`order by seq desc limit ${whole(limit)}`),
  };
}

const Id = z.object({ id: RunId });

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
    return { run: parseRun(first), created: false };
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
  await audit.writeWith(tx, entry);
  return { ...stored, revision: 1 };
}

function whole(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`not a number of rows: ${limit}`);
  return limit;
}

import { z } from 'zod';
import type { AuditEntry, Claim } from '../runs/ports.ts';
import { next, type RunEvent } from '../runs/life.ts';
import type { Run, RunId } from '../runs/run.ts';
import { words, type Words } from '../kit/index.ts';
import type { AuditWriter } from './audit.ts';
import { keepBrackets } from './brackets.ts';
import { keepLocks } from './locks.ts';
import { inTurn } from './in-turn.ts';
import { holdName } from './named-lock.ts';
import type { Pool, Transaction } from './pool.ts';
import { isSameRow, writeBeside } from './beside-row.ts';
import { isApart, parseRun, runChanges, runColumns } from './run-row.ts';
import { withSteps } from './step-records.ts';
import { listUnknown } from './unknown-runs.ts';
import { oneOf, SqlNumber, SqlTime, SqlYes } from './values.ts';

/** A run whose row is locked, without the evidence of its steps, with its lease, all at one moment of the database's clock. */
export interface LockedRun {
  readonly run: Run;
  /** The database's clock, ISO 8601. */
  readonly now: string;
  readonly target: string | undefined;
  readonly fence: number | undefined;
  readonly owner: string | undefined;
  /** The lease has not lapsed. */
  readonly held: boolean;
  /** The time until which Confirm counts is known and not over. */
  readonly inTime: boolean;
}

/** Of each pool: lanes of one change take their turn here, and not as sessions that wait for each other's lock. */
const turns = new WeakMap<Pool, ReturnType<typeof inTurn>>();

/** One transaction on one run, its row locked; undefined when there is no such run. */
export async function withRun<T>(
  pool: Pool,
  id: RunId,
  work: (tx: Transaction, locked: LockedRun) => Promise<T>,
): Promise<T | undefined> {
  const take = turns.get(pool) ?? inTurn();
  turns.set(pool, take);
  return take(id, () =>
    pool.transaction(async (tx) => {
      await holdName(tx, `fettle.run.${id}`);
      const locked = await read(tx, id);
      return locked && (await work(tx, locked));
    }),
  );
}

const Locked = z.object({
  now: SqlTime,
  target: z.string().nullable(),
  fence: SqlNumber.nullable(),
  lease_owner: z.string().nullable(),
  held: SqlYes,
  in_time: SqlYes,
});

async function read(tx: Transaction, id: RunId): Promise<LockedRun | undefined> {
  const rows = await tx.rows(
    `select ${runColumns}, now(3) as now, target, fence, lease_owner, lease_until > now(3) as held,
       not_after >= now(3) as in_time
     from run where id = ? for update`,
    [id],
  );
  const row = oneOf(Locked, rows);
  if (!row) return undefined;
  const [whole] = await withSteps(tx, rows, 'none');
  return {
    run: parseRun(whole),
    now: row.now,
    target: row.target ?? undefined,
    fence: row.fence ?? undefined,
    owner: row.lease_owner ?? undefined,
    held: row.held,
    inTime: row.in_time,
  };
}

/** The run still belongs to this claim; its lease may have lapsed. */
export const belongsTo = ({ run, target, fence, owner }: LockedRun, claim: Claim): boolean =>
  run.state === 'running' && target === claim.target && fence === claim.fence && owner === claim.owner;

export type Moved =
  | { readonly ok: true; readonly run: Run }
  | { readonly ok: false; readonly run: Run; readonly because: Words };

/** Applies an event to a locked run and writes it with its audit line; a refused event leaves the run and is recorded as refused. `alongside` writes what belongs to the event. */
export async function move(
  tx: Transaction,
  audit: AuditWriter,
  locked: LockedRun,
  event: RunEvent,
  entry: AuditEntry | undefined,
  claim?: Claim,
  alongside?: (tx: Transaction, locked: LockedRun) => Promise<void>,
): Promise<Moved> {
  const { run, now } = locked;
  const { revision, ...life } = run;
  const after =
    claim !== undefined && !belongsTo(locked, claim)
      ? ({ ok: false, because: takenOver } as const)
      : next(life, event, now);
  if (!after.ok) {
    if (entry)
      await audit.writeWith(tx, { ...entry, action: `${entry.action} refused`, reason: after.because.en });
    return { ok: false, run, because: after.because };
  }
  const moved: Run = { ...after.run, revision: revision + 1 };
  await writeBeside(tx, life, after.run);
  const changes = isApart(life) && isSameRow(life, after.run) ? [] : runChanges(after.run);
  await tx.change(
    `update run set ${changes.map(([name]) => `${name} = ?, `).join('')}revision = ?, changed_at = now(3)
       ${after.run.state === run.state ? '' : ', state_at = now(3)'} where id = ?`,
    [...changes.map(([, value]) => value), String(moved.revision), run.id],
  );
  await listUnknown(tx, run, moved);
  await keepLocks(tx, run, moved);
  await keepBrackets(tx, run, moved);
  await alongside?.(tx, locked);
  if (entry) await audit.writeWith(tx, entry);
  return { ok: true, run: moved };
}

const takenOver = words(
  'This run was taken over meanwhile: its worker had not been heard of in time.',
  '该任务已被接管：原执行进程未能按时回应。',
);

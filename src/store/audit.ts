import { createHash, createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { AuditEntry, AuditLog } from '../runs/ports.ts';
import { canonicalJson } from '../kit/canonical.ts';
import { storable } from './storable.ts';
import { holdName, keepTalking, lockName } from './named-lock.ts';
import type { Pool, Transaction } from './pool.ts';
import type { AuditTables } from './audit-table.ts';
import { oneOf, SqlNumber, SqlTime, toSqlTime } from './values.ts';
import { captureData, captureWhole } from '../kit/index.ts';

/** The hash before the first line. */
export const START = '0'.repeat(64);

/** The newest row: what is published outside of the database, and compared with it later. */
export interface AuditHead {
  readonly n: number;
  readonly hash: string;
}

/** One row as it is hashed. `facts` is canonical JSON. */
export interface AuditRow {
  readonly n: number;
  readonly at: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly runId: string | null;
  readonly decision: string | null;
  readonly reason: string | null;
  readonly facts: string;
}

/** Writes the audit line of a change of a run, together with that change. */
export interface AuditWriter extends Pick<AuditLog, 'write'> {
  readonly writeWith: (tx: Transaction, entry: AuditEntry) => Promise<void>;
  readonly head: () => Promise<AuditHead>;
  /** Where the chain is, for statements of the service's account, which may read it. */
  readonly tables: AuditTables;
}

export interface AuditOptions {
  /** Makes every hash an HMAC: without the key nobody can continue or rewrite the chain. Set before the first row, and kept. */
  readonly auditKey?: string;
  /** Called with every head that is to be kept outside of the database, after its row is committed. */
  readonly onHead?: (n: number, hash: string) => void;
  /** 50 unless set. */
  readonly headEveryRows?: number;
  /** Facts that every row of this process bears, like the version of the policy that it goes by. */
  readonly stamp?: () => Readonly<Record<string, unknown>>;
  readonly log?: Pick<Logger, 'warn'>;
}

/** A listener that fails is logged: the row is committed and stays so. */
export function publishHead({ onHead, log }: AuditOptions, { n, hash }: AuditHead): void {
  try {
    onHead?.(n, hash);
  } catch (error) {
    log?.warn({ err: error, n }, 'the audit head could not be published');
  }
}

/**
 * `own`: a pool on the audit account, whose only right beside reading is to add rows.
 *
 * With one account the line and the change it records are one transaction. Two accounts cannot share a transaction, so the
 * line is committed first, as the last thing before the change commits: a crash between the two leaves a line about a
 * change that did not happen, never a change without its line, and while the chain cannot be written nothing changes.
 */
export function auditWriter(
  pool: Pool,
  own: Pool | undefined,
  tables: AuditTables,
  options: AuditOptions,
): AuditWriter {
  const every = options.headEveryRows ?? 50;
  const chain = {
    key: options.auditKey,
    stamp: options.stamp,
    tables,
    name: lockName('audit', tables.lines),
  };
  const append = async (tx: Transaction, entry: AuditEntry): Promise<void> => {
    const head = await appendTo(tx, entry, chain);
    if (head.n % every === 0) tx.afterCommit(() => publishHead(options, head));
  };
  return {
    write: (entry) => (own ?? pool).transaction((tx) => append(tx, entry)),
    writeWith: (tx, entry) =>
      own
        ? keepTalking(
            tx,
            own.transaction((audit) => append(audit, entry)),
          )
        : append(tx, entry),
    head: async () => readHead((own ?? pool).rows, tables),
    tables,
  };
}

const Head = z.object({ n: SqlNumber, hash: z.string() });

/** The newest head, or the beginning of a chain without lines. */
export async function readHead(rows: Pool['rows'], { heads }: AuditTables): Promise<AuditHead> {
  const head = oneOf(Head, await rows(`select n, hash from ${heads} order by n desc limit 1`));
  return head ?? { n: 0, hash: START };
}

/** The head, and the database's clock, at once: whoever appends has everybody wait. */
async function readHeadNow(
  tx: Transaction,
  { heads }: AuditTables,
): Promise<AuditHead & { readonly at: string }> {
  const row = oneOf(
    z.object({ at: SqlTime, n: SqlNumber.nullable(), hash: z.string().nullable() }),
    await tx.rows(
      `select now(3) as at, head.n, head.hash from (select 1 as one) as always
       left join (select n, hash from ${heads} order by n desc limit 1) as head on true`,
    ),
  );
  if (!row) throw new Error('the database did not say what time it is');
  return { at: row.at, n: row.n ?? 0, hash: row.hash ?? START };
}

interface Chain {
  readonly key: string | undefined;
  /** Of the lock under which lines are appended. */
  readonly name: string;
  readonly stamp: AuditOptions['stamp'];
  readonly tables: AuditTables;
}

async function appendTo(
  tx: Transaction,
  entry: AuditEntry,
  { key, name, stamp, tables }: Chain,
): Promise<AuditHead> {
  // Held until the line is committed, so that lines have no gap and no fork; the primary key would refuse a second line.
  await holdName(tx, name);
  const { at, ...before } = await readHeadNow(tx, tables);
  const row: AuditRow = {
    n: before.n + 1,
    at,
    actorId: storable(captureWhole(entry.actor.id), 190),
    actorName: storable(captureWhole(entry.actor.name), 190),
    action: storable(entry.action, 190),
    runId: entry.runId ?? null,
    decision: entry.decision ?? null,
    reason: entry.reason === undefined ? null : storable(captureWhole(entry.reason), 4000),
    facts: canonicalJson(
      captureData({
        ...stamp?.(),
        ...entry.facts,
        ...(entry.subject ? { subject: entry.subject } : {}),
      }),
    ),
  };
  const hash = hashRow(before.hash, row, key);
  await tx.change(
    `insert into ${tables.lines} (n, at, actor_id, actor_name, action, run_id, decision, reason, facts, prev, hash)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      String(row.n),
      toSqlTime(row.at),
      row.actorId,
      row.actorName,
      row.action,
      row.runId,
      row.decision,
      row.reason,
      row.facts,
      before.hash,
      hash,
    ],
  );
  await tx.change(`insert into ${tables.heads} (n, hash) values (?, ?)`, [String(row.n), hash]);
  return { n: row.n, hash };
}

/** sha256, or HMAC-SHA256 with a key, over the hash before and the row's columns in a fixed order. */
export function hashRow(prev: string, row: AuditRow, key: string | undefined): string {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  const { n, at, actorId, actorName, action, runId, decision, reason, facts } = row;
  return hash
    .update(`${prev}\n${JSON.stringify([n, at, actorId, actorName, action, runId, decision, reason, facts])}`)
    .digest('hex');
}

import { z } from 'zod';
import { overlaps, type Resource } from '../kit/index.ts';
import { keepsLocks, type Locks, type ResourceLock } from '../runs/locks.ts';
import { RunId, type Run } from '../runs/run.ts';
import type { Pool, Session, Transaction } from './pool.ts';
import { parseRun, runColumns } from './run-row.ts';
import { oneOf, SqlNumber, SqlTime, SqlYes } from './values.ts';

/** A change that waits loses its place before others when it was not tried for so long, as when nobody may begin it. */
const PLACE_SECONDS = 30;
/** Characters of a resource that the table holds. */
const MOST_RESOURCE = 500;

/** What is in the way of a change. `unsettled`: nobody knows how it ended, so that waiting does not help. */
export interface InTheWay {
  readonly resource: Resource;
  readonly runId: RunId;
  readonly held: boolean;
  readonly unsettled: boolean;
}

/**
 * Takes all of these resources for the run of this transaction, or none: then it has a place among those who wait, the first come
 * first. One change after another takes locks, so that no two wait for each other.
 */
export async function takeLocks(
  tx: Transaction,
  runId: RunId,
  resources: readonly Resource[],
): Promise<InTheWay | undefined> {
  const wanted = resources.map(asStored);
  if (wanted.length === 0) {
    await releaseLocks(tx, runId);
    return undefined;
  }
  await tx.rows('select one from lock_turn for update');
  const mine = oneOf(
    z.object({ since: SqlTime.nullable() }),
    await tx.rows('select min(since) as since from resource_lock where run_id = ? and held = 0', [runId]),
  )?.since;
  const others = (await inTheWay(tx, runId)).filter(({ resource }) =>
    wanted.some((each) => overlaps(each, resource)),
  );
  const first =
    others.find(({ unsettled }) => unsettled) ??
    others.find(({ held }) => held) ??
    others.find(({ since, runId: other }) => !mine || since < mine || (since === mine && other < runId));
  await write(tx, runId, wanted, first === undefined);
  return first;
}

/** A waiting one keeps the moment when it came. */
async function write(
  tx: Transaction,
  runId: RunId,
  wanted: readonly Resource[],
  held: boolean,
): Promise<void> {
  await tx.change(
    `insert into resource_lock (run_id, resource, held, since, tried_at)
     values ${wanted.map(() => `(?, ?, ${held ? 1 : 0}, now(3), now(3))`).join(', ')}
     on duplicate key update since = if(held = values(held), since, values(since)), held = values(held), tried_at = now(3)`,
    wanted.flatMap((resource) => [runId, resource]),
  );
}

/** A resource that is too long for the table becomes the wider one around it. */
function asStored(resource: Resource): Resource {
  let stored: string = resource;
  while (stored.length > MOST_RESOURCE && stored.includes('/'))
    stored = stored.slice(0, stored.lastIndexOf('/'));
  return stored.slice(0, MOST_RESOURCE) as Resource;
}

/** A version that knows no locks may have ended the run: then its rows mean nothing. */
const STANDS =
  "(if(held = 1, run.state <> 'ended' or run.outcome = 'unknown', run.state in ('approved', 'suspended')))";

const Other = z.object({
  resource: z.templateLiteral([z.enum(['site', 'database']), ':', z.string()]),
  run_id: RunId,
  held: SqlYes,
  since: SqlTime,
  outcome: z.string().nullable(),
});

/** Of all others: what they have, and what those wait for that were tried lately; the first come first. */
async function inTheWay(
  tx: Transaction,
  runId: RunId,
): Promise<readonly (InTheWay & { readonly since: string })[]> {
  const rows = await tx.rows(
    `select resource_lock.resource, resource_lock.run_id, resource_lock.held, resource_lock.since, run.outcome from resource_lock join run on run.id = run_id
     where run_id <> ? and ${STANDS} and (held = 1 or tried_at > now(3) - interval ${PLACE_SECONDS} second)
     order by since, run_id, resource`,
    [runId],
  );
  return rows.map((row) => {
    const { resource, run_id, held, since, outcome } = Other.parse(row);
    return { resource, runId: run_id, held, since, unsettled: held && outcome === 'unknown' };
  });
}

const releaseLocks = (tx: Session, runId: RunId): Promise<number> =>
  tx.change('delete from resource_lock where run_id = ?', [runId]);

/** Gives back what a run has or waits for, in the transaction that ends it, puts it down or takes its approval back. */
export async function keepLocks(tx: Transaction, before: Run, after: Run): Promise<void> {
  if (before.state === after.state && before.outcome === after.outcome) return;
  if (!ASKED_FOR_NONE.has(before.state) && !keepsLocks(after)) await releaseLocks(tx, after.id);
}

/** A claim asks for locks, and nothing before an approval is claimed. */
const ASKED_FOR_NONE: ReadonlySet<Run['state']> = new Set(['queued', 'preparing', 'waiting']);

const LockRow = Other.omit({ outcome: true }).extend({
  lease_owner: z.string().nullable(),
  fence: SqlNumber.nullable(),
  lease_until: SqlTime.nullable(),
});

/** Locks as people ask for them. */
export function locks(pool: Pool): Locks {
  return {
    async all() {
      const rows = await pool.rows(
        `select resource_lock.resource, resource_lock.run_id, resource_lock.held, resource_lock.since,
           run.lease_owner, run.fence, run.lease_until, ${runColumns}
         from resource_lock join run on run.id = resource_lock.run_id where ${STANDS}
         order by resource_lock.held desc, resource_lock.since, run_id, resource`,
      );
      return rows.map(lockOf);
    },
  };
}

function lockOf(row: unknown): ResourceLock {
  const { resource, run_id, held, since, lease_owner, fence, lease_until } = LockRow.parse(row);
  return {
    resource,
    runId: run_id,
    held,
    since,
    ...aboutRun(row),
    ...(lease_owner === null || fence === null || lease_until === null
      ? {}
      : { owner: lease_owner, fence, expires: lease_until }),
  };
}

/** The person who asked for the run of a row, and what it is, as far as it can be read here. */
export function aboutRun(row: unknown): Pick<ResourceLock, 'by' | 'reason'> {
  try {
    const { requestedBy, plan } = parseRun(row);
    return { by: requestedBy, ...(plan ? { reason: plan.title } : {}) };
  } catch {
    return {};
  }
}

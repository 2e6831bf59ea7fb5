import { z } from 'zod';
import { captureWhole, type Resource, type Words, words } from '../kit/index.ts';
import { stepDigest } from '../runs/plan.ts';
import { alreadyOpen } from '../runs/brackets.ts';
import { waitsForLock } from '../runs/locks.ts';
import { goesOnWithoutReadOnly, untilItIsOff, waitsForReadOnly } from '../runs/read-only.ts';
import type {
  AuditEntry,
  Claim,
  Claimed,
  Journal,
  JournalledStep,
  RecordedLine,
  Sealed,
  Warrant,
} from '../runs/ports.ts';
import { FETTLE, type Run, type RunId } from '../runs/run.ts';
import { stillOpen } from '../runs/effects.ts';
import { isClosing } from '../runs/layout.ts';
import { RECORD } from '../runs/story.ts';
import type { AuditWriter } from './audit.ts';
import { linesOf } from './audit-lines.ts';
import { closeBracket, neverOpened, openBracket, openedByAnother } from './brackets.ts';
import { readOnlyNow } from './read-only.ts';
import type { Pool, Transaction } from './pool.ts';
import { parseStep, stepColumn } from './journal-step.ts';
import { aboutRun, type InTheWay, takeLocks } from './locks.ts';
import { readIds, type UnreadableRows } from './readable.ts';
import { FORMAT, runColumns } from './run-row.ts';
import { belongsTo, move, withRun, type LockedRun } from './run-lock.ts';
import { oneOf, SqlNumber, SqlTime } from './values.ts';

/**
 * Steps of changes, each at most once. A claim holds the run by a fence that only grows and by a lease: intents are written
 * only under a live lease, results only under the same fence, and sealing raises the fence.
 */
export function journal(
  pool: Pool,
  audit: AuditWriter,
  leaseSeconds: number,
  unreadable: UnreadableRows,
): Journal {
  const lease = `lease_until = now(3) + interval ${Math.ceil(leaseSeconds)} second`;
  return {
    claim: (id, touched, owner, warrant) =>
      withRun(pool, id, (tx, locked) => claimRun(tx, audit, locked, { touched, owner, lease, warrant })),

    async begin(claim, step, what) {
      const begun = await withRun(pool, claim.runId, async (tx, locked) => {
        if (!belongsTo(locked, claim) || !locked.held) return false;
        if (locked.run.cancelled && !isClosing(locked.run.plan, step)) return false;
        // A step that has a row was begun before, by whomever: nobody may begin it again.
        if (await stepOf(tx, claim, step)) return false;
        if (await readOnlyNow(tx)) return false;
        if (what.opens && !(await openBracket(tx, claim.runId, step, what.opens))) return false;
        await tx.change(
          `insert into step (run_id, no, state, fence, what, evidence, at) values (?, ?, 'begun', ?, ?, '', now(3))`,
          [claim.runId, String(step), String(claim.fence), stepColumn(what)],
        );
        await tx.change(`update run set ${lease} where id = ?`, [claim.runId]);
        await audit.writeWith(
          tx,
          line(claim, RECORD.begun, {
            step,
            title: what.title.en,
            digest: stepDigest(what),
            ...(what.opens ? { opens: what.opens.bracket, where: what.opens.where } : {}),
          }),
        );
        return true;
      });
      return begun ?? false;
    },

    async refusal(claim, step, what) {
      const readOnly = await readOnlyNow(pool);
      if (readOnly) return { says: goesOnWithoutReadOnly(readOnly), waiting: untilItIsOff(readOnly) };
      const open = what.opens && (await openedByAnother(pool, claim.runId, step, what.opens));
      return open && { says: alreadyOpen(open) };
    },

    async takeBack(claim, step) {
      const taken = await withRun(pool, claim.runId, async (tx, locked) => {
        if (!belongsTo(locked, claim)) return false;
        const before = await stepOf(tx, claim, step);
        if (before?.state !== 'begun' || before.fence !== claim.fence) return false;
        await tx.change('delete from step where run_id = ? and no = ?', [claim.runId, String(step)]);
        await neverOpened(tx, claim.runId, step);
        await audit.writeWith(tx, line(claim, RECORD.notStarted, { step }));
        return true;
      });
      return taken ?? false;
    },

    async finish(claim, step, result, evidence) {
      const state = result === 'done' ? 'done' : 'failed';
      const finished = await withRun(pool, claim.runId, async (tx, locked) => {
        if (!belongsTo(locked, claim)) return false;
        const before = await stepOf(tx, claim, step);
        if (before?.fence !== claim.fence) return false;
        if (before.state !== 'begun') return before.state === state;
        await tx.change(
          'update step set state = ?, evidence = ?, done_at = now(3) where run_id = ? and no = ?',
          [state, evidence, claim.runId, String(step)],
        );
        const what = parseStep(claim.runId, before.what);
        if (result === 'done') await closeBracket(tx, what);
        if (result === 'without-effect') await neverOpened(tx, claim.runId, step);
        // The truth about a step is written even after the lease lapsed, but it does not bring the lease back.
        if (locked.held) await tx.change(`update run set ${lease} where id = ?`, [claim.runId]);
        await audit.writeWith(
          tx,
          line(claim, `step ${state}`, {
            step,
            ...(state === 'done' && what.closes
              ? { closes: what.closes.bracket, where: what.closes.where }
              : {}),
          }),
        );
        return true;
      });
      return finished ?? false;
    },

    async permits({ runId, target, fence, owner }, step) {
      const rows = await pool.rows(
        `select run.id from run join step on step.run_id = run.id and step.no = ?
         where run.id = ? and run.state = 'running' and run.target = ? and run.fence = ? and run.lease_owner = ?
           and run.lease_until > now(3) and step.state = 'begun' and step.fence = run.fence
           and not exists (select 1 from read_only)`,
        [String(step), runId, target, String(fence), owner],
      );
      return rows.length === 1;
    },

    // A lease that lapsed while the database was away comes back, as long as nobody has raised the fence.
    async hold({ runId, target, fence, owner }) {
      const held = await pool.change(
        `update run set ${lease} where id = ? and state = 'running' and target = ? and fence = ? and lease_owner = ?`,
        [runId, target, String(fence), owner],
      );
      return held === 1;
    },

    async release({ runId, target, fence, owner }) {
      await pool.change(
        `update run set lease_owner = null, lease_until = null
         where id = ? and target = ? and fence = ? and lease_owner = ?`,
        [runId, target, String(fence), owner],
      );
    },

    async lapsed() {
      const rows = await pool.rows(
        `select id from run where format <= ${FORMAT} and state = 'running' and (lease_until is null or lease_until <= now(3)) order by seq`,
      );
      return readIds(rows, unreadable);
    },

    seal: (id, owner) => withRun(pool, id, (tx, locked) => seal(tx, audit, locked, { owner, lease })),
  };
}

async function claimRun(
  tx: Transaction,
  audit: AuditWriter,
  locked: LockedRun,
  {
    touched,
    owner,
    lease,
    warrant,
  }: {
    readonly touched: (run: Run) => readonly Resource[];
    readonly owner: string;
    readonly lease: string;
    readonly warrant: Warrant;
  },
): Promise<Claimed | undefined> {
  const { run } = locked;
  const isFirst = run.state === 'approved';
  if (!isFirst && run.state !== 'suspended') return undefined;
  const lines = await linesOf(tx, audit.tables, run.id);
  const waitsSince = isFirst ? firstWait(lines) : undefined;
  if (isFirst && !locked.inTime && waitsSince === undefined) {
    const event = { kind: 'ended', outcome: 'expired', says: tooLate } as const;
    await move(tx, audit, locked, event, { actor: FETTLE, action: RECORD.expired, runId: run.id });
    return undefined;
  }
  const target = fenceOf(run.id);
  const claim: Claim = { runId: run.id, target, fence: await raiseFence(tx, target), owner };
  const steps = await stepsOf(tx, run.id);
  // A run that was in time when it was first tried stays in time: the chain records what made it wait.
  const facts = await warranted(tx, audit, locked, {
    claim,
    steps,
    warrant,
    lines,
    triedAt: waitsSince,
  });
  if (!facts) return undefined;
  const readOnly = await readOnlyNow(tx);
  // A change that was cancelled ends, as far as nothing has to be closed: its steps are not begun either.
  if (readOnly && !(run.cancelled && run.waiting?.for !== 'readonly')) {
    if (isFirst) await wait(tx, audit, locked, waitsForReadOnly(readOnly), waitsSince === undefined);
    // Who waits for a person can be answered all the same.
    else if (run.waiting?.for !== 'readonly' && run.waiting?.for !== 'person')
      await move(
        tx,
        audit,
        locked,
        {
          kind: 'blocked',
          waiting: untilItIsOff(readOnly),
          says: goesOnWithoutReadOnly(readOnly),
        },
        undefined,
      );
    return undefined;
  }
  const taken = await takeLocks(tx, run.id, touched(run));
  if (taken?.unsettled) {
    await refuse(tx, audit, locked, stillOpen(taken.runId));
    return undefined;
  }
  if (taken) {
    const says = await whyItWaits(tx, taken);
    const waiting = { for: 'lock', of: taken.resource, heldBy: taken.runId } as const;
    if (isFirst) await wait(tx, audit, locked, says, waitsSince === undefined);
    else await move(tx, audit, locked, { kind: 'blocked', waiting, says }, undefined);
    return undefined;
  }
  const action = isFirst ? RECORD.claimed : RECORD.resumed;
  const claimed = await move(tx, audit, locked, { kind: 'claimed' }, line(claim, action, facts));
  if (!claimed.ok) return undefined;
  await own(tx, claim, lease);
  // Begun steps pass to this claim, which goes on with them.
  await takeBegun(tx, claim);
  return { ...claim, run: claimed.run, steps };
}

/** When it was first tried and had to wait, by the chain. */
function firstWait(lines: readonly RecordedLine[]): string | undefined {
  const at = lines.find(({ action }) => action === RECORD.waits)?.facts['at'];
  return z.iso.datetime().safeParse(at).data;
}

/** Stays approved. The chain has it once that it was tried in time. */
async function wait(
  tx: Transaction,
  audit: AuditWriter,
  locked: LockedRun,
  says: Words,
  isFirst: boolean,
): Promise<void> {
  const { run, now } = locked;
  const entry = { actor: FETTLE, action: RECORD.waits, runId: run.id, facts: { at: now, says: says.en } };
  if (run.says?.en !== says.en)
    await move(tx, audit, locked, { kind: 'noted', says }, isFirst ? entry : undefined);
  else if (isFirst) await audit.writeWith(tx, entry);
}

async function whyItWaits(tx: Transaction, { resource, runId, held }: InTheWay): Promise<Words> {
  const [row] = await tx.rows(`select ${runColumns} from run where id = ?`, [runId]);
  return waitsForLock(resource, { runId, held, ...aboutRun(row) });
}

async function refuse(tx: Transaction, audit: AuditWriter, locked: LockedRun, says: Words): Promise<void> {
  await move(
    tx,
    audit,
    locked,
    { kind: 'ended', outcome: 'refused', says },
    { actor: FETTLE, action: 'ended refused', runId: locked.run.id, facts: { says: says.en } },
  );
}

/** The facts of the claim when the run may be performed. Otherwise it is ended here, unless this process cannot tell. */
async function warranted(
  tx: Transaction,
  audit: AuditWriter,
  locked: LockedRun,
  {
    claim: { target, fence },
    steps,
    warrant,
    lines,
    triedAt,
  }: {
    readonly claim: Claim;
    readonly steps: readonly JournalledStep[];
    readonly warrant: Warrant;
    readonly lines: readonly RecordedLine[];
    readonly triedAt: string | undefined;
  },
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { run, now } = locked;
  const found = warrant(run, {
    now,
    ...(triedAt === undefined ? {} : { triedAt }),
    lines,
    target,
    fence,
    journalled: steps,
  });
  switch (found.kind) {
    case 'good':
      return found.facts;
    case 'not-yet': {
      const { opens, says } = found;
      const facts = { opens, says: says.en };
      await move(
        tx,
        audit,
        locked,
        { kind: 'deferred', opens, says },
        { actor: FETTLE, action: RECORD.waitsForWindow, runId: run.id, facts },
      );
      return undefined;
    }
    case 'lapsed':
    case 'forged': {
      const outcome = run.state === 'suspended' && steps.length > 0 ? 'failed' : 'refused';
      const event = { kind: 'ended', outcome, says: found.says } as const;
      const entry: AuditEntry =
        found.kind === 'forged'
          ? { actor: FETTLE, action: RECORD.forged, runId: run.id, reason: found.reason }
          : { actor: FETTLE, action: `ended ${outcome}`, runId: run.id, facts: { says: found.says.en } };
      await move(tx, audit, locked, event, entry);
      return undefined;
    }
    case 'not-here':
      return undefined;
    default:
      return found satisfies never;
  }
}

async function seal(
  tx: Transaction,
  audit: AuditWriter,
  locked: LockedRun,
  { owner, lease }: { readonly owner: string; readonly lease: string },
): Promise<Sealed | undefined> {
  const { run } = locked;
  if (run.state !== 'running' || locked.held) return undefined;
  // A run that was set running without a claim has no fence; it is sealed all the same, so that somebody ends it.
  const target = locked.target ?? fenceOf(run.id);
  const claim: Claim = { runId: run.id, target, fence: await raiseFence(tx, target), owner };
  await own(tx, claim, lease);
  // Begun steps pass to the sealer, who may find out how they ended.
  await takeBegun(tx, claim);
  const rows = await tx.rows('select no, state, what, evidence from step where run_id = ? order by no', [
    run.id,
  ]);
  const steps = rows.map((row) => {
    const { no, state, what, evidence } = SealedStep.parse(row);
    return { no, state, what: parseStep(run.id, what), evidence: captureWhole(evidence) };
  });
  await audit.writeWith(
    tx,
    line(claim, RECORD.sealed, {
      lost: locked.owner ?? null,
      steps: steps.map(({ no, state }) => ({ no, state })),
    }),
  );
  return { claim, steps };
}

const fenceOf = (id: RunId): string => `run/${id}`;

async function raiseFence(tx: Transaction, target: string): Promise<number> {
  await tx.change(
    'insert into fence (target, fence) values (?, 1) on duplicate key update fence = fence + 1',
    [target],
  );
  const row = oneOf(
    z.object({ fence: SqlNumber }),
    await tx.rows('select fence from fence where target = ?', [target]),
  );
  if (!row) throw new Error(`the fence of ${target} is gone`);
  return row.fence;
}

/** The old fence can no longer write them. */
const takeBegun = (tx: Transaction, { runId, fence }: Claim): Promise<number> =>
  tx.change("update step set fence = ? where run_id = ? and state = 'begun'", [String(fence), runId]);

async function stepsOf(tx: Transaction, id: RunId): Promise<readonly JournalledStep[]> {
  const rows = await tx.rows('select no, state, at from step where run_id = ? order by no', [id]);
  return rows.map((row) => {
    const { no, state, at } = Journalled.parse(row);
    return { no, state, at: new Date(at) };
  });
}

const Journalled = z.object({ no: SqlNumber, state: z.enum(['begun', 'done', 'failed']), at: SqlTime });

const own = (tx: Transaction, { runId, target, fence, owner }: Claim, lease: string): Promise<number> =>
  tx.change(`update run set target = ?, fence = ?, lease_owner = ?, ${lease} where id = ?`, [
    target,
    String(fence),
    owner,
    runId,
  ]);

const stepOf = async (tx: Transaction, claim: Claim, no: number) =>
  oneOf(
    z.object({ state: z.enum(['begun', 'done', 'failed']), fence: SqlNumber, what: z.string() }),
    await tx.rows('select state, fence, what from step where run_id = ? and no = ?', [
      claim.runId,
      String(no),
    ]),
  );

const SealedStep = z.object({
  no: SqlNumber,
  state: z.enum(['begun', 'done', 'failed']),
  what: z.string(),
  evidence: z.string(),
});

const line = (claim: Claim, action: string, facts: Readonly<Record<string, unknown>>): AuditEntry => ({
  actor: FETTLE,
  action,
  runId: claim.runId,
  facts: { ...facts, target: claim.target, fence: claim.fence, owner: claim.owner },
});

const tooLate = words(
  'Confirmed in time, but no worker could begin before the time was over. Nothing was changed. Ask again to get a fresh plan.',
  '虽已按时确认，但在有效时间内没有执行进程能够开始。未做任何更改。请重新发起，以获得新的方案。',
);

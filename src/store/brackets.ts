import { z } from 'zod';
import { canonicalJson, Opening, type Step } from '../kit/index.ts';
import { type Brackets, closesItself, type OpenBracket } from '../runs/brackets.ts';
import { FETTLE, RunId, type Run } from '../runs/run.ts';
import type { AuditWriter } from './audit.ts';
import { aboutRun } from './locks.ts';
import type { Pool, Session, Transaction } from './pool.ts';
import { runColumns } from './run-row.ts';
import { SqlNumber, SqlTime } from './values.ts';

/** Between two calls, unless the step says otherwise. */
const CALL_MINUTES = 5;

/** Writes what a step opens, in the transaction of its intent. false: it is open already. */
export async function openBracket(
  tx: Transaction,
  runId: RunId,
  no: number,
  opening: Opening,
): Promise<boolean> {
  const seconds = String(Math.ceil(opening.minutes * 60));
  const opened = await tx.change(
    `insert ignore into bracket (name, place, run_id, step, opening, opened_at, due_at, call_at, calls)
     values (?, ?, ?, ?, ?, now(3), now(3) + interval ? second, now(3) + interval ? second, 0)`,
    [opening.bracket, opening.where, runId, String(no), JSON.stringify(opening), seconds, seconds],
  );
  return opened === 1;
}

/** The step took effect: what it closes is closed, whoever opened it. */
export async function closeBracket(tx: Session, { closes }: Pick<Step, 'closes'>): Promise<void> {
  if (closes)
    await tx.change('delete from bracket where name = ? and place = ?', [closes.bracket, closes.where]);
}

/** The step certainly had no effect: what it would have opened is not open. */
export async function neverOpened(tx: Session, runId: RunId, no: number): Promise<void> {
  await tx.change('delete from bracket where run_id = ? and step = ?', [runId, String(no)]);
}

/** The one that is open there, if another step than this opened it. */
export async function openedByAnother(
  session: Session,
  runId: RunId,
  no: number,
  { bracket, where }: Opening,
): Promise<OpenBracket | undefined> {
  const rows = await session.rows(`${SELECT} where bracket.name = ? and bracket.place = ?`, [bracket, where]);
  return rows.map(bracketOf).find((open) => open.runId !== runId || open.step !== no);
}

/**
 * Keeps brackets at what the run has become, in the transaction that changes it. A run that ends without having closed what it was to
 * close, or otherwise than done, has people called at once.
 */
export async function keepBrackets(tx: Transaction, before: Run, after: Run): Promise<void> {
  if (before.state === 'ended') await settleBrackets(tx, before, after);
  if (after.state !== 'ended' || (before.state === 'ended' && before.outcome === after.outcome)) return;
  for (const step of after.plan?.steps ?? [])
    if (step.opens && (after.outcome !== 'done' || closesItself(after, step.opens)))
      await tx.change(
        'update bracket set call_at = least(call_at, now(3)) where run_id = ? and name = ? and place = ? and calls = 0',
        [after.id, step.opens.bracket, step.opens.where],
      );
}

/** After the end a look, or a person, says what became of a step. */
async function settleBrackets(tx: Transaction, before: Run, after: Run): Promise<void> {
  for (const { no, state } of after.steps) {
    const was = before.steps.find((step) => step.no === no)?.state;
    const step = after.plan?.steps[no - 1];
    if (!step || was === state) continue;
    if (state === 'done') await closeBracket(tx, step);
    const saidSo = after.decided !== undefined && before.decided === undefined && !after.decided.tookEffect;
    if (state === 'failed' && saidSo) await neverOpened(tx, after.id, no);
  }
}

const SELECT = `select bracket.name, bracket.place, bracket.run_id, bracket.step, bracket.opening, bracket.opened_at,
  bracket.due_at, bracket.calls, ${runColumns} from bracket join run on run.id = bracket.run_id`;

const BracketRow = z.object({
  run_id: RunId,
  step: SqlNumber,
  opening: z.string(),
  opened_at: SqlTime,
  due_at: SqlTime,
  calls: SqlNumber,
});

function bracketOf(row: unknown): OpenBracket {
  const { run_id, step, opening, opened_at, due_at, calls } = BracketRow.parse(row);
  return {
    opening: Opening.parse(JSON.parse(opening)),
    runId: run_id,
    step,
    ...aboutRun(row),
    openedAt: opened_at,
    dueAt: due_at,
    calls,
  };
}

/** Brackets as the watch and people ask for them. */
export function brackets(pool: Pool, audit: AuditWriter): Brackets {
  return {
    async all() {
      return (await pool.rows(`${SELECT} order by bracket.opened_at, bracket.name, bracket.place`)).map(
        bracketOf,
      );
    },

    async take() {
      const due = (await pool.rows(`${SELECT} where bracket.call_at <= now(3) order by bracket.call_at`)).map(
        bracketOf,
      );
      const taken: OpenBracket[] = [];
      for (const open of due) {
        const { bracket, where, everyMinutes } = open.opening;
        // On the number of calls, so that one caller has it.
        const mine = await pool.change(
          `update bracket set calls = calls + 1, call_at = now(3) + interval ? second
           where name = ? and place = ? and run_id = ? and calls = ? and call_at <= now(3)`,
          [
            String(Math.ceil((everyMinutes ?? CALL_MINUTES) * 60)),
            bracket,
            where,
            open.runId,
            String(open.calls),
          ],
        );
        if (mine === 1) taken.push({ ...open, calls: open.calls + 1 });
      }
      return taken;
    },

    foundClosed: (playbooks, args, by) =>
      pool.transaction(async (tx) => {
        const found = (await tx.rows(SELECT))
          .map(bracketOf)
          .filter(
            ({ opening: { closeBy } }) =>
              playbooks.includes(closeBy.playbook) && canonicalJson(closeBy.args) === canonicalJson(args),
          );
        for (const { opening, runId, step } of found) {
          await neverOpened(tx, runId, step);
          await audit.writeWith(tx, {
            actor: FETTLE,
            action: 'bracket found closed',
            runId: by,
            facts: { bracket: opening.bracket, where: opening.where, openedBy: runId },
          });
        }
        return found.length;
      }),
  };
}

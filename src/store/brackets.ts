import { z } from 'zod';
import { canonicalJson, Opening, type Step } from '../kit/index.ts';
import { type Brackets, closesItself, type DueBrackets, type OpenBracket } from '../runs/brackets.ts';
import { groupBy } from '../runs/group-by.ts';
import { FETTLE, RunId, type Run } from '../runs/run.ts';
import type { AuditWriter } from './audit.ts';
import { aboutRun } from './locks.ts';
import type { Pool, Session, Transaction } from './pool.ts';
import { readEach, type UnreadableRows } from './readable.ts';
import { runColumns } from './run-row.ts';
import { SqlNumber, SqlTime, SqlYes } from './values.ts';

/** Between two calls, unless the step says otherwise. */
const CALL_MINUTES = 5;
/** Between two looks whether people are to be called earlier. */
const LOOK_SECONDS = 60;

/** Writes what a step opens, in the transaction of its intent. false: it is open already. */
export async function openBracket(
  tx: Transaction,
  runId: RunId,
  no: number,
  opening: Opening,
): Promise<boolean> {
  const due = Math.ceil(opening.minutes * 60);
  const next = opening.callWhen ? Math.min(due, LOOK_SECONDS) : due;
  const opened = await tx.change(
    `insert ignore into bracket (name, place, run_id, step, opening, opened_at, due_at, call_at, calls)
     values (?, ?, ?, ?, ?, now(3), now(3) + interval ? second, now(3) + interval ? second, 0)`,
    [opening.bracket, opening.where, runId, String(no), JSON.stringify(opening), String(due), String(next)],
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
        `update bracket set call_at = if(calls = 0, least(call_at, now(3)), call_at), due_at = least(due_at, now(3))
         where run_id = ? and name = ? and place = ?`,
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
  bracket.due_at, bracket.calls, bracket.call_at <= now(3) as is_next, bracket.due_at <= now(3) as is_due, ${runColumns} from bracket join run on run.id = bracket.run_id`;

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
export function brackets(pool: Pool, audit: AuditWriter, unreadable: UnreadableRows): Brackets {
  const readable = <T>(rows: readonly unknown[], parse: (row: unknown) => T): readonly T[] =>
    readEach(rows, parse, { rows: unreadable, table: 'bracket' });
  return {
    async all() {
      const rows = await pool.rows(`${SELECT} order by bracket.opened_at, bracket.name, bracket.place`);
      return readable(rows, bracketOf);
    },

    async take() {
      const rows = readable(await pool.rows(`${SELECT} order by bracket.place`), (row) => ({
        open: bracketOf(row),
        ...Timed.parse(row),
      }));
      const taken: DueBrackets[] = [];
      for (const group of groupBy(rows, ({ open }) => togetherBy(open))) {
        const [leader] = group.filter(({ is_next }) => is_next);
        const [first, ...others] = group.map(({ open }) => open);
        if (!leader || !first) continue;
        const isCall = group.some(
          ({ is_next, is_due, open }) => is_next && (is_due || !open.opening.callWhen),
        );
        const due = { open: [first, ...others] } as const;
        const call = isCall ? most(due) + 1 : undefined;
        if (await move(pool, due, leader.open, call)) taken.push(call === undefined ? due : { ...due, call });
      }
      return taken;
    },

    async call(looked) {
      const [leader] = looked.open;
      const call = most(looked) + 1;
      return (await move(pool, looked, leader, call, { isLooked: true })) ? call : undefined;
    },

    foundClosed: (playbooks, args, by) =>
      pool.transaction(async (tx) => {
        const found = readable(await tx.rows(SELECT), bracketOf).filter(
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

const Timed = z.object({ is_next: SqlYes, is_due: SqlYes });

const togetherBy = ({ runId, opening: { bracket, closeBy } }: OpenBracket): string =>
  canonicalJson([runId, bracket, closeBy]);

const most = ({ open }: DueBrackets): number => Math.max(...open.map(({ calls }) => calls));

/** Moves all of them on to the next call or look, unless somebody else did: whoever moves the leader has them. */
const move = (
  pool: Pool,
  { open }: DueBrackets,
  leader: OpenBracket,
  call: number | undefined,
  { isLooked = false } = {},
): Promise<boolean> =>
  pool.transaction(async (tx) => {
    const { everyMinutes = CALL_MINUTES } = leader.opening;
    const seconds = call === undefined ? LOOK_SECONDS : Math.ceil(everyMinutes * 60);
    const next = `call_at = ${call === undefined ? 'least(greatest(due_at, now(3)), now(3) + interval ? second)' : 'now(3) + interval ? second'}`;
    const moved = async ({ opening, runId, calls }: OpenBracket, guard: string): Promise<boolean> =>
      (await tx.change(
        `update bracket set calls = ?, ${next} where name = ? and place = ? and run_id = ? and calls = ?${guard}`,
        [String(call ?? calls), String(seconds), opening.bracket, opening.where, runId, String(calls)],
      )) === 1;
    if (!(await moved(leader, isLooked ? '' : ' and call_at <= now(3)'))) return false;
    for (const other of open) if (other !== leader) await moved(other, '');
    return true;
  });

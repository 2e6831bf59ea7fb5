import { unpacked } from '../../src/store/packed.ts';

type Rows = (sql: string, values: readonly string[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;
type Query = (sql: string, values: readonly string[]) => Promise<unknown>;
type Json = Record<string, unknown>;

/** The plan that counts: a run that is of format 1 again has its own in its row. */
const BESIDE =
  'select plan.body from plan join run on run.id = plan.run_id where plan.run_id = ? and run.format > 1';

/** The stored body of a run, with the plan and the steps that a run of format 2 keeps beside its row. */
export async function readBody(rows: Rows, run: string): Promise<Json> {
  const [row] = await rows('select body from run where id = ?', [run]);
  const body = JSON.parse(String(row?.['body'])) as Json;
  const [plan] = await rows(BESIDE, [run]);
  if (!plan) return body;
  const steps = await rows('select body from step_record where run_id = ? order by no', [run]);
  return {
    ...body,
    plan: JSON.parse(unpacked(String(plan['body']))) as unknown,
    steps: steps.map((step) => JSON.parse(String(step['body'])) as unknown),
  };
}

/** Puts a body in its place, as whoever may write every table would. `at` are further columns of the row, each with its expression. */
export async function writeBody(rows: Rows, query: Query, run: string, body: Json, at = ''): Promise<void> {
  const [apart] = await rows(BESIDE, [run]);
  const { plan, steps, ...rest } = body;
  const row = apart ? { ...rest, steps: [] } : body;
  await query(`update run set state = ?${at}, body = ? where id = ?`, [
    String(body['state']),
    JSON.stringify(row),
    run,
  ]);
  if (!apart) return;
  if (plan === undefined) await query('delete from plan where run_id = ?', [run]);
  else await query('update plan set body = ? where run_id = ?', [JSON.stringify(plan), run]);
  await query('delete from step_record where run_id = ?', [run]);
  for (const step of Array.isArray(steps) ? (steps as Json[]) : [])
    await query('insert into step_record (run_id, no, body) values (?, ?, ?)', [
      run,
      String(step['no']),
      JSON.stringify(step),
    ]);
}

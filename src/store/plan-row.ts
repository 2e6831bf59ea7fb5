import { z } from 'zod';
import { StoredStep, writtenStep } from '../kit/index.ts';
import type { Plan, RunId } from '../runs/run.ts';
import { packed, unpacked } from './packed.ts';
import type { Transaction } from './pool.ts';

/** As deep as a wrong row could make a wrong decision; everything else is covered by the hash of the plan. */
export const PlanShape = z.looseObject({
  hash: z.string(),
  steps: z.array(StoredStep),
  rollback: z.array(StoredStep),
});

/** A plan as it is stored: its steps in the form of the oldest version that can read them. */
export const writtenPlan = (plan: Plan): unknown => ({
  ...plan,
  steps: plan.steps.map(writtenStep),
  rollback: plan.rollback.map(writtenStep),
});

/** The plan of JSON that fits its shape. */
export const planOf = (json: unknown): Plan => {
  const { steps, rollback } = PlanShape.parse(json);
  return { ...(json as Plan), steps, rollback };
};

/** Plans of changes under way are read with every event; the same text is the same plan. */
const parsed = new Map<string, Plan>();
const MOST = 8;

/** Throws for what is not a plan. */
export function parsePlan(text: string): Plan {
  const known = parsed.get(text);
  const plan = known ?? planOf(JSON.parse(unpacked(text)));
  parsed.delete(text);
  parsed.set(text, plan);
  const [oldest] = parsed.keys();
  if (parsed.size > MOST && oldest !== undefined) parsed.delete(oldest);
  return plan;
}

/** Writes the plan of a run beside its row. */
export async function writePlan(tx: Transaction, runId: RunId, plan: Plan): Promise<void> {
  const text = packed(JSON.stringify(writtenPlan(plan)));
  await tx.change(
    'insert into plan (run_id, body) values (?, ?) on duplicate key update body = values(body)',
    [runId, text],
  );
}

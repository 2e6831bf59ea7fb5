import { capturedPlan } from '../runs/captured-run.ts';
import type { Run } from '../runs/run.ts';
import { writePlan } from './plan-row.ts';
import type { Transaction } from './pool.ts';
import { isApart } from './run-row.ts';
import { writeSteps } from './step-records.ts';

/** A plan is written once; of the steps those that have changed. */
export async function writeBeside(
  tx: Transaction,
  before: Omit<Run, 'revision'> | undefined,
  after: Omit<Run, 'revision'>,
): Promise<void> {
  const comesOut = isApart(after) && !(before && isApart(before));
  if (after.plan && isApart(after) && (comesOut || after.plan !== before?.plan))
    await writePlan(tx, after.id, capturedPlan(after.plan));
  const known = new Set(before?.steps);
  // Read under the lock, a step has its evidence only where a version before wrote that into the row.
  const news = after.steps.filter((step) => comesOut || !known.has(step) || step.evidence !== undefined);
  await writeSteps(tx, after.id, news);
}

/** Nothing has changed but what stands beside the row. */
export function isSameRow(before: Omit<Run, 'revision'>, after: Omit<Run, 'revision'>): boolean {
  const rest = (run: Omit<Run, 'revision'>): ReadonlyMap<string, unknown> => {
    const { steps: _, ...others } = run;
    return new Map(Object.entries(others));
  };
  const [was, is] = [rest(before), rest(after)];
  return was.size === is.size && [...is].every(([name, value]) => was.has(name) && was.get(name) === value);
}

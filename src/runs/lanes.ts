import { shownStep } from '../kit/index.ts';
import type { Plan, Run, StepRecord } from './run.ts';

/** One target of a plan, and how far it is. */
export interface LaneProgress {
  readonly target: string;
  /** `stopped`: begun, and it does not go on. */
  readonly state: 'done' | 'failed' | 'unknown' | 'under-way' | 'waits' | 'stopped' | 'not-begun';
  /** The step that it is at, counted within the lane. */
  readonly at: number;
  readonly of: number;
  /** As far as it came. */
  readonly step?: StepRecord;
}

/** How far each target of a plan is, in its order: the lanes of its stages; of a plain list, its steps. */
export function lanesOf(plan: Plan, { steps, state }: Pick<Run, 'steps' | 'state'>): readonly LaneProgress[] {
  const records = new Map(steps.map((step) => [step.no, step]));
  const lanes = plan.stages
    ? plan.stages.flatMap((stage) => stage.lanes)
    : plan.steps.map((step, at) => ({ target: shownStep(step).place, steps: [at + 1] }));
  return lanes.map(({ target, steps: numbers }) => {
    const seen = numbers.flatMap((no) => records.get(no) ?? []);
    const step = seen.at(-1);
    return {
      target,
      state: stateOf(seen, numbers.length, state),
      at: seen.length,
      of: numbers.length,
      ...(step ? { step } : {}),
    };
  });
}

function stateOf(seen: readonly StepRecord[], of: number, run: Run['state']): LaneProgress['state'] {
  const isOver = run === 'ended';
  const going = run === 'suspended' ? 'waits' : 'under-way';
  for (const state of ['unknown', 'failed'] as const)
    if (seen.some((step) => step.state === state)) return state;
  if (seen.length === 0) return 'not-begun';
  if (seen.some(({ state }) => state === 'begun')) return isOver ? 'unknown' : going;
  if (seen.length === of && seen.every(({ state }) => state === 'done')) return 'done';
  return isOver ? 'stopped' : going;
}

/** How many targets stand how. */
export function countLanes(lanes: readonly LaneProgress[]): ReadonlyMap<LaneProgress['state'], number> {
  const counts = new Map<LaneProgress['state'], number>();
  for (const { state } of lanes) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

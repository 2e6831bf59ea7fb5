import { captureSaying, captureWhole, maskRow } from '../kit/index.ts';
import type { Looked, Plan, Run, StepRecord } from './run.ts';

/**
 * A run as it is stored and shown: whatever says something is captured, however it was made; its report is made of captured text. Exact are what is planned again
 * (`ask`), what decides (`plan.facts`) and what is compared, deleted and put back (`plan.steps`, `plan.rollback`).
 */
export function capturedRun<Known extends Omit<Run, 'revision'>>(run: Known): Known {
  const { typed, says, steps, plan, instead, calls, told } = run;
  return {
    ...run,
    typed: captureWhole(typed),
    steps: steps.map(capturedStep),
    ...(says ? { says: captureSaying(says) } : {}),
    ...(calls ? { calls: calls.map((call) => ({ ...call, says: captureSaying(call.says) })) } : {}),
    ...(told ? { told: told.map((each) => ({ ...each, says: captureSaying(each.says) })) } : {}),
    ...(instead
      ? {
          instead: instead.map(({ title, command }) => ({
            title: captureSaying(title),
            command: captureWhole(command),
          })),
        }
      : {}),
    ...(plan ? { plan: capturedPlan(plan) } : {}),
  };
}

export const capturedPlan = (plan: Plan): Plan => ({
  ...plan,
  because: captureSaying(plan.because),
  warning: captureSaying(plan.warning),
  looked: plan.looked.map(capturedLook),
});

/** One step of it. */
export const capturedStep = (step: StepRecord): StepRecord => ({
  ...step,
  ...(step.says ? { says: captureSaying(step.says) } : {}),
  ...(step.evidence === undefined ? {} : { evidence: captureWhole(step.evidence) }),
});

const capturedLook = (look: Looked): Looked =>
  'rows' in look
    ? { ...look, statement: captureWhole(look.statement), rows: look.rows.map(maskRow) }
    : {
        ...look,
        place: captureWhole(look.place),
        asked: captureWhole(look.asked),
        says: captureSaying(look.says),
        answer: captureWhole(look.answer),
      };

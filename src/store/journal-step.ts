import { type Step, StoredStep, writtenStep } from '../kit/index.ts';
import { Unreadable } from '../runs/faults.ts';
import type { RunId } from '../runs/run.ts';

/** A step as the journal keeps it. */
export const stepColumn = (step: Step): string => JSON.stringify(writtenStep(step));

/** A step of the journal. Throws Unreadable for one that this version does not know. */
export function parseStep(runId: RunId, text: string): Step {
  try {
    return StoredStep.parse(JSON.parse(text));
  } catch {
    throw new Unreadable('run', runId, {
      isNewer: false,
      because: 'a step of its journal is not known here',
    });
  }
}

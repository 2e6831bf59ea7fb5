import { z } from 'zod';
import type { Step } from '../kit/index.ts';
import { Unreadable } from '../runs/faults.ts';
import type { RunId } from '../runs/run.ts';

const StepShape = z.looseObject({ kind: z.enum(['delete-rows', 'insert-rows', 'post']) });

/** A step as the journal keeps it. Throws Unreadable for one that this version does not know. */
export function parseStep(runId: RunId, text: string): Step {
  try {
    const json: unknown = JSON.parse(text);
    StepShape.parse(json);
    return json as Step;
  } catch {
    throw new Unreadable('run', runId, {
      isNewer: false,
      because: 'a step of its journal is not known here',
    });
  }
}

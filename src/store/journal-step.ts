import { z } from 'zod';
import type { Step } from '../kit/index.ts';

const StepShape = z.looseObject({ kind: z.enum(['delete-rows', 'insert-rows', 'post']) });

/** A step as the journal keeps it. */
export function parseStep(text: string): Step {
  const json: unknown = JSON.parse(text);
  StepShape.parse(json);
  return json as Step;
}

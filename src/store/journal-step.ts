import { z } from 'zod';
import type { Step } from '../kit/index.ts';
import { Unreadable } from '../runs/faults.ts';
import type { RunId } from '../runs/run.ts';

const Rows = z.object({
  database: z.string(),
  table: z.string(),
  key: z.tuple([z.string()], z.string()),
  rows: z.array(z.record(z.string(), z.string().nullable())),
});
const Request = z.object({ host: z.string(), url: z.string(), body: z.string() });

/** Whether a step has what it takes effect on: of half a step nobody could tell what it may have done. */
export function isWhole(step: { readonly kind: Step['kind'] }): boolean {
  switch (step.kind) {
    case 'delete-rows':
    case 'insert-rows':
      return Rows.safeParse(step).success;
    case 'post':
      return Request.safeParse(step).success;
    default:
      return step.kind satisfies never;
  }
}

const StepShape = z.looseObject({ kind: z.enum(['delete-rows', 'insert-rows', 'post']) }).refine(isWhole);

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

import { z } from 'zod';
import { Step } from './step.ts';

/** A request as the first version wrote it: always a POST of JSON from a host. */
const FirstRequest = z.strictObject({
  kind: z.literal('post'),
  title: z.strictObject({ en: z.string(), zh: z.string() }),
  host: z.string(),
  url: z.string(),
  body: z.string(),
});

/**
 * A step as it is stored, hashed and recorded: in the form of the first version where that can say it, so that what was approved
 * and recorded then stands for the same step now, and versions before read what they can.
 */
export function writtenStep(step: Step): unknown {
  if (step.kind !== 'request') return step;
  const { kind: _, method, body, from, ...rest } = step;
  if (from === 'worker') return step;
  const first = FirstRequest.safeParse({ ...rest, ...from, kind: 'post', body: body?.text });
  const isJson = body?.type === 'json' && Object.keys(body).length === 2;
  return method === 'POST' && isJson && first.success ? first.data : step;
}

/** A stored step of whichever version before this one. Fails for a kind or a member that this version does not know. */
export const StoredStep = z.preprocess((stored): unknown => {
  const first = FirstRequest.safeParse(stored);
  if (!first.success) return stored;
  const { body, host, ...rest } = first.data;
  return { ...rest, from: { host }, kind: 'request', method: 'POST', body: { type: 'json', text: body } };
}, Step);

/** Whether the first version can read the step. */
export const isOfFirstVersion = (step: Step): boolean =>
  step.kind === 'delete-rows' || step.kind === 'insert-rows'
    ? Object.keys(step).every((member) => ROWS_MEMBERS.has(member))
    : writtenStep(step) !== step;

const ROWS_MEMBERS: ReadonlySet<string> = new Set(['kind', 'title', 'database', 'table', 'key', 'rows']);

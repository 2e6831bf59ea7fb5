import { z } from 'zod';
import { stepFacts } from './facts.ts';

/** Which answers mean that it took effect. Unless set: every 2xx. One whose body says `"success": false` does not, unless `has` names what it must have. */
const Expect = z
  .strictObject({
    status: z.array(z.number().int().min(200).max(399)).min(1).readonly().exactOptional(),
    /** The body must have this, or must not have it. White space does not count. */
    has: z.string().min(1).exactOptional(),
    hasNot: z.string().min(1).exactOptional(),
  })
  .readonly();

/** Sends one request, once. From a host a marker there refuses a second time; from the worker the journal alone does, and after a crash only its probe tells. */
export const RequestStep = z
  .strictObject({
    kind: z.literal('request'),
    ...stepFacts,
    /** Where it is sent from; `url` is as seen from there. */
    from: z.union([z.strictObject({ host: z.string() }).readonly(), z.literal('worker')]),
    method: z.enum(['GET', 'PUT', 'POST', 'DELETE']),
    url: z.string(),
    /** Sent to this address of the same server instead, where `url` is answered with 404: for requests that versions spell differently. */
    ifNotFound: z.string().exactOptional(),
    body: z
      .strictObject({ type: z.enum(['json', 'form']), text: z.string() })
      .readonly()
      .exactOptional(),
    expect: Expect.exactOptional(),
  })
  .readonly();
export type RequestStep = z.infer<typeof RequestStep>;

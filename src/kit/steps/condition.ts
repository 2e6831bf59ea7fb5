import { z } from 'zod';

/** One check of an inspection, on the hosts of an app or on one host. */
export const CheckRef = z
  .strictObject({
    system: z.string(),
    check: z.string(),
    on: z.union([z.strictObject({ host: z.string() }), z.strictObject({ app: z.string() })]),
  })
  .readonly();
export type CheckRef = z.infer<typeof CheckRef>;

/** More than white space, which does not count. */
const Text = z.string().regex(/\S/);

/** Something that can be looked at and holds or does not, as data: what a wait waits for, what must be so directly before a step, how one sees that a step took effect. */
export const Condition = z.discriminatedUnion('kind', [
  /** All of these checks are ok. */
  z.strictObject({ kind: z.literal('checks'), checks: z.array(CheckRef).min(1).readonly() }).readonly(),
  /** Of these hosts at least so many are well in all their checks; asked anew, never remembered. */
  z
    .strictObject({
      kind: z.literal('quorum'),
      needs: z.number().int().positive(),
      hosts: z.array(z.string()).readonly(),
      /** The host that is about to be touched: when it is red itself nothing is lost, and nothing more is needed. Unknown is not red. */
      unlessRed: z.string().exactOptional(),
      /** Checks of the inspection of `system`, asked on each of the hosts. */
      system: z.string(),
      checks: z.array(z.string()).min(1).readonly(),
    })
    .readonly(),
  /** Values that a check of an app measures, added up over its hosts, are at least so much: parts of the check, by name. In a wait only what was measured since it began counts. */
  z
    .strictObject({
      kind: z.literal('at-least'),
      check: z.strictObject({ system: z.string(), check: z.string(), app: z.string() }).readonly(),
      /** How far the check looks back. */
      windowSeconds: z.number().int().positive(),
      parts: z
        .array(z.strictObject({ part: z.string(), value: z.number() }).readonly())
        .min(1)
        .readonly(),
    })
    .readonly(),
  /** A page as seen from a host answers 2xx and has, or has not, a text; white space does not count. */
  z
    .strictObject({
      kind: z.literal('page'),
      host: z.string(),
      url: z.string(),
      has: Text.exactOptional(),
      hasNot: Text.exactOptional(),
    })
    .readonly(),
  /** The container of a host is in this state; `restarted`: running since after the step began. */
  z
    .strictObject({
      kind: z.literal('container'),
      host: z.string(),
      state: z.enum(['running', 'stopped', 'absent', 'restarted']),
    })
    .readonly(),
]);
export type Condition = z.infer<typeof Condition>;

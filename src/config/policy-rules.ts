import { z } from 'zod';
import { RISKS } from '../kit/index.ts';
import { isBetween, readMoment, readSpan } from '../policy/calendar.ts';
import { LIFTED } from '../policy/change-rules.ts';
import { DOORS } from '../policy/question.ts';

const CHANGES = ['low', 'risky', 'dangerous'] as const;
const names = (of: string) =>
  z.array(z.string()).min(1, `name at least one ${of}, or leave the line out for all`);
const text = z
  .string({ error: 'write a text' })
  .refine((words) => words.trim() !== '', 'is empty; write a text');
const both = z.strictObject({ en: text, zh: text });
const roles = z.array(z.string()).min(1, 'name at least one role');
const approvals = z
  .number({ error: 'write a number' })
  .int('write a whole number')
  .min(1, 'write 1 or more')
  .max(9, 'write 9 or less');

/** `#` a digit, `?` a letter, one `*` any of letters, digits, `-` and `_`. */
const pattern = z
  .string({ error: 'write a pattern like CHG-######' })
  .regex(
    /^[A-Za-z0-9#?*_./-]{1,60}$/,
    'write a pattern like CHG-######: # is a digit, ? a letter, * anything',
  )
  .refine((sign) => sign.split('*').length < 3, 'write * once at most')
  .refine((sign) => /[#?A-Za-z0-9]/.test(sign), 'would fit anything; write a pattern like CHG-######');

const SPAN_HELP = 'write days and hours like "Mon-Fri 22:00-06:00" or "daily 09:30-11:30"';
const span = z.string({ error: SPAN_HELP }).transform((words, context) => {
  const read = readSpan(words);
  if (read) return read;
  context.addIssue({ code: 'custom', message: SPAN_HELP });
  return z.NEVER;
});

const moment = z
  .string({ error: 'write a day like 2026-10-01, or "2026-10-01 18:00"' })
  .regex(/^\d{4}-\d\d-\d\d(?: \d\d:\d\d)?$/, 'write a day like 2026-10-01, or "2026-10-01 18:00"')
  .refine((said) => readMoment(said, 'UTC') !== undefined, 'is no day of the calendar');

/** Of a day that is none, something else is said. */
function isOrdered(from: string, to: string): boolean {
  const begins = readMoment(from, 'UTC');
  return begins === undefined || isBetween(from, to, begins, 'UTC');
}

const extent = {
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'use a short name like night-window'),
  systems: names('system').optional(),
  sites: names('site').optional(),
  apps: names('app').optional(),
  playbooks: names('playbook').optional(),
  except: names('playbook').optional(),
  by: z
    .array(z.enum(DOORS, { error: `write ${DOORS.join(', ')}` }))
    .min(1, 'name at least one')
    .optional(),
};
const risks = (begins: readonly (typeof RISKS)[number][]) =>
  z
    .array(z.enum(RISKS, { error: 'write read-only, low, risky or dangerous' }))
    .min(1, 'name at least one risk')
    .default([...begins]);

/** One rule about changes, as people write it. */
export const ChangeRule = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('window'),
      ...extent,
      risks: risks(CHANGES),
      open: z.array(span).min(1, 'write at least one time'),
    }),
    z.strictObject({
      kind: z.literal('peak'),
      ...extent,
      risks: risks(['risky', 'dangerous']),
      times: z.array(span).min(1, 'write at least one time'),
    }),
    z
      .strictObject({
        kind: z.literal('freeze'),
        ...extent,
        risks: risks(CHANGES),
        from: moment,
        to: moment,
        because: both.optional(),
      })
      .refine(({ from, to }) => isOrdered(from, to), {
        error: 'ends before it begins',
        path: ['to'],
      }),
    z.strictObject({ kind: z.literal('refuse'), ...extent, risks: risks(CHANGES), because: both }),
    z.strictObject({ kind: z.literal('ticket'), ...extent, risks: risks(CHANGES), pattern }),
    z.strictObject({ kind: z.literal('reason'), ...extent, risks: risks(CHANGES) }),
    z.strictObject({
      kind: z.literal('approve'),
      ...extent,
      risks: risks(CHANGES),
      approvals: approvals.default(1),
      roles,
      typed: z.boolean({ error: 'write true or false' }).optional(),
    }),
    z.strictObject({
      kind: z.literal('emergency'),
      ...extent,
      risks: risks(CHANGES),
      lifts: z
        .array(z.enum(LIFTED, { error: `write ${LIFTED.join(', ')}` }))
        .min(1, 'name at least one kind of rule')
        .default([...LIFTED]),
      approvals: approvals.default(1),
      roles: roles.optional(),
      pattern: pattern.optional(),
    }),
  ],
  { error: 'write window, peak, freeze, refuse, ticket, reason, approve or emergency' },
);

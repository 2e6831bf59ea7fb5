import { z } from 'zod';
import { type Estate, isChannelId } from '../kit/index.ts';
import { DAYS_AHEAD, readMoment } from '../policy/calendar.ts';
import { objections } from '../policy/cautions.ts';
import { ACTIONS, type Policy } from '../policy/policy.ts';
import { sha256 } from '../runs/plan.ts';
import { approvalMistakes, type Fix } from './approval-mistakes.ts';
import { looseRecord, looseText, looseTexts } from './loose.ts';
import { type KnownNames, type Mistake, nameMistakes, peopleMistakes } from './policy-names.ts';
import { ChangeRule } from './policy-rules.ts';
import { notSaid, type Problem, problemsOf } from './problems.ts';

/** Openings are looked for so far ahead. */
const MOST_WAIT_HOURS = DAYS_AHEAD * 24;

const KEY = /^[a-z][a-z0-9-]{0,30}$/;
/** Keys that would read like Fettle itself, like a door, or like nobody in particular. */
const RESERVED: ReadonlySet<string> = new Set([
  'fettle',
  'inventory',
  'slack',
  'login',
  'everyone',
  'nobody',
  'anybody',
  'constructor',
  'prototype',
]);
const key = (example: string) =>
  z
    .string()
    .regex(KEY, `use a short key like ${example}`)
    .refine((word) => !RESERVED.has(word), 'is a reserved word; choose another key');
const text = z
  .string({ error: 'write a text' })
  .refine((words) => words.trim() !== '', 'is empty; write a text');
const roles = z.array(z.string()).min(1, 'name at least one role');
const Rule = z.strictObject({
  roles,
  actions: z
    .array(
      z.enum(ACTIONS, {
        error: `write ${ACTIONS.slice(0, -1).join(', ')} or ${ACTIONS.at(-1) ?? ''}`,
      }),
    )
    .min(1, 'name at least one action'),
  systems: z
    .array(z.string())
    .min(1, 'name at least one system, or leave the line out for all')
    .default(['*']),
});
const Confirm = z.strictObject({
  approvals: z.number({ error: 'write a number' }).int('write a whole number').min(1, 'write 1 or more'),
  roles,
  self: z.boolean({ error: 'write true or false' }),
  typed: z.boolean({ error: 'write true or false' }).optional(),
});
/** A person of a role, and the last day on which they hold it. */
const Member = z.union(
  [
    z.string(),
    z.strictObject({
      key: z.string(),
      until: z
        .string()
        .refine(
          (day) => /^\d{4}-\d\d-\d\d$/.test(day) && readMoment(day, 'UTC') !== undefined,
          'write the last day, like 2026-12-31',
        ),
    }),
  ],
  { error: 'write a key of people, or { key: lin, until: 2026-12-31 }' },
);

const UNOBJECTIONABLE = { approvals: 1, roles: [], self: false };

function looseRules() {
  const nothing = { roles: [], systems: [] };
  return z.array(z.object({ roles: looseTexts, systems: looseTexts }).catch(nothing)).catch([]);
}

function looseMembers() {
  const member = z.union([z.string(), z.object({ key: z.string() }).transform((each) => each.key)]);
  return z
    .array(z.unknown())
    .catch([])
    .transform((list) => list.flatMap((each) => member.safeParse(each).data ?? []));
}

/** The file as people write it. */
export const PolicyFile = z.strictObject({
  people: z.record(
    key('lin'),
    z.strictObject({
      name: text,
      slack: z
        .string()
        .regex(
          /^(T[A-Z0-9]{2,}\/)?[UW][A-Z0-9]{2,}$/,
          'write the Slack member id (U…), from the profile menu; with several workspaces, or of another than the bot’s, T…/U…',
        )
        .optional(),
      login: text.optional(),
    }),
  ),
  roles: z.record(key('operator'), z.array(Member)),
  everyone: z.array(z.string()).default([]),
  allow: z.array(Rule).min(1, 'without a rule nobody may do anything'),
  deny: z.array(Rule.extend({ because: z.strictObject({ en: text, zh: text }) })).default([]),
  confirm: z.strictObject({ low: Confirm, risky: Confirm, dangerous: Confirm }),
  // Without a default, so that a policy that does not mention it keeps its version.
  sharedChannels: z
    .array(z.string().refine(isChannelId, 'write the id of a Slack channel, like C0123ABCD'))
    .optional(),
  waitHours: z
    .int({ error: 'write whole hours, like 24' })
    .min(0, 'write 0 or more')
    .max(MOST_WAIT_HOURS, `write ${MOST_WAIT_HOURS} or less`)
    .optional(),
  confirmMinutes: z
    .number({ error: 'write minutes, like 10' })
    .min(1, 'write 1 or more')
    .max(60, 'write 60 or less')
    .default(10),
  rules: z.array(ChangeRule).optional(),
});

/** Everything a policy is checked against. */
export interface PolicyContext extends KnownNames {
  /** By whose clock days and hours are read; undefined when it is not known. */
  readonly timeZone?: string | undefined;
  /** Undefined when it cannot be read: then nothing is said of what only production refuses. */
  readonly environment: Estate['environment'] | undefined;
  /** Ids of every system that a rule may name; undefined when they are not known. */
  readonly systems: readonly string[] | undefined;
  /** Fixes that somebody may ask for. */
  readonly fixes?: readonly Fix[];
  /** Allowed Slack workspaces; with several a Slack id alone says nobody. */
  readonly teams?: readonly string[];
}

/** The policy of policy.yaml, or everything that is wrong with it. */
export function readPolicy(
  file: string,
  data: unknown,
  context: PolicyContext,
):
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const read = PolicyFile.safeParse(data, { reportInput: true });
  if (!read.success) {
    const problems = problemsOf(file, read.error);
    const beside = mistakesBeside(data, context).map((mistake) => ({ file, ...mistake }));
    return { ok: false, problems: [...problems, ...notSaid(beside, problems)] };
  }
  const people = peopleOf(read.data.people);
  const { rules, ...rest } = read.data;
  const policy: Policy = {
    ...rest,
    ...membersOf(read.data.roles),
    ...(rules ? { rules } : {}),
    people,
    version: sha256(JSON.stringify(read.data)).slice(0, 12),
    ...(context.timeZone === undefined ? {} : { timeZone: context.timeZone }),
  };
  const names = nameMistakes(policy, context.systems, context);
  const problems = [
    ...names,
    ...peopleMistakes(policy, context.teams ?? []),
    ...objectionsIn(policy, context),
    // Approvals are checked only when every name is right: wrong ones would be named twice.
    ...(names.length === 0 ? approvalMistakes(policy, { ...context, systems: context.systems ?? [] }) : []),
  ].map((mistake) => ({ file, ...mistake }));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policy };
}

/** The policy as far as it can be read: a part in which something cannot be says nothing. */
const LoosePolicy = z.object({
  people: looseRecord(z.object({ name: looseText, slack: looseText, login: looseText }).catch({})),
  roles: looseRecord(looseMembers()),
  everyone: looseTexts,
  allow: looseRules(),
  deny: looseRules(),
  rules: z
    .array(
      z
        .object({
          name: looseText,
          roles: looseTexts.optional(),
          systems: looseTexts.optional(),
          sites: looseTexts.optional(),
          apps: looseTexts.optional(),
          playbooks: looseTexts.optional(),
          except: looseTexts.optional(),
        })
        .catch({ name: undefined }),
    )
    .optional()
    .catch(undefined),
  confirm: looseRecord(
    z
      .object({ approvals: z.number().min(1).catch(1), roles: looseTexts, self: z.boolean().catch(false) })
      .catch(UNOBJECTIONABLE),
  ),
});

/** Mistakes in names and rules of a policy whose shape is wrong somewhere. Approvals wait: they hang on everything else. */
function mistakesBeside(data: unknown, context: PolicyContext): readonly Mistake[] {
  const read = LoosePolicy.safeParse(data);
  if (!read.success) return [];
  const { people, roles, confirm = {}, ...rest } = read.data;
  const { risky = UNOBJECTIONABLE, dangerous = UNOBJECTIONABLE } = confirm;
  const named = people && peopleOf(people);
  return [
    ...nameMistakes({ ...rest, people: named, roles, confirm }, context.systems, context),
    ...peopleMistakes({ people: named ?? [] }, context.teams ?? []),
    ...objectionsIn({ confirm: { risky, dangerous } }, context),
  ];
}

const objectionsIn = (
  policy: Parameters<typeof objections>[0],
  { environment }: PolicyContext,
): readonly Mistake[] =>
  environment === undefined ? [] : objections(policy, { environment }).map((says) => ({ path: '', says }));

function peopleOf(
  people: Readonly<
    Record<string, { name?: string | undefined; slack?: string | undefined; login?: string | undefined }>
  >,
): Policy['people'] {
  return Object.entries(people).map(([key, { name = key, slack, login }]) => ({
    key,
    name,
    ...slackOf(slack),
    ...(login === undefined ? {} : { login }),
  }));
}

function membersOf(
  roles: z.infer<typeof PolicyFile>['roles'],
): Pick<Policy, 'roles'> & { readonly until?: NonNullable<Policy['until']> } {
  const until = Object.entries(roles).flatMap(([role, members]) => {
    const ends = members.flatMap((member) =>
      typeof member === 'string' ? [] : [[member.key, member.until] as const],
    );
    return ends.length > 0 ? [[role, Object.fromEntries(ends)] as const] : [];
  });
  return {
    roles: Object.fromEntries(
      Object.entries(roles).map(([role, members]) => [
        role,
        members.map((member) => (typeof member === 'string' ? member : member.key)),
      ]),
    ),
    ...(until.length > 0 ? { until: Object.fromEntries(until) } : {}),
  };
}

/** `T0BANK/U0LIN` or `U0LIN`. */
function slackOf(slack: string | undefined): { readonly slack?: string; readonly team?: string } {
  if (slack === undefined) return {};
  const [id = '', team] = slack.split('/').reverse();
  return { slack: id, ...(team === undefined ? {} : { team }) };
}

import { z } from 'zod';
import { type Estate, isChannelId } from '../kit/index.ts';
import { ACTIONS, objections, type Policy } from '../policy/policy.ts';
import { sha256 } from '../runs/plan.ts';
import { approvalMistakes, type Fix } from './approval-mistakes.ts';
import { looseRecord, looseText, looseTexts } from './loose.ts';
import { type Mistake, nameMistakes, peopleMistakes } from './policy-names.ts';
import { notSaid, type Problem, problemsOf } from './problems.ts';

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
});

const UNOBJECTIONABLE = { approvals: 1, roles: [], self: false };

function looseRules() {
  const nothing = { roles: [], systems: [] };
  return z.array(z.object({ roles: looseTexts, systems: looseTexts }).catch(nothing)).catch([]);
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
  roles: z.record(key('operator'), z.array(z.string())),
  everyone: z.array(z.string()).default([]),
  allow: z.array(Rule).min(1, 'without a rule nobody may do anything'),
  deny: z.array(Rule.extend({ because: z.strictObject({ en: text, zh: text }) })).default([]),
  confirm: z.strictObject({ low: Confirm, risky: Confirm, dangerous: Confirm }),
  // Without a default, so that a policy that does not mention it keeps its version.
  sharedChannels: z
    .array(z.string().refine(isChannelId, 'write the id of a Slack channel, like C0123ABCD'))
    .optional(),
  confirmMinutes: z
    .number({ error: 'write minutes, like 10' })
    .min(1, 'write 1 or more')
    .max(60, 'write 60 or less')
    .default(10),
});

/** Everything a policy is checked against. */
export interface PolicyContext {
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
  const policy: Policy = { ...read.data, people, version: sha256(JSON.stringify(read.data)).slice(0, 12) };
  const names = nameMistakes(policy, context.systems);
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
  roles: looseRecord(looseTexts),
  everyone: looseTexts,
  allow: looseRules(),
  deny: looseRules(),
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
    ...nameMistakes({ ...rest, people: named, roles, confirm }, context.systems),
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

/** `T0BANK/U0LIN` or `U0LIN`. */
function slackOf(slack: string | undefined): { readonly slack?: string; readonly team?: string } {
  if (slack === undefined) return {};
  const [id = '', team] = slack.split('/').reverse();
  return { slack: id, ...(team === undefined ? {} : { team }) };
}

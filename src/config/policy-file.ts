import { z } from 'zod';
import { type Estate, isChannelId } from '../kit/index.ts';
import { ACTIONS, objections, type Policy } from '../policy/policy.ts';
import { sha256 } from '../runs/plan.ts';
import { approvalMistakes, type Fix } from './approval-mistakes.ts';
import { nameMistakes, peopleMistakes } from './policy-names.ts';
import { type Problem, problemsOf } from './problems.ts';

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
export interface PolicyContext extends Pick<Estate, 'environment'> {
  /** Ids of every system that a rule may name. */
  readonly systems: readonly string[];
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
  if (!read.success) return { ok: false, problems: problemsOf(file, read.error) };
  const people = Object.entries(read.data.people).map(([key, { name, slack, login }]) => ({
    key,
    name,
    ...slackOf(slack),
    ...(login === undefined ? {} : { login }),
  }));
  const policy: Policy = { ...read.data, people, version: sha256(JSON.stringify(read.data)).slice(0, 12) };
  const names = nameMistakes(policy, context.systems);
  const problems = [
    ...names,
    ...peopleMistakes(policy, context.teams ?? []),
    ...objections(policy, context).map((says) => ({ path: '', says })),
    // Approvals are checked only when every name is right: wrong ones would be named twice.
    ...(names.length === 0 ? approvalMistakes(policy, context) : []),
  ].map((mistake) => ({ file, ...mistake }));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policy };
}

/** `T0BANK/U0LIN` or `U0LIN`. */
function slackOf(slack: string | undefined): { readonly slack?: string; readonly team?: string } {
  if (slack === undefined) return {};
  const [id = '', team] = slack.split('/').reverse();
  return { slack: id, ...(team === undefined ? {} : { team }) };
}

import { z } from 'zod';
import type { Estate } from '../kit/index.ts';
import { objections, type Policy } from '../policy/policy.ts';
import { sha256 } from '../runs/plan.ts';
import { type Problem, problemsOf } from './problems.ts';

const roles = z.array(z.string()).min(1, 'name at least one role');
const Rule = z.strictObject({
  roles,
  actions: z
    .array(
      z.enum(['inspect', 'change', 'schedule', 'audit'], {
        error: 'write inspect, change, schedule or audit',
      }),
    )
    .min(1, 'name at least one action'),
  systems: z.array(z.string()).default(['*']),
});
const Confirm = z.strictObject({
  approvals: z.number().int().min(1, 'write 1 or more'),
  roles,
  self: z.boolean({ error: 'write true or false' }),
});

/** The file as people write it. */
export const PolicyFile = z.strictObject({
  people: z.record(
    z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'use a short key like lin'),
    z.strictObject({
      name: z.string(),
      slack: z
        .string()
        .regex(
          /^(?:T[A-Z0-9]{2,}\/)?[UW][A-Z0-9]{2,}$/,
          'write the Slack member id (U…), from the profile menu; of another workspace than the bot is installed in, T…/U…',
        )
        .optional(),
      login: z.string().optional(),
    }),
  ),
  roles: z.record(z.string(), z.array(z.string())),
  everyone: z.array(z.string()).default([]),
  allow: z.array(Rule).min(1, 'without a rule nobody may do anything'),
  deny: z.array(Rule.extend({ because: z.strictObject({ en: z.string(), zh: z.string() }) })).default([]),
  confirm: z.strictObject({ low: Confirm, risky: Confirm, dangerous: Confirm }),
  confirmMinutes: z
    .number({ error: 'write minutes, like 10' })
    .min(1, 'write 1 or more')
    .max(60, 'write 60 or less')
    .default(10),
});

/** The policy of policy.yaml, or everything that is wrong with it. */
export function readPolicy(
  file: string,
  data: unknown,
  estate: Pick<Estate, 'environment'>,
):
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const read = PolicyFile.safeParse(data, { reportInput: true });
  if (!read.success) return { ok: false, problems: problemsOf(file, read.error) };
  const people = Object.entries(read.data.people).map(([key, { name, slack, login }]) => ({
    key,
    name,
    ...(slack === undefined ? {} : { slack }),
    ...(login === undefined ? {} : { login }),
  }));
  const policy: Policy = { ...read.data, people, version: sha256(JSON.stringify(read.data)).slice(0, 12) };
  const problems = [
    ...unknownNames(file, policy),
    ...objections(policy, estate).map((says) => ({ file, path: '', says })),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policy };
}

function unknownNames(file: string, policy: Policy): readonly Problem[] {
  const keys = new Set(policy.people.map(({ key }) => key));
  const names = new Set(Object.keys(policy.roles));
  const members = Object.entries(policy.roles).flatMap(([role, list]) =>
    list
      .filter((key) => !keys.has(key))
      .map((key) => ({
        file,
        path: `roles.${role}`,
        says: `${key} is nobody under "people"; add them there or correct the key`,
      })),
  );
  const used = [
    ...policy.everyone.map((role) => ({ path: 'everyone', role })),
    ...policy.allow.flatMap((rule, index) =>
      rule.roles.map((role) => ({ path: `allow.${index}.roles`, role })),
    ),
    ...policy.deny.flatMap((rule, index) =>
      rule.roles.map((role) => ({ path: `deny.${index}.roles`, role })),
    ),
    ...Object.entries(policy.confirm).flatMap(([risk, rule]) =>
      rule.roles.map((role) => ({ path: `confirm.${risk}.roles`, role })),
    ),
  ];
  return [
    ...members,
    ...used
      .filter(({ role }) => !names.has(role))
      .map(({ path, role }) => ({
        file,
        path,
        says: `${role} is no role; there are ${[...names].join(', ')}`,
      })),
  ];
}

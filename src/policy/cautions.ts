import type { Estate } from '../kit/index.ts';
import type { ConfirmRule, Policy } from './policy.ts';

/** What is unsafe about a policy for this estate, in words; empty when nothing is. */
export function objections(
  policy: {
    readonly confirm: Readonly<Record<'risky' | 'dangerous', Pick<ConfirmRule, 'approvals' | 'self'>>>;
  },
  estate: Pick<Estate, 'environment'>,
): readonly string[] {
  if (estate.environment !== 'production') return [];
  const risks = ['risky', 'dangerous'] as const;
  return risks
    .filter((risk) => policy.confirm[risk].self || policy.confirm[risk].approvals < 1)
    .map(
      (risk) =>
        `confirm.${risk}: in production somebody other than the person who asked must confirm; set "self: false" and "approvals: 1" or more`,
    );
}

/** Remarks about a policy that opens nothing by mistake, one sentence each. */
export function cautions(policy: Policy): readonly string[] {
  const held = new Set(Object.values(policy.roles).flat());
  return [
    ...Object.entries(policy.roles)
      .filter(([role, members]) => members.length === 0 && !policy.everyone.includes(role))
      .map(([role]) => `role ${role}: nobody holds it`),
    ...policy.people
      .filter(({ key }) => !held.has(key))
      .map(({ key }) => `people.${key}: holds no role and may do nothing`),
    ...policy.people
      .filter(({ slack, login }) => slack === undefined && login === undefined)
      .map(({ key }) => `people.${key}: has neither "slack" nor "login", so they are never recognised`),
    ...policy.people
      .filter(({ login }) => login === 'root')
      .map(({ key }) => `people.${key}: the login root may be several people`),
    ...(policy.sharedChannels ?? []).map(
      (channel) => `sharedChannels: results are shown in ${channel} also to people of another organisation`,
    ),
  ];
}

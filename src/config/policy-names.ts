import { nearest } from '../kit/index.ts';
import type { Policy } from '../policy/policy.ts';
import { near } from './near.ts';

/** One mistake of a file: where, and what to write. */
export interface Mistake {
  readonly path: string;
  readonly says: string;
}

interface NamedRule {
  readonly roles: readonly string[];
  readonly systems: readonly string[];
}

/** The names of a policy; undefined where the people or the roles cannot be read, so that nothing is said of who is meant. */
export interface PolicyNames {
  readonly people: readonly Pick<Policy['people'][number], 'key'>[] | undefined;
  readonly roles: Policy['roles'] | undefined;
  readonly everyone: readonly string[];
  readonly allow: readonly NamedRule[];
  readonly deny: readonly NamedRule[];
  readonly confirm: Readonly<Record<string, Pick<NamedRule, 'roles'>>>;
  readonly rules?: readonly NamedChangeRule[] | undefined;
}

interface NamedChangeRule {
  readonly name?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly systems?: readonly string[] | undefined;
  readonly sites?: readonly string[] | undefined;
  readonly apps?: readonly string[] | undefined;
  readonly playbooks?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
}

/** Names of the inventory and of the playbooks; what is absent is not known here, and nothing is held against it. */
export interface KnownNames {
  readonly sites?: readonly string[] | undefined;
  readonly apps?: readonly string[] | undefined;
  readonly playbooks?: readonly string[] | undefined;
}

/** Every name in rules, roles and confirmations that means nothing. A rule for an unknown system would silently do nothing. */
export function nameMistakes(
  policy: PolicyNames,
  systems: readonly string[] | undefined,
  known: KnownNames = {},
): readonly Mistake[] {
  const keys = policy.people?.map(({ key }) => key) ?? [];
  const names = Object.keys(policy.roles ?? {});
  const members = Object.entries((policy.people && policy.roles) ?? {}).flatMap(([role, list]) =>
    list
      .filter((key) => !isAmong(key, keys))
      .map((key) => ({
        path: `roles.${role}`,
        says: `${key} is nobody under "people"${near(key, keys, 1)}; add them there or correct the key`,
      })),
  );
  const rules = (['allow', 'deny'] as const).flatMap((part) =>
    policy[part].map((rule, index) => ({ path: `${part}.${index}`, rule })),
  );
  const used = [
    ...policy.everyone.map((role) => ({ path: 'everyone', role })),
    ...rules.flatMap(({ path, rule }) => rule.roles.map((role) => ({ path: `${path}.roles`, role }))),
    ...Object.entries(policy.confirm).flatMap(([risk, rule]) =>
      rule.roles.map((role) => ({ path: `confirm.${risk}.roles`, role })),
    ),
    ...(policy.rules ?? []).flatMap((rule, index) =>
      (rule.roles ?? []).map((role) => ({ path: `rules.${index}.roles`, role })),
    ),
  ];
  return [
    ...members,
    ...(policy.roles ? used : [])
      .filter(({ role }) => !isAmong(role, names))
      .map(({ path, role }) => ({ path, says: `${role} is no role; there are ${names.join(', ')}` })),
    ...rules.flatMap(({ path, rule }) =>
      rule.systems
        .filter((system) => systems && system !== '*' && !systems.includes(system))
        .map((system) => ({ path: `${path}.systems`, says: noSystem(system, systems ?? []) })),
    ),
    ...ruleNameMistakes(policy, systems, known),
  ];
}

/** Also when it is one whose key is written in a way that is told already. */
const isAmong = (name: string, keys: readonly string[]): boolean =>
  keys.includes(name) ||
  keys.some((key) => key !== key.toLowerCase() && key.toLowerCase() === name.toLowerCase());

/** Every name in the rules about changes that means nothing: a rule for an unknown site would silently close nothing. */
function ruleNameMistakes(
  { rules = [] }: Pick<PolicyNames, 'rules'>,
  systems: readonly string[] | undefined,
  { sites, apps, playbooks }: KnownNames,
): readonly Mistake[] {
  const twice = rules.flatMap(({ name }, index) =>
    name !== undefined && rules.findIndex((rule) => rule.name === name) < index
      ? [{ path: `rules.${index}.name`, says: `${name} is the name of another rule; give each its own` }]
      : [],
  );
  const unknown = rules.flatMap((rule, index) =>
    (
      [
        ['systems', rule.systems, systems],
        ['sites', rule.sites, sites],
        ['apps', rule.apps, apps],
        ['playbooks', rule.playbooks, playbooks],
        ['except', rule.except, playbooks],
      ] as const
    ).flatMap(([part, names = [], there]) =>
      there === undefined
        ? []
        : names
            .filter((name) => !there.includes(name))
            .map((name) => ({
              path: `rules.${index}.${part}`,
              says:
                part === 'systems'
                  ? noSystem(name, there)
                  : `${name} is not known here${near(name, there, 1)}`,
            })),
    ),
  );
  return [...twice, ...unknown];
}

/** People who cannot be told apart. */
export function peopleMistakes(policy: Pick<Policy, 'people'>, teams: readonly string[]): readonly Mistake[] {
  return policy.people.flatMap(({ key, slack, team, login }, index): readonly Mistake[] => {
    const before = policy.people.slice(0, index);
    const sameSlack = before.find(
      (other) =>
        slack !== undefined &&
        other.slack === slack &&
        (other.team === team || other.team === undefined || team === undefined),
    );
    const sameLogin = before.find((other) => login !== undefined && other.login === login);
    const path = `people.${key}`;
    return [
      ...(sameSlack
        ? [{ path: `${path}.slack`, says: `is the Slack id of ${sameSlack.key} already; ${ONE_EACH}` }]
        : []),
      ...(sameLogin
        ? [{ path: `${path}.login`, says: `is the login of ${sameLogin.key} already; ${ONE_EACH}` }]
        : []),
      ...(slack !== undefined && team === undefined && teams.length > 1
        ? [
            {
              path: `${path}.slack`,
              says: `says no workspace, and SLACK_TEAMS allows several; write it as ${teams[0] ?? 'T…'}/${slack}`,
            },
          ]
        : []),
      ...(team !== undefined && teams.length > 0 && !teams.includes(team)
        ? [{ path: `${path}.slack`, says: `${team} is not in SLACK_TEAMS${near(team, teams, 1)}` }]
        : []),
    ];
  });
}

const ONE_EACH = 'give each person an id of their own, or make the two one person';

function noSystem(system: string, systems: readonly string[]): string {
  const meant = systems.find((each) => each.toLowerCase() === system.trim().toLowerCase());
  if (meant !== undefined) return `"${system}" is no system; write ${meant}`;
  const [first] = nearest(system, systems, 1);
  return first === undefined
    ? `"${system}" is no system; there are ${systems.join(', ')}`
    : `"${system}" is no system (near: ${nearest(system, systems, 3).join(', ')})`;
}

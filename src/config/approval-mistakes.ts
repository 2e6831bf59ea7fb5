import type { Risk } from '../kit/index.ts';
import { approvalsOf, approversOf, needsOf, seated } from '../policy/approvals.ts';
import { decide } from '../policy/decide.ts';
import type { ConfirmRule, Policy } from '../policy/policy.ts';
import type { Question } from '../policy/question.ts';
import type { Mistake } from './policy-names.ts';

/** A fix that people may ask for. */
export interface Fix {
  readonly name: string;
  readonly system: string;
  readonly risk: Risk;
  readonly irreversible: boolean;
  /** Contacts of the inventory that it tells. */
  readonly tells?: readonly string[];
}

/** Confirmations that nobody can give: by whom, for what, and who asked. Each would only show when a plan waits in vain. */
export function approvalMistakes(
  policy: Policy,
  { systems, fixes = [] }: { readonly systems: readonly string[]; readonly fixes?: readonly Fix[] },
): readonly Mistake[] {
  const rules = Object.entries(policy.confirm).flatMap(([risk, rule]) =>
    ruleMistakes(policy, risk, rule, systems),
  );
  return rules.length > 0 ? rules : fixes.flatMap((fix) => fixMistakes(policy, fix));
}

/** Of a class of fixes: `everyone`, more approvals than people, and somebody who asks and is needed. */
function ruleMistakes(
  policy: Policy,
  risk: string,
  rule: ConfirmRule,
  systems: readonly string[],
): readonly Mistake[] {
  const path = `confirm.${risk}`;
  const open = rule.roles.filter((role) => policy.everyone.includes(role));
  if (open.length > 0)
    return [
      {
        path: `${path}.roles`,
        says: `${open.join(', ')} is a role of everyone, so any member could confirm; name a role that only listed people hold`,
      },
    ];
  const holders = policy.people.filter(({ key }) =>
    rule.roles.some((role) => policy.roles[role]?.includes(key)),
  );
  const names = holders.map(({ name }) => name).join(', ') || 'nobody';
  if (holders.length < rule.approvals)
    return [
      {
        path: `${path}.approvals`,
        says: `needs ${count(rule.approvals)}, and only ${names} could give one; add people to ${rule.roles.join(' or ')}, or ask for fewer`,
      },
    ];
  if (rule.self || holders.length > rule.approvals) return [];
  return holders
    .filter(({ key, name }) => systems.some((system) => mayAsk(policy, { id: key, name }, system)))
    .map(({ name }) => ({
      path,
      says: `nobody else can confirm what ${name} asks for: it needs ${count(rule.approvals)}, and with "self: false" ${names} would have to give it; add another person to ${rule.roles.join(' or ')}, or take "change" from ${name}`,
    }));
}

/** Of a fix: the people who have both a role and the right over its system, for each person who may ask for it. */
function fixMistakes(policy: Policy, { name: fix, system, risk, irreversible }: Fix): readonly Mistake[] {
  if (risk === 'read-only') return [];
  const what = { playbook: fix, risk, undo: irreversible ? 'cannot' : 'can' } as const;
  return policy.people
    .map(({ key, name }) => ({ id: key, name }))
    .filter((person) => mayAsk(policy, person, system))
    .flatMap((person) => {
      const question: Question = { ...asking(person, system), does: 'change', what };
      const { seats } = needsOf(policy, question, what, 0);
      const could = approversOf(policy, person, seats, question);
      const needed = approvalsOf(seats);
      if (seated(policy, could, person, seats, question.at).length >= needed) return [];
      const roles = [...new Set(seats.flatMap((seat) => seat.roles ?? []))];
      const who = could.map(({ name }) => name).join(', ') || 'nobody';
      return [
        {
          path: 'confirm',
          says: `too few people can confirm ${fix} when ${person.name} asks for it: it needs ${count(needed)} by ${roles.join(' or ')} with rights over ${system}, and ${who} can; add people, or allow them "confirm" on ${system}`,
        },
      ];
    });
}

/** At the moment at which the file is read; roles that end later end later. */
const asking = (who: Question['who'], system: string) =>
  ({ who, systems: [system], by: 'command', at: new Date() }) as const;

const mayAsk = (policy: Policy, person: Question['who'], system: string): boolean =>
  decide(policy, { ...asking(person, system), does: 'ask' }).verdict !== 'no';

const count = (approvals: number): string => (approvals === 1 ? '1 approval' : `${approvals} approvals`);

import type { Risk } from '../../src/kit/index.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Decision, Does, Question } from '../../src/policy/question.ts';
import type { Person } from '../../src/runs/run.ts';

const AT = new Date('2026-11-20T10:00:00Z');

const plain =
  (does: Does) =>
  (policy: Policy, who: Person, systems: readonly string[]): Decision =>
    decide(policy, { who, does, systems, by: 'command', at: AT });

export const decideInspect = plain('look');
export const decideSchedule = plain('schedule');
export const decideAudit = (policy: Policy, who: Person): Decision => plain('audit')(policy, who, []);
export const decideCancel = (policy: Policy, who: Person, system: string): Decision =>
  plain('cancel')(policy, who, [system]);

/** A change of this risk, that somebody asks for. */
export const aChange = (
  who: Person,
  system: string,
  risk: Risk,
  irreversible = false,
  over: Partial<Question> = {},
): Question => ({
  who,
  does: 'change',
  what: { playbook: 'fix', risk, undo: irreversible ? 'cannot' : 'can' },
  systems: [system],
  by: 'command',
  at: AT,
  ...over,
});

export const decideChange = (
  policy: Policy,
  who: Person,
  system: string,
  risk: Risk,
  irreversible: boolean,
): Decision => decide(policy, aChange(who, system, risk, irreversible));

export const decideConfirm = (
  policy: Policy,
  who: Person,
  requester: Person,
  system: string,
  risk: Risk,
  irreversible: boolean,
): Decision =>
  decide(policy, aChange(who, system, risk, irreversible, { does: 'confirm', where: [], requester }));

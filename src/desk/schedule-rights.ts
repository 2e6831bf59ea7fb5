import { findScope, type ScheduleWish, type Words } from '../kit/index.ts';
import { type Decision, no } from '../policy/question.ts';
import type { AuditEntry } from '../runs/ports.ts';
import type { Person } from '../runs/run.ts';
import type { Schedule } from '../runs/schedule.ts';
import { visibleScopeTyped } from './visible-scope.ts';
import { may } from './may.ts';
import type { DeskDeps } from './deps.ts';

/** Why a person may not do this with what the scopes are about; recorded. */
export async function refusalToEdit(
  deps: DeskDeps,
  person: Person,
  what: ScheduleWish['do'],
  name: string,
  scopes: readonly string[],
): Promise<Words | undefined> {
  const decision =
    what === 'add' ? decideAdd(deps, person, scopes[0] ?? '') : decideEdit(deps, person, scopes);
  if ('en' in decision) return decision;
  if (decision.verdict !== 'no') return undefined;
  await deps.audit.write({
    actor: person,
    action: `schedule ${what}`,
    decision: 'no',
    reason: decision.because.en,
    facts: { schedule: name, scope: scopes.join(' → '), policy: deps.policy().version },
  });
  return decision.because;
}

/** A new one inspects no more than its owner may see, so that is what must be allowed to be scheduled. Words when the scope means nothing. */
function decideAdd(deps: DeskDeps, person: Person, scope: string): Decision | Words {
  const look = visibleScopeTyped(deps, person, scope);
  if (look.ok) return may(deps, person, 'schedule', look.systems);
  return look.isMayNot ? no('no rule', look.says.en, look.says.zh) : look.says;
}

/** Looking at every system that the scopes are about, and scheduling all of them: nothing is narrowed to what the person may see. */
export function decideEdit(deps: DeskDeps, person: Person, scopes: readonly string[]): Decision {
  const systems = [...new Set(scopes.flatMap((scope) => allSystemsOf(deps, scope)))];
  const looking = may(deps, person, 'look', systems);
  return looking.verdict === 'no' ? looking : may(deps, person, 'schedule', systems);
}

/** Inspecting everything that a schedule is about now, in its name and where it is shown. */
export const decideRunNow = (deps: DeskDeps, person: Person, scope: string): Decision =>
  may(deps, person, 'look', allSystemsOf(deps, scope));

/** Every system that a scope is about. What means nothing any more is about everything. */
function allSystemsOf(deps: Pick<DeskDeps, 'estate' | 'systemsOf'>, scope: string): readonly string[] {
  const found = findScope(scope, deps.estate);
  const systems = found.ok ? deps.systemsOf(found.scope) : [];
  return systems.length > 0 ? systems : deps.systemsOf({ kind: 'all' });
}

/** The audit line of what a person does with a schedule; its channel is told by what it says. */
export const auditOf = (
  deps: Pick<DeskDeps, 'policy'>,
  actor: Person,
  action: string,
  { name, cron, scope, channel, owner, lang }: Omit<Schedule, 'id'>,
  channelBefore = channel,
): AuditEntry => ({
  actor,
  action,
  decision: 'run',
  facts: {
    schedule: name,
    cron,
    scope,
    channel,
    ...(channelBefore === channel ? {} : { channelBefore }),
    lang,
    owner: owner.id,
    policy: deps.policy().version,
  },
});

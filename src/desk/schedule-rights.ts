import { findScope, type ScheduleWish, type Words } from '../kit/index.ts';
import { type Decision, no } from '../policy/question.ts';
import type { AuditEntry } from '../runs/ports.ts';
import type { Person } from '../runs/run.ts';
import type { Schedule } from '../runs/schedule.ts';
import { lookAs } from './look.ts';
import { may } from './may.ts';
import type { DeskParts } from './parts.ts';

/** Why a person may not do this with what the scopes are about; recorded. */
export async function refusalToEdit(
  parts: DeskParts,
  person: Person,
  what: ScheduleWish['do'],
  name: string,
  scopes: readonly string[],
): Promise<Words | undefined> {
  const decision =
    what === 'add' ? decideAdd(parts, person, scopes[0] ?? '') : decideEdit(parts, person, scopes);
  if ('en' in decision) return decision;
  if (decision.verdict !== 'no') return undefined;
  await parts.audit.write({
    actor: person,
    action: `schedule ${what}`,
    decision: 'no',
    reason: decision.because.en,
    facts: { schedule: name, scope: scopes.join(' → '), policy: parts.policy().version },
  });
  return decision.because;
}

/** A new one inspects no more than its owner may see, so that is what must be allowed to be scheduled. Words when the scope means nothing. */
function decideAdd(parts: DeskParts, person: Person, scope: string): Decision | Words {
  const look = lookAs(parts, person, scope);
  if (look.ok) return may(parts, person, 'schedule', look.systems);
  return look.isMayNot ? no('no rule', look.says.en, look.says.zh) : look.says;
}

/** Looking at every system that the scopes are about, and scheduling all of them: nothing is narrowed to what the person may see. */
export function decideEdit(parts: DeskParts, person: Person, scopes: readonly string[]): Decision {
  const systems = [...new Set(scopes.flatMap((scope) => allSystemsOf(parts, scope)))];
  const looking = may(parts, person, 'look', systems);
  return looking.verdict === 'no' ? looking : may(parts, person, 'schedule', systems);
}

/** Inspecting everything that a schedule is about now, in its name and where it is shown. */
export const decideRunNow = (parts: DeskParts, person: Person, scope: string): Decision =>
  may(parts, person, 'look', allSystemsOf(parts, scope));

/** Every system that a scope is about. What means nothing any more is about everything. */
function allSystemsOf(parts: Pick<DeskParts, 'estate' | 'systemsOf'>, scope: string): readonly string[] {
  const found = findScope(scope, parts.estate);
  const systems = found.ok ? parts.systemsOf(found.scope) : [];
  return systems.length > 0 ? systems : parts.systemsOf({ kind: 'all' });
}

/** The audit line of what a person does with a schedule; its channel is told by what it says. */
export const auditOf = (
  parts: Pick<DeskParts, 'policy'>,
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
    policy: parts.policy().version,
  },
});

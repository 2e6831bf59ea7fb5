import type { ScheduleWish, Words } from '../kit/index.ts';
import { decideSchedule, type Decision } from '../policy/policy.ts';
import type { AuditEntry } from '../runs/ports.ts';
import type { Person } from '../runs/run.ts';
import type { Schedule } from '../runs/schedule.ts';
import { lookAs } from './look.ts';
import type { DeskParts } from './parts.ts';

/** Why a person may not edit what these scopes are about; recorded. */
export async function refusalToEdit(
  parts: DeskParts,
  person: Person,
  what: ScheduleWish['do'],
  name: string,
  scopes: readonly string[],
): Promise<Words | undefined> {
  for (const scope of scopes) {
    const look = lookAs(parts, person, scope);
    if (!look.ok && !look.isMayNot && what === 'add') return look.says;
    const decision = decideEdit(parts, person, scope);
    if (decision.verdict !== 'no') continue;
    await parts.audit.write({
      actor: person,
      action: `schedule ${what}`,
      decision: 'no',
      reason: decision.because.en,
      facts: { schedule: name, scope, policy: parts.policy().version },
    });
    return decision.because;
  }
  return undefined;
}

/** Looking at what it is about, and scheduling it. What means nothing any more is about everything. */
export function decideEdit(parts: DeskParts, person: Person, scope: string): Decision {
  const look = lookAs(parts, person, scope);
  if (!look.ok && look.isMayNot) return { verdict: 'no', because: look.says };
  const systems = look.ok ? look.systems : parts.systemsOf({ kind: 'all' });
  return decideSchedule(parts.policy(), person, systems);
}

/** The audit line of what a person does with a schedule. */
export const auditOf = (
  parts: Pick<DeskParts, 'policy'>,
  actor: Person,
  action: string,
  { name, cron, scope, channel, owner }: Omit<Schedule, 'id'>,
): AuditEntry => ({
  actor,
  action,
  decision: 'run',
  facts: { schedule: name, cron, scope, channel, owner: owner.id, policy: parts.policy().version },
});

import type { Words } from '../kit/index.ts';
import type { AuditEntry } from '../runs/ports.ts';
import type { Person } from '../runs/run.ts';
import type { DeskParts } from './parts.ts';
import type { Said, Says } from './port.ts';

/** What was not allowed is written down, and said. */
export async function refused(
  parts: Pick<DeskParts, 'audit' | 'policy'>,
  actor: Person,
  typed: string,
  because: Words,
): Promise<Said> {
  const facts = { typed, policy: parts.policy().version };
  return refusedTo(parts, { actor, action: 'ask', facts }, because);
}

/** The same of anything else that somebody was about to do. */
export async function refusedTo(
  { audit }: Pick<DeskParts, 'audit'>,
  about: Pick<AuditEntry, 'actor' | 'action' | 'runId' | 'facts'>,
  because: Words,
): Promise<Says> {
  await audit.write({ ...about, decision: 'no', reason: because.en });
  return { kind: 'says', says: because };
}

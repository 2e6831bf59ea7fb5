import type { Words } from '../kit/index.ts';
import type { AuditEntry } from '../runs/ports.ts';
import type { Person } from '../runs/run.ts';
import type { DeskDeps } from './deps.ts';
import type { Reply, Says } from './port.ts';

/** Records a request that was not allowed, and tells the person. */
export async function refused(
  deps: Pick<DeskDeps, 'audit' | 'policy'>,
  actor: Person,
  typed: string,
  because: Words,
): Promise<Reply> {
  const facts = { typed, policy: deps.policy().version };
  return refusedTo(deps, { actor, action: 'ask', facts }, because);
}

/** The same of anything else that somebody was about to do. */
export async function refusedTo(
  { audit }: Pick<DeskDeps, 'audit'>,
  about: Pick<AuditEntry, 'actor' | 'action' | 'runId' | 'facts'>,
  because: Words,
): Promise<Says> {
  await audit.write({ ...about, decision: 'no', reason: because.en });
  return { kind: 'says', says: because };
}

import type { Words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import type { DeskParts } from './parts.ts';
import type { Said } from './port.ts';

/** What was not allowed is written down, and said. */
export async function refused(
  parts: Pick<DeskParts, 'audit' | 'policy'>,
  actor: Person,
  typed: string,
  because: Words,
): Promise<Said> {
  await parts.audit.write({
    actor,
    action: 'ask',
    decision: 'no',
    reason: because.en,
    facts: { typed, policy: parts.policy().version },
  });
  return { kind: 'says', says: because };
}

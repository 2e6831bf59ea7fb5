import { type Words } from '../kit/index.ts';
import { mayDoAnything, NOTHING_ALLOWED } from '../policy/anything.ts';
import { asker } from './may.ts';
import type { DeskParts } from './parts.ts';
import type { Arrival } from './port.ts';

/** Why somebody is not answered at all: nothing is parsed, suggested, opened or shown before this is asked. Recorded. */
export async function turnedAway(
  parts: DeskParts,
  { person }: Arrival,
  typed: string,
): Promise<Words | undefined> {
  if (mayEnter(parts, person)) return undefined;
  await parts.audit.write({
    actor: person,
    action: 'ask',
    decision: 'no',
    reason: NOTHING_ALLOWED.en,
    facts: { typed, policy: parts.policy().version },
  });
  return NOTHING_ALLOWED;
}

/** The same question without a record: for pages that are drawn and menus that are searched. */
export const mayEnter = (
  parts: Pick<DeskParts, 'policy' | 'estate' | 'catalog' | 'systemsOf'>,
  person: Arrival['person'],
): boolean => mayDoAnything(parts.policy(), asker(person), systemsHere(parts));

const systemsHere = ({
  estate,
  catalog,
  systemsOf,
}: Pick<DeskParts, 'estate' | 'catalog' | 'systemsOf'>): readonly string[] => [
  ...new Set([
    ...estate.systems.map(({ id }) => id),
    ...systemsOf({ kind: 'all' }),
    ...[...catalog.playbooks.values()].map(({ system }) => system),
  ]),
];

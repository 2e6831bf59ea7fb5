import { type Words } from '../kit/index.ts';
import { mayDoAnything, NOTHING_ALLOWED } from '../policy/anything.ts';
import { asker } from './may.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival } from './port.ts';

/** Why somebody is not answered at all: nothing is parsed, suggested, opened or shown before this is asked. Recorded. */
export async function turnedAway(
  deps: DeskDeps,
  { person }: Arrival,
  typed: string,
): Promise<Words | undefined> {
  if (mayEnter(deps, person)) return undefined;
  await deps.audit.write({
    actor: person,
    action: 'ask',
    decision: 'no',
    reason: NOTHING_ALLOWED.en,
    facts: { typed, policy: deps.policy().version },
  });
  return NOTHING_ALLOWED;
}

/** The same question without a record: for pages that are drawn and menus that are searched. */
export const mayEnter = (
  deps: Pick<DeskDeps, 'policy' | 'estate' | 'catalog' | 'systemsOf'>,
  person: Arrival['person'],
): boolean => mayDoAnything(deps.policy(), asker(person), systemsHere(deps));

const systemsHere = ({
  estate,
  catalog,
  systemsOf,
}: Pick<DeskDeps, 'estate' | 'catalog' | 'systemsOf'>): readonly string[] => [
  ...new Set([
    ...estate.systems.map(({ id }) => id),
    ...systemsOf({ kind: 'all' }),
    ...[...catalog.playbooks.values()].map(({ system }) => system),
  ]),
];

import type { Estate } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { seenBy } from './may.ts';
import type { DeskDeps } from './deps.ts';

/** The part of the estate that a person may look at: all that names are suggested from. */
export function estateSeenBy(
  { estate, policy, systemsOf }: Pick<DeskDeps, 'estate' | 'policy' | 'systemsOf'>,
  person: Person,
): Estate {
  const mayLook = (systems: readonly string[]): boolean => seenBy({ policy }, person, systems).length > 0;
  const apps = estate.apps.filter(({ id }) => mayLook(systemsOf({ kind: 'app', ids: [id] })));
  const hosts = new Set(apps.flatMap((app) => app.hosts));
  return {
    ...estate,
    systems: estate.systems.filter(({ id }) => mayLook([id])),
    apps,
    hosts: estate.hosts.filter(({ name }) => hosts.has(name)),
  };
}

import { decideChange, decideInspect } from '../policy/policy.ts';
import type { Person, Run } from '../runs/run.ts';
import type { DeskParts } from './parts.ts';
import type { Arrival } from './port.ts';

/** Runs that the page shows, and of how many the newest that may be shown are taken. */
const SHOWN = 15;
const LOOKED_AT = 100;

/** The newest runs that a person may know of: about systems they may look at, and asked for by them or where they can read. */
export async function recentFor(
  parts: DeskParts,
  { person, slackId }: Pick<Arrival, 'person' | 'slackId'>,
): Promise<readonly Run[]> {
  const shown: Run[] = [];
  const readable = new Map<string, Promise<boolean>>();
  for (const run of await parts.runs.recent(LOOKED_AT)) {
    if (shown.length === SHOWN) break;
    if (!mayLookAt(parts, person, run)) continue;
    if (run.requestedBy.id === person.id || (await canRead(parts, slackId, run, readable))) shown.push(run);
  }
  return shown;
}

/** What was asked for at a terminal stands in no channel: it is its own person's. */
function canRead(
  parts: Pick<DeskParts, 'canRead'>,
  slackId: string | undefined,
  { origin }: Run,
  known: Map<string, Promise<boolean>>,
): Promise<boolean> {
  if (origin.surface === 'cli' || slackId === undefined || !parts.canRead) return Promise.resolve(false);
  const { channel } = origin;
  const asked = known.get(channel) ?? parts.canRead(channel, slackId);
  known.set(channel, asked);
  return asked;
}

/** Everything that a run is about. A change is seen by who may look at its systems, or ask for it. */
function mayLookAt(parts: DeskParts, person: Person, { ask, plan }: Run): boolean {
  const policy = parts.policy();
  if (ask.kind === 'inspect') {
    const systems = ask.only ?? parts.systemsOf(ask.scope);
    return systems.length > 0 && decideInspect(policy, person, systems).verdict === 'run';
  }
  const playbooks = plan ? [plan.playbook] : ask.kind === 'change' ? ask.playbooks : [];
  const systems = playbooks.map((name) => parts.catalog.playbooks.get(name)?.system);
  return (
    systems.length > 0 &&
    systems.every(
      (system) =>
        system !== undefined &&
        (decideInspect(policy, person, [system]).verdict === 'run' ||
          decideChange(policy, person, system, 'low', false).verdict !== 'no'),
    )
  );
}

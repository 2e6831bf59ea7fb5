import type { UnreadableRun } from '../runs/ports.ts';
import type { Origin, Person, Run } from '../runs/run.ts';
import { may } from './may.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival, Home } from './port.ts';

/** Runs that the page shows, and of how many the newest that may be shown are taken. */
const SHOWN = 15;
const LOOKED_AT = 100;

type Visitor = Pick<Arrival, 'person' | 'slackId'>;
/** Answers that were given while one page is drawn, by channel. */
type Readable = Map<string, Promise<boolean>>;

/** The newest runs that a person may know of, and of those that cannot be read here the ones of places that they can read. */
export async function lately(
  deps: DeskDeps,
  visitor: Visitor,
): Promise<Pick<Extract<Home, { kind: 'home' }>, 'recent' | 'unreadable'>> {
  const readable: Readable = new Map();
  return {
    recent: await recentFor(deps, visitor, readable),
    unreadable: await unreadableFor(deps, visitor, readable),
  };
}

/** About systems that they may look at, and asked for by them or where they can read. */
async function recentFor(
  deps: DeskDeps,
  { person, slackId }: Visitor,
  readable: Readable,
): Promise<readonly Run[]> {
  const shown: Run[] = [];
  for (const run of await deps.runs.recent(LOOKED_AT)) {
    if (shown.length === SHOWN) break;
    if (!mayLookAt(deps, person, run)) continue;
    if (run.requestedBy.id === person.id || (await canRead(deps, slackId, run.origin, readable)))
      shown.push(run);
  }
  return shown;
}

/** Nothing of them is known but when, and sometimes where: one of no known place is shown to everybody who has a page. */
async function unreadableFor(
  deps: DeskDeps,
  { slackId }: Visitor,
  readable: Readable,
): Promise<readonly UnreadableRun[]> {
  const shown: UnreadableRun[] = [];
  for (const run of (await deps.unreadable?.(SHOWN)) ?? [])
    if (!run.shownTo || (await canRead(deps, slackId, run.shownTo.origin, readable))) shown.push(run);
  return shown;
}

/** Runs asked for at a terminal belong to no channel: only their own person sees them. */
function canRead(
  deps: Pick<DeskDeps, 'canRead'>,
  slackId: string | undefined,
  origin: Origin,
  known: Readable,
): Promise<boolean> {
  if (origin.surface === 'cli' || slackId === undefined || !deps.canRead) return Promise.resolve(false);
  const { channel } = origin;
  const asked = known.get(channel) ?? deps.canRead(channel, slackId);
  known.set(channel, asked);
  return asked;
}

/** Everything that a run is about. A change is seen by who may look at its systems, or ask for it. */
function mayLookAt(deps: DeskDeps, person: Person, { ask, plan }: Run): boolean {
  if (ask.kind === 'inspect') {
    const systems = ask.only ?? deps.systemsOf(ask.scope);
    return systems.length > 0 && may(deps, person, 'look', systems).verdict === 'run';
  }
  const playbooks = plan ? [plan.playbook] : ask.kind === 'change' ? ask.playbooks : [];
  const systems = playbooks.map((name) => deps.catalog.playbooks.get(name)?.system);
  return (
    systems.length > 0 &&
    systems.every(
      (system) =>
        system !== undefined &&
        (may(deps, person, 'look', [system]).verdict === 'run' ||
          may(deps, person, 'ask', [system]).verdict === 'run'),
    )
  );
}

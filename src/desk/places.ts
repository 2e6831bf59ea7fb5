import { type Estate, type PlaceKind, type Scope, type Words, words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { may, seenBy } from './may.ts';
import type { DeskDeps } from './deps.ts';

/** One thing that can be chosen, with what tells it from its like. */
export interface Offered {
  readonly value: string;
  readonly title: Words;
  readonly hint?: Words;
}

export interface Offer {
  readonly options: readonly Offered[];
  /** How many fit what was typed, shown or not. */
  readonly all: number;
}

/** Finds places of the estate by any of their names, in either language; only what the person may look at. */
export type OfferPlaces = (
  person: Person,
  kind: PlaceKind,
  typed: string,
  /** Only these apps, or only hosts of theirs. */
  under?: readonly string[],
) => Offer;

/** What a menu shows at once. */
const MOST = 100;

interface Place {
  readonly offered: Offered;
  /** Every spelling, folded. */
  readonly names: readonly string[];
  /** Whose manuals have checks there. Worked out when first asked for. */
  readonly systems: () => readonly string[];
}

export function openPlaces(deps: Pick<DeskDeps, 'estate' | 'policy' | 'systemsOf'>): OfferPlaces {
  const all = placesOf(deps);
  return (person, kind, typed, under) => {
    const wanted = fold(typed);
    const fitting = under === undefined ? undefined : idsUnder(deps.estate, kind, under);
    const ranked = all[kind]
      .filter(({ offered }) => fitting === undefined || fitting.has(offered.value))
      .map((place) => ({ place, rank: rankOf(place, wanted) }))
      .filter(({ place, rank }) => rank !== undefined && mayLook(deps, person, kind, place.systems()))
      .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
    return { options: ranked.slice(0, MOST).map(({ place }) => place.offered), all: ranked.length };
  };
}

/** Apps of these ids or kinds, or the hosts on which they are. */
function idsUnder({ apps }: Estate, kind: PlaceKind, under: readonly string[]): ReadonlySet<string> {
  const own = apps.filter(({ id, kind: manual }) => under.includes(id) || under.includes(manual));
  return new Set(kind === 'app' ? own.map(({ id }) => id) : own.flatMap(({ hosts }) => hosts));
}

/** As asking for it would be decided: a system by name must be allowed, anything wider is narrowed and must have something left. */
function mayLook(
  deps: Pick<DeskDeps, 'policy'>,
  person: Person,
  kind: PlaceKind,
  systems: readonly string[],
): boolean {
  if (systems.length === 0) return false;
  return kind === 'system'
    ? may(deps, person, 'look', systems).verdict === 'run'
    : seenBy(deps, person, systems).length > 0;
}

/** 0 when a name begins with it, 1 when one holds it, undefined when none does. */
function rankOf({ names }: Place, wanted: string): number | undefined {
  if (wanted === '' || names.some((name) => name.startsWith(wanted))) return 0;
  return names.some((name) => name.includes(wanted)) ? 1 : undefined;
}

const fold = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');

function placesOf({
  estate,
  systemsOf,
}: Pick<DeskDeps, 'estate' | 'systemsOf'>): Readonly<Record<PlaceKind, readonly Place[]>> {
  const { systems, apps, hosts } = estate;
  const systemsThere = (scope: Scope) => once(() => systemsOf(scope));
  const ofApp = new Map(apps.map(({ id }) => [id, systemsThere({ kind: 'app', ids: [id] })]));
  // A host is asked for whatever its apps are asked for: cheaper than looking every host up.
  const ofHosts = (names: ReadonlySet<string>) =>
    once(() => [
      ...new Set(
        apps
          .filter((app) => app.hosts.some((name) => names.has(name)))
          .flatMap(({ id }) => ofApp.get(id)?.() ?? []),
      ),
    ]);
  const appOf = (id: string) => apps.find((app) => app.id === id);
  return {
    system: systems.map(({ id, title, names }) =>
      place({ value: id, title: called(title, id) }, names, systemsThere({ kind: 'system', ids: [id] })),
    ),
    app: apps.map(({ id, title, names, system }) =>
      place(
        { value: id, title: called(title, id), hint: titleOf(estate, system) },
        names,
        ofApp.get(id) ?? (() => []),
      ),
    ),
    host: hosts.map(({ name, app, site, address }) =>
      place(
        { value: name, title: words(name, name), hint: hostHint(appOf(app)?.title, site) },
        [address, site, ...namesOf(appOf(app))],
        ofHosts(new Set([name])),
      ),
    ),
    site: [...new Set(hosts.map(({ site }) => site))].map((site) => {
      const here = hosts.filter((host) => host.site === site).map(({ name }) => name);
      const hint = words(here.length === 1 ? '1 host' : `${here.length} hosts`, `${here.length} 台主机`);
      return place({ value: site, title: words(site, site), hint }, [], ofHosts(new Set(here)));
    }),
  };
}

const place = (offered: Offered, names: readonly string[], systems: () => readonly string[]): Place => ({
  offered,
  names: [...new Set([offered.value, offered.title.en, offered.title.zh, ...names].map(fold))],
  systems,
});

/** `Message queue · MQ` */
const called = ({ en, zh }: Words, id: string): Words =>
  words(en === id ? id : `${en} · ${id}`, zh === id ? id : `${zh} · ${id}`);

const titleOf = ({ systems }: Estate, id: string): Words =>
  systems.find((system) => system.id === id)?.title ?? words(id, id);

const hostHint = (app: Words | undefined, site: string): Words =>
  words([app?.en, site].filter(Boolean).join(' · '), [app?.zh, site].filter(Boolean).join(' · '));

const namesOf = (
  app: { readonly id: string; readonly title: Words; readonly names: readonly string[] } | undefined,
): readonly string[] => (app ? [app.id, app.title.en, app.title.zh, ...app.names] : []);

/** Asks when first needed, and keeps the answer. */
function once<T>(ask: () => T): () => T {
  let kept: { readonly answer: T } | undefined;
  return () => {
    kept ??= { answer: ask() };
    return kept.answer;
  };
}

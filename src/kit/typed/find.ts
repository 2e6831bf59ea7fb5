import type { Scope } from '../scope.ts';
import type { Estate } from '../estate.ts';
import type { PlaceKind as Kind } from '../form.ts';
import { withoutLast } from '../text/lines.ts';
import { askFor, noHosts, unknownNames } from './scope-answers.ts';
import type { Words } from '../words.ts';

export type FoundScope =
  | { readonly ok: true; readonly scope: Scope }
  | { readonly ok: false; readonly says: Words };

type Place = { readonly kind: Kind; readonly id: string } | { readonly kind: 'all' };

/**
 * What is meant by names of systems, apps, hosts or sites, one or several, in any spelling the estate knows. What another
 * name already holds is left out; names of different kinds then become the smaller kind: the apps, or the hosts, of them all.
 * The same places are the same scope, in whatever order they were typed.
 */
export function findScope(text: string, estate: Estate): FoundScope {
  const read = readNames(text, estate);
  if ('unknown' in read) return { ok: false, says: unknownNames(read.unknown, estate) };
  return read.places.length === 0 ? { ok: false, says: askFor(estate) } : scopeOf(read.places, estate);
}

/** The same without a word about what else it could have been: for whoever tries many texts. */
export function scopeNamed(text: string, estate: Estate): Scope | undefined {
  const read = readNames(text, estate);
  if ('unknown' in read || read.places.length === 0) return undefined;
  const found = scopeOf(read.places, estate);
  return found.ok ? found.scope : undefined;
}

function readNames(
  text: string,
  estate: Estate,
): { readonly places: readonly Place[] } | { readonly unknown: readonly string[] } {
  const known = placesByName(estate);
  const read = fold(text)
    .split(/[,;\u3001]/u)
    .map((segment) => readSegment(segment, known));
  const unknown = read.flatMap((each) => each.unknown);
  return unknown.length > 0
    ? { unknown: [...new Set(unknown)] }
    : { places: read.flatMap((each) => each.places) };
}

function scopeOf(places: readonly Place[], estate: Estate): FoundScope {
  if (places.some(({ kind }) => kind === 'all')) return { ok: true, scope: { kind: 'all' } };
  const named = places.flatMap((place) => (place.kind === 'all' ? [] : [place]));
  // However often it was typed.
  const once = new Map(named.map((place) => [`${place.kind}:${place.id}`, place]));
  return joined([...once.values()], estate);
}

/** How places are typed so that nothing else is meant: by name, or by kind and name (`app:odp`) where the name means something wider. */
export function typedNames(
  places: readonly { readonly kind: Kind; readonly id: string }[],
  estate: Estate,
): readonly string[] {
  const known = placesByName(estate);
  return places.map(({ kind, id }) => {
    const [named, ...others] = known.get(keyOf(id)) ?? [];
    const isPlain = !named || (others.length === 0 && named.kind === kind && named.id === id);
    const name = kind === 'system' ? id.toLowerCase() : id;
    return isPlain ? name : `${kind}:${name}`;
  });
}

/** Words for all of it. */
export const ALL: readonly string[] = [
  'all',
  'all hosts',
  'all systems',
  'everything',
  '*',
  '全部',
  '所有',
  '全量',
  '全部主机',
  '所有主机',
  '全部系统',
  '所有系统',
];
/** Stand between names and mean nothing. */
export const JOINTS: ReadonlySet<string> = new Set(['and', '&', '+', '和', '与', '及', '以及']);

/** Full-width letters and signs become plain ones, so that every input method writes the same name. */
const fold = (text: string): string =>
  withoutLast(plainSigns(text), (character) => ENDING.test(character)).trim();

const ENDING = /[\s\u3002!?]/u;

const plainSigns = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/["'`\u201c\u201d\u2018\u2019]/gu, ' ')
    .replace(/(?<!\S)https?:\/\/(\S+)/gu, (_, address: string) =>
      withoutLast(address, (character) => character === '/'),
    );

/** A name as it is compared: blanks inside mean nothing, as in `msgbroker - 1` or `消息 队列`. */
const keyOf = (name: string): string => fold(name).replace(/\s+/gu, '');

/** The longest run of words that is a name wins; Chinese names may be joined without a blank. */
function readSegment(
  segment: string,
  known: ReadonlyMap<string, readonly Place[]>,
): { readonly places: readonly Place[]; readonly unknown: readonly string[] } {
  const tokens = segment.split(/\s+/u).filter((token) => token !== '');
  const places: Place[] = [];
  const unknown: string[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at] ?? '';
    const [length, named] = longestName(tokens, at, known) ?? [1, joinedNames(token, known)];
    at += length;
    if (named) places.push(...named);
    else if (!JOINTS.has(token)) unknown.push(token);
  }
  return { places, unknown };
}

const MOST_WORDS = 6;

function longestName(
  tokens: readonly string[],
  at: number,
  known: ReadonlyMap<string, readonly Place[]>,
): readonly [number, readonly Place[]] | undefined {
  for (let length = Math.min(MOST_WORDS, tokens.length - at); length > 0; length -= 1) {
    const places = known.get(tokens.slice(at, at + length).join(''));
    if (places) return [length, places];
  }
  return undefined;
}

/** `消息队列和注册中心`: every piece must be a name. */
function joinedNames(
  token: string,
  known: ReadonlyMap<string, readonly Place[]>,
): readonly Place[] | undefined {
  const pieces = token.split(/以及|[和与及]/u).map((piece) => known.get(piece));
  return pieces.length > 1 && pieces.every((places) => places !== undefined) ? pieces.flat() : undefined;
}

/** What may stand before a name, with a colon, to say which kind is meant. */
const PREFIXES: Readonly<Record<Kind, readonly string[]>> = {
  system: ['system', '系统'],
  app: ['app', '应用'],
  host: ['host', '主机'],
  site: ['site', '机房'],
};

/** Made once for each estate. */
const KNOWN = new WeakMap<Estate, ReadonlyMap<string, readonly Place[]>>();

function placesByName(estate: Estate): ReadonlyMap<string, readonly Place[]> {
  const before = KNOWN.get(estate);
  if (before) return before;
  const made = namesOfPlaces(estate);
  KNOWN.set(estate, made);
  return made;
}

function namesOfPlaces(estate: Estate): ReadonlyMap<string, readonly Place[]> {
  const known = new Map<string, Place[]>();
  const add = (place: Place, names: readonly string[]): void => {
    const prefixes = place.kind === 'all' ? [] : PREFIXES[place.kind];
    const all = [...names, ...prefixes.flatMap((prefix) => names.map((name) => `${prefix}:${name}`))];
    for (const key of new Set(all.map(keyOf))) {
      const places = known.get(key);
      // A name means the widest thing it names: a system before its app. Two of one kind are both meant.
      if (key === '' || (places && places[0]?.kind !== place.kind)) continue;
      if (places) places.push(place);
      else known.set(key, [place]);
    }
  };
  add({ kind: 'all' }, ALL);
  for (const { id, title, names } of estate.systems)
    add({ kind: 'system', id }, [id, title.en, title.zh, ...names]);
  for (const { id, title, names } of estate.apps)
    add({ kind: 'app', id }, [id, title.en, title.zh, ...names]);
  for (const { name, address } of estate.hosts) add({ kind: 'host', id: name }, [name, address]);
  for (const site of new Set(estate.hosts.map((host) => host.site))) add({ kind: 'site', id: site }, [site]);
  return known;
}

type NamedPlace = Exclude<Place, { kind: 'all' }>;

function joined(named: readonly NamedPlace[], estate: Estate): FoundScope {
  const places = named.filter((place) => !named.some((other) => holds(other, place, estate)));
  const kinds = new Set(places.map(({ kind }) => kind));
  const [only] = kinds;
  const kind = kinds.size === 1 && only ? only : kinds.has('host') || kinds.has('site') ? 'host' : 'app';
  const empty = places.find((place) => idsOf(place, kind, estate).length === 0);
  const meant = new Set(places.flatMap((place) => idsOf(place, kind, estate)));
  const [first, ...rest] = inOrder(kind, estate).filter((id) => meant.has(id));
  if (first === undefined || empty) return { ok: false, says: noHosts(empty?.id ?? '') };
  return { ok: true, scope: { kind, ids: [first, ...rest] } };
}

/** Whether one place lies wholly inside another of a wider kind. */
function holds(wide: NamedPlace, place: NamedPlace, estate: Estate): boolean {
  if (wide.kind === place.kind || wide.kind === 'host' || place.kind === 'site' || place.kind === 'system')
    return false;
  return idsOf(wide, place.kind, estate).includes(place.id);
}

/** The apps or hosts of a place, or the place itself. */
function idsOf({ kind, id }: NamedPlace, as: Kind, { apps, hosts }: Estate): readonly string[] {
  if (kind === as) return [id];
  if (as === 'app')
    return kind === 'system' ? apps.filter(({ system }) => system === id).map((app) => app.id) : [];
  const own = kind === 'system' ? apps.filter(({ system }) => system === id).map((app) => app.id) : [id];
  return hosts
    .filter((host) => (kind === 'site' ? host.site === id : own.includes(host.app)))
    .map(({ name }) => name);
}

function inOrder(kind: Kind, { systems, apps, hosts }: Estate): readonly string[] {
  switch (kind) {
    case 'system':
      return systems.map(({ id }) => id);
    case 'app':
      return apps.map(({ id }) => id);
    case 'host':
      return hosts.map(({ name }) => name);
    case 'site':
      return [...new Set(hosts.map(({ site }) => site))];
    default:
      return kind satisfies never;
  }
}

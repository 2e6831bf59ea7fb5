import type { Scope } from './command.ts';
import type { Estate } from './estate.ts';
import { nearest } from './near.ts';
import { type Words, words } from './words.ts';

export type FoundScope =
  | { readonly ok: true; readonly scope: Scope }
  | { readonly ok: false; readonly says: Words };

type Kind = 'system' | 'app' | 'site' | 'host';

interface Place {
  readonly kind: Kind;
  readonly id: string;
}

/**
 * What is meant by names of systems, apps, hosts or sites, one or several, in any spelling the estate knows. Names of
 * different kinds together become the smaller kind: the apps, or the hosts, that they have in common terms.
 */
export function findScope(text: string, estate: Estate): FoundScope {
  const typed = fold(text);
  if (typed === '') return { ok: false, says: askFor(estate) };
  const known = placesByName(estate);
  const found: Place[] = [];
  let isAll = false;
  const tokens = typed.split(SEPARATOR).filter((token) => token !== '');
  for (let at = 0; at < tokens.length; ) {
    const [length, places] = longestName(tokens, at, known);
    if (places) {
      found.push(...places);
      at += length;
      continue;
    }
    const token = tokens[at] ?? '';
    if (!ALL.has(token)) return { ok: false, says: unknownName(token, estate) };
    isAll = true;
    at += 1;
  }
  if (isAll) return { ok: true, scope: { kind: 'all' } };
  return joined(found, estate);
}

const SEPARATOR = /[\s,，、;；]+/u;
const ALL: ReadonlySet<string> = new Set(['all', 'everything', '全部', '所有', '全量', '*']);

/** Full-width letters and signs become plain ones, so that every input method writes the same name. */
const fold = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

/** A name may hold spaces: the longest run of words that is one wins. */
function longestName(
  tokens: readonly string[],
  at: number,
  known: ReadonlyMap<string, readonly Place[]>,
): readonly [number, readonly Place[] | undefined] {
  for (let length = Math.min(6, tokens.length - at); length > 0; length -= 1) {
    const places = known.get(tokens.slice(at, at + length).join(' '));
    if (places) return [length, places];
  }
  return [0, undefined];
}

function placesByName(estate: Estate): ReadonlyMap<string, readonly Place[]> {
  const known = new Map<string, Place[]>();
  const add = (kind: Kind, id: string, names: readonly string[]): void => {
    for (const name of new Set(names.map(fold))) {
      const key = name.split(SEPARATOR).join(' ');
      const places = known.get(key);
      // A name means the widest thing it names: a system before its app. Two of one kind are both meant.
      if (key === '' || (places && places[0]?.kind !== kind)) continue;
      if (places) places.push({ kind, id });
      else known.set(key, [{ kind, id }]);
    }
  };
  for (const { id, title, names } of estate.systems) add('system', id, [id, title.en, title.zh, ...names]);
  for (const { id, title, names } of estate.apps) add('app', id, [id, title.en, title.zh, ...names]);
  for (const { name, address } of estate.hosts) add('host', name, [name, address]);
  for (const site of new Set(estate.hosts.map((host) => host.site))) add('site', site, [site]);
  return known;
}

function joined(places: readonly Place[], estate: Estate): FoundScope {
  const kinds = new Set(places.map(({ kind }) => kind));
  const [only] = kinds;
  const kind: Kind =
    kinds.size === 1 && only ? only : kinds.has('host') || kinds.has('site') ? 'host' : 'app';
  const ids = [
    ...new Set(places.flatMap((place) => (kinds.size === 1 ? [place.id] : widen(place, kind, estate)))),
  ];
  const [first, ...rest] = ids;
  if (first === undefined) {
    return { ok: false, says: words('There is no host under these names.', '这些名称下没有主机。') };
  }
  return { ok: true, scope: { kind, ids: [first, ...rest] } };
}

/** The apps or hosts of a place. */
function widen({ kind, id }: Place, to: Kind, estate: Estate): readonly string[] {
  if (kind === to) return [id];
  const apps = estate.apps.filter((app) => (kind === 'system' ? app.system === id : app.id === id));
  if (to === 'app') return apps.map((app) => app.id);
  const hosts = kind === 'site' ? estate.hosts.filter(({ site }) => site === id) : undefined;
  return hosts ? hosts.map(({ name }) => name) : apps.flatMap((app) => app.hosts);
}

function askFor(estate: Estate): Words {
  const { en, zh } = listed(estate);
  return words(
    `Say what to inspect: a system, app, host or site, or all. There is ${en}.`,
    `请指明要巡检的系统、应用、主机或机房,或输入“全部”。现有:${zh}。`,
  );
}

function unknownName(token: string, estate: Estate): Words {
  const near = nearNames(token, estate);
  if (near.length > 0) {
    return words(
      `Nothing here is called "${token}". Near it: ${near.join(', ')}.`,
      `没有名为“${token}”的对象。相近的有:${near.join('、')}。`,
    );
  }
  const { en, zh } = listed(estate);
  return words(
    `Nothing here is called "${token}". There is ${en}.`,
    `没有名为“${token}”的对象。现有:${zh}。`,
  );
}

/** By edit distance; Chinese also by the characters that are the same, since a name is often typed in part. */
function nearNames(token: string, estate: Estate): readonly string[] {
  const names = [
    ...estate.systems.flatMap(({ id, title, names: all }) => [id, title.zh, ...all]),
    ...estate.apps.flatMap(({ id, title, names: all }) => [id, title.zh, ...all]),
    ...estate.hosts.map(({ name }) => name),
    ...new Set(estate.hosts.map(({ site }) => site)),
  ];
  const unique = [...new Map(names.map((name) => [fold(name), name])).values()];
  const containing = unique.filter(
    (name) =>
      token.length > 2 && fold(name) !== token && (fold(name).includes(token) || token.includes(fold(name))),
  );
  const alike = unique
    .map((name) => ({ name, shared: sharedHan(token, name) }))
    .filter(({ shared }) => shared >= 0.5)
    .sort((a, b) => b.shared - a.shared)
    .map(({ name }) => name);
  const close = nearest(
    token,
    unique.filter((name) => !HAN.test(name)),
  ).filter((name) => Array.from(token).length > 2 || fold(name)[0] === token[0]);
  return [...new Set([...containing, ...alike, ...close])].slice(0, 4);
}

const HAN = /\p{Script=Han}/u;

/** Share of the Chinese characters that two names have in common, 0 to 1. */
function sharedHan(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => new Set(Array.from(text).filter((char) => HAN.test(char))));
  if (!left || !right || left.size === 0 || right.size === 0) return 0;
  const common = [...left].filter((char) => right.has(char)).length;
  return common / Math.min(left.size, right.size) >= 0.5 && common > 1
    ? (2 * common) / (left.size + right.size)
    : 0;
}

function listed({ systems }: Estate): Words {
  return {
    en: systems.map(({ id, title }) => `${id.toLowerCase()} (${title.en})`).join(', '),
    zh: systems.map(({ id, title }) => `${id.toLowerCase()}(${title.zh})`).join('、'),
  };
}

import { nearest, say } from '../kit/index.ts';
import type { Look } from '../inspecting/scope.ts';

/** The checks that words mean, and the part, like `/home/admin`. */
export interface Meant {
  readonly looks: readonly Look[];
  readonly part?: string;
}

/** What a measure is called: by the id of its check or a word of it, by its title in either language, and by a part that is a path. */
export function meantBy(measure: string, looks: readonly Look[]): Meant {
  const tokens = fold(measure)
    .split(/[\s,\u3001]+/u)
    .filter(Boolean);
  const part = tokens.find((token) => token.startsWith('/'));
  const wanted = tokens.filter((token) => token !== part);
  const of = part === undefined ? {} : { part };
  if (wanted.length === 0) return { looks: part === undefined ? [] : looks, ...of };
  const together = wanted.join(' ');
  const ways = [
    (names: Names) => names.whole.includes(together),
    (names: Names) => wanted.every((word) => names.words.includes(word)),
    (names: Names) => wanted.every((word) => names.whole.some((name) => name.includes(word))),
  ];
  for (const fits of ways) {
    const found = looks.filter((look) => fits(namesOf(look)));
    if (found.length > 0) return { looks: found, ...of };
  }
  return { looks: [], ...of };
}

/** Checks whose names sound like it, with all that are called the same. */
export function nearMeasures(measure: string, looks: readonly Look[]): readonly Look[] {
  const titles = new Map(
    looks.flatMap((look) => {
      const { whole, words } = namesOf(look);
      return [...whole, ...words].map((name) => [name, look.check.title.en] as const);
    }),
  );
  const near = new Set(nearest(fold(measure), [...titles.keys()], 4).map((name) => titles.get(name)));
  return looks.filter(({ check }) => near.has(check.title.en));
}

/** One check for each title. Those with limits come first: they are measured in numbers. */
export function oneOfEach(looks: readonly Look[]): readonly Look[] {
  const byTitle = new Map<string, Look>();
  for (const look of looks) {
    const title = say(look.check.title, 'en');
    if (!byTitle.has(title)) byTitle.set(title, look);
  }
  const hasLimits = ({ check }: Look): number => (Object.keys(check.limits ?? {}).length > 0 ? 0 : 1);
  return [...byTitle.values()].sort((a, b) => hasLimits(a) - hasLimits(b));
}

interface Names {
  readonly whole: readonly string[];
  readonly words: readonly string[];
}

function namesOf({ check: { id, title } }: Look): Names {
  const segments = id.split('-');
  const ends = segments.map((_, i) => segments.slice(i).join('-'));
  const titles = [fold(title.en), fold(title.zh)];
  return {
    whole: [...ends, ...ends.map((end) => end.replaceAll('-', ' ')), ...titles],
    words: [...segments, ...titles.flatMap((name) => name.split(/[\s,]+/u))],
  };
}

/** Commas and blanks mean nothing, and letters of any width are the same. */
const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s,\uff0c]+/gu, ' ')
    .trim();

import { foldedName } from '../args/word.ts';

/** The candidates most like a word, nearest first: edit distance, at most half of the longer word changed. */
export function nearest(word: string, candidates: readonly string[], most = 5): readonly string[] {
  const typed = word.toLowerCase();
  return candidates
    .filter(({ length }) => Math.abs(length - typed.length) <= Math.max(length, typed.length) / 2)
    .map((candidate) => ({ candidate, distance: editDistance(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(typed.length, candidate.length) / 2)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Names that somebody may have meant: those that hold the word or stand in it, then by edit distance; Chinese also by the characters that are the same, since a name is often typed in part. */
export function similarNames(word: string, names: readonly string[]): readonly string[] {
  // Nobody means a name by more.
  const token = foldedName(word.slice(0, MOST_CHARACTERS));
  const unique = [...new Map(names.map((name) => [foldedName(name), name])).values()];
  const containing = unique.filter(
    (name) =>
      token.length > 2 &&
      foldedName(name) !== token &&
      (foldedName(name).includes(token) || (tells(name) && token.includes(foldedName(name)))),
  );
  const alike = unique
    .map((name) => ({ name, shared: sharedHan(token, name) }))
    .filter(({ shared }) => shared >= 0.5)
    .sort((a, b) => b.shared - a.shared)
    .map(({ name }) => name);
  const close = nearest(
    token,
    unique.filter((name) => !HAN.test(name)),
  ).filter((name) => Array.from(token).length > 2 || foldedName(name)[0] === token[0]);
  return [...new Set([...containing, ...alike, ...close])].slice(0, 4);
}

const MOST_CHARACTERS = 80;
/** Long enough to be meant where it stands inside a longer word: not the `ms` of msgbroker. */
const tells = (name: string): boolean => name.length > 2 || HAN.test(name);
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

/** Whether one letter more, one fewer or another one makes the one out of the other. */
export function isOneEdit(from: string, to: string): boolean {
  const [a, b] = [Array.from(from), Array.from(to)];
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a[same] === b[same]) same += 1;
  let sameAtEnd = 0;
  while (sameAtEnd < most - same && a[a.length - 1 - sameAtEnd] === b[b.length - 1 - sameAtEnd])
    sameAtEnd += 1;
  return Math.max(a.length, b.length) - same - sameAtEnd === 1;
}

/** Levenshtein distance over code points. */
function editDistance(from: string, to: string): number {
  const a = Array.from(from);
  const b = Array.from(to);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of a.entries()) {
    const above = row;
    row = [i + 1];
    for (const [j, right] of b.entries()) {
      row.push(
        Math.min((row[j] ?? 0) + 1, (above[j + 1] ?? 0) + 1, (above[j] ?? 0) + (left === right ? 0 : 1)),
      );
    }
  }
  return row.at(-1) ?? 0;
}

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

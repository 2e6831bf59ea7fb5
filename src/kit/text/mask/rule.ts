/** Put where a secret was. */
export const MASK = '\u2022\u2022\u2022';

/** Where a secret stands: from the first character to the one after the last. */
export type Range = readonly [from: number, to: number];

/** One family of shapes. `find` reads a copy in which full-width letters and punctuation are plain ones; linear in its length. */
export interface Rule {
  readonly name: string;
  /** Matches every text in which the rule can find something, and few others: most texts are ordinary. */
  readonly about: RegExp;
  readonly find: (text: string) => Iterable<Range>;
}

/** As `matchAll`, without a copy of the pattern for each text: with as many patterns as there are here, the copies would be compiled anew. */
export function* matchesOf(text: string, pattern: RegExp): Generator<RegExpExecArray> {
  for (let at = 0; at <= text.length; ) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return;
    at = found.index + Math.max(1, found[0].length);
    yield found;
  }
}

/** The text behind the first group of each match; the first group stays. `hides` may refuse a match by the text that would go. */
export function* after(
  text: string,
  pattern: RegExp,
  hides: (secret: string) => boolean = () => true,
): Generator<Range> {
  for (const found of matchesOf(text, pattern)) {
    const start = found.index + (found[1] ?? '').length;
    const end = found.index + found[0].length;
    if (end > start && hides(text.slice(start, end))) yield [start, end];
  }
}

/** A rule of patterns of which the first group stays and the rest goes. */
export const shapes = (name: string, about: RegExp, patterns: readonly RegExp[]): Rule => ({
  name,
  about,
  *find(text) {
    for (const pattern of patterns) yield* after(text, pattern);
  },
});

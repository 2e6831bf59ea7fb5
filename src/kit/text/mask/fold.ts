/** A copy of a text in which every character has its plain form, and where each character of the copy stood. */
export interface Folded {
  readonly text: string;
  readonly at: (index: number) => number;
}

const SAME = (index: number): number => index;

/** Full-width letters, digits and punctuation, CJK quotes and brackets, arrows, letters in circles, in mathematical styles and of other alphabets that look the same. */
const FOLDABLE =
  /[\u0430\u0435\u043a\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u2018-\u201f\u2192\u21d2\u2236\u2460-\u24ff\u3000-\u3002\u3008-\u3011\u3014\u3015\ufe13\ufe30\ufe50-\ufe6b\uff01-\uff64\u{1d400}-\u{1d7ff}]/u;

const PLAIN: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201b': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u201f': '"',
  '\u3001': ',',
  '\u2192': '->',
  '\u21d2': '=>',
  '\u2236': ':',
  '\ufe13': ':',
  '\ufe30': ':',
  // Cyrillic letters that look like Latin ones.
  '\u0430': 'a',
  '\u0435': 'e',
  '\u043a': 'k',
  '\u043e': 'o',
  '\u0440': 'p',
  '\u0441': 'c',
  '\u0443': 'y',
  '\u0445': 'x',
  '\u0455': 's',
  '\u0456': 'i',
  '\u300c': '"',
  '\u300d': '"',
  '\u300e': '"',
  '\u300f': '"',
};
const OPENING = /[\u3008\u300a\u3010\u3014]/;
const CLOSING = /[\u3009\u300b\u3011\u3015]/;

/** For matching only: what is shown is cut out of the original. */
export function fold(text: string): Folded {
  if (!FOLDABLE.test(text)) return { text, at: SAME };
  const copy = copying();
  for (const character of text)
    copy.put(FOLDABLE.test(character) ? plainOf(character) : character, character.length);
  return copy.done();
}

function plainOf(character: string): string {
  const known = PLAIN[character];
  if (known !== undefined) return known;
  if (OPENING.test(character)) return '[';
  if (CLOSING.test(character)) return ']';
  return character.normalize('NFKC');
}

/** A character as JSON, addresses and HTML escape it. */
const ESCAPED =
  /'\\''|'"'"'|\\(?:u[0-9a-f]{4}|["'nrt\\/])|(?:%[0-9a-f]{2})+|&(?:quot|apos|amp|lt|gt|#\d{2,3}|#x[0-9a-f]{2});/gi;
const LEVELS = 3;

/** The text as it is, and as it reads when what is escaped is written out, level by level. */
export function* readings(text: string): Generator<Folded> {
  let reading = fold(text);
  yield reading;
  for (let level = 0; level < LEVELS; level += 1) {
    const next = unescaped(reading);
    if (next === undefined) return;
    yield next;
    reading = next;
  }
}

function unescaped({ text, at }: Folded): Folded | undefined {
  if (!/[\\%&]|'"'"'/.test(text)) return undefined;
  const copy = copying();
  let from = 0;
  for (const { index, 0: escape } of text.matchAll(ESCAPED)) {
    copy.keep(text.slice(from, index));
    for (const [plain, length] of writtenOut(escape)) copy.put(plain, length);
    from = index + escape.length;
  }
  if (from === 0) return undefined;
  copy.keep(text.slice(from));
  const written = copy.done();
  const folded = fold(written.text);
  return folded.text === text
    ? undefined
    : { text: folded.text, at: (index) => at(written.at(folded.at(index))) };
}

/** Each character of an escape, and how much of the escape it took. */
function writtenOut(escape: string): readonly (readonly [string, number])[] {
  // A quotation mark as a shell has it within single quotes.
  if (escape.startsWith("'")) return [["'", escape.length]];
  if (escape.startsWith('%')) return ofPercents(escape);
  if (escape.startsWith('&')) return [[ofEntity(escape.slice(1, -1).toLowerCase()), escape.length]];
  const [, kind = ''] = escape;
  if (kind === 'u' || kind === 'U')
    return [[String.fromCharCode(Number.parseInt(escape.slice(2), 16)), escape.length]];
  return [[CONTROLS[kind] ?? kind, escape.length]];
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\n', t: '\t' };
const ENTITIES: Readonly<Record<string, string>> = { quot: '"', apos: "'", amp: '&', lt: '<', gt: '>' };

function ofEntity(name: string): string {
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return ENTITIES[name] ?? String.fromCharCode(code);
}

function ofPercents(escape: string): readonly (readonly [string, number])[] {
  try {
    return Array.from(decodeURIComponent(escape), (character) => [
      character,
      3 * Buffer.byteLength(character),
    ]);
  } catch {
    return [[escape, escape.length]];
  }
}

/** Builds a copy and remembers where each of its characters stood. */
function copying() {
  const pieces: string[] = [];
  const starts: number[] = [];
  let from = 0;
  return {
    put(plain: string, length: number): void {
      for (let n = 0; n < plain.length; n += 1) starts.push(from + Math.min(n, length - 1));
      pieces.push(plain);
      from += length;
    },
    keep(text: string): void {
      for (let n = 0; n < text.length; n += 1) starts.push(from + n);
      pieces.push(text);
      from += text.length;
    },
    done(): Folded {
      const end = from;
      return { text: pieces.join(''), at: (index) => starts[index] ?? end };
    },
  };
}

/** A word as it was typed: bare, in quotation marks, or `name=value`. */
export interface Token {
  /** With its name and its quotation marks. */
  readonly raw: string;
  readonly name?: string;
  readonly text: string;
  readonly quoted: boolean;
  /** A quotation mark began it and none ended it: it goes on to the end of the text. */
  readonly unended?: true;
}

/** The words of a text. Every input method's quotation marks and equals signs count; a backslash inside "…" keeps the mark after it. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const ends = markEnds(text);
  for (let at = skipBlanks(text, 0); at < text.length; ) {
    const { token, end } = tokenAt(text, at, ends);
    tokens.push(token);
    at = skipBlanks(text, end);
  }
  return tokens;
}

/** As it must be typed to be read as this one word again. */
export function quoted(value: string): string {
  if (
    /^[^\s\\=\uff1d\uff1a,\uff0c\u3001;\uff1b"'\u201c\u201d\u201e\uff02\u2018\u2019\u300c\u300d\u300e\u300f]+$/u.test(
      value,
    )
  )
    return value;
  return `"${value.replace(/["\\]/gu, '\\$&')}"`;
}

/** Marks that begin a quotation, and those of which the nearest ends it. */
const MARKS: Readonly<Record<string, readonly string[]>> = {
  '"': ['"'],
  '＂': ['＂', '"'],
  '“': ['”', '"', '“'],
  '”': ['”'],
  '„': ['“', '”'],
  "'": ["'"],
  '‘': ['’', "'"],
  '「': ['」'],
  '『': ['』'],
};

const NAME = /([\p{L}][\p{L}\p{N}_-]{0,39})[=\uff1d\uff1a]/uy;
const BLANKS = /\s*/uy;
const BARE = /\S*/uy;

function tokenAt(text: string, at: number, ends: MarkEnds): { readonly token: Token; readonly end: number } {
  const [beginning = '', name] = matchAt(NAME, text, at) ?? [];
  const from = at + beginning.length;
  const quotation = quotationAt(text, from, ends);
  const end = quotation ? quotation.end : from + (matchAt(BARE, text, from)?.[0].length ?? 0);
  const token = {
    raw: text.slice(at, end),
    ...(name === undefined ? {} : { name }),
    text: quotation ? quotation.text : text.slice(from, end),
    quoted: quotation !== undefined,
    ...(quotation?.unended ? { unended: true as const } : {}),
  };
  return { token, end };
}

function quotationAt(
  text: string,
  at: number,
  endOf: MarkEnds,
): { readonly text: string; readonly end: number; readonly unended: boolean } | undefined {
  const mark = text.charAt(at);
  const [usual, ...others] = MARKS[mark] ?? [];
  if (usual === undefined) return undefined;
  const end = endOf(at + 1, usual, mark);
  const ends = end === undefined ? others.map((other) => endOf(at + 1, other, mark)) : [end];
  const first = ends.filter((each) => each !== undefined).sort((a, b) => a - b)[0];
  // A single mark that nothing ends is an apostrophe.
  if (first === undefined && (mark === "'" || mark === '‘')) return undefined;
  const inside = text.slice(at + 1, first ?? text.length);
  return {
    text: mark === '"' ? inside.replace(/\\(["\\])/gu, '$1') : inside,
    end: first === undefined ? text.length : first + 1,
    unended: first === undefined,
  };
}

/** Where a mark next ends a quotation that this other mark began. */
type MarkEnds = (from: number, mark: string, begun: string) => number | undefined;

/** A mark that does not come any more is not looked for again. Only straight double ones are kept by a backslash. */
function markEnds(text: string): MarkEnds {
  const gone = new Set<string>();
  return (from, mark, begun) => {
    if (gone.has(mark)) return undefined;
    let at = text.indexOf(mark, from);
    if (at < 0) gone.add(mark);
    while (begun === '"' && at > 0 && isKept(text, from, at)) at = text.indexOf(mark, at + 1);
    return at < 0 ? undefined : at;
  };
}

/** An odd number of backslashes stands before it. */
function isKept(text: string, from: number, at: number): boolean {
  let before = at;
  while (before > from && text.charAt(before - 1) === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

const skipBlanks = (text: string, at: number): number => at + (matchAt(BLANKS, text, at)?.[0].length ?? 0);

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

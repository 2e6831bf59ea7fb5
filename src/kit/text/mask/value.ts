import type { Range } from './rule.ts';

/** Between quotes, or to the end of what belongs to a plain value. */
export const valueAt = (text: string, at: number): Range =>
  quotedValue(text, at) ?? [at, endOfPlain(text, at)];

/** Between quotes, which may be escaped themselves; to the end of the line when the closing one is missing. */
function quotedValue(text: string, at: number): Range | undefined {
  OPENING.lastIndex = at;
  const [opening, escapes = '', quote = ''] = OPENING.exec(text) ?? [];
  if (opening === undefined) return undefined;
  const start = at + opening.length;
  const lineEnd = endOfLine(text, start);
  let from = start;
  for (
    let found = text.indexOf(quote, from);
    found !== -1 && found < lineEnd;
    found = text.indexOf(quote, from)
  ) {
    from = found + 1;
    const escaped = backslashesBefore(text, found, start);
    if (escapes === '' ? escaped % 2 === 0 : escaped <= escapes.length)
      return [start, escapes === '' ? found : found - escaped];
  }
  return [start, lineEnd];
}

const OPENING = /(?:\\{0,7}[bu])?(\\{0,7})(["'`])/y;

function endOfLine(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found === -1 ? text.length : found;
}

function backslashesBefore(text: string, at: number, start: number): number {
  let count = 0;
  while (at - count > start && text[at - count - 1] === '\\') count += 1;
  return count;
}

/** A separator ends a value only when a space, the end, Han, or another name with its value follows: passwords contain commas too. */
function endOfPlain(text: string, at: number): number {
  let end = at;
  for (;;) {
    PIECE.lastIndex = end;
    end += PIECE.exec(text)?.[0].length ?? 0;
    SEPARATORS.lastIndex = end;
    const separators = SEPARATORS.exec(text)?.[0].length ?? 0;
    if (separators === 0) return end;
    const next = end + separators;
    NEXT_NAME.lastIndex = next;
    if (next >= text.length || NOT_MORE.test(text[next] ?? '') || NEXT_NAME.test(text)) return end;
    end = next;
  }
}

const PIECE = /(?:[^\s,;&|"'<>()[\]{}\u3000-\u303f\\]|\\(?![nrt"']))+/y;
const SEPARATORS = /[,;&|"'<>()[\]{}\u3000-\u303f\\]+/y;
const NOT_MORE = /[\s\u4e00-\u9fff]/;
const NEXT_NAME = /-{0,2}[\w.-]{1,64}(?:[ \t]?=|\\{0,7}["'][ \t]?:|:[ \t])/y;

/**
 * Text from outside as it may be shown: without escape sequences, control characters, and characters that are invisible or
 * turn the direction of what follows. Line feeds and tabs stay; every kind of line end becomes a line feed.
 */
export function clean(text: string): string {
  let out = '';
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    const width = code > 0xffff ? 2 : 1;
    if (isPlain(code)) {
      at += width;
      continue;
    }
    out += text.slice(from, at);
    if (code === ESC || isC1Introducer(code)) {
      at = endOfSequence(text, at);
    } else {
      out += replacement(code, text.charCodeAt(at + 1));
      at += width;
    }
    from = at;
  }
  return from === 0 ? text : out + text.slice(from);
}

const ESC = 0x1b;
const BEL = 0x07;

const isC1Introducer = (code: number): boolean =>
  code === 0x9b || code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f);

function isPlain(code: number): boolean {
  if (code < 0x7f) return code >= 0x20 || code === 0x0a || code === 0x09;
  if (code < 0xa0) return false;
  return !(isSurrogate(code) || isHidden(code) || code === 0x2028 || code === 0x2029);
}

const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

/** First and last code point of what is invisible, turns direction, or is no character. */
const HIDDEN: readonly (readonly [number, number])[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

function isHidden(code: number): boolean {
  if (code < 0x300) return code === 0xad;
  if (code > 0xffff && (code & 0xfffe) === 0xfffe) return true;
  return HIDDEN.some(([first, last]) => code >= first && code <= last);
}

function replacement(code: number, next: number): string {
  if (code === 0x0d) return next === 0x0a ? '' : '\n';
  if (code === 0x0b || code === 0x0c || code === 0x85 || code === 0x2028 || code === 0x2029) return '\n';
  return isSurrogate(code) ? '\ufffd' : '';
}

/** Where the escape sequence that begins here is over. One that never ends hides nothing: only its introducer goes. */
function endOfSequence(text: string, start: number): number {
  const isLong = text.charCodeAt(start) === ESC;
  const kind = isLong ? text.charAt(start + 1) : C1_KIND[text.charCodeAt(start)];
  const body = start + (isLong ? 2 : 1);
  switch (kind) {
    case '[':
      return endOfControl(text, body);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return endOfString(text, body);
    case undefined:
    default:
      return isLong ? endOfShort(text, start + 1) : body;
  }
}

const C1_KIND: Readonly<Record<number, string>> = {
  0x90: 'P',
  0x98: 'X',
  0x9b: '[',
  0x9d: ']',
  0x9e: '^',
  0x9f: '_',
};

/** Parameters 0x30–0x3f, intermediates 0x20–0x2f, one final byte 0x40–0x7e. */
function endOfControl(text: string, body: number): number {
  let at = body;
  while (isBetween(text.charCodeAt(at), 0x30, 0x3f)) at += 1;
  while (isBetween(text.charCodeAt(at), 0x20, 0x2f)) at += 1;
  return isBetween(text.charCodeAt(at), 0x40, 0x7e) ? at + 1 : body;
}

/** Ends with BEL or ST, on the same line. */
function endOfString(text: string, body: number): number {
  for (let at = body; at < text.length && at < body + 4096; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BEL || code === 0x9c) return at + 1;
    if (code === ESC) return text.charAt(at + 1) === '\\' ? at + 2 : body;
    if (code === 0x0a) return body;
  }
  return body;
}

/** ESC, intermediates, one final byte, like `ESC ( B`. */
function endOfShort(text: string, body: number): number {
  let at = body;
  while (isBetween(text.charCodeAt(at), 0x20, 0x2f)) at += 1;
  return isBetween(text.charCodeAt(at), 0x30, 0x7e) ? at + 1 : body;
}

const isBetween = (code: number, first: number, last: number): boolean => code >= first && code <= last;

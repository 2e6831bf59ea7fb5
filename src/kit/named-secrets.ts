/** Put where a secret was. */
export const MASK = '•••';

const WORD = String.raw`(?:passw(?:or)?ds?|passphrase|passcode|(?<![A-Za-z])pass|pwd|secret|token|credentials?|(?:api|access|secret|private|encrypt(?:ion)?|sign(?:ing)?|auth)[_.-]?key(?:[_.-]?(?:id|secret))?|j?session[_-]?id)(?:[_.-]?(?:\d{1,3}|old|new|value|hash))?|(?:密码|口令|密钥|令牌)`;
const NAMED = new RegExp(
  String.raw`(?:${WORD})\\{0,7}["']?[ \t]{0,3}(?:=>|:=|==?|[:=:为是])[ \t]{0,3}`,
  'gi',
);
const ELEMENT = new RegExp(String.raw`(<[\w.:-]{0,64}?(?:${WORD})>)[^<\n]{1,400}`, 'gi');

/** `password=…`, `"token": "…"`, `-Ddb.passwd=…`, `密码:…`, `<secret>…`: the name stays. A plain yes, no or null is no secret. */
export function maskNamedSecrets(text: string): string {
  const whole = text.replace(ELEMENT, `$1${MASK}`);
  let out = '';
  let from = 0;
  NAMED.lastIndex = 0;
  while (NAMED.exec(whole)) {
    const at = NAMED.lastIndex;
    const [start, end] = quotedValue(whole, at) ?? [at, endOfPlain(whole, at)];
    if (end > start && !NO_SECRET.test(whole.slice(start, Math.min(end, start + 12)))) {
      out += `${whole.slice(from, start)}${MASK}`;
      from = end;
    }
    NAMED.lastIndex = Math.max(end, at);
  }
  return out + whole.slice(from);
}

const NO_SECRET = /^(?:true|false|null|none|nil|yes|no|undefined)$/i;

/** Between quotes, which may be escaped themselves; to the end of the line when the closing one is missing. */
function quotedValue(text: string, at: number): readonly [number, number] | undefined {
  OPENING.lastIndex = at;
  const [opening, escapes = '', quote = ''] = OPENING.exec(text) ?? [];
  if (opening === undefined) return undefined;
  const start = at + opening.length;
  let from = start;
  for (let found = text.indexOf(quote, from); found !== -1; found = text.indexOf(quote, from)) {
    if (text.slice(from, found).includes('\n')) break;
    from = found + 1;
    const escaped = backslashesBefore(text, found, start);
    if (escapes === '' ? escaped % 2 === 0 : escaped <= escapes.length)
      return [start, escapes === '' ? found : found - escaped];
  }
  const lineEnd = text.indexOf('\n', start);
  return [start, lineEnd === -1 ? text.length : lineEnd];
}

const OPENING = /(\\{0,7})(["'`])/y;

function backslashesBefore(text: string, at: number, start: number): number {
  let count = 0;
  while (at - count > start && text[at - count - 1] === '\\') count += 1;
  return count;
}

/** A separator ends a value only when a space, the end, or another name with its value follows: passwords contain commas too. */
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
    if (next >= text.length || /\s/.test(text[next] ?? '') || NEXT_NAME.test(text)) return end;
    end = next;
  }
}

const PIECE = /[^\s,;&|"'<>()[\]{},;)】。\\]+/y;
const SEPARATORS = /[,;&|"'<>()[\]{},;)】。\\]+/y;
const NEXT_NAME = /-{0,2}[\w.-]{1,64}(?:[ \t]?=|\\{0,7}["'][ \t]?:|:[ \t])/y;

import { maskPersonalNumbers } from './personal-numbers.ts';
import { maskNamedSecrets, MASK } from './named-secrets.ts';

/**
 * Text without passwords, tokens, keys, bank card, identity card and mobile numbers: each becomes `•••`, what names it stays.
 * Linear in the length of the text; masking twice changes nothing more.
 */
export function mask(text: string): string {
  let masked = text;
  // What one round puts may uncover what another rule looks for.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = maskOnce(masked);
    if (next === masked) break;
    masked = next;
  }
  return masked;
}

const MOST_ROUNDS = 6;

function maskOnce(text: string): string {
  let masked = maskPrivateKeys(text);
  masked = masked.replace(URL_SECRET, maskUrl);
  for (const [pattern, put] of SHAPES) masked = masked.replace(pattern, put);
  masked = maskNamedSecrets(masked).replace(HEADER, `$1${MASK}`);
  return maskPersonalNumbers(masked);
}

const KEY_LINE = String.raw`[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----`;
const KEY_BLOCK = new RegExp(`(-----BEGIN ${KEY_LINE})[^]*?(-----END ${KEY_LINE}|$)`, 'g');
const KEY_END = new RegExp(`^-----END ${KEY_LINE}`);
const KEY_BODY = /^[A-Za-z0-9+/=]{16,}\r?$/;

/** A block without its end was cut there; an end without a beginning makes a key of the lines above it. */
function maskPrivateKeys(text: string): string {
  if (!text.includes('PRIVATE KEY')) return text;
  const lines: string[] = [];
  for (const line of text.replace(KEY_BLOCK, `$1${MASK}$2`).split('\n')) {
    if (KEY_END.test(line) && KEY_BODY.test(lines.at(-1) ?? '')) {
      while (KEY_BODY.test(lines.at(-1) ?? '')) lines.pop();
      lines.push(MASK);
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** `scheme://user:` and what follows up to a space or quote; or the next address in a list. */
const URL_SECRET =
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,30}:\/\/[^\s/?#"'<>:@]{0,128}:)((?:(?![a-z][a-z0-9+.-]{1,30}:\/\/)[^\s"'<>]){1,400})/gi;

/** A port is no password, and an @ behind the first slash belongs to a path unless a password came before it. */
function maskUrl(whole: string, start: string, rest: string): string {
  const host = rest.search(/[/?#]/);
  const authority = host === -1 ? rest : rest.slice(0, host);
  const isPort = /^\d{1,5}(?:,|$)/.test(authority);
  const end = authority.includes('@') || isPort ? authority.lastIndexOf('@') : rest.lastIndexOf('@');
  return end > 0 ? `${start}${MASK}${rest.slice(end)}` : whole;
}

/** What is a secret by its own shape, or by the program it is given to. The first group stays. */
const SHAPES: readonly (readonly [RegExp, string])[] = (
  [
    /(?<![A-Za-z0-9])(xox[a-z]-|xapp-)[\w-]{8,}/g,
    /(?<![A-Za-z0-9])(gh[pousr]_|github_pat_|glpat-|sk_live_|sk-)[\w-]{16,}/g,
    /(?<![A-Za-z0-9])(A(?:KIA|SIA))[A-Z0-9]{12,}/g,
    /(?<![A-Za-z0-9])(LTAI)[A-Za-z0-9]{8,}/g,
    /(?<![A-Za-z0-9_-])(eyJ)[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){0,3}/g,
    /(\b(?:Bearer|Basic)[ \t]{1,3})(?=[a-z+/._~-]{0,200}[A-Z0-9=])[A-Za-z0-9+/=._~-]{8,}/g,
    /(\bjdbc:oracle:\w{2,8}:[^\s/@:]{1,64}\/)[^\s@]{1,128}(?=@)/gi,
    /(\b(?:mysql|mysqldump|mysqladmin|sshpass)\b[^\n]{0,200}?\s-p[ \t]?)(?![ \t-])\S{1,200}/g,
    /(\bredis-cli\b[^\n]{0,200}?\s-a[ \t]+)\S{1,200}/g,
    /(\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ \t=]{0,3}["']?[^\s:"']{1,64}:)[^\s"']{1,200}/g,
    /(\s--?(?:password|passwd|pass|pwd|token|secret)[ \t]{1,3})(?![-=:])\S{1,200}/gi,
    /(\b(?:identified[ \t]{1,3}by|password)[ \t]{0,3}\(?[ \t]{0,3}')(?:[^'\\\n]|\\.|''){1,200}/gi,
  ] as const
).map((pattern) => [pattern, `$1${MASK}`] as const);

/** To the end of the line or the quote; comes last, so that it cannot separate another secret from its name. */
const HEADER =
  /((?:\bcookie|\bauthorization)\\{0,3}["']?[ \t]{0,3}[:=][ \t]{0,3}\\{0,3}["']?(?:(?:Bearer|Basic|Digest|Negotiate)[ \t]+)?)[^"'\r\n\\]+/gi;

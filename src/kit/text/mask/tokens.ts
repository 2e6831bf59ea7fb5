import { after, type Range, type Rule, shapes, matchesOf } from './rule.ts';

/** Not inside a longer word. */
const ALONE = '(?<![A-Za-z0-9])';
const token = (prefix: string, rest: string): RegExp => new RegExp(`${ALONE}(${prefix})${rest}`, 'g');

/** Keys and tokens of clouds, platforms and services, known by how they begin; their beginning stays. */
export const tokens: Rule = shapes('tokens', /[\w./+:-]{10}|\b(?:Bearer|Basic)[ \t]/, [
  token('xox[a-z]-|xapp-', '[\\w-]{8,}'),
  token(
    'gh[pousr]_|github_pat_|gl(?:pat|rt|ptt|dt|soat|cbt)-|[sr]k_(?:live|test)_|sk-(?:ant-|proj-)?',
    '[\\w-]{16,}',
  ),
  token('A(?:KIA|SIA)', '[A-Z0-9]{12,}'),
  token('LTAI', '[A-Za-z0-9]{8,}'),
  token('AKID|AKLT', '[A-Za-z0-9]{13,}'),
  token('AIza', '[\\w-]{20,}'),
  token('ya29\\.|1//0', '[\\w-]{16,}'),
  token('hv[sbr]\\.|(?<![\\w.])s\\.(?=[A-Za-z]*\\d)(?=\\d*[A-Za-z])', '[\\w-]{8,}'),
  token(
    'npm_|pypi-|dop_v1_|dckr_pat_|hf_|shpat_|shpss_|lin_api_|ATATT3x|NRAK-|PMAK-|sq0[a-z]{3}-|xkeysib-|glsa_|pat-',
    '[\\w-]{16,}',
  ),
  token('SG\\.', '[\\w-]{8,}\\.[\\w-]{8,}'),
  token('SEC', '[0-9a-f]{40,}'),
  token('AGE-SECRET-KEY-1', '[0-9A-Z]{20,}'),
  token('\\d{8,10}:AA', '[\\w-]{30,}'),
  /(?<![A-Za-z0-9_-])(eyJ)[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){0,3}/g,
  /(\b(?:Bearer|Basic)[ \t]{1,3})(?=[a-z+/._~-]{0,200}[A-Z0-9=])[A-Za-z0-9+/=._~-]{8,}/g,
]);

/** Hashes of passwords: who has one can try words against it. */
export const passwordHashes: Rule = shapes('password hashes', /[$*{]/, [
  /((?<![\w$])\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2(?:id?|d)|pbkdf2(?:-sha\d{1,3})?|scrypt|bcrypt)\$)[\w./$=,+-]{8,}/g,
  /(\{(?:S?SHA\d{0,3}|S?MD5|CRYPT|bcrypt|pbkdf2|scrypt|noop|argon2)\})[\w./$=+-]{2,}/gi,
  /((?<![\w*])\*)[0-9A-F]{40}(?![0-9A-Za-z])/g,
  /(\b(?:pbkdf2_sha\d{1,3}|bcrypt_sha256|SCRAM-SHA-(?:1|256))\$)[\w./$=+:-]{8,}/g,
]);

const KEY_LINE = String.raw`[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----`;
const KEY_BLOCK = new RegExp(`(-----BEGIN ${KEY_LINE})([^]*?)(?:-----END ${KEY_LINE}|$)`, 'g');
const KEY_END = new RegExp(`^-----END ${KEY_LINE}`);
const KEY_REST = /^[A-Za-z0-9+/=]{1,15}\r?$/;
const KEY_BODY = /^[A-Za-z0-9+/=]{16,}\r?$/;
/** Behind a word of ours. */
const KEY_BEGUN = /(?<=[ \t:])[A-Za-z0-9+/=]{16,}\r?$/;

/** A block without its end was cut there; an end without a beginning makes a key of the lines above it. */
export const privateKeys: Rule = {
  name: 'private keys',
  about: /PRIVATE KEY|Private-/,
  *find(text) {
    for (const { index, 1: begin = '', 2: body = '' } of matchesOf(text, KEY_BLOCK))
      if (body !== '') yield [index + begin.length, index + begin.length + body.length];
    yield* beforeEnds(text);
    yield* after(text, PUTTY);
  },
};

/** A key of PuTTY, and what proves that it was not changed. */
const PUTTY = /(\bPrivate-(?:Lines: ?\d{1,4}\n|MAC: ?))[A-Za-z0-9+/=\n]{8,20000}/g;

function* beforeEnds(text: string): Generator<Range> {
  let bodyFrom: number | undefined;
  let at = 0;
  for (const line of text.split('\n')) {
    if (KEY_END.test(line) && bodyFrom !== undefined) yield [bodyFrom, at - 1];
    // The last line of a key is shorter.
    const isBody = KEY_BODY.test(line) || (bodyFrom !== undefined && KEY_REST.test(line));
    const begun = isBody ? 0 : line.search(KEY_BEGUN);
    bodyFrom = isBody ? (bodyFrom ?? at) : begun > 0 ? at + begun : undefined;
    at += line.length + 1;
  }
}

/** Put where a secret was. */
const HIDDEN = '••••';

/** Text without passwords, tokens, keys, card numbers, identity card numbers and mobile numbers. Masks the same text to itself again. */
export function mask(text: string): string {
  let masked = text;
  for (const { pattern, put } of SECRETS) masked = masked.replace(pattern, put);
  return masked.replace(DIGITS, maskDigits);
}

/** Puts a placeholder over the last group and keeps the ones before it. */
const keepBefore = (_: string, before: string): string => `${before}${HIDDEN}`;

const WORD = String.raw`(?:passwords?|passwd|passphrase|pwd|secret|(?:access|secret|private|api)[_-]?key(?:[_-]?(?:id|secret))?|(?:access|refresh|auth|id)?[_-]?token|credentials?|密码|口令|密钥)`;

const SECRETS: readonly {
  readonly pattern: RegExp;
  readonly put: (match: string, ...groups: string[]) => string;
}[] = [
  {
    pattern:
      /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)[^]*?(?:(-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)|$)/g,
    put: (_, begin, end) => `${begin}${HIDDEN}${end ?? ''}`,
  },
  // scheme://user:password@host
  { pattern: /(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/?#]{0,100}:)[^\s@/]{1,200}(?=@)/gi, put: keepBefore },
  { pattern: /\b(xox[a-z]-|xapp-|xoxe\.)[A-Za-z0-9-]{8,}/g, put: keepBefore },
  { pattern: /\b(gh[pousr]_|github_pat_|glpat-|sk_live_|sk-)[A-Za-z0-9_-]{16,}/g, put: keepBefore },
  { pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, put: keepBefore },
  { pattern: /\b(LTAI)[A-Za-z0-9]{12,28}\b/g, put: keepBefore },
  { pattern: /\b(eyJ)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g, put: keepBefore },
  { pattern: /(\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi, put: keepBefore },
  {
    pattern: /(\b(?:set-)?cookie:\s*|\bauthorization:\s*(?!Bearer\b|Basic\b))[^\r\n]+/gi,
    put: keepBefore,
  },
  // "password": "…" and password='…': up to the closing quote.
  {
    pattern: new RegExp(
      String.raw`((?<![A-Za-z])[\w.-]{0,40}?${WORD}["']?\s{0,3}(?:[:=]|=>)\s{0,3})(?:"(?:[^"\\\n]|\\.){0,400}"|'(?:[^'\\\n]|\\.){0,400}')`,
      'gi',
    ),
    put: keepBefore,
  },
  {
    pattern: new RegExp(
      String.raw`((?<![A-Za-z])[\w.-]{0,40}?${WORD}["']?\s{0,3}(?:[:=:]|=>)\s{0,3})(?![\s"'•])[^\s&,;"'<>)\]}]{1,400}`,
      'gi',
    ),
    put: keepBefore,
  },
  // mysql -psecret, --password secret, IDENTIFIED BY 'secret'
  { pattern: /(\s--?(?:password|passwd|pass|pwd)[ =])(?!•)\S{1,200}/gi, put: keepBefore },
  { pattern: /(\bmysql(?:dump|admin)?\b[^\n]{0,200}?\s-p)(?!•)[^\s-]\S{0,200}/g, put: keepBefore },
  { pattern: /(\bidentified\s+by\s+)'(?:[^'\\\n]|\\.|''){0,200}'/gi, put: keepBefore },
];

/** Digits that stand alone, in groups or not, long enough to be a mobile, an identity card or a bank card number. */
const DIGITS = /(?<![\dA-Za-z_.])(?:\+?86[ -]?)?\d(?:[ -]?\d){9,18}[Xx]?(?![\dA-Za-z_])/g;

function maskDigits(match: string): string {
  const plain = match.replace(/[ +-]/g, '');
  const isSecret = isMobile(plain) || isIdentityCard(plain) || isBankCard(plain);
  return isSecret ? `${plain.slice(0, 3)}${HIDDEN}${plain.slice(-2)}` : match;
}

const isMobile = (digits: string): boolean => /^(86)?1[3-9]\d{9}$/.test(digits);

/** GB 11643: a birth date inside, and a check digit modulo 11. */
export function isIdentityCard(text: string): boolean {
  if (!/^[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$/.test(text)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  return '10X98765432'[sum % 11] === text[17]?.toUpperCase();
}

/** 13 to 19 digits of a card network's range that pass Luhn. Ids of the estate begin otherwise or fail the sum nine times in ten. */
export function isBankCard(digits: string): boolean {
  if (!/^(?:[34]\d{12,18}|5[1-5]\d{14}|2[2-7]\d{14}|62\d{11,17}|6(?:011|5\d\d)\d{12})$/.test(digits))
    return false;
  let sum = 0;
  for (const [i, digit] of Array.from(digits).reverse().entries()) {
    const twice = Number(digit) * (i % 2 === 0 ? 1 : 2);
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

import { isTellingName, looksDrawn, NO_SECRET } from './names.ts';
import { after, type Range, type Rule, matchesOf } from './rule.ts';

/** A string of SQL, of which the inside goes. */
const INSIDE = String.raw`(?:[^'\\\n]|\\.|''){1,400}`;

const STATEMENTS: readonly RegExp[] = [
  new RegExp(
    String.raw`(\bidentified[ \t]{1,3}(?:(?:with|via)[ \t]{1,3}["'\x60]?[\w-]{1,40}["'\x60]?[ \t]{1,3})?(?:by|as|using)[ \t]{1,3}(?:password[ \t]{0,3})?(?:random[ \t]+)?\(?[ \t]{0,3}')${INSIDE}`,
    'gi',
  ),
  /(\bidentified[ \t]{1,3}by[ \t]{1,3}(?:values[ \t]{1,3})?["']?)[^\s"';]{1,200}/gi,
  new RegExp(String.raw`(\bpassword(?:[ \t]{0,2}\([ \t]{0,3}|[ \t]{1,3})')${INSIDE}`, 'gi'),
  new RegExp(
    String.raw`(\bset[ \t]{1,3}password[^=\n]{0,120}=[ \t]{0,3}(?:password[ \t]{0,2}\()?[ \t]{0,2}')${INSIDE}`,
    'gi',
  ),
  new RegExp(
    String.raw`(\b(?:aes_encrypt|aes_decrypt|des_encrypt|encode|decode|pgp_sym_\w{7})\([^()\n]{1,200}?,[ \t]{0,3}')${INSIDE}`,
    'gi',
  ),
];

/** Redis: the server's settings, what a client logs in with, what the monitor prints, and its access lists. */
const OF_REDIS: readonly RegExp[] = [
  /(\b(?:requirepass|masterauth|auth-pass)\\{0,3}["']?[ \t]{1,8}(?:\\{0,3}["'])?(?:mymaster[ \t]+)?)[^\s"'\\]{1,200}/gi,
  /((?<![\w-])auth-pass[ \t]{1,3}[\w.-]{1,64}[ \t]{1,3}["']?)[^\s"']{1,200}/gi,
  /(\\{0,3}"auth\\{0,3}"[ \t]{1,3}(?:\\{0,3}"[\w.-]{1,64}\\{0,3}"[ \t]{1,3})?\\{0,3}")[^"\\\n]{1,200}(?=\\{0,3}"(?![ \t]+\\{0,3}"))/gi,
  /((?:^|[\n>;|][ \t]{0,3}|\b(?:redis-cli|hello[ \t]+[23])\b[^\n]{0,100}?[ \t])AUTH[ \t]{1,3}(?:[\w.-]{1,64}[ \t]{1,3}(?=\S))?)[^\s"'|]{1,200}/g,
  /(\bAUTH\s{1,3}(?:\$\d{1,4}\s{1,3}[\w.-]{1,64}\s{1,3})?\$\d{1,4}\s{1,3})(?!\$)\S{1,200}/gi,
  /(\b(?:acl[ \t]+setuser|user)[ \t]{1,3}[\w.-]{1,64}[ \t][^\n]{0,200}?(?<=[ \t])[>#])[^\s"']{4,200}/gi,
];

/** ZooKeeper: `addauth digest super:x`, `auth:super:x`, and access lists with a digest of it. */
const OF_ZOOKEEPER =
  /((?:\b(?:super)?digest\\{0,3}["']?[ \t]{0,3}[ \t,:=][ \t]{0,3}(?:id[ \t]?[:=][ \t]?)?\\{0,3}["']?|(?<![\w-])auth:)(?!sha|md5)[\w.-]{1,64}:)[^\s"',;:\\]{3,200}/gi;

/** `insert into t (name, password) values ('a', 'x'), …` */
const INSERT =
  /\b(?:insert|replace)[ \t]+(?:ignore[ \t]+)?into[ \t]+[\x60"[]?([\w.$-]{1,128})[\x60"\]]?[ \t]{0,3}(?:\(([^()\n]{1,2000})\)[ \t\n]{0,8})?(?=values)/gi;
const ROW = /\((?:[^()'\n]|\([^()'\n]{0,200}\)|'(?:[^'\\\n]|\\.|'')*'){0,4000}\)/y;
const CELL = /'((?:[^'\\\n]|\\.|''){0,400})'|(?:[^,'()]|\([^()]*\))+/g;
/** Tables of accounts. */
const ACCOUNTS =
  /(?:^|[._-]|[a-z])(?:users?|accounts?|credentials?|auths?|logins?|passwords?|secrets?|tokens?|members?|admins?|operators?)(?:$|[._-]|\d)/i;
const VALUES = /\bvalues\s{0,8}(?=\()/gi;

export const databases: Rule = {
  name: 'databases',
  about: /identified|password|crypt|(?:en|de)code\(|requirepass|masterauth|auth|user|digest|values|pgp_/i,
  *find(text) {
    for (const pattern of STATEMENTS) yield* after(text, pattern);
    for (const pattern of OF_REDIS) yield* after(text, pattern, (value) => !NO_SECRET.test(value));
    yield* after(text, OF_ZOOKEEPER);
    yield* valuesIn(text);
  },
};

function* valuesIn(text: string): Generator<Range> {
  const heads = new Map<number, readonly [table: string, columns: readonly string[]]>();
  for (const found of matchesOf(text, INSERT)) {
    const columns = (found[2] ?? '').split(',').map((name) => name.replace(/[\x60"[\]\s]/g, ''));
    heads.set(found.index + found[0].length, [found[1] ?? '', found[2] === undefined ? [] : columns]);
  }
  for (const { index, 0: word } of matchesOf(text, VALUES)) {
    const [table = '', columns = []] = heads.get(index) ?? [];
    let at = index + word.length;
    for (;;) {
      ROW.lastIndex = at;
      const row = ROW.exec(text)?.[0];
      if (row === undefined) break;
      yield* cellsOf(row, at, columns, ACCOUNTS.test(table));
      at +=
        row.length +
        (/^\s{0,3},\s{0,3}/.exec(text.slice(at + row.length, at + row.length + 8))?.[0].length ?? 0);
    }
  }
}

function* cellsOf(row: string, at: number, columns: readonly string[], isAccount: boolean): Generator<Range> {
  let column = 0;
  for (const cell of row.slice(1, -1).matchAll(CELL)) {
    const value = cell[1];
    if (value !== undefined) {
      const from = at + 1 + cell.index + 1;
      if (value !== '' && hides(value, columns, column, isAccount)) yield [from, from + value.length];
      column += 1;
    } else if (!/^\s+$/.test(cell[0])) column += 1;
  }
}

/** By its column where columns are named; else by its looks, more readily in a table of accounts. */
function hides(value: string, columns: readonly string[], column: number, isAccount: boolean): boolean {
  const name = columns[column];
  if (name !== undefined) return isTellingName(name) && !NO_SECRET.test(value);
  if (isAccount && column > 0) return value.length >= 4 && !/^[\d\s.:-]+$/.test(value);
  return (
    looksDrawn(value) &&
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value) &&
    /^[\w@#$%^&*!+=~]+$/.test(value) &&
    !value.includes('_')
  );
}

import { CHINESE_NAME, looksDrawn, NAME, NO_SECRET, STATUS, WEAK_NAME } from './names.ts';
import { after, type Range, type Rule, matchesOf } from './rule.ts';
import { valueAt } from './value.ts';

/** Between a name and its separator: the end of a quote or bracket, and whose it is. */
const CLOSED = String.raw`(?:\\{0,7}["'\x60\])]){0,2}[ \t]{0,40}(?:\([^()\n]{0,24}\)[ \t]{0,2})?`;
const OWNER = String.raw`(?:[ \t](?:for|of)(?:[ \t](?:the|user|account))?[ \t][\w.@'"-]{1,40}[ \t]{0,2}(?=[:=])|[ \t]?(?:is|are|now|\u662f|\u4e3a)[ \t]{0,2}(?=[:=]))?`;
const SIGN = String.raw`(?:=>|->|:=|={1,3}|::?)`;
/** In YAML a value may have a type or a name of its own. */
const SPACE = String.raw`[ \t]{0,8}(?:[!&][\w!:.-]{1,40}[ \t]{1,4}){0,2}`;

/** The name ends at its sign, or at a bracket: `setPassword("x")`, `password [x]`. */
const NAMED = new RegExp(`${NAME}(?:${CLOSED}${OWNER}(${SIGN})${SPACE}|[ \\t]?[([{<]{1,2}["'\\x60]?)`, 'gi');
/** One word and the end of the bracket. */
const HELD = /[^\s"'\x60()[\]{}<>,;]{3,200}(?=(["'\x60]?)[)\]}>])/y;
/** A piece of every name that tells of a secret. */
const TELLS =
  /pass|phrase|pwd|psw|pw|psk|secret|token|credential|auth|key|session|sessid|otp|cvv|cvc|pin|code|captcha|[\u4e00-\u9fff]/i;

const NAMED_WEAKLY = new RegExp(`${WEAK_NAME}${CLOSED}(?:${SIGN})${SPACE}`, 'g');

/** `password=…`, `"token": "…"`, `-Ddb.passwd=…`, `pwd -> …`: the name stays. A plain yes, no or null is no secret. */
export const named: Rule = {
  name: 'named',
  about: TELLS,
  *find(text) {
    for (const [start, end, sign] of valuesBehind(text, NAMED))
      if (!isNoSecret(text, start, end, sign)) yield [start, end];
  },
};

/** `sign=…`, `sk: …`, `digest=…`: only beside a value that looks drawn by lot. */
export const namedWeakly: Rule = {
  name: 'named weakly',
  about: /[=:>]/,
  *find(text) {
    for (const [start, end] of valuesBehind(text, NAMED_WEAKLY))
      if (looksDrawn(text.slice(start, end))) yield [start, end];
  },
};

function* valuesBehind(text: string, pattern: RegExp): Generator<readonly [number, number, string]> {
  const names = pattern;
  names.lastIndex = 0;
  for (let found = names.exec(text); found; found = names.exec(text)) {
    if (found[1] === undefined && pattern === NAMED) {
      const held = heldAt(text, names.lastIndex);
      if (held) yield [...held, '('];
      continue;
    }
    const values = [...valuesAt(text, names.lastIndex)];
    for (const [start, end] of values) yield [start, end, found[1] ?? ''];
    names.lastIndex = Math.max(values.at(-1)?.[1] ?? 0, names.lastIndex);
  }
}

/** Between quotes everything, without them what looks drawn by lot. */
function heldAt(text: string, at: number): Range | undefined {
  HELD.lastIndex = at;
  const [value, quote] = HELD.exec(text) ?? [];
  if (value === undefined) return undefined;
  return quote !== '' || looksDrawn(value) ? [at, at + value.length] : undefined;
}

const MOST_VALUES = 40;
const ITEM_AT = /[ \t\n]{0,200}/y;
const NEXT_ITEM = /["'\x60]?[ \t\n]{0,40},/y;
/** The member of an object that holds what its name tells of. */
const VALUE_IN =
  /[^{}\n]{0,200}?\b(?:value|val|data|content|text|plain)\\{0,7}["']?[ \t]{0,3}[:=][ \t]{0,3}/y;

/** Every item of a list, the member of an object, or the value. */
function* valuesAt(text: string, at: number): Generator<Range> {
  const items = text[at] === '[' ? [...itemsAt(text, at + 1)] : [];
  if (items.length > 0) return yield* items;
  VALUE_IN.lastIndex = at + 1;
  const isMember = text[at] === '{' && VALUE_IN.test(text);
  const value = valueAt(text, isMember ? VALUE_IN.lastIndex : at);
  if (value[1] > value[0]) yield value;
}

function* itemsAt(text: string, at: number): Generator<Range> {
  let from = at;
  for (let items = 0; items < MOST_VALUES; items += 1) {
    ITEM_AT.lastIndex = from;
    ITEM_AT.test(text);
    const [start, end] = valueAt(text, ITEM_AT.lastIndex);
    if (end <= start) return;
    yield [start, end];
    NEXT_ITEM.lastIndex = end;
    if (!NEXT_ITEM.test(text)) return;
    from = NEXT_ITEM.lastIndex;
  }
}

const LONGEST_WORD = 100;

function isNoSecret(text: string, start: number, end: number, sign: string): boolean {
  const value = text.slice(start, Math.min(end, start + LONGEST_WORD));
  if (NO_SECRET.test(value) || isSessionNumber(text, start, value)) return true;
  if (sign !== ':') return false;
  return (text[start - 1] === ' ' && STATUS.test(value)) || /^[\u4e00-\u9fff]/.test(value);
}

/** ZooKeeper numbers its sessions; whoever knows the number still has to have the password of the session. */
const isSessionNumber = (text: string, at: number, value: string): boolean =>
  /^0x[0-9a-f]{1,16}$/i.test(value) && /session[_-]?id\W{1,4}$/i.test(text.slice(Math.max(0, at - 20), at));

/** `password\n  x`: a name with nothing behind its colon, and a value or a list alone on the lines under it, further in. */
const ALONE = new RegExp(
  String.raw`^([ \t-]*)[^\n]{0,200}?${NAME}["']?[ \t]?[:=][ \t]{0,3}(?:![\w!-]{1,20}[ \t])?[|>[{]?[-+]?[ \t]{0,3}\n`,
  'gim',
);
const ITEM = /[ \t]*(?:- ?)?["']?([^\s"':=]+(?:[:=][^\s"':=]+)*)["']?[ \t]*(?:\n|$|["',}\]])/y;

export const namedAbove: Rule = {
  name: 'named above',
  about: TELLS,
  *find(text) {
    const names = ALONE;
    names.lastIndex = 0;
    for (let found = names.exec(text); found; found = names.exec(text)) {
      const indent = (found[1] ?? '').length;
      let at = names.lastIndex;
      for (let lines = 0; lines < 40 && at < text.length; lines += 1) {
        ITEM.lastIndex = at;
        const item = ITEM.exec(text);
        const value = item?.[1] ?? '';
        if (!item || !isUnder(item[0], indent) || NAME_WITH_VALUE.test(value)) break;
        const start = at + item[0].indexOf(value);
        yield [start, start + value.length];
        at += item[0].length;
      }
    }
  },
};

/** Further in than the name, or a list item of it. */
const isUnder = (line: string, indent: number): boolean => {
  const own = line.length - line.trimStart().length;
  return own > indent || (own === indent && /^[ \t]*- /.test(line));
};
const NAME_WITH_VALUE = /^[A-Za-z_][\w.-]*[:=]/;

/** In Chinese a verb or nothing stands between name and value; the value is what is not Chinese. */
const SAID_CHINESE = new RegExp(
  String.raw`${CHINESE_NAME}(["'\])]{0,2}(?:[ \t]?[([][^()[\]\n]{0,24}[)\]])?(?:\u5df2|\u88ab|\u4e86|\u8bbe|\u5219|\u91cd\u7f6e|\u4fee\u6539|\u8bbe\u7f6e|\u8bbe\u5b9a|\u66f4\u65b0|\u53d8\u66f4|\u66f4\u6539|\u6539|\u6362|\u7edf\u4e00|\u5747|\u90fd|\u662f|\u4e3a|\u6210|\u53eb|\u7528|\u586b|\u8f93\u5165|->|=>|:|=|,|-|\u2014|\u2026| |\t|\n){0,8})`,
  'g',
);
const PLAIN_VALUE = /["'\x60[({<]{0,2}([!-~]{3,200})/y;

export const saidInChinese: Rule = {
  name: 'said in Chinese',
  about: /[\u4e00-\u9fff]/,
  *find(text) {
    const names = SAID_CHINESE;
    names.lastIndex = 0;
    for (let found = names.exec(text); found; found = names.exec(text)) {
      PLAIN_VALUE.lastIndex = names.lastIndex;
      const [whole = '', value] = PLAIN_VALUE.exec(text) ?? [];
      if (value === undefined) continue;
      const opened = /^["'\x60]?[[({<]/.test(whole) ? whole.length - value.length : 0;
      const [start, end] = valueAt(text, names.lastIndex + opened);
      const shown = text.slice(start, Math.min(end, start + LONGEST_WORD));
      if (end > start && !isOther(found[1] ?? '', shown) && !NO_SECRET.test(shown)) yield [start, end];
      names.lastIndex = Math.max(end, names.lastIndex);
    }
  },
};

/** Behind the name alone, or a line further: only what looks drawn by lot; behind a space, everything but a word. */
function isOther(between: string, shown: string): boolean {
  if (/[:=>\u662f\u4e3a\u6210]/.test(between) && !between.includes('\n')) return false;
  if (between === '' || /\n/.test(between)) return !isSaid(shown);
  return /^[\x5b\x28 \t\u2014\u2026-]*$/.test(between) ? /^[a-z]+$/.test(shown) : false;
}

/** `password is …`, `token changed to …`, `secret …`: only what looks drawn by lot. */
const SAID = new RegExp(
  String.raw`(${NAME}(?:[ \t]{1,3}(?:for|of)(?:[ \t](?:the|user|account))?[ \t][\w.@'"-]{1,40})?[ \t]{1,8}(?:(?:is|was|as|to|equals|set|changed|reset|updated|rotated|now|has|been|are)[ \t:]{1,3}){0,4}["'\x60]?)[^\s"'\x60,;<>()[\]{}\u3000-\u303f]{4,200}`,
  'gi',
);

/** A server says so when it makes one up. */
const GENERATED = /(\bpassword (?:is|was|has been) (?:generated|created|set) for [^\s:]{1,100}: )\S{1,200}/gi;
/** The name of an account and its password, behind a name for both. */
const BOTH = String.raw`(?:[\u8d26\u5e10\u8cec](?:\u53f7|\u6237)|\u7528\u6237\u540d?|\buser(?:name|id)?|\baccount|\blogin|\buid)[ \t]?[/,&|\u548c\u53ca]?[ \t]?(?:${CHINESE_NAME}|password|passwd|pass|pwd|pw)|\bu\/p(?:w|wd|ass)?|[\u8d26\u5e10\u8cec]\u5bc6|\bcred(?:ential)?s?|\ba[ks]/sk`;
const PAIR = new RegExp(
  String.raw`((?:${BOTH})["']?[ \t]{0,3}[:= \t][ \t]{0,3}["']?(?:[\w.@-]{2,64}|\u2022{3})[ \t]{0,2}[/,:| ][ \t]{0,2})[^\s"',;/]{3,200}`,
  'gi',
);
/** Told apart by signs; where only spaces stand between them, only what looks drawn by lot counts. */
const SIGNED_PAIR = /[:=][ \t]{0,3}["']?[^\s:=/,|]{2,64}[ \t]{0,2}[/,:|][ \t]{0,2}$/;
/** `login(admin, x)`, `user=admin/x`, `basic auth: admin:x` */
const LOGGED_IN: readonly RegExp[] = [
  /(\b(?:log_?in|authenticate|auth|connect)\(["']?[\w.@-]{1,64}["']?,[ \t]{0,3}["']?)[^\s"',()]{4,200}/gi,
  /(\b(?:user(?:name|id)?|login|account|for)[ \t=:]{1,3}["']?[\w$#.]{1,64}\/)[^\s@"'/,;]{6,200}/gi,
  /(\b(?:basic(?:[ _-]?auth)?|auth(?:entication)?)["']?[ \t]{0,3}[:= ][ \t]{0,3}["']?[\w.@-]{1,64}:)[^\s"',;:/]{4,200}/gi,
];

export const said: Rule = {
  name: 'said',
  about: TELLS,
  *find(text) {
    yield* after(text, SAID, (value) => isSaid(value.replace(/[.!?:]{1,8}$/, '')));
    if (text.includes(' for ')) yield* after(text, GENERATED);
  },
};

/** An account and its password side by side. */
export const pairs: Rule = {
  name: 'pairs',
  about: /log_?in|connect|auth|user|account|cred|basic|uid|\bu\/p|sk|for |[\u4e00-\u9fff]/i,
  *find(text) {
    for (const { index, 0: whole, 1: kept = '' } of matchesOf(text, PAIR)) {
      const value = whole.slice(kept.length);
      const isOpen = SIGNED_PAIR.test(kept) && !NO_SECRET.test(value) && !STATUS.test(value);
      if (looksDrawn(value) || (isOpen && !/^[\u4e00-\u9fff]/.test(value)))
        yield [index + kept.length, index + whole.length];
    }
    for (const pattern of LOGGED_IN) yield* after(text, pattern, looksDrawn);
  },
};

const isSaid = (value: string): boolean => looksDrawn(value) || /^\d{4,8}$/.test(value);

/** `<secret>…</secret>`, with or without CDATA. */
const ELEMENT = new RegExp(
  String.raw`(<[\w.:-]{0,64}?${NAME}(?:[ \t][^<>\n]{0,200})?>\s{0,40}(?:<!\[CDATA\[)?)[^<\s\]][^<\n\]]{0,400}`,
  'gi',
);

/** `<property name="password" value="…">`, `{"name": "DB_PASSWORD", "value": "…"}`, `- name: TOKEN` and `value: …` below it. */
const PROPERTY = new RegExp(
  String.raw`(\b(?:name|key|property|id|param|field|code|item)\\{0,3}["']?[ \t]{0,3}[:=][ \t]{0,3}\\{0,3}["']?[\w.$-]{0,64}?${NAME}\\{0,3}["']?[\s,;]{1,40}(?:["']?(?:type|encrypted|override|scope)\\{0,3}["']?[ \t]?[:=][ \t]?["']?\w{1,20}["']?[\s,;]{1,40})?\\{0,3}["']?(?:value|val|content|default(?:value)?)\\{0,3}["']?[ \t]{0,3}[:=][ \t]{0,3}\\{0,3}["']?)[^"'\s<>\\]{1,400}`,
  'gi',
);
/** `<name>…password</name><value>…</value>`, `<entry key="password">…</entry>`. */
const NEXT_ELEMENT = new RegExp(
  String.raw`(<(?:name|key)>[\w.$ -]{0,64}?${NAME}[ ]?</(?:name|key)>\s{0,40}<(?:value|string)>)[^<\n]{1,400}|(<\w{1,20}[ ](?:key|name)=["'][\w.$-]{0,64}?${NAME}["'][^<>\n]{0,100}>\s{0,40}(?:<value>)?)[^<\s][^<\n]{0,400}`,
  'gi',
);

export const properties: Rule = {
  name: 'properties',
  about: TELLS,
  *find(text) {
    if (/[:=]/.test(text)) yield* after(text, PROPERTY, (value) => !NO_SECRET.test(value));
    if (!text.includes('<')) return;
    yield* after(text, ELEMENT, (value) => !NO_SECRET.test(value.trim()));
    for (const found of matchesOf(text, NEXT_ELEMENT)) {
      const kept = (found[1] ?? found[2] ?? '').length;
      const range: Range = [found.index + kept, found.index + found[0].length];
      if (range[1] > range[0] && !/^\s*\/?>?$/.test(text.slice(...range))) yield range;
    }
  },
};

/** To the end of the line or the quote. */
const HEADER =
  /((?:\b(?:set-)?cookie2?|\b(?:proxy-)?authorization|\bx-(?:auth|access|api|csrf|amz-security)-?(?:token|key))\\{0,3}["']?[ \t]{0,3}[:=][ \t]{0,3}\\{0,3}["']?(?:(?:Bearer|Basic|Digest|Negotiate|Token|AWS4-HMAC-SHA256)[ \t]+)?)[^"'\r\n\\]+/gi;

export const headers: Rule = {
  name: 'headers',
  about: /cookie|authorization|x-/i,
  *find(text) {
    yield* after(text, HEADER, (value) => !NO_SECRET.test(value.trim()));
    for (const pattern of IN_HEADERS) yield* after(text, pattern, (value) => !NO_SECRET.test(value));
  },
};

/** The answer to a challenge, and cookies as programs print them. */
const IN_HEADERS: readonly RegExp[] = [
  /(\bDigest[ \t][^\n]{0,400}?\bresponse=\\{0,3}["']?)[^\s"',\\]{4,200}/gi,
  /(\bcookies?["']?[ \t]{0,3}(?:[:=][ \t]{0,3})?[{[(]?[ \t]{0,2}[\w.-]{1,64}=)[^\s;,"'}\])]{4,4000}/gi,
];

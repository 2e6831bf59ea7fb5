import { harmless } from './harmless.ts';
import { mask } from './mask/mask.ts';
import { isTellingName } from './mask/names.ts';
import { MASK } from './mask/rule.ts';
import type { Row } from '../sql.ts';
import type { Words } from '../words.ts';

declare const captured: unique symbol;

/** Foreign text that may be kept, shown and sent: harmless, masked, capped. Only this file makes it. */
export type Captured = string & { readonly [captured]: true };

/** Words in which every piece of foreign text was captured. */
export type CapturedWords = Words & { readonly en: Captured; readonly zh: Captured };

const LINE_CAP = 400;
/** Room for the sentence about what was left out. */
const LEFT_OUT = 64;

/** Text from a host, a database, a page or a person as it is kept: the middle is left out when it is longer than `cap` characters. */
export const capture = (text: string, cap: number): Captured =>
  cutMiddle(captureWhole(text).trim() as Captured, cap);

/** The same, of any length and with the spaces around it. */
export const captureWhole = (text: string): Captured => mask(harmless(text)) as Captured;

/** On one line, for a sentence that may hold foreign text. */
export function captureLine(text: string): Captured {
  const line = captureWhole(text).replace(/\s+/g, ' ').trim();
  return (line.length <= LINE_CAP ? line : `${whole(line.slice(0, LINE_CAP))}\u2026`) as Captured;
}

export const captureWords = ({ en, zh }: Words): CapturedWords => ({
  en: captureLine(en),
  zh: captureLine(zh),
});

/** Sentences of any length, as a run says how it stands. */
export const captureSaying = ({ en, zh }: Words): CapturedWords => ({
  en: captureWhole(en),
  zh: captureWhole(zh),
});

/** Nothing, and what our own words say of what was left out. */
export const NOTHING_CAPTURED = '' as Captured;

/** At most so many characters, from the beginning and the end. */
export function cutMiddle(text: Captured, cap: number): Captured {
  if (text.length <= cap) return text;
  const half = Math.floor((cap - LEFT_OUT) / 2);
  const head = whole(text.slice(0, half));
  const tail = whole(text.slice(-half));
  // A copy: a slice would keep the whole output of the host in memory for as long as the report lives.
  return Buffer.from(
    `${head}\n[\u2026 ${text.length - head.length - tail.length} characters left out \u2026]\n${tail}`,
  ).toString() as Captured;
}

/** Without the halves of characters that a cut left at either end. */
const whole = (text: string): string => text.replace(/^[\udc00-\udfff]/, '').replace(/[\ud800-\udbff]$/, '');

/** A row as it is shown: what its columns, or the names in it, tell of a secret is left out. The row itself stays exact where it is compared. */
export function maskRow(row: Row): Row {
  const named = Object.values(row).some((value) => value !== null && isTellingName(value));
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (value === null || value === '') return [column, value];
      const isSecret = isTellingName(column) || (named && VALUE_COLUMN.test(column));
      return [column, isSecret ? MASK : mask(value)];
    }),
  );
}

/** The column that holds the value in a table of settings by name. */
const VALUE_COLUMN = /(?:^|_)(?:value|val|content|setting|data)(?:_|$)/i;

/** Plain data with every text in it captured, members with a telling name left out; what is nested too deep becomes `MASK`. */
export function captureData(value: unknown, deep = 0): unknown {
  if (typeof value === 'string') return captureWhole(value);
  if (typeof value !== 'object' || value === null) return value;
  if (deep >= DEEPEST) return MASK;
  if (Array.isArray(value)) return value.map((each) => captureData(each, deep + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return captureData(value.toJSON(), deep + 1);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      isTellingName(name) && (typeof each === 'string' ? each !== '' : typeof each === 'number')
        ? MASK
        : captureData(each, deep + 1),
    ]),
  );
}

const DEEPEST = 24;

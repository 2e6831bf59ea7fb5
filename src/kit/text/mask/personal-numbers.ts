import { after, type Range, type Rule, matchesOf } from './rule.ts';

/** Not part of a longer word or number, like the ids of orders, nodes and processes. */
const ALONE = String.raw`(?<![A-Za-z0-9_\u2022]|\d\.|_-)`;
const NOTHING_MORE = String.raw`(?![A-Za-z0-9_]|\.\d)`;

const PLAIN = new RegExp(String.raw`${ALONE}\d{11,19}[Xx]?${NOTHING_MORE}`, 'g');
const GROUPED_MOBILE = new RegExp(
  String.raw`${ALONE}(?<!\d[ -])1[3-9]\d([ -])\d{4}\1\d{4}(?![ -]\d)${NOTHING_MORE}`,
  'g',
);
const GROUPED_CARD = new RegExp(
  String.raw`${ALONE}(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{5})${NOTHING_MORE}`,
  'g',
);

/** Bank card numbers, identity card numbers and mobile numbers of the mainland; of a card or mobile the last four digits stay. */
export const personalNumbers: Rule = {
  name: 'personal numbers',
  about: /\d{3}/,
  *find(text) {
    for (const { index, 0: digits } of matchesOf(text, PLAIN)) {
      if (isIdentityCard(digits)) yield [index, index + digits.length];
      else if (isMobile(digits) || isBankCard(digits)) yield [index, index + digits.length - 4];
    }
    for (const { index, 0: digits } of matchesOf(text, GROUPED_MOBILE))
      yield [index, index + digits.length - 4];
    yield* groupedCards(text);
    yield* after(text, CODE_FIRST);
  },
};

/** `482918 is your verification code`, `482918\uff08\u9a8c\u8bc1\u7801\uff09`. */
const CODE_FIRST =
  /((?<![\w.-]))\d{4,8}(?=(?:[ \t]+is)?[ \t]+(?:your|the)[ \t](?:[\w-]+[ \t]){0,3}(?:code|otp|passcode)\b|[ \t]?[([]?(?:\u662f)?(?:\u60a8\u7684|\u4f60\u7684)?(?:\u767b\u5f55|\u77ed\u4fe1|\u52a8\u6001)?(?:\u9a8c\u8bc1\u7801|\u52a8\u6001\u7801|\u6821\u9a8c\u7801|\u53e3\u4ee4))/gi;

/** A group of four before a card may look like its beginning: when the sum is wrong, the search goes on one group later. */
function* groupedCards(text: string): Generator<Range> {
  const cards = GROUPED_CARD;
  cards.lastIndex = 0;
  for (let found = cards.exec(text); found; found = cards.exec(text)) {
    const { 0: whole, index } = found;
    const card = [whole, whole.slice(0, 19)].find((each) => isBankCard(each.replace(/[ -]/g, '')));
    if (card !== undefined) yield [index, index + card.length - 4];
    cards.lastIndex = card === undefined ? index + 1 : index + card.length;
  }
}

const isMobile = (digits: string): boolean => /^(?:86)?1[3-9]\d{9}$/.test(digits);

/** GB 11643: a date of birth inside, and a check digit modulo 11. */
function isIdentityCard(text: string): boolean {
  if (!/^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]$/.test(text))
    return false;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(text[at]), 0);
  return '10X98765432'[sum % 11] === text[17]?.toUpperCase();
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** 13 to 19 digits that begin like a card network's and pass Luhn. Node ids begin with 0 and moments in milliseconds with 1. */
function isBankCard(digits: string): boolean {
  if (!/^(?:[3-69]|2[2-7])\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const counted = at % 2 === 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}

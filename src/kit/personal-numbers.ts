import { MASK } from './named-secrets.ts';

/** Not part of a longer word or number, like the ids of orders, nodes and processes. */
const ALONE = String.raw`(?<![A-Za-z0-9_•]|\d\.)`;
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
export function maskPersonalNumbers(text: string): string {
  const plain = text.replace(PLAIN, (digits) => {
    if (isIdentityCard(digits)) return MASK;
    return isMobile(digits) || isBankCard(digits) ? MASK + digits.slice(-4) : digits;
  });
  const mobiles = plain.replace(GROUPED_MOBILE, (digits) => MASK + digits.slice(-4));
  return maskGroupedCards(mobiles);
}

/** A group of four before a card may look like its beginning: when the sum is wrong, the search goes on one group later. */
function maskGroupedCards(text: string): string {
  let out = '';
  let from = 0;
  GROUPED_CARD.lastIndex = 0;
  for (let found = GROUPED_CARD.exec(text); found; found = GROUPED_CARD.exec(text)) {
    const { 0: whole, index } = found;
    const card = [whole, whole.slice(0, 19)].find((each) => isBankCard(each.replace(/[ -]/g, '')));
    if (card === undefined) {
      GROUPED_CARD.lastIndex = index + 1;
      continue;
    }
    out += `${text.slice(from, index)}${MASK}${card.slice(-4)}`;
    from = index + card.length;
    GROUPED_CARD.lastIndex = from;
  }
  return out + text.slice(from);
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

import { matchesOf, type Range, type Rule } from './rule.ts';

/** Base64 of at least twelve bytes, not inside a longer word. */
const BASE64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9+/_=-])/g;
const PRINTABLE = /^[\t\n\r\x20-\x7e\u00a1-\uffee]+$/;
const LONGEST = 65_536;

/** Base64 of text in which `isSecret` finds something, at most once inside another. */
export const encoded = (isSecret: (text: string) => boolean): Rule => ({
  name: 'encoded',
  about: /[A-Za-z0-9+/_-]{16}/,
  *find(text) {
    const candidates: (readonly [Range, string])[] = [];
    for (const { index, 0: word } of matchesOf(text, BASE64)) {
      if (word.length > LONGEST || !MIXED.test(word)) continue;
      const decoded = decode(word);
      if (decoded !== undefined) candidates.push([[index, index + word.length], decoded]);
    }
    if (candidates.length === 0 || !isSecret(candidates.map(([, decoded]) => decoded).join('\n'))) return;
    for (const [range, decoded] of candidates) if (isSecret(decoded)) yield range;
  },
});

/** Words of a language and paths are letters of one case, mostly; what is encoded is not. */
const MIXED = /^(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])/;

function decode(word: string): string | undefined {
  const text = Buffer.from(word, 'base64').toString('utf8');
  return PRINTABLE.test(text) ? text : undefined;
}

import { addresses } from './addresses.ts';
import { commands } from './commands.ts';
import { cut } from './cut.ts';
import { databases } from './databases.ts';
import { encoded } from './encoded.ts';
import { files } from './files.ts';
import { fold, readings } from './fold.ts';
import { headers, named, namedAbove, namedWeakly, pairs, properties, said, saidInChinese } from './named.ts';
import { personalNumbers } from './personal-numbers.ts';
import { MASK, type Range, type Rule } from './rule.ts';
import { tables } from './tables.ts';
import { passwordHashes, privateKeys, tokens } from './tokens.ts';

const PLAIN_RULES: readonly Rule[] = [
  privateKeys,
  addresses,
  tokens,
  passwordHashes,
  commands,
  databases,
  files,
  tables,
  properties,
  headers,
  named,
  namedWeakly,
  namedAbove,
  said,
  saidInChinese,
  pairs,
  cut,
  personalNumbers,
];

function isSecret(text: string): boolean {
  const read = fold(text).text;
  return PLAIN_RULES.some(
    ({ about, find }) => about.test(read) && !(find(read)[Symbol.iterator]().next().done ?? false),
  );
}

/** Every family of shapes, each with its name: for the mask, and for counting what it finds. */
export const RULES: readonly Rule[] = [...PLAIN_RULES, encoded(isSecret)];

const MOST_ROUNDS = 6;

/**
 * Text without passwords, tokens, keys, bank card, identity card and mobile numbers: each becomes `MASK`, what names it stays.
 * Linear in the length of the text; masking twice changes nothing more.
 */
export function mask(text: string): string {
  let masked = text;
  // A replacement of one round may uncover text that another rule matches.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = maskOnce(masked);
    if (next === masked) break;
    masked = next;
  }
  return masked;
}

function maskOnce(text: string): string {
  const found: Range[] = [];
  for (const reading of readings(text))
    for (const { about, find } of RULES)
      if (about.test(reading.text))
        for (const [from, to] of find(reading.text)) found.push([reading.at(from), reading.at(to)]);
  if (found.length === 0) return text;
  let out = '';
  let at = 0;
  for (const [from, to] of joined(found)) {
    out += text.slice(at, from) + MASK;
    at = to;
  }
  return out + text.slice(at);
}

/** In order, those that overlap or touch as one. */
function joined(ranges: readonly Range[]): readonly Range[] {
  const out: Range[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = out.at(-1);
    if (last && from <= last[1]) out[out.length - 1] = [last[0], Math.max(last[1], to)];
    else out.push([from, to]);
  }
  return out;
}

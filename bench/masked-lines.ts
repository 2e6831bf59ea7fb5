import { readFileSync } from 'node:fs';
import { mask } from '../src/kit/index.ts';
import { RULES } from '../src/kit/text/mask/mask.ts';
import { readings } from '../src/kit/text/mask/fold.ts';

/** How many lines of ordinary logs the mask touches, by which rule, and which: `npx tsx bench/masked-lines.ts <files> [--all]`. */
const files = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const shown = process.argv.includes('--all') ? Number.POSITIVE_INFINITY : 8;
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const rulesOf = (line: string): readonly string[] => [
  ...new Set(
    [...readings(line)].flatMap(({ text }) =>
      RULES.filter(({ find }) => [...find(text)].length > 0).map(({ name }) => name),
    ),
  ),
];

const counts = new Map<string, number>();
let all = 0;
let touched = 0;
const before = performance.now();
for (const file of files) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const hit = lines.filter((line) => mask(line) !== line);
  all += lines.length;
  touched += hit.length;
  say(`${file}: ${hit.length} of ${lines.length}`);
  for (const line of hit.slice(0, shown)) say(`    [${rulesOf(line).join(', ')}] ${mask(line)}`);
  for (const name of hit.flatMap(rulesOf)) counts.set(name, (counts.get(name) ?? 0) + 1);
}
for (const [name, count] of [...counts].sort((a, b) => b[1] - a[1]))
  say(`${String(count).padStart(7)}  ${name}`);
say(
  `${touched} of ${all} lines touched, ${((100 * touched) / Math.max(1, all)).toFixed(3)} %, ${((performance.now() - before) / Math.max(1, all)).toFixed(3)} ms a line`,
);

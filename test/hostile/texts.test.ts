import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import type { Inspection } from '../../src/kit/index.ts';
import { appOf, estateFrom } from '../support/estates.ts';
import { fewestMilliseconds, filled, SHAPES } from '../support/hostile.ts';
import { patternsIn, sampleOf } from '../support/patterns.ts';

/** Milliseconds that one reading of one text may take. */
const MOST_MS = 250;
/** Slow readings that are told of one function. */
const ENOUGH = 5;

/** What authors write definitions with: its texts are their own. What is made with it is tried as the judges of checks. */
const FOR_AUTHORS =
  /^src\/kit\/(?:args|checks|probes)\/|^src\/kit\/(?:check|clause|command|estate|index|playbook|shell|sql|step|words)\.ts$/;

/** Reached through the mask only, with places in the text that it made itself. */
const PART_OF_MASK = /^src\/kit\/text\/mask\/(?!mask\.ts|fold\.ts)/;
/** A row is masked value by value; a text given as a row would be a row of 65,536 columns. */
const TAKES_ROWS = /^maskRow$/;

/** Everything that reads text of hosts, pages, databases or people, wherever it is exported. */
const MODULES = [
  ...modulesIn('src/kit').filter((file) => !FOR_AUTHORS.test(file) && !PART_OF_MASK.test(file)),
  ...modulesIn('src/slack/view'),
  'src/slack/listeners/typed.ts',
  'src/runs/report.ts',
  'src/targets/sql-errors.ts',
  'src/store/errors.ts',
];
/** Modules of definitions also export what reads an answer. */
const READERS = [...modulesIn('src/kit/probes'), ...modulesIn('playbooks')];
const READS = /^(?:read|parse|judge|orderNo|keysOf|countOf|sumOf)/;

const catalog = await loadCatalog('.');
const inspections: readonly Inspection[] = [...catalog.inspections.values()];
const estate = estateFrom({ msgbroker: { hosts: hosts(200) } }, inspections);
const [host] = estate.hosts;
const app = estate.apps[0] ?? appOf('msgbroker', 'MQ');
const answer = (output: string) => ({ output, exitCode: 0, truncated: false, timedOut: false });

/** Ways to be given a text; a function is tried with all that it takes without complaint. */
const WAYS: Readonly<Record<string, (text: string) => readonly unknown[]>> = {
  text: (text) => [text],
  'text in an estate': (text) => [text, estate],
  'text and a length': (text) => [text, 3000],
  'text and a language': (text) => [text, 'en'],
  'an answer': (text) => [answer(text), { estate, app, host, limits: {} }],
  'an answer and a number': (text) => [answer(text), 60],
};
/** Only what the kit says: elsewhere a second word is something else. */
const MORE_WAYS: typeof WAYS = {
  ...WAYS,
  'text and names': (text) => [text, estate.hosts.map(({ name }) => name)],
  'text twice': (text) => [text, text],
  lines: (text) => [text.split('\n')],
};

const shapes = allShapes();
const functions = [
  ...(await Promise.all(MODULES.map(exportsOf))).flat(),
  ...(await Promise.all(READERS.map(exportsOf)))
    .flat()
    .filter(({ name }) => READS.test(name.split(' ').at(-1) ?? '')),
];

describe('text of others', () => {
  it('is read by functions that are found', () => {
    const names = functions.map(({ name }) => name);
    for (const known of ['findScope', 'readTiming', 'readSchedule', 'mask', 'clean', 'nearest', 'typed'])
      expect(names.filter((name) => name.endsWith(` ${known}`))).not.toEqual([]);
    expect(functions.length).toBeGreaterThan(100);
  });

  it.each(functions.map(({ name, read }) => [name, read] as const))(
    '%s takes no more than linear time for 64 KiB, whatever is in it',
    { timeout: 120_000 },
    (name, read) => {
      const slow: string[] = [];
      for (const [way, given] of Object.entries(name.startsWith('src/kit') ? MORE_WAYS : WAYS)) {
        if (!takes(read, given('a 1'))) continue;
        for (const [shape, text] of shapes) {
          const words = given(text);
          const ms = fewestMilliseconds(() => attempt(read, words), MOST_MS);
          if (ms > MOST_MS) slow.push(`${way}, ${shape}: ${Math.round(ms)} ms`);
          if (slow.length >= ENOUGH) break;
        }
      }
      expect(slow).toEqual([]);
    },
  );

  it.each([...catalog.commands.values()].map((command) => [command.name, command] as const))(
    'after /%s is read in less than 100 ms',
    { timeout: 120_000 },
    (_, command) => {
      const slow: string[] = [];
      for (const before of [
        '',
        'schedule add x ',
        'schedule add x daily ',
        'schedule change x ',
        '计划 添加 x 每天 ',
      ])
        for (const [name, text] of shapes) {
          const ms = fewestMilliseconds(() => command.read(`${before}${text}`, { estate, catalog }), MOST_MS);
          if (ms > MOST_MS) slow.push(`${before}${name}: ${Math.round(ms)} ms`);
        }
      expect(slow).toEqual([]);
    },
  );
});

function allShapes(): ReadonlyMap<string, string> {
  const pieces = patternsIn(['src/kit', 'commands', 'src/slack/listeners']).flatMap(
    (pattern) => sampleOf(pattern) ?? [],
  );
  return new Map([
    ...SHAPES,
    ['of what is looked for, in lines', filled(`${pieces.join('\n')}\n`)],
    [
      'of what is looked for, in one line',
      filled(pieces.map((piece) => piece.replaceAll('\n', ' ')).join(' ')),
    ],
    ['of what is looked for, cut', filled(pieces.map((piece) => piece.slice(0, -1)).join(' '))],
  ]);
}

type Reader = (...given: readonly unknown[]) => unknown;

async function exportsOf(file: string): Promise<readonly { readonly name: string; readonly read: Reader }[]> {
  const module: unknown = await import(path.resolve(file));
  return Object.entries(module as Readonly<Record<string, unknown>>).flatMap(([name, value]) =>
    typeof value === 'function' && name !== 'default' && !TAKES_ROWS.test(name)
      ? [{ name: `${file} ${name}`, read: value as Reader }]
      : [],
  );
}

/** A promise that nobody waits for may fail quietly. */
function attempt(read: Reader, given: readonly unknown[]): boolean {
  try {
    const made = read(...given);
    if (made instanceof Promise) made.catch(() => undefined);
    return true;
  } catch {
    return false;
  }
}

const takes = (read: Reader, given: readonly unknown[]): boolean => attempt(read, given);

function modulesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

function hosts(count: number) {
  return Array.from({ length: count }, (_, at) => ({
    name: `msgbroker-${at + 1}`,
    address: `10.0.${at >> 8}.${at & 255}`,
  }));
}

import { randomBytes } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as StoreModule from '../../src/store/index.ts';

/** The same program as a release later would have it: it knows one more kind of step and one more outcome, and has one more migration. */
export interface NextVersion {
  readonly openStore: typeof StoreModule.openStore;
  readonly remove: () => Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, '../..');

/** `migration`: the text of its file 0099. */
export async function nextVersion(migration: string): Promise<NextVersion> {
  const folder = path.join(ROOT, '.fettle', `next-${randomBytes(4).toString('hex')}`);
  await cp(path.join(ROOT, 'src'), path.join(folder, 'src'), { recursive: true });
  const row = path.join(folder, 'src/store/run-row.ts');
  await change(row, [
    [/'expired', 'unknown'\]/g, "'expired', 'unknown', 'put-off']"],
    [/export const FORMAT = 2;/, 'export const FORMAT = 3;'],
    [
      /\['format', String\(formatOf\(run\)\)\]/,
      `['format', /"restart"|"put-off"/.test(JSON.stringify(run)) ? '3' : String(formatOf(run))]`,
    ],
  ]);
  await change(path.join(folder, 'src/kit/steps/step.ts'), [
    [
      /z\.discriminatedUnion\('kind', \[/,
      "z.discriminatedUnion('kind', [z.looseObject({ kind: z.literal('restart') }), ",
    ],
  ]);
  await change(path.join(folder, 'src/runs/life.ts'), [
    [/const NOT_RUN = \['refused',/, "const NOT_RUN = ['put-off', 'refused',"],
  ]);
  await writeFile(path.join(folder, 'src/store/migrations/0099-next.sql'), migration);
  const { openStore } = (await import(
    /* @vite-ignore */ pathToFileURL(path.join(folder, 'src/store/index.ts')).href
  )) as typeof StoreModule;
  return { openStore, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Throws when there is nothing to change: then this file is behind the program. */
async function change(file: string, changes: readonly (readonly [RegExp, string])[]): Promise<void> {
  let text = await readFile(file, 'utf8');
  for (const [from, to] of changes) {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} has nothing like ${from}`);
    text = changed;
  }
  await writeFile(file, text);
}

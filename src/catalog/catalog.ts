import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command, Inspection, Playbook } from '../kit/index.ts';

/** Every definition, by name; inspections by system id. */
export interface Catalog {
  readonly commands: ReadonlyMap<string, Command>;
  readonly inspections: ReadonlyMap<string, Inspection>;
  readonly playbooks: ReadonlyMap<string, Playbook>;
}

/**
 * Imports every file of commands/ and of the folders of playbooks/. A file that default-exports nothing is a helper of its
 * neighbours and passed over. Throws one error that lists every definition with something wrong.
 */
export async function loadCatalog(root: string): Promise<Catalog> {
  const problems: string[] = [];
  const commands = new Map<string, Command>();
  const inspections = new Map<string, Inspection>();
  const playbooks = new Map<string, Playbook>();

  for (const file of await modules(path.join(root, 'commands'))) {
    const command = (await defaultOf(file)) as Command | undefined;
    if (command?.name === stem(file)) commands.set(command.name, command);
    else
      problems.push(
        `${show(root, file)} must default-export a command named "${stem(file)}"${command ? `, not "${command.name}"` : ''}`,
      );
  }
  for (const file of await filesOfFolders(path.join(root, 'playbooks'))) {
    const definition = (await defaultOf(file)) as Inspection | Playbook | undefined;
    if (definition === undefined) continue;
    switch (definition.kind) {
      case 'inspection':
        problems.push(...inspectionProblems(definition).map((problem) => `${show(root, file)}: ${problem}`));
        inspections.set(definition.system.id, definition);
        break;
      case 'playbook':
        if (definition.name !== stem(file))
          problems.push(`${show(root, file)} defines "${definition.name}"; the name is the file's`);
        if (playbooks.has(definition.name))
          problems.push(`${show(root, file)}: there is another playbook "${definition.name}"`);
        playbooks.set(definition.name, definition);
        break;
      default:
        problems.push(
          `${show(root, file)} default-exports something that is neither an inspection nor a playbook`,
        );
        definition satisfies never;
    }
  }
  if (problems.length > 0)
    throw new Error(
      `The definitions are not in order:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  return { commands, inspections, playbooks };
}

function inspectionProblems({ system, apps, checks }: Inspection): readonly string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  const known = new Set(apps.map(({ id }) => id));
  for (const check of checks) {
    if (ids.has(check.id)) problems.push(`there are two checks "${check.id}"`);
    ids.add(check.id);
    for (const app of check.apps)
      if (!known.has(app))
        problems.push(`check "${check.id}" names the app "${app}", which ${system.id} does not have`);
    for (const row of check.rows)
      if (!/^[A-Z]+-(C|M|L|A|F|P|PR|K)\d+$/.test(row))
        problems.push(`check "${check.id}" cites "${String(row)}", which is no row of the manuals`);
  }
  return problems;
}

async function filesOfFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => modules(path.join(folder, entry.name))),
  );
  return found.flat();
}

const modules = async (folder: string): Promise<readonly string[]> =>
  existsSync(folder)
    ? (await readdir(folder))
        .filter((file) => /(?<!\.d)\.[jt]s$/.test(file))
        .sort()
        .map((file) => path.join(folder, file))
    : [];

const defaultOf = async (file: string): Promise<unknown> =>
  ((await import(pathToFileURL(file).href)) as { readonly default?: unknown }).default;

const stem = (file: string): string => path.parse(file).name;
const show = (root: string, file: string): string => path.relative(root, file);

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command, Inspection, Playbook } from '../kit/index.ts';
import { commandProblems, inspectionProblems, playbookProblems } from './problems.ts';

/** Every definition, by name; inspections by system id. */
export interface Catalog {
  readonly commands: ReadonlyMap<string, Command>;
  readonly inspections: ReadonlyMap<string, Inspection>;
  readonly playbooks: ReadonlyMap<string, Playbook>;
}

/**
 * Imports every file of commands/ and of the folders of playbooks/, which are named as their system. In playbooks/ a file that
 * default-exports nothing is a helper of its neighbours and passed over. Throws one error that lists, a sentence a line,
 * everything that is wrong with any definition.
 */
export async function loadCatalog(root: string): Promise<Catalog> {
  const problems: string[] = [];
  const commands = new Map<string, Command>();
  const inspections = new Map<string, Inspection>();
  const playbooks = new Map<string, Playbook>();
  const places = new Map<Playbook, string>();

  for (const file of await modules(path.join(root, 'commands'))) {
    const found = await importDefault(file);
    const name = stem(file);
    if ('problem' in found) problems.push(`${show(root, file)} cannot be imported: ${found.problem}`);
    else if (isCommand(found.value) && found.value.name === name) commands.set(name, found.value);
    else problems.push(`${show(root, file)} must default-export a command named "${name}"`);
  }
  for (const file of await filesOfFolders(path.join(root, 'playbooks'))) {
    const found = await importDefault(file);
    const place = show(root, file);
    const isInspectionFile = stem(file) === 'inspection';
    if ('problem' in found) {
      problems.push(`${place} cannot be imported: ${found.problem}`);
      continue;
    }
    if (found.value === undefined && !isInspectionFile) continue;
    if (!isDefinition(found.value)) {
      const wanted = isInspectionFile ? 'an inspection' : 'an inspection, a playbook or nothing';
      problems.push(`${place} must default-export ${wanted}`);
    } else if ((found.value.kind === 'inspection') !== isInspectionFile) {
      problems.push(
        `${place} holds ${isInspectionFile ? 'a playbook' : 'an inspection'}: an inspection, and only an inspection, is called inspection`,
      );
    } else if (found.value.kind === 'inspection') {
      inspections.set(found.value.system.id, found.value);
      if (found.value.system.id.toLowerCase() !== folderOf(file))
        problems.push(
          `${place} inspects ${found.value.system.id}; its folder must be called ${found.value.system.id.toLowerCase()}`,
        );
    } else {
      const { name, system } = found.value;
      if (name !== stem(file)) problems.push(`${place} defines "${name}"; the name must be the file's`);
      if (system.toLowerCase() !== folderOf(file))
        problems.push(`${place} belongs to ${system}; its folder must be called ${system.toLowerCase()}`);
      if (playbooks.has(name)) problems.push(`${place}: there is another playbook "${name}"`);
      playbooks.set(name, found.value);
      places.set(found.value, place);
    }
  }

  const all = [...inspections.values()];
  for (const inspection of all) {
    const place = `playbooks/${inspection.system.id.toLowerCase()}/inspection`;
    problems.push(...inspectionProblems(inspection, all).map((problem) => `${place}: ${problem}`));
  }
  for (const command of commands.values())
    problems.push(
      ...commandProblems(command, all, playbooks).map((problem) => `commands/${command.name}: ${problem}`),
    );
  for (const [playbook, place] of places)
    problems.push(...playbookProblems(playbook, all).map((problem) => `${place}: ${problem}`));

  if (problems.length > 0)
    throw new Error(
      `The definitions are not in order:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  return { commands, inspections, playbooks };
}

const isCommand = (value: unknown): value is Command =>
  isObject(value) && typeof value['name'] === 'string' && typeof value['read'] === 'function';

/** What `defineInspection` or `definePlaybook` made: the compiler has seen to the rest. */
const isDefinition = (value: unknown): value is Inspection | Playbook =>
  isObject(value) &&
  ((value['kind'] === 'inspection' && isObject(value['system']) && Array.isArray(value['checks'])) ||
    (value['kind'] === 'playbook' && typeof value['prepare'] === 'function'));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

async function importDefault(
  file: string,
): Promise<{ readonly value: unknown } | { readonly problem: string }> {
  try {
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    return { value: module.default };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function filesOfFolders(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
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

const stem = (file: string): string => path.parse(file).name;
const folderOf = (file: string): string => path.basename(path.dirname(file));
const show = (root: string, file: string): string => path.relative(root, file);

import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { Policy } from '../policy/policy.ts';
import type { Fix } from './approval-mistakes.ts';
import {
  type Environment,
  GrantFiles,
  missingFor,
  readEnvironment,
  unknownVariables,
} from './environment.ts';
import { type Exposure, exposuresOf, refusedExposures } from './exposures.ts';
import { type Inventory, readInventory } from './inventory.ts';
import type { Known } from './known.ts';
import { type FactsBeside, looseFacts, NOTHING_BESIDE } from './inventory-loose.ts';
import { readPolicy } from './policy-file.ts';
import type { Problem } from './problems.ts';
import type { RoleNeeds } from './role-needs.ts';
import { readYaml } from './yaml.ts';

export interface Config {
  readonly env: Environment;
  readonly inventory: Inventory;
  readonly policy: Policy;
  /** Open here and let be: named in FETTLE_ALLOW, or not in production. */
  readonly exposures: readonly Exposure[];
  /** The texts that inventory and policy were read from. */
  readonly texts: { readonly inventory: string; readonly policy: string };
  readonly policyModifiedAt: Date;
}

/** Definitions that the files are checked against. */
export interface Definitions {
  readonly known: Known;
  /** Empty unless given: then nothing is said about who can confirm which fix. */
  readonly fixes?: readonly Fix[];
}

type Read<Value> =
  | ({ readonly ok: true } & Value)
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads `.env`, the inventory and the policy. Every problem of all three is reported at once; what is missing is named only when one
 * of the roles needs it. Paths are relative to `folder`.
 */
export async function loadConfig(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  known: Known,
  { fixes = [], roles = ['worker'] }: { readonly fixes?: readonly Fix[]; readonly roles?: RoleNeeds } = {},
): Promise<Read<{ readonly config: Config }>> {
  const { env, names, strange } = await readEnv(folder, environment);
  const missing = env.ok ? missingFor(env.env, roles) : [];
  const [inventoryText, policyText] = await Promise.all([
    readText(folder, names.FETTLE_INVENTORY, 'inventory.example.yaml'),
    readText(folder, names.FETTLE_POLICY, 'policy.example.yaml'),
  ]);
  const inventory = inventoryFrom(inventoryText, { known, fixes });
  const policy = policyFrom(policyText, inventory.ok ? inventory.inventory : undefined, {
    known,
    fixes,
    teams: env.ok ? env.env.SLACK_TEAMS : [],
    ...(inventory.ok ? {} : { beside: factsBeside(inventoryText) }),
  });
  const exposures =
    env.ok && inventory.ok ? await exposuresOf(env.env, inventory.inventory.estate, folder, roles) : [];
  const refused =
    env.ok && inventory.ok
      ? refusedExposures(exposures, env.env, inventory.inventory.estate.environment)
      : [];
  const problems = [
    ...(env.ok ? [] : env.problems),
    ...strange,
    ...missing,
    ...refused,
    ...(inventory.ok ? [] : inventory.problems),
    ...(policy.ok ? [] : policy.problems),
  ];
  if (problems.length > 0 || !env.ok || !inventory.ok || !policy.ok || !inventoryText.ok || !policyText.ok)
    return { ok: false, problems };
  return {
    ok: true,
    config: {
      env: env.env,
      inventory: inventory.inventory,
      policy: policy.policy,
      exposures,
      texts: { inventory: inventoryText.text, policy: policyText.text },
      policyModifiedAt: policyText.modifiedAt,
    },
  };
}

/** A playbook would have nobody to tell: that is said now, and not in the middle of its run. */
const contactsMissing = (file: string, { estate }: Inventory, fixes: readonly Fix[]): readonly Problem[] =>
  fixes.flatMap(({ name, tells = [] }) =>
    tells
      .filter((contact) => !Object.hasOwn(estate.contacts, contact))
      .map((contact) => ({
        file,
        path: `contacts.${contact}`,
        says: `is missing; the playbook ${name} tells it`,
      })),
  );

/** policy.yaml by itself: held against the inventory where that can be read, and as in production where not. */
export async function checkPolicy(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  { known, fixes = [] }: Definitions,
): Promise<{
  readonly file: string;
  readonly read: Read<{ readonly policy: Policy }>;
  /** Of inventory.yaml; absent where that cannot be read. */
  readonly estate?: Inventory['estate'];
}> {
  const { env, names } = await readEnv(folder, environment);
  const inventory = inventoryFrom(await readText(folder, names.FETTLE_INVENTORY, 'inventory.example.yaml'), {
    known,
    fixes,
  });
  const read = policyFrom(
    await readText(folder, names.FETTLE_POLICY, 'policy.example.yaml'),
    inventory.ok ? inventory.inventory : undefined,
    { known, fixes, teams: env.ok ? env.env.SLACK_TEAMS : [] },
  );
  return {
    file: names.FETTLE_POLICY,
    read,
    ...(inventory.ok ? { estate: inventory.inventory.estate } : {}),
  };
}

/** The variables of the process win over those of `.env`; `strange` are those of the file that nothing reads. */
export async function readEnv(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{
  readonly env: ReturnType<typeof readEnvironment>;
  readonly names: Pick<Environment, 'FETTLE_INVENTORY' | 'FETTLE_POLICY'>;
  readonly strange: readonly Problem[];
}> {
  const fromFile = parseEnv(await readFile(path.join(folder, '.env'), 'utf8').catch(() => ''));
  const given = { ...fromFile, ...environment };
  const env = readEnvironment(given);
  const names = env.ok
    ? env.env
    : {
        FETTLE_INVENTORY: given['FETTLE_INVENTORY'] || 'inventory.yaml',
        FETTLE_POLICY: given['FETTLE_POLICY'] || 'policy.yaml',
      };
  return {
    env: env.ok ? { ok: true, env: { ...env.env, ...grantFilesIn(folder, env.env) } } : env,
    names,
    strange: unknownVariables(fromFile),
  };
}

/** Where the keys of approvals lie, without the rest of the configuration: they are made before anything else works. */
export async function readGrantFiles(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<GrantFiles> {
  const fromFile = parseEnv(await readFile(path.join(folder, '.env'), 'utf8').catch(() => ''));
  const given = Object.entries({ ...fromFile, ...environment }).filter(([, value]) => value !== '');
  return grantFilesIn(folder, GrantFiles.parse(Object.fromEntries(given)));
}

const grantFilesIn = (folder: string, files: GrantFiles): GrantFiles => ({
  FETTLE_GRANT_KEY_FILE: path.resolve(folder, files.FETTLE_GRANT_KEY_FILE),
  FETTLE_GRANT_PUBLIC_FILE: path.resolve(folder, files.FETTLE_GRANT_PUBLIC_FILE),
});

/** The text of a file of the configuration under the name by which problems call it. */
export type FileText = Read<{
  readonly file: string;
  readonly text: string;
  readonly modifiedAt: Date;
  readonly owner: number;
}>;

export async function readText(folder: string, file: string, example: string): Promise<FileText> {
  try {
    const handle = await open(path.resolve(folder, file));
    try {
      const text = await handle.readFile('utf8');
      const { mtime, uid } = await handle.stat();
      return { ok: true, file, text, modifiedAt: mtime, owner: uid };
    } finally {
      await handle.close();
    }
  } catch {
    return {
      ok: false,
      problems: [{ file, path: '', says: `cannot be read; copy ${example} to ${file} and fill it in` }],
    };
  }
}

export function inventoryFrom(
  text: FileText,
  { known, fixes = [] }: Definitions,
): Read<{ readonly inventory: Inventory }> {
  if (!text.ok) return text;
  const yaml = readYaml(text.file, text.text);
  if (!yaml.ok) return yaml;
  const read = readInventory(text.file, yaml.data, known);
  const problems = read.ok ? contactsMissing(text.file, read.inventory, fixes) : [];
  return problems.length > 0 ? { ok: false, problems } : read;
}

/** Reads what it can of an inventory in which something is wrong; the mistakes of the policy are held against no more than that. */
function factsBeside(text: FileText): FactsBeside {
  const yaml = text.ok ? readYaml(text.file, text.text) : text;
  return yaml.ok ? looseFacts(yaml.data) : NOTHING_BESIDE;
}

/** Without an inventory, and without what could be read of one, it is read as strictly as in production. */
export function policyFrom(
  text: Read<{ readonly file: string; readonly text: string }>,
  inventory: Inventory | undefined,
  {
    known,
    fixes = [],
    teams,
    beside = { environment: 'production', systems: [] },
  }: Definitions & { readonly teams: readonly string[]; readonly beside?: FactsBeside },
): Read<{ readonly policy: Policy }> {
  if (!text.ok) return text;
  const yaml = readYaml(text.file, text.text);
  if (!yaml.ok) return yaml;
  const own = inventory ? systemsOf(inventory.estate) : beside.systems;
  return readPolicy(text.file, yaml.data, {
    environment: inventory ? inventory.estate.environment : beside.environment,
    systems: own && systemsHere(known, own),
    fixes,
    teams,
    ...namesOf(inventory),
    ...(fixes.length > 0 ? { playbooks: fixes.map(({ name }) => name) } : {}),
  });
}

/** Ids of every system that a rule may name: those of the definitions, and those that the installation has of its own. */
export const systemsHere = (known: Known, own: readonly string[]): readonly string[] => [
  ...new Set([...known.map(({ system }) => system.id), ...own]),
];

export const systemsOf = ({ apps }: Pick<Inventory['estate'], 'apps'>): readonly string[] =>
  apps.map(({ system }) => system);

/** Sites, apps and the clock of the estate, as far as there is an inventory. */
const namesOf = (inventory: Inventory | undefined) =>
  inventory && {
    timeZone: inventory.estate.timeZone,
    sites: [...new Set(inventory.estate.hosts.map(({ site }) => site))],
    apps: inventory.estate.apps.map(({ id }) => id),
  };

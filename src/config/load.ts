import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { parseDocument } from 'yaml';
import type { Policy } from '../policy/policy.ts';
import { type Environment, GrantFiles, readEnvironment } from './environment.ts';
import { type Inventory, readInventory } from './inventory.ts';
import { readPolicy } from './policy-file.ts';
import type { Problem } from './problems.ts';

export interface Config {
  readonly env: Environment;
  readonly inventory: Inventory;
  readonly policy: Policy;
}

/** Reads `.env`, the inventory and the policy. Every problem of all three is reported at once. Paths are relative to `folder`. */
export async function loadConfig(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  known: Parameters<typeof readInventory>[2],
): Promise<
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  const fromFile = parseEnv(await readFile(path.join(folder, '.env'), 'utf8').catch(() => ''));
  const env = readEnvironment({ ...fromFile, ...environment });
  const names = env.ok
    ? env.env
    : {
        FETTLE_INVENTORY: environment['FETTLE_INVENTORY'] ?? 'inventory.yaml',
        FETTLE_POLICY: environment['FETTLE_POLICY'] ?? 'policy.yaml',
      };

  const inventoryData = await readYaml(folder, names.FETTLE_INVENTORY, 'inventory.example.yaml');
  const inventory = inventoryData.ok
    ? readInventory(names.FETTLE_INVENTORY, inventoryData.data, known)
    : inventoryData;
  const policyData = await readYaml(folder, names.FETTLE_POLICY, 'policy.example.yaml');
  const policy = policyData.ok
    ? readPolicy(names.FETTLE_POLICY, policyData.data, {
        environment: inventory.ok ? inventory.inventory.estate.environment : 'production',
      })
    : policyData;

  if (env.ok && inventory.ok && policy.ok)
    return {
      ok: true,
      config: {
        env: { ...env.env, ...grantFilesIn(folder, env.env) },
        inventory: inventory.inventory,
        policy: policy.policy,
      },
    };
  return { ok: false, problems: [env, inventory, policy].flatMap((part) => (part.ok ? [] : part.problems)) };
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

async function readYaml(
  folder: string,
  file: string,
  example: string,
): Promise<
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  let text: string;
  try {
    text = await readFile(path.resolve(folder, file), 'utf8');
  } catch {
    return {
      ok: false,
      problems: [{ file, path: '', says: `cannot be read; copy ${example} to ${file} and fill it in` }],
    };
  }
  const document = parseDocument(text);
  if (document.errors.length > 0)
    return {
      ok: false,
      problems: document.errors.map((error) => ({
        file,
        path: '',
        says: error.message.split('\n')[0] ?? 'is not YAML',
      })),
    };
  return { ok: true, data: document.toJS() ?? {} };
}

import { z } from 'zod';
import type { Estate } from '../kit/index.ts';
import { looseNumber, looseRecord, looseText } from './loose.ts';
import type { Problem } from './problems.ts';

/** The parts of an inventory that are held against other names; undefined where they cannot be read. */
export interface InventoryNames {
  readonly sites: readonly Named[] | undefined;
  readonly ssh: { readonly port: number };
  readonly apps: Readonly<Record<string, AppNames>> | undefined;
  readonly consoles: Readonly<Record<string, unknown>>;
  readonly limits: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>;
}

interface Named {
  readonly name?: string | undefined;
}

interface AppNames {
  readonly system?: string | undefined;
  readonly is?: string | undefined;
  /** Something of its own, beside its hosts, cannot be read: what it is meant to be is not known. */
  readonly isUnclear?: boolean;
  readonly hosts: readonly (Named & {
    readonly address?: string | undefined;
    /** null: it cannot be read. */
    readonly port?: number | null | undefined;
    readonly site?: string | undefined;
  })[];
}

const Host = z
  .object({
    name: looseText,
    address: looseText,
    port: z.number().nullish().catch(null),
    site: looseText,
  })
  .catch({});
const Loose = z.object({
  sites: z
    .array(z.object({ name: looseText }).catch({}))
    .optional()
    .catch(undefined),
  ssh: z.object({ port: looseNumber }).catch({}),
  apps: looseRecord(
    z.object({ system: looseText, is: looseText, hosts: z.array(Host).catch([]) }).catch({ hosts: [] }),
  ),
  consoles: looseRecord(z.unknown()),
  limits: looseRecord(z.unknown()),
  options: looseRecord(looseRecord(looseText)),
});

/** The names of an inventory in which these problems of shape are. */
export function looseNames(data: unknown, problems: readonly Problem[]): InventoryNames | undefined {
  const read = Loose.safeParse(data);
  if (!read.success) return undefined;
  const { sites, ssh, apps, consoles = {}, limits = {}, options = {} } = read.data;
  const isUnclear = (app: string): boolean =>
    problems.some(({ path }) => {
      const at = `apps.${app}`;
      return path === at || (path.startsWith(`${at}.`) && !path.slice(at.length + 1).includes('.'));
    });
  return {
    sites,
    ssh: { port: ssh.port ?? 2022 },
    apps:
      apps &&
      Object.fromEntries(
        Object.entries(apps).map(([app, entry]) => [app, { ...entry, isUnclear: isUnclear(app) }]),
      ),
    consoles,
    limits,
    options,
  };
}

/** Facts of an inventory that a policy is held against; undefined where they cannot be read. */
export interface FactsBeside {
  readonly environment: Estate['environment'] | undefined;
  /** Systems that the installation has of its own. */
  readonly systems: readonly string[] | undefined;
}

export const NOTHING_BESIDE: FactsBeside = { environment: undefined, systems: undefined };

const LooseFacts = z.object({
  environment: z.enum(['production', 'test', 'practice']).optional().catch(undefined),
  apps: looseRecord(z.object({ system: z.string().optional() })),
});

export function looseFacts(data: unknown): FactsBeside {
  const read = LooseFacts.safeParse(data);
  if (!read.success) return NOTHING_BESIDE;
  const { environment, apps } = read.data;
  return { environment, systems: apps && Object.values(apps).flatMap(({ system }) => system ?? []) };
}

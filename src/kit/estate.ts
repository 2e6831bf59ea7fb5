import type { RowId } from './clause.ts';
import type { Words } from './words.ts';

/** What the inventory declares, resolved: every alias known, every host placed. */
export interface Estate {
  readonly name: string;
  /** `production` asks for more approvals and refuses checks that change things. */
  readonly environment: 'production' | 'test' | 'practice';
  readonly timeZone: string;
  /** Base domain of the consoles, without a leading dot. */
  readonly domain: string;
  readonly systems: readonly System[];
  readonly apps: readonly App[];
  readonly hosts: readonly Host[];
  readonly databases: readonly Database[];
  /** Console pages by system id, for page checks; overrides the documented address. */
  readonly consoles: Readonly<Record<string, string>>;
  /** What the inventory sets instead of the manual's, by catalogue row. */
  readonly limits: Readonly<Partial<Record<RowId, LimitOverride>>>;
  /** What the installation chose of the systems' options: system id, then option. */
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Addresses that the manuals name and do not print, like that of a load balancer. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Whom to tell and to call, by the names that plans use, like ops-admin. */
  readonly contacts: Readonly<Record<string, Contact>>;
}

/** How somebody is reached: by Slack's ids of a person, of a channel and of a group that is called by name there; a phone is only shown. */
export interface Contact {
  readonly user?: string | undefined;
  readonly channel?: string | undefined;
  readonly group?: string | undefined;
  readonly phone?: string | undefined;
}

/** A row's threshold, window or level as the inventory wants it. */
export interface LimitOverride {
  readonly value?: number | undefined;
  readonly windowSeconds?: number | undefined;
  /** What a breach means. */
  readonly level?: 'warning' | 'critical' | undefined;
}

export interface System {
  /** As in the manuals' catalogue: MQ, DEPS, … */
  readonly id: string;
  readonly title: Words;
  /** Every spelling people use, lower case, both languages. */
  readonly names: readonly string[];
}

export interface App {
  readonly id: string;
  /** The app of the manuals that it is: its own id, but for business apps, which are all `business-host`. */
  readonly kind: string;
  readonly system: string;
  readonly title: Words;
  readonly names: readonly string[];
  /** Names of the hosts it runs on. An agent shares them with the apps it stands beside. */
  readonly hosts: readonly string[];
  /** Documented ports that are others here. */
  readonly ports: Readonly<Record<number, number>>;
  /** Documented folders and files that are elsewhere here. */
  readonly paths: Readonly<Record<string, string>>;
}

export interface Host {
  readonly name: string;
  /** The app that the inventory names it under. */
  readonly app: string;
  readonly site: string;
  readonly address: string;
  /** TCP port of the container's sshd; 2022 unless the inventory says otherwise. */
  readonly port: number;
  /** The container that it is, where one can be reached otherwise than through the console. */
  readonly container?: ContainerPlace;
  /** Where the platform's console shows it. */
  readonly console?: ConsolePlace;
  /** A machine that carries the platform itself: its containers are never migrated. */
  readonly isOpsNode?: true;
}

/** A container as its adapter finds it. */
export type ContainerPlace =
  /** By its name in the Docker of `node`, a host of the inventory. */
  | { readonly adapter: 'docker'; readonly node: string; readonly container: string }
  /** The pod of this name; without one, the pod of the workload that has the host's address. */
  | {
      readonly adapter: 'kubernetes';
      readonly namespace: string;
      readonly workload: Workload;
      readonly pod?: string;
    };

export interface Workload {
  readonly kind: 'deployment' | 'statefulset';
  readonly name: string;
}

/** A person looks for this in the console: the product of the baseline where it is restarted from there, else a word of the list of containers. */
export type ConsolePlace =
  | { readonly search: string; readonly product?: string }
  | { readonly product: string; readonly search?: string };

export interface Database {
  /** Canonical name used by checks and playbooks, e.g. `opswareorchestration`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly schema: string;
}

/** Where the app serves what the manual calls this port. */
export const portOf = ({ ports }: Pick<App, 'ports'>, port: number): number => ports[port] ?? port;

/** Where the app has what the manual calls this path: the longest folder of it that is elsewhere here decides. */
export function pathOf({ paths }: Pick<App, 'paths'>, path: string): string {
  const [from, to] =
    Object.entries(paths)
      .filter(([known]) => path === known || path.startsWith(known.endsWith('/') ? known : `${known}/`))
      .sort(([a], [b]) => b.length - a.length)[0] ?? [];
  return from === undefined || to === undefined ? path : `${to}${path.slice(from.length)}`;
}

/** What the installation chose. Throws for an option that the system does not declare. */
export function optionOf({ options }: Pick<Estate, 'options'>, system: string, name: string): string {
  const chosen = options[system]?.[name];
  if (chosen === undefined) throw new Error(`${system} has no option "${name}"`);
  return chosen;
}

/** Undefined where the inventory has no host of this name. */
export const hostNamed = ({ hosts }: Pick<Estate, 'hosts'>, name: string): Host | undefined =>
  hosts.find((host) => host.name === name);

/** The hosts of an app, in the order of the inventory. */
export const hostsOf = ({ hosts }: Pick<Estate, 'hosts'>, app: Pick<App, 'hosts'>): readonly Host[] =>
  hosts.filter(({ name }) => app.hosts.includes(name));

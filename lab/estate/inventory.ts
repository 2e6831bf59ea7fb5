import type { Words } from '../../src/kit/index.ts';
import type { PracticeApp } from './apps/app.ts';
import type { Databases } from './databases.ts';
import { carriedBy, planAddresses, type PlannedHost, SSH_PORT } from './plan.ts';

/** The practice estate as an inventory file describes it. */
export interface PracticeInventory {
  readonly name: string;
  readonly environment: 'practice';
  readonly timeZone: string;
  readonly domain: string;
  readonly sites: readonly { readonly name: string }[];
  readonly ssh: { readonly port: number };
  readonly containers: { readonly adapter: 'docker' | 'manual' };
  readonly apps: Readonly<
    Record<
      string,
      {
        readonly system: string;
        readonly title: Words;
        readonly hosts: readonly {
          readonly name: string;
          readonly address: string;
          readonly port: number;
          readonly site: string;
          /** The machine that carries it, and its name there. */
          readonly node?: string;
          readonly container?: string;
        }[];
      }
    >
  >;
  readonly databases: Readonly<
    Record<string, { readonly host: string; readonly port: number; readonly schema: string }>
  >;
  readonly consoles: Readonly<Record<string, string>>;
  readonly addresses: Readonly<Record<string, string>>;
}

const SITES = ['site-a', 'site-b'] as const;

export function describeInventory(estate: {
  readonly apps: readonly PracticeApp[];
  readonly hosts: readonly PlannedHost[];
  readonly databases: Databases;
  readonly mysqlPort: number;
  readonly consolePort: number;
  readonly timeZone: string;
}): PracticeInventory {
  const { apps, hosts, databases, mysqlPort, consolePort, timeZone } = estate;
  const carriers = new Map(
    hosts
      .filter(({ app }) => app.carries)
      .flatMap((machine) => carriedBy(machine, hosts).map(({ name }) => [name, machine.name] as const)),
  );
  return {
    name: 'practice',
    environment: 'practice',
    timeZone,
    domain: 'practice.example',
    sites: SITES.map((name) => ({ name })),
    ssh: { port: SSH_PORT },
    containers: { adapter: carriers.size > 0 ? 'docker' : 'manual' },
    apps: Object.fromEntries(
      apps
        .filter(({ hosts: count }) => count > 0)
        .map((app) => [
          app.id,
          {
            system: app.system,
            title: app.title,
            hosts: hosts
              .filter((host) => host.app.id === app.id)
              .map(({ name, sshAddress, index }) => ({
                name,
                address: sshAddress,
                port: SSH_PORT,
                site: SITES[app.oneSite || index % 2 === 0 ? 0 : 1],
                ...placeOf(name, carriers),
              })),
          },
        ]),
    ),
    databases: Object.fromEntries(
      [...databases.schemas].map(([name, schema]) => [name, { host: '127.0.0.1', port: mysqlPort, schema }]),
    ),
    consoles: Object.fromEntries(
      apps.flatMap(({ system, consoles = [] }) =>
        consoles.map(({ name, below = '', key = system }) => [
          key,
          `http://127.0.0.1:${consolePort}/${name}${below}/`,
        ]),
      ),
    ),
    // The load balancers, as the hosts reach them.
    addresses: Object.fromEntries(
      [...planAddresses(apps).balancers].map(([name, { address }]) => [name, address]),
    ),
  };
}

const placeOf = (
  host: string,
  carriers: ReadonlyMap<string, string>,
): { readonly node?: string; readonly container?: string } => {
  const node = carriers.get(host);
  return node === undefined ? {} : { node, container: host };
};

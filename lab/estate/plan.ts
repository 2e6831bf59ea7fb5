import type { PracticeApp } from './apps/app.ts';

/** A host before it exists: its name, and where it will be. */
export interface PlannedHost {
  readonly name: string;
  readonly app: PracticeApp;
  /** Address inside the estate's own network, as the host sees itself. */
  readonly address: string;
  /** Loopback address of this machine on which its sshd answers. */
  readonly sshAddress: string;
  /** Which of the hosts of its app, from 0. */
  readonly index: number;
}

/** The documented SSH port of the containers. */
export const SSH_PORT = 2022;

/** Every host of the apps. `block` is the second byte of the loopback addresses: 127.<block>.a.b. */
export function planHosts(apps: readonly PracticeApp[], block: number): readonly PlannedHost[] {
  const planned = apps.flatMap((app) =>
    Array.from({ length: app.hosts }, (_, index) => ({ name: `${app.hostName}-${index + 1}`, app, index })),
  );
  return planned.map((host, k) => ({
    ...host,
    address: `10.66.${1 + Math.floor(k / 200)}.${(k % 200) + 11}`,
    sshAddress: `127.${block}.${1 + Math.floor(k / 200)}.${(k % 200) + 11}`,
  }));
}

/** What has an address in the estate and is no host: database servers, and load balancers with their app. */
export interface PlannedAddresses {
  readonly servers: ReadonlyMap<string, string>;
  readonly balancers: ReadonlyMap<string, { readonly address: string; readonly app: string }>;
}

export function planAddresses(apps: readonly PracticeApp[]): PlannedAddresses {
  const names = apps.flatMap(({ databases = [], programs }) => [
    ...databases.map(({ name }) => name),
    ...programs.flatMap(({ peers = [] }) => peers.flatMap((peer) => ('server' in peer ? [peer.server] : []))),
  ]);
  const balanced = apps.flatMap(({ id, balancer }) =>
    balancer === undefined ? [] : [[balancer, id] as const],
  );
  return {
    servers: new Map([...new Set(names)].map((name, k) => [name, `10.66.250.${k + 11}`])),
    balancers: new Map(balanced.map(([name, app], k) => [name, { address: `10.66.251.${k + 11}`, app }])),
  };
}

/** The hosts that are containers on a machine. */
export function carriedBy(machine: PlannedHost, all: readonly PlannedHost[]): readonly PlannedHost[] {
  const machines = all.filter(({ app }) => app.carries);
  const at = machines.indexOf(machine);
  return all.filter(({ app }) => !app.carries).filter((_, k) => k % machines.length === at);
}

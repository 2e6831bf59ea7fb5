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

/** Database servers of the apps, with their addresses in the estate's own network. */
export function planServers(apps: readonly PracticeApp[]): ReadonlyMap<string, string> {
  const names = apps.flatMap(({ databases = [], programs }) => [
    ...databases.map(({ name }) => name),
    ...programs.flatMap(({ peers = [] }) => peers.flatMap((peer) => ('server' in peer ? [peer.server] : []))),
  ]);
  return new Map([...new Set(names)].map((name, k) => [name, `10.66.250.${k + 11}`]));
}

import { DATABASE_SERVERS, type DatabaseServer, type PracticeApp } from './apps/app.ts';

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

export const addressOf = (server: DatabaseServer): string => `10.66.250.${DATABASE_SERVERS[server]}`;

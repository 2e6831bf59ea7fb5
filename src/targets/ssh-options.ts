import type { Host } from '../kit/index.ts';

/** How to log in to the hosts of the estate. The same for both clients. */
export interface SshOptions {
  readonly user: string;
  readonly login: SshLogin;
  readonly hostKeys: HostKeyOptions;
  /** The hop in front of a host, if it has one. Its key is checked like any other. */
  readonly jump?: (host: Host) => JumpHost | undefined;
  /** Limit of one connect and login; 10 unless set. */
  readonly connectSeconds?: number;
  /** How long an unused connection is kept; 5 unless set. */
  readonly idleMinutes?: number;
  /** Connects under way at one time, over all hosts; 32 unless set. */
  readonly connectsAtOnce?: number;
  /** A connection without a sign of life for `everySeconds` × `missed` is closed; 5 × 3 unless set. */
  readonly keepalive?: { readonly everySeconds: number; readonly missed: number };
}

export type SshLogin =
  | { readonly kind: 'key-file'; readonly path: string; readonly passphrase?: string }
  | { readonly kind: 'key-text'; readonly text: string; readonly passphrase?: string }
  | { readonly kind: 'agent'; readonly socket: string };

/** The system client reads no key from text and asks for no passphrase; it can show a user certificate. */
export type SystemSshOptions = Omit<SshOptions, 'login' | 'idleMinutes' | 'connectsAtOnce'> & {
  readonly login: Exclude<SshLogin, { kind: 'key-text' }> & { readonly certificate?: string };
  /** An ssh_config for what this client can and ssh2 cannot; none unless set. Pins and limits given here win over it. */
  readonly configFile?: string;
  /** The client prints why it does not come to a session, and the hosts' banners too; only its errors unless set. */
  readonly explains?: boolean;
  /** Path of the client; `ssh` unless set. */
  readonly program?: string;
};

/** A host key must be pinned in the file or by fingerprint; a revoked one is refused whatever else says. */
export interface HostKeyOptions {
  /** Path of a known_hosts file. */
  readonly knownHosts?: string;
  /** By host name of the inventory: `SHA256:…` as `ssh-keygen -lf` prints it. */
  readonly fingerprints?: Readonly<Record<string, readonly string[]>>;
  /** Adds the key of a host without any pin to the file; never one that differs from a pin. */
  readonly acceptNew?: boolean;
}

export interface JumpHost {
  /** Name for fingerprints and messages. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** The user of the hosts unless set. */
  readonly user?: string;
}

/** One machine to log in to: a host of the estate, or the hop in front of it. */
export interface Machine {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly jump?: Machine;
}

export function machineOf(host: Host, options: Pick<SshOptions, 'user' | 'jump'>): Machine {
  const jump = options.jump?.(host);
  const { name, address, port } = host;
  const machine = { name, address, port, user: options.user };
  return jump ? { ...machine, jump: { ...jump, user: jump.user ?? options.user } } : machine;
}

import path from 'node:path';
import { z } from 'zod';
import type { Setting } from './benchmark.ts';
import { startChild } from './child.ts';

/** What the process that holds the hosts is told at its start. */
export const HostsAsked = z.object({
  folder: z.string(),
  /** Real hosts: namespaces, files and processes of their own. */
  hosts: z.number(),
  /** Addresses with an sshd behind them; those above the number of hosts lead to the same ones again. */
  addresses: z.number(),
});
export type HostsAsked = z.infer<typeof HostsAsked>;

export const BenchHost = z.object({ name: z.string(), address: z.string() });
export type BenchHost = z.infer<typeof BenchHost>;

export const HostsReady = z.object({
  hosts: z.array(BenchHost),
  /** Private key that may log in as `admin`. */
  keyFile: z.string(),
  knownHosts: z.string(),
});
export type HostsReady = z.infer<typeof HostsReady>;

/** So many real hosts start in seconds; larger estates reach each of them by several addresses. */
export const MOST_REAL = 200;

/** Hosts that can be logged in to. */
export interface BenchHosts extends HostsReady {
  /** The process that holds them, and from which all that runs on them descends. */
  readonly pid: number;
  /** From now on exactly these accept connections and do not answer; who is logged in there hears no more. */
  readonly slow: (names: readonly string[]) => Promise<void>;
}

/** Starts hosts on loopback. Resolves when each can be logged in to. */
export async function startBenchHosts(
  { folder, started }: Pick<Setting, 'folder' | 'started'>,
  hosts: number,
  addresses = hosts,
): Promise<BenchHosts> {
  const asked: HostsAsked = { folder: path.join(folder, 'hosts'), hosts, addresses };
  const child = startChild('hosts-process.ts', [JSON.stringify(asked)]);
  started(() => child.stop());
  const ready = HostsReady.parse(await child.ask());
  return {
    ...ready,
    pid: child.pid,
    async slow(names) {
      await child.ask({ slow: names });
    },
  };
}

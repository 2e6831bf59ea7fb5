import { z } from 'zod';
import type { Setting } from './benchmark.ts';
import { startChild } from './child.ts';
import { type BenchHost, HostsReady } from './hosts.ts';

/** What Fettle's own process is told. Connections stay in its pool until `close`. */
export const Order = z.discriminatedUnion('kind', [
  HostsReady.extend({
    kind: z.literal('inspect'),
    /** Whether connections stay in the pool; otherwise each ends with its use. */
    keep: z.boolean(),
    perHostTimeoutSeconds: z.number().optional(),
  }),
  z.object({ kind: z.literal('close') }),
]);
export type Order = z.infer<typeof Order>;

export const Inspected = z.object({
  wallSeconds: z.number(),
  /** Of Fettle's process. */
  cpuSeconds: z.number(),
  /** Checks of all hosts that are ok. */
  ok: z.number(),
  /** Per host: when it had answered, in seconds since the inspection began. */
  answered: z.record(z.string(), z.number()),
  /** Resident memory after a garbage collection, in MB. */
  residentMb: z.number(),
});
export type Inspected = z.infer<typeof Inspected>;

/** One resident Fettle: the engine and the targets as a worker has them, without queue and database. */
export interface Fettle {
  readonly inspect: (
    hosts: readonly BenchHost[],
    options?: { readonly keep?: boolean; readonly perHostTimeoutSeconds?: number },
  ) => Promise<Inspected>;
  /** Ends its connections; the next inspection logs in anew. */
  readonly close: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function startFettle(
  { started }: Pick<Setting, 'started'>,
  { keyFile, knownHosts }: HostsReady,
): Fettle {
  const child = startChild('fettle-process.ts');
  started(() => child.stop());
  return {
    async inspect(hosts, { keep = true, perHostTimeoutSeconds } = {}) {
      const order: Order = {
        kind: 'inspect',
        hosts: [...hosts],
        keyFile,
        knownHosts,
        keep,
        perHostTimeoutSeconds,
      };
      return Inspected.parse(await child.ask(order));
    },
    async close() {
      const order: Order = { kind: 'close' };
      await child.ask(order);
    },
    stop: () => child.stop(),
  };
}

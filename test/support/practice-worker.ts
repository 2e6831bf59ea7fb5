import path from 'node:path';
import { z } from 'zod';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import { readInventory } from '../../src/config/inventory.ts';
import { openRunner, type Runner, type WorkerDeps } from '../../src/runner/worker.ts';
import { RunId } from '../../src/runs/run.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openTargets } from '../../src/targets/index.ts';
import type { RunningEstate } from '../../lab/estate/estate.ts';
import { POLICY } from './dying-worker.ts';
import { isProgram } from './is-program.ts';
import { keysOf } from './signed.ts';
import { depsOf, ERRORS_ONLY, SILENT } from './worker-deps.ts';

/** Everything by which a worker reaches a practice estate, also from a process of its own. */
export const Reach = z.object({
  inventory: z.unknown(),
  user: z.string(),
  keyPath: z.string(),
  knownHosts: z.string(),
  reader: z.object({ user: z.string(), password: z.string() }),
  publicPem: z.string(),
});
export type Reach = z.infer<typeof Reach>;

/** A worker process that dies by its own hand once the effect of a step has happened. */
export const Orders = z.object({
  reach: Reach,
  mysqlPort: z.number(),
  ownSchema: z.string(),
  runId: RunId,
  diesAfter: z.number(),
  leaseSeconds: z.number(),
});
export type Orders = z.infer<typeof Orders>;

export const reachOf = (
  { inventory, user, sshKeyPath, knownHostsPath, accounts }: RunningEstate,
  publicPem: string,
): Reach => ({
  inventory,
  user,
  keyPath: sshKeyPath,
  knownHosts: knownHostsPath,
  reader: accounts.reader,
  publicPem,
});

/** A whole worker on a practice estate. `struck` hears of every step whose effect on a host has just happened. */
export async function openPracticeWorker(
  { inventory, user, keyPath, knownHosts, reader, publicPem }: Reach,
  store: Store,
  {
    struck,
    log = SILENT,
  }: {
    readonly struck?: (step: number) => Promise<void>;
    readonly log?: WorkerDeps['log'];
  } = {},
): Promise<{ readonly runner: Runner; readonly close: () => Promise<void> }> {
  const catalog = await loadCatalog(path.resolve(import.meta.dirname, '../..'));
  const read = readInventory('inventory.yaml', inventory, [...catalog.inspections.values()]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const targets = openTargets({
    ssh: {
      client: 'ssh2',
      user,
      login: { kind: 'key-file', path: keyPath },
      hostKeys: { knownHosts },
    },
    databases: { accounts: () => ({ read: reader, change: { user: 'root', password: '' } }) },
  });
  const runner = openRunner({
    ...depsOf(store),
    owner: `worker-practice-${process.pid}`,
    estate: read.inventory.estate,
    catalog,
    policy: () => POLICY,
    keys: async () => keysOf({ publicPem }),
    log,
    targets: {
      ...targets,
      once: {
        ...targets.once,
        async run(host, effect, frame, signal) {
          const answer = await targets.once.run(host, effect, frame, signal);
          await struck?.(frame.no);
          return answer;
        },
      },
    },
  });
  return { runner, close: () => targets.close() };
}

const told = process.argv[2];
if (isProgram(import.meta.url) && told !== undefined) {
  const { reach, mysqlPort, ownSchema, runId, diesAfter, leaseSeconds } = Orders.parse(JSON.parse(told));
  const store = await openStore({
    host: '127.0.0.1',
    port: mysqlPort,
    user: 'root',
    password: '',
    database: ownSchema,
    leaseSeconds,
  });
  const { runner } = await openPracticeWorker(reach, store, {
    log: ERRORS_ONLY,
    struck: async (step) => {
      if (step === diesAfter) process.kill(process.pid, 'SIGKILL');
    },
  });
  await runner.change(runId, new AbortController().signal);
  process.exit(0);
}

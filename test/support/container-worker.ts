import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import { readInventory } from '../../src/config/inventory.ts';
import { openRunner, type Runner } from '../../src/runner/worker.ts';
import { RunId } from '../../src/runs/run.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openTargets } from '../../src/targets/index.ts';
import { POLICY } from './dying-worker.ts';
import { keysOf } from './signed.ts';
import { ERRORS_ONLY, depsOf } from './worker-deps.ts';
import { isProgram } from './is-program.ts';

/** A worker that restarts containers of a practice estate, and dies or freezes where it is told. */
export const Orders = z.object({
  runId: RunId,
  mysqlPort: z.number(),
  ownSchema: z.string(),
  inventory: z.unknown(),
  user: z.string(),
  sshKeyPath: z.string(),
  knownHostsPath: z.string(),
  publicPem: z.string(),
  /** Every command that is sent behind a marker leaves a line here. */
  tally: z.string(),
  dieAt: z.enum(['before the intent', 'before the effect', 'after the effect', 'never']).default('never'),
  /** The step at which it dies; the first unless set. */
  dieStep: z.number().optional(),
  freezeBeforeEffect: z.boolean().default(false),
  leaseSeconds: z.number().default(8),
});
export type Orders = z.input<typeof Orders>;

export interface ContainerWorker {
  readonly runner: Runner;
  readonly store: Store;
  readonly close: () => Promise<void>;
}

export async function openContainerWorker(given: Orders): Promise<ContainerWorker> {
  const orders = Orders.parse(given);
  const { user, sshKeyPath, knownHostsPath } = orders;
  const catalog = await loadCatalog(path.resolve(import.meta.dirname, '../..'));
  const read = readInventory('inventory.yaml', orders.inventory, [...catalog.inspections.values()]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const store = await openStore({
    host: '127.0.0.1',
    port: orders.mysqlPort,
    user: 'root',
    password: '',
    database: orders.ownSchema,
    leaseSeconds: orders.leaseSeconds,
  });
  const targets = openTargets({
    ssh: {
      client: 'ssh2',
      user,
      login: { kind: 'key-file', path: sshKeyPath },
      hostKeys: { knownHosts: knownHostsPath },
    },
    databases: { accounts: () => undefined },
  });
  const die = (when: NonNullable<Orders['dieAt']>, step: number): void => {
    if (orders.dieAt === when && step === (orders.dieStep ?? step)) process.kill(process.pid, 'SIGKILL');
  };
  const runner = openRunner({
    ...depsOf(store),
    owner: `worker-${process.pid}`,
    estate: read.inventory.estate,
    catalog,
    policy: () => POLICY,
    journal: {
      ...store.journal,
      begin: (claim, step, what) => {
        die('before the intent', step);
        return store.journal.begin(claim, step, what);
      },
    },
    keys: async () => keysOf(orders),
    log: ERRORS_ONLY,
    targets: {
      ...targets,
      once: {
        ...targets.once,
        async run(host, effect, once) {
          die('before the effect', once.no);
          if (orders.freezeBeforeEffect) {
            process.kill(process.pid, 'SIGSTOP');
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
          appendFileSync(orders.tally, `${process.pid}\n`);
          const answer = await targets.once.run(host, effect, once);
          die('after the effect', once.no);
          return answer;
        },
      },
    },
  });
  return {
    runner,
    store,
    async close() {
      await targets.close();
      await store.close();
    },
  };
}

const given = process.argv[2];
if (isProgram(import.meta.url) && given !== undefined) {
  const orders = Orders.parse(JSON.parse(given));
  const { runner, close } = await openContainerWorker(orders);
  await runner.change(orders.runId, new AbortController().signal);
  await close();
}

import { appendFileSync } from 'node:fs';
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

/** Between which two things a worker is told to die. */
const Moment = z.enum(['before the intent', 'before the effect', 'after the effect']);
type Moment = z.infer<typeof Moment>;

/** A worker process that dies by its own hand at a moment of a step, or freezes. */
export const Orders = z.object({
  reach: Reach,
  mysqlPort: z.number(),
  ownSchema: z.string(),
  runId: RunId,
  /** Every effect that is sent leaves a line here. */
  tally: z.string(),
  dieAt: Moment.optional(),
  /** The step at which it dies; the first unless set. */
  dieStep: z.number().optional(),
  freezeBeforeEffect: z.boolean().default(false),
  leaseSeconds: z.number().default(8),
});
export type Orders = z.input<typeof Orders>;

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

/** Writes down that an effect is sent. */
export const tallied = (tally: string): void => appendFileSync(tally, `${process.pid}\n`);

/** A whole worker on a practice estate. `at` hears of every moment of a step that acts on a host. */
export async function openPracticeWorker(
  { inventory, user, keyPath, knownHosts, reader, publicPem }: Reach,
  store: Store,
  {
    at,
    log = SILENT,
  }: {
    readonly at?: (moment: Moment, step: number) => void | Promise<void>;
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
    journal: {
      ...store.journal,
      async begin(claim, step, what) {
        await at?.('before the intent', step);
        return store.journal.begin(claim, step, what);
      },
    },
    keys: async () => keysOf({ publicPem }),
    log,
    targets: {
      ...targets,
      once: {
        ...targets.once,
        async run(host, effect, frame, signal) {
          await at?.('before the effect', frame.no);
          const answer = await targets.once.run(host, effect, frame, signal);
          await at?.('after the effect', frame.no);
          return answer;
        },
      },
    },
  });
  return { runner, close: () => targets.close() };
}

const told = process.argv[2];
if (isProgram(import.meta.url) && told !== undefined) {
  const orders = Orders.parse(JSON.parse(told));
  const store = await openStore({
    host: '127.0.0.1',
    port: orders.mysqlPort,
    user: 'root',
    password: '',
    database: orders.ownSchema,
    leaseSeconds: orders.leaseSeconds,
  });
  const { runner, close } = await openPracticeWorker(orders.reach, store, {
    log: ERRORS_ONLY,
    async at(moment, step) {
      if (moment === orders.dieAt && step === (orders.dieStep ?? step)) process.kill(process.pid, 'SIGKILL');
      if (moment !== 'before the effect') return;
      if (orders.freezeBeforeEffect) {
        process.kill(process.pid, 'SIGSTOP');
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      tallied(orders.tally);
    },
  });
  await runner.change(orders.runId, new AbortController().signal);
  await close();
  await store.close();
}

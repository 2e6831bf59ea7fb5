import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Catalog, loadCatalog } from '../../src/catalog/catalog.ts';
import type { Estate } from '../../src/kit/index.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { openRunner, type Runner } from '../../src/runner/worker.ts';
import { RunId } from '../../src/runs/run.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openTargets } from '../../src/targets/index.ts';
import { estateOf } from './estates.ts';
import { keysOf } from './signed.ts';
import { ERRORS_ONLY, depsOf } from './worker-deps.ts';
import { isProgram } from './is-program.ts';

/** What a worker of the kill test is told, as its one argument. */
export const Orders = z.object({
  runId: RunId,
  mysqlPort: z.number(),
  ownSchema: z.string(),
  platformSchema: z.string(),
  /** Every call of deleteRows leaves a line here, so that nobody can delete unseen. */
  tally: z.string(),
  /** Of the key that signs. */
  publicPem: z.string(),
  dieAt: z.enum(['before the delete', 'after the delete', 'never']),
  /** Where it stops (SIGSTOP) until somebody lets it go on. */
  freezeAt: z
    .enum(['before the lock', 'under the lock', 'before COMMIT', 'after the delete', 'never'])
    .default('never'),
  leaseSeconds: z.number().optional(),
  /** Its public keys cannot be read. */
  keysFail: z.boolean().optional(),
});
export type Orders = z.input<typeof Orders>;

export const POLICY: Policy = {
  version: 'test',
  people: [{ key: 'lin', name: 'Lin Wei' }],
  roles: { operator: ['lin'] },
  everyone: [],
  allow: [{ roles: ['operator'], actions: ['inspect', 'change'], systems: ['*'] }],
  deny: [],
  confirm: { low: rule(), risky: rule(), dangerous: rule() },
  confirmMinutes: 10,
};

function rule() {
  return { approvals: 1, roles: ['operator'], self: true };
}

/** A whole worker around the release platform's tables, which dies by its own hand where it is told. */
export async function openDyingWorker(
  orders: Orders,
): Promise<{ readonly runner: Runner; readonly store: Store; readonly close: () => Promise<void> }> {
  const store = await openStore({
    host: '127.0.0.1',
    port: orders.mysqlPort,
    user: 'root',
    password: '',
    database: orders.ownSchema,
    leaseSeconds: orders.leaseSeconds ?? 1,
  });
  const account = { user: 'root', password: '' };
  const targets = openTargets({
    ssh: { client: 'ssh2', user: 'nobody', login: { kind: 'agent', socket: '/nonexistent' }, hostKeys: {} },
    databases: { accounts: () => ({ read: account, change: account }) },
  });
  const die = (when: Orders['dieAt']): void => {
    if (orders.dieAt === when) process.kill(process.pid, 'SIGKILL');
  };
  /** Stopped with its signal, as by a hypervisor or a debugger: nothing of it runs until SIGCONT. */
  const freeze = async (where: Orders['freezeAt']): Promise<void> => {
    if (orders.freezeAt !== where) return;
    process.kill(process.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const runner = openRunner({
    ...depsOf(store),
    owner: `worker-${process.pid}`,
    estate: ordersEstate(orders),
    catalog: await withoutEnvironmentCheck(),
    policy: () => POLICY,
    keys: async () => {
      if (orders.keysFail) throw new Error('the file of the keys cannot be read');
      return keysOf(orders);
    },
    log: ERRORS_ONLY,
    targets: {
      ...targets,
      rows: {
        ...targets.rows,
        async deleteRows(database, step, lock, permit) {
          die('before the delete');
          appendFileSync(orders.tally, `${process.pid}\n`);
          await freeze('before the lock');
          let asked = 0;
          const permitted = async (): Promise<boolean> => {
            asked += 1;
            if (asked === 1) await freeze('under the lock');
            const answer = await permit();
            if (asked === 2) await freeze('before COMMIT');
            return answer;
          };
          const answer = await targets.rows.deleteRows(database, step, lock, permitted);
          die('after the delete');
          await freeze('after the delete');
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

/** There are no hosts here whose health could be looked at. */
async function withoutEnvironmentCheck(): Promise<Catalog> {
  const catalog = await loadCatalog(path.resolve(import.meta.dirname, '../..'));
  return {
    ...catalog,
    playbooks: new Map(
      [...catalog.playbooks].map(([name, playbook]) => [name, { ...playbook, requirements: () => [] }]),
    ),
  };
}

function ordersEstate({ mysqlPort, platformSchema }: Orders): Estate {
  const at = { host: '127.0.0.1', port: mysqlPort, schema: platformSchema };
  return estateOf({
    databases: [
      { name: 'opswareapiserver', ...at },
      { name: 'opswareorchestration', ...at },
    ],
  });
}

const given = process.argv[2];
if (isProgram(import.meta.url) && given !== undefined) {
  const orders = Orders.parse(JSON.parse(given));
  const { runner, close } = await openDyingWorker(orders);
  await runner.change(orders.runId, new AbortController().signal);
  await close();
}

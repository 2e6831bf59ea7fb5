import { z } from 'zod';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { defineInspection, type Estate, sh, words } from '../../src/kit/index.ts';
import { openRunner } from '../../src/runner/worker.ts';
import { RunId } from '../../src/runs/run.ts';
import { openStore } from '../../src/store/index.ts';
import { openTargets } from '../../src/targets/index.ts';
import { POLICY } from './dying-worker.ts';
import { appOf, estateOf } from './estates.ts';
import { ERRORS_ONLY, depsOf } from './worker-deps.ts';
import { isProgram } from './is-program.ts';

/** What a worker whose check hangs on one host is told, as its one argument. */
export const Orders = z.object({
  runId: RunId,
  mysqlPort: z.number(),
  schema: z.string(),
  ssh: z.object({ port: z.number(), user: z.string(), keyFile: z.string(), fingerprint: z.string() }),
  /** The hanging command writes its process id here. */
  pidFile: z.string(),
});
export type Orders = z.infer<typeof Orders>;

/** Three hosts, which are all this machine; the second one is where the check hangs. */
export const HOSTS = ['slow-1', 'slow-2', 'slow-3'] as const;

export const hangingEstate = (port: number): Estate =>
  estateOf({
    systems: [{ id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] }],
    apps: [appOf('msgbroker', 'MQ', { hosts: HOSTS })],
    hosts: HOSTS.map((name) => ({ name, app: 'msgbroker', site: 'here', address: '127.0.0.1', port })),
  });

const inspection = (pidFile: string) =>
  defineInspection({
    system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
    apps: [{ id: 'msgbroker', title: words('Broker', '消息引擎'), names: [] }],
    checks: [
      {
        on: 'host',
        id: 'quick',
        title: words('Quick', '快'),
        apps: ['msgbroker'],
        rows: ['MQ-C01'],
        clause: { document: '002', section: '4' },
        command: () => sh`echo quick`,
        judge: () => [{ state: 'ok', says: words('answers', '有应答') }],
      },
      {
        on: 'host',
        id: 'hanging',
        title: words('Hanging', '挂起'),
        apps: ['msgbroker'],
        rows: ['MQ-C02'],
        clause: { document: '002', section: '4' },
        timeoutSeconds: 40,
        command: ({ host: { name } }) =>
          name === HOSTS[1]
            ? sh`echo $$ >${pidFile}.part; mv ${pidFile}.part ${pidFile}; exec sleep 4711`
            : sh`echo not here`,
        judge: () => [{ state: 'ok', says: words('answers', '有应答') }],
      },
    ],
  });

/** Performs one inspection and ends. No notification reaches it: only the store tells it anything. */
async function main(orders: Orders): Promise<void> {
  const { mysqlPort: port, schema: database, ssh } = orders;
  const store = await openStore({ host: '127.0.0.1', port, user: 'root', password: '', database });
  const account = { user: 'root', password: '' };
  const targets = openTargets({
    ssh: {
      client: 'ssh2',
      user: ssh.user,
      login: { kind: 'key-file', path: ssh.keyFile },
      hostKeys: { fingerprints: Object.fromEntries(HOSTS.map((name) => [name, [ssh.fingerprint]])) },
    },
    databases: { accounts: () => ({ read: account, change: account }) },
  });
  const catalog: Catalog = {
    commands: new Map(),
    inspections: new Map([['MQ', inspection(orders.pidFile)]]),
    playbooks: new Map(),
  };
  const runner = openRunner({
    ...depsOf(store),
    owner: `worker-${process.pid}`,
    estate: hangingEstate(ssh.port),
    catalog,
    policy: () => POLICY,
    keys: async () => new Map(),
    log: ERRORS_ONLY,
    targets,
  });
  await runner.read(orders.runId, new AbortController().signal);
  await targets.close();
  await store.close();
}

const given = process.argv[2];
if (isProgram(import.meta.url) && given !== undefined) await main(Orders.parse(JSON.parse(given)));

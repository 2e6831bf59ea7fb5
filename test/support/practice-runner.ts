import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import type { PracticeApp } from '../../lab/estate/apps/app.ts';
import { compiled } from '../../scripts/compiled.ts';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import { readInventory } from '../../src/config/inventory.ts';
import { openRunner, type Runner } from '../../src/runner/worker.ts';
import type { Run } from '../../src/runs/run.ts';
import { openTargets } from '../../src/targets/index.ts';
import { testEstate, type TestEstate } from '../lab/estate/practice.ts';
import type { Orders } from './container-worker.ts';
import { POLICY } from './dying-worker.ts';
import { freshStore, type FreshStore } from './fresh-store.ts';
import { makeKeyPair } from '../../src/runs/keys.ts';
import { confirmAs, keysOf, recordChange } from './signed.ts';
import { depsOf, SILENT } from './worker-deps.ts';

/** A worker on a practice estate: a playbook is asked for, planned, confirmed and performed as between the desk and the queue. */
export interface PracticeRunner {
  readonly practice: TestEstate;
  readonly fresh: FreshStore;
  readonly runner: Runner;
  /** Planned, or refused. */
  readonly planned: (playbook: string, args: Readonly<Record<string, unknown>>) => Promise<Run>;
  /** Confirmed and performed until it ends. */
  readonly performed: (run: Run, signal?: AbortSignal) => Promise<Run>;
  /** Confirmed and performed by a process of its own, which is killed there; `effects` are those that it sent. */
  readonly lost: (
    run: Run,
    at: { readonly dieAt: Orders['dieAt']; readonly step: number },
  ) => Promise<number>;
  /** Everything that goes on by itself, until it has ended. */
  readonly untilEnded: (run: Run) => Promise<Run>;
  /** Everything of this system that is not ok, as `host check`. */
  readonly red: (system: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

const LIN = { id: 'lin', name: 'Lin Wei' };

export async function practiceRunner(apps: readonly PracticeApp[]): Promise<PracticeRunner> {
  const practice = await testEstate({ apps, faults: [] });
  const { estate } = practice;
  const catalog = await loadCatalog(path.resolve('.'));
  const inspections = [...catalog.inspections.values()];
  const read = readInventory('inventory.yaml', estate.inventory, inspections);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const fresh = await freshStore();
  const { store } = fresh;
  const pair = makeKeyPair();
  const targets = openTargets({
    ssh: {
      client: 'ssh2',
      user: estate.user,
      login: { kind: 'key-file', path: estate.sshKeyPath },
      hostKeys: { knownHosts: estate.knownHostsPath },
    },
    databases: {
      accounts: () => ({ read: estate.accounts.reader, change: { user: 'root', password: '' } }),
    },
  });
  const runner = openRunner({
    ...depsOf(store),
    owner: 'worker-practice',
    estate: read.inventory.estate,
    catalog,
    policy: () => POLICY,
    keys: async () => keysOf(pair),
    log: SILENT,
    targets,
  });
  const get = async (id: Run['id']): Promise<Run> => {
    const run = await store.runs.get(id);
    if (!run) throw new Error(`no run ${id}`);
    return run;
  };
  return {
    practice,
    fresh,
    runner,
    async planned(playbook, args) {
      const { id } = await recordChange(store, pair, LIN, { kind: 'change', playbooks: [playbook], args });
      await runner.read(id, new AbortController().signal);
      return get(id);
    },
    async performed(run, signal = new AbortController().signal) {
      await confirmAs(store, pair, run.id, LIN);
      await runner.change(run.id, signal);
      return get(run.id);
    },
    async lost(run, { dieAt, step }) {
      await confirmAs(store, pair, run.id, LIN);
      const tally = path.join(practice.folder, `tally-${run.id}`);
      const orders: Orders = {
        runId: run.id,
        mysqlPort: inject('mysqlPort'),
        ownSchema: fresh.schema,
        inventory: estate.inventory,
        user: estate.user,
        sshKeyPath: estate.sshKeyPath,
        knownHostsPath: estate.knownHostsPath,
        publicPem: pair.publicPem,
        tally,
        dieAt,
        dieStep: step,
        leaseSeconds: 4,
      };
      const child = spawn(
        process.execPath,
        [...(await compiled('test/support/container-worker.ts')), JSON.stringify(orders)],
        { stdio: ['ignore', 'inherit', 'inherit'] },
      );
      const [, signal] = await once(child, 'exit');
      if (signal !== 'SIGKILL') throw new Error('the worker was to be killed, and ended by itself');
      return (await readFile(tally, 'utf8').catch(() => '')).split('\n').filter(Boolean).length;
    },
    async untilEnded({ id }) {
      for (;;) {
        await runner.sweep();
        await runner.change(id, new AbortController().signal);
        const run = await get(id);
        if (run.state === 'ended') return run;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    async red(system) {
      const ask = { kind: 'inspect', scope: { kind: 'system', ids: [system] } } as const;
      const { id } = await recordChange(store, pair, LIN, ask);
      await runner.read(id, new AbortController().signal);
      const { report } = await get(id);
      if (!report) throw new Error('no report');
      const bad = report.findings.filter(({ state }) => state !== 'ok');
      return bad.map(({ host, app, check }) => `${host ?? app} ${check}`);
    },
    async close() {
      await targets.close();
      await fresh.close();
      await practice.stop();
    },
  };
}

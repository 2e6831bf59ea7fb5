import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { inject } from 'vitest';
import { type KeyPair, makeKeyPair } from '../../src/runs/keys.ts';
import { compiled } from '../../scripts/compiled.ts';
import { newRunId, type Run, type RunId } from '../../src/runs/run.ts';
import { openDyingWorker, type Orders } from './dying-worker.ts';
import { freshSchema } from './mysql.ts';
import { releasePlatform } from './release-platform.ts';
import { confirmAs, recordChange } from './signed.ts';

const ORDER = 'CNHZ_58201812212200583197';
const lin = { id: 'lin', name: 'Lin Wei' };

export type DyingWorker = Awaited<ReturnType<typeof openDyingWorker>>;

/** A release order that holds a lock, in tables of its own, with workers that die or freeze where they are told. */
export interface LockedOrder {
  readonly orders: Omit<Orders, 'runId' | 'dieAt'>;
  /** Signs what is asked for and confirmed. */
  readonly pair: KeyPair;
  /** A worker in this process, which is well. */
  readonly survivor: (more?: Partial<Orders>) => Promise<DyingWorker>;
  /** /unstick of that order, recorded and not yet begun. */
  readonly asked: (worker: DyingWorker) => Promise<RunId>;
  /** A run of /unstick, planned by a worker that lives and confirmed. */
  readonly approved: (worker: DyingWorker) => Promise<RunId>;
  /** A worker process that is given the run. */
  readonly child: (told: Partial<Orders> & Pick<Orders, 'runId'>) => {
    readonly process: ChildProcess;
    readonly ended: Promise<NodeJS.Signals | number | null>;
  };
  /** Rows of the lock table: two as it begins, one once the order's own is gone. */
  readonly locks: () => Promise<number>;
  /** Calls that were to delete, by whomever. */
  readonly deletes: () => Promise<number>;
  /** The ends of a run as the audit chain has them. */
  readonly endsOf: (id: RunId) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export async function lockedOrder(): Promise<LockedOrder> {
  const program = await compiled('test/support/dying-worker.ts');
  const platform = await releasePlatform();
  const own = await freshSchema();
  await platform.run(`insert into ops_plan values (1, '${ORDER}')`);
  await platform.run("insert into ops_process_definition (plan_id, node_id) values (1, '0000000010949636')");
  await platform.run(`insert into ops_action_node values
    ('0000000010949636', '("0000000010949638","0000000010949636")', '1', '77', null),
    ('0000000010949701', '("0000000010949638","0000000010949636","0000000010949701")', '1', null, 'group:a')`);
  await platform.run(
    `insert into control_lock values (11, 'group:a', '${ORDER}', 't'), (99, 'group:z', 'r1_999999999999999', 't')`,
  );
  const pair = makeKeyPair();
  const tally = path.join(await mkdtemp(path.join(os.tmpdir(), 'fettle-kill-')), 'tally');
  const orders = {
    mysqlPort: inject('mysqlPort'),
    ownSchema: own.schema,
    platformSchema: platform.schema,
    tally,
    publicPem: pair.publicPem,
  };
  const rows = async (schema: string, statement: string, values: string[] = []) => {
    const db = await mysql.createConnection({
      host: '127.0.0.1',
      port: orders.mysqlPort,
      user: 'root',
      database: schema,
    });
    const [found] = await db.execute<mysql.RowDataPacket[]>(statement, values);
    await db.end();
    return found;
  };
  return {
    orders,
    pair,
    survivor: (more) => openDyingWorker({ ...orders, runId: newRunId(), dieAt: 'never', ...more }),
    asked: (worker) => askedOf(worker, pair),
    approved: (worker) => approved(worker, pair),
    child(told) {
      const child = spawn(
        process.execPath,
        [...program, JSON.stringify({ ...orders, dieAt: 'never', ...told })],
        { stdio: ['ignore', 'inherit', 'inherit'] },
      );
      const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
        child.once('exit', (code, signal) => resolve(signal ?? code)),
      );
      return { process: child, ended };
    },
    locks: async () => (await rows(platform.schema, 'select id from control_lock')).length,
    deletes: async () => (await readFile(tally, 'utf8').catch(() => '')).split('\n').filter(Boolean).length,
    endsOf: async (id) =>
      (
        await rows(
          own.schema,
          `select action from ${own.audit} where run_id = ? and action like 'ended%' order by n`,
          [id],
        )
      ).map((row) => String(row['action'])),
    async close() {
      await platform.close();
      await own.drop();
    },
  };
}

async function askedOf({ store }: DyingWorker, pair: KeyPair): Promise<RunId> {
  const ask = { kind: 'change', playbooks: ['stuck-flow', 'release-locks'], args: { order: ORDER } } as const;
  return (await recordChange(store, pair, lin, ask)).id;
}

async function approved(worker: DyingWorker, pair: KeyPair): Promise<RunId> {
  const id = await askedOf(worker, pair);
  await worker.runner.read(id, new AbortController().signal);
  return (await confirmAs(worker.store, pair, id, lin)).id;
}

/** Sweeps until the run has ended. */
export async function endedBy(survivor: DyingWorker, id: RunId, everyMs = 100): Promise<Run> {
  const until = Date.now() + 90_000;
  while (Date.now() < until) {
    await survivor.runner.sweep();
    const run = await survivor.store.runs.get(id);
    if (run?.state === 'ended') return run;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error('the reconciler did not end the run');
}

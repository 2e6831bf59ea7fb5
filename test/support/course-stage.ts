import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { inject } from 'vitest';
import { compiled } from '../../scripts/compiled.ts';
import { makeKeyPair, type KeyPair } from '../../src/runs/keys.ts';
import type { Run, RunId } from '../../src/runs/run.ts';
import { type CourseOrders, type CourseWorker, type Inside, openCourseWorker } from './course-worker.ts';
import { freshSchema } from './mysql.ts';
import { confirmAs, recordChange } from './signed.ts';

const never = new AbortController().signal;
export const lin = { id: 'lin', name: 'Lin Wei' };

/** A store of its own, a worker in this process, and others that are killed. */
export interface CourseStage {
  readonly worker: CourseWorker;
  readonly pair: KeyPair;
  readonly sql: mysql.Connection;
  /** The table of the chain. */
  readonly audit: string;
  /** A change that Lin Wei asked for and confirmed, on a host of its own. */
  readonly confirmed: (playbook: string) => Promise<RunId>;
  readonly get: (id: RunId) => Promise<Run>;
  /** Everything that goes on by itself: lost workers are found, and due runs are handed over. */
  readonly untilQuiet: (id: RunId) => Promise<Run>;
  /** A worker process that is given the run. */
  readonly child: (id: RunId, more: Partial<CourseOrders>) => ReturnType<typeof startChild>;
  /** What came to the hosts. */
  readonly effects: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export async function openCourseStage(inside: Inside = {}): Promise<CourseStage> {
  const own = await freshSchema();
  const pair = makeKeyPair();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-course-'));
  const mysqlPort = inject('mysqlPort');
  const orders = { mysqlPort, ownSchema: own.schema, publicPem: pair.publicPem, folder };
  const worker = await openCourseWorker(orders, inside);
  const { store, runner } = worker;
  const sql = await mysql.createConnection({
    host: '127.0.0.1',
    port: mysqlPort,
    user: 'root',
    database: own.schema,
  });
  const get = async (id: RunId): Promise<Run> => {
    const run = await store.runs.get(id);
    if (!run) throw new Error('the run is gone');
    return run;
  };
  let hosts = 0;
  return {
    worker,
    pair,
    sql,
    audit: own.audit,
    get,
    async confirmed(playbook) {
      const args = { host: `h-${(hosts += 1)}` };
      const { id } = await recordChange(store, pair, lin, { kind: 'change', playbooks: [playbook], args });
      await runner.read(id, never);
      await confirmAs(store, pair, id, lin);
      return id;
    },
    async untilQuiet(id) {
      for (let round = 0; round < 100; round += 1) {
        await runner.sweep();
        const run = await get(id);
        const isDue = (await store.runs.undelivered(0)).some((due) => due.id === id);
        if (run.state === 'ended' || (run.state === 'suspended' && !isDue)) return run;
        if (isDue) await runner.change(id, never);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`it does not come to rest: ${(await get(id)).state}`);
    },
    child: (id, more) => startChild({ ...orders, ...more, runId: id }),
    effects: async () =>
      (await readFile(path.join(folder, 'effects'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
    async close() {
      await sql.end();
      await worker.close();
      await own.drop();
    },
  };
}

async function startChild(orders: CourseOrders) {
  const process_ = spawn(
    process.execPath,
    [...(await compiled('test/support/course-worker.ts')), JSON.stringify(orders)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(process_, 'exit').then(([code, signal]) => signal ?? code);
  await once(process_.stdout, 'data');
  return {
    process: process_,
    ended,
    /** As the kernel has it. */
    isStopped: () => readFileSync(`/proc/${process_.pid}/stat`, 'utf8').split(') ').at(-1)?.[0] === 'T',
  };
}

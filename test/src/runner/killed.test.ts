import { spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { newRunId, type Run, type RunId } from '../../../src/runs/run.ts';
import { openDyingWorker, type Orders } from '../../support/dying-worker.ts';
import { freshSchema } from '../../support/mysql.ts';
import { releasePlatform, type ReleasePlatform } from '../../support/release-platform.ts';

const order = 'CNHZ_58201812212200583197';
const lin = { id: 'lin', name: 'Lin Wei' };
let platform: ReleasePlatform;
let own: Awaited<ReturnType<typeof freshSchema>>;
let orders: Omit<Orders, 'runId' | 'dieAt'>;

beforeEach(async () => {
  platform = await releasePlatform();
  own = await freshSchema();
  await platform.run(`insert into ops_plan values (1, '${order}')`);
  await platform.run("insert into ops_process_definition (plan_id, node_id) values (1, '0000000010949636')");
  await platform.run(`insert into ops_action_node values
    ('0000000010949636', '("0000000010949638","0000000010949636")', '1', '77', null),
    ('0000000010949701', '("0000000010949638","0000000010949636","0000000010949701")', '1', null, 'group:a')`);
  await platform.run(
    `insert into control_lock values (11, 'group:a', '${order}', 't'), (99, 'group:z', 'r1_999999999999999', 't')`,
  );
  const tally = path.join(await mkdtemp(path.join(os.tmpdir(), 'fettle-kill-')), 'tally');
  orders = { mysqlPort: inject('mysqlPort'), ownSchema: own.schema, platformSchema: platform.schema, tally };
});
afterEach(async () => {
  await platform.close();
  await own.drop();
});

/** A run of /unstick, planned by a worker that lives and confirmed. */
async function approved(worker: Awaited<ReturnType<typeof openDyingWorker>>): Promise<RunId> {
  const { store, runner } = worker;
  const { run } = await store.runs.create(
    {
      id: newRunId(),
      ask: { kind: 'change', playbooks: ['stuck-flow', 'release-locks'], args: { order } },
      state: 'queued',
      lang: 'en',
      requestedBy: lin,
      origin: { surface: 'cli' },
      typed: `/unstick ${order}`,
      approvals: [],
      steps: [],
      buttons: [],
    },
    newRunId(),
    { actor: lin, action: 'ask' },
  );
  await runner.read(run.id, new AbortController().signal);
  const planned = await store.runs.get(run.id);
  if (!planned?.plan) throw new Error(`no plan: ${planned?.says?.en}`);
  await store.runs.apply(
    run.id,
    { kind: 'approved', approval: { by: lin, at: new Date().toISOString(), hash: planned.plan.hash } },
    { actor: lin, action: 'confirm', runId: run.id },
  );
  return run.id;
}

function runChild(told: Orders): Promise<NodeJS.Signals | number | null> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/support/dying-worker.ts', JSON.stringify(told)],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
}

const locks = async (): Promise<number> => {
  const db = await mysql.createConnection({
    host: '127.0.0.1',
    port: orders.mysqlPort,
    user: 'root',
    database: orders.platformSchema,
  });
  const [rows] = await db.execute<mysql.RowDataPacket[]>('select id from control_lock');
  await db.end();
  return rows.length;
};
const deletes = async (): Promise<number> =>
  (await readFile(orders.tally, 'utf8').catch(() => '')).split('\n').filter(Boolean).length;

describe('a worker killed with SIGKILL inside the delete', () => {
  it.each([
    ['before the delete', 2, 0, 'failed', 'did not take effect'],
    ['after the delete', 1, 1, 'done', 'took effect'],
  ] as const)(
    '%s: unknown first, then what looking shows; never a second delete',
    async (dieAt, left, calls, outcome, says) => {
      const survivor = await openDyingWorker({ ...orders, runId: newRunId(), dieAt: 'never' });
      try {
        const id = await approved(survivor);
        expect(await runChild({ ...orders, runId: id, dieAt })).toBe('SIGKILL');
        await survivor.runner.change(id, new AbortController().signal);
        const run = await endedBy(survivor, id);

        expect(run).toMatchObject({ outcome, says: { en: expect.stringContaining(says) } });
        expect(await locks()).toBe(left);
        expect(await deletes()).toBe(calls);
        expect(await outcomesOf(id)).toEqual(['ended unknown', `ended ${outcome}`]);

        await survivor.runner.change(id, new AbortController().signal);
        await survivor.runner.tidy();
        expect(await deletes()).toBe(calls);
        expect(await survivor.store.audit.verify()).toMatchObject({ ok: true });
      } finally {
        await survivor.close();
      }
    },
  );

  it('and not killed at all: done once, verified, and can be put back', async () => {
    const worker = await openDyingWorker({ ...orders, runId: newRunId(), dieAt: 'never' });
    try {
      const id = await approved(worker);
      await worker.runner.change(id, new AbortController().signal);
      expect(await worker.store.runs.get(id)).toMatchObject({
        outcome: 'done',
        buttons: [{ action: 'put-back' }],
      });
      expect([await locks(), await deletes()]).toEqual([1, 1]);

      const { run: back } = await worker.store.runs.create(
        {
          id: newRunId(),
          ask: { kind: 'rollback', of: id },
          state: 'queued',
          lang: 'en',
          requestedBy: lin,
          origin: { surface: 'cli' },
          typed: 'put back',
          approvals: [],
          steps: [],
          buttons: [],
        },
        newRunId(),
        { actor: lin, action: 'put-back' },
      );
      await worker.runner.read(back.id, new AbortController().signal);
      const hash = (await worker.store.runs.get(back.id))?.plan?.hash ?? '';
      await worker.store.runs.apply(back.id, {
        kind: 'approved',
        approval: { by: lin, at: new Date().toISOString(), hash },
      });
      await worker.runner.change(back.id, new AbortController().signal);
      expect(await worker.store.runs.get(back.id)).toMatchObject({ outcome: 'done' });
      expect(await locks()).toBe(2);
    } finally {
      await worker.close();
    }
  });
});

async function endedBy(survivor: Awaited<ReturnType<typeof openDyingWorker>>, id: RunId): Promise<Run> {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    await survivor.runner.tidy();
    const run = await survivor.store.runs.get(id);
    if (run?.state === 'ended') return run;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the reconciler did not end the run');
}

/** The ends of a run as the audit chain has them. */
async function outcomesOf(id: RunId): Promise<readonly string[]> {
  const db = await mysql.createConnection({
    host: '127.0.0.1',
    port: orders.mysqlPort,
    user: 'root',
    database: orders.ownSchema,
  });
  const [rows] = await db.execute<mysql.RowDataPacket[]>(
    "select action from audit where run_id = ? and action like 'ended%' order by n",
    [id],
  );
  await db.end();
  return rows.map((row) => String(row['action']));
}

import { spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { APPS, FEW_APPS } from '../../../lab/estate/apps/index.ts';
import { physicalNode } from '../../../lab/estate/apps/phys.ts';
import { type KeyPair, makeKeyPair } from '../../../src/runs/keys.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { ssh, testEstate, type TestEstate } from '../../lab/estate/practice.ts';
import { openPracticeWorker, type Orders, reachOf, tallied } from '../../support/practice-worker.ts';
import { freshSchema } from '../../support/mysql.ts';
import { confirmAs, recordChange } from '../../support/signed.ts';
import { compiled } from '../../../scripts/compiled.ts';

const lin = { id: 'lin', name: 'Lin Wei' };
const registry = APPS.filter(({ id }) => ['metaserver', 'dataserver'].includes(id));

let practice: TestEstate;
let estateSince = 0;
let own: Awaited<ReturnType<typeof freshSchema>>;
let pair: KeyPair;
let worker: Awaited<ReturnType<typeof openPracticeWorker>> & { readonly store: Store };
let orders: Omit<Orders, 'runId'>;

beforeAll(async () => {
  practice = await testEstate({ apps: [...FEW_APPS, ...registry, physicalNode], faults: [] });
  estateSince = Date.now();
  own = await freshSchema();
  pair = makeKeyPair();
  const tally = path.join(await mkdtemp(path.join(os.tmpdir(), 'fettle-containers-')), 'tally');
  const reach = reachOf(practice.estate, pair.publicPem);
  orders = { mysqlPort: inject('mysqlPort'), ownSchema: own.schema, reach, tally };
  const where = { host: '127.0.0.1', port: own.port, user: 'root', password: '', database: own.schema };
  const store = await openStore({ ...where, leaseSeconds: 20 });
  const opened = await openPracticeWorker(reach, store, {
    at: (moment) => {
      if (moment === 'before the effect') tallied(tally);
    },
  });
  worker = { ...opened, store };
}, 120_000);
afterAll(async () => {
  await worker?.close();
  await worker?.store.close();
  await own?.drop();
  await practice?.stop();
}, 60_000);
beforeEach(() => practice.estate.mend('all'));

const signal = (): AbortSignal => new AbortController().signal;
const nodeOf = (host: string): string => {
  const found = Object.values(practice.estate.inventory.apps)
    .flatMap(({ hosts }) => hosts)
    .find(({ name }) => name === host);
  if (found?.node === undefined) throw new Error(`no node carries ${host}`);
  return found.node;
};
const docker = async (host: string, command: string): Promise<string> =>
  (await ssh(practice.estate, nodeOf(host), `docker ${command}`)).stdout.trim();
const startOf = (host: string): Promise<string> =>
  docker(host, `inspect --format '{{.State.StartedAt}}' ${host}`);
const sent = async (): Promise<number> =>
  (await readFile(orders.tally, 'utf8').catch(() => '')).split('\n').filter(Boolean).length;

async function planned(args: Readonly<Record<string, unknown>>, by = worker): Promise<Run> {
  const { id } = await recordChange(by.store, pair, lin, {
    kind: 'change',
    playbooks: ['restart-app'],
    args,
  });
  await by.runner.read(id, signal());
  return runOf(id);
}
const runOf = async (id: RunId): Promise<Run> => {
  const run = await worker.store.runs.get(id);
  if (!run) throw new Error('the run is gone');
  return run;
};
async function approved(args: Readonly<Record<string, unknown>>): Promise<RunId> {
  const run = await planned(args);
  return (await confirmAs(worker.store, pair, run.id, lin)).id;
}

describe('restart-app on the practice estate', { timeout: 120_000 }, () => {
  it('restarts the host that is down, once, and is done when its checks are green again', async () => {
    await practice.estate.break('process-down', 'msgbroker-2');
    const before = await startOf('msgbroker-2');
    const run = await planned({ app: 'msgbroker', hosts: 'red' });
    expect(run.plan?.steps.map(({ kind }) => kind)).toEqual(['container', 'wait']);
    expect(run.plan?.warning.en).toContain('about ten minutes');
    await confirmAs(worker.store, pair, run.id, lin);
    await worker.runner.change(run.id, signal());
    expect(await runOf(run.id)).toMatchObject({ outcome: 'done' });
    expect(await startOf('msgbroker-2')).not.toBe(before);
    expect(practice.estate.state().hosts.find(({ name }) => name === 'msgbroker-2')).toMatchObject({
      processRuns: true,
      faults: [],
    });
    expect(await worker.store.audit.verify()).toMatchObject({ problems: [] });
  });

  it('starts a container that has exited', async () => {
    await practice.estate.break('container-exited', 'msgconsole-1');
    const run = await planned({ app: 'msgconsole', hosts: ['msgconsole-1'] });
    await confirmAs(worker.store, pair, run.id, lin);
    await worker.runner.change(run.id, signal());
    expect(await runOf(run.id)).toMatchObject({ outcome: 'done' });
    expect(await docker('msgconsole-1', `ps --filter name=msgconsole-1 --format '{{.Status}}'`)).toMatch(
      /^Up/,
    );
  });

  it('refuses to touch the last one of a pair that is well', async () => {
    await practice.estate.break('process-down', 'msgconsole-1');
    const before = await startOf('msgconsole-2');
    const run = await planned({ app: 'msgconsole', hosts: ['msgconsole-2'] });
    expect(run).toMatchObject({
      state: 'ended',
      outcome: 'refused',
      says: { en: expect.stringContaining('msgconsole-2 is well') },
    });
    expect(await startOf('msgconsole-2')).toBe(before);
  });

  it('does nothing when the other one goes down between the plan and the step', async () => {
    const id = await approved({ app: 'msgconsole', hosts: ['msgconsole-2'] });
    const before = await startOf('msgconsole-2');
    await practice.estate.break('process-down', 'msgconsole-1');
    await worker.runner.change(id, signal());
    expect(['refused', 'failed']).toContain((await runOf(id)).outcome);
    expect(await startOf('msgconsole-2')).toBe(before);
  });

  it('does nothing when somebody restarts the container between the plan and the step', async () => {
    const id = await approved({ app: 'msgconsole', hosts: ['msgconsole-2'] });
    await docker('msgconsole-2', 'restart msgconsole-2');
    const before = await startOf('msgconsole-2');
    await worker.runner.change(id, signal());
    expect(await runOf(id)).toMatchObject({ outcome: 'refused' });
    expect(await startOf('msgconsole-2')).toBe(before);
  });

  it('restarts all of an app one after another, the one that is down first', async () => {
    await practice.estate.break('process-down', 'msgconsole-2');
    const run = await planned({ app: 'msgconsole', hosts: 'all' });
    expect(run.plan?.stages?.map(({ lanes }) => lanes.map(({ target }) => target))).toEqual([
      ['msgconsole-2'],
      ['msgconsole-1'],
    ]);
    await confirmAs(worker.store, pair, run.id, lin);
    await worker.runner.change(run.id, signal());
    const ended = await runOf(run.id);
    expect(ended).toMatchObject({ outcome: 'done' });
    const [first, second] = await Promise.all([startOf('msgconsole-2'), startOf('msgconsole-1')]);
    expect(Date.parse(second)).toBeGreaterThan(Date.parse(first));
  });

  it.each([
    [{ app: 'msgbroker', hosts: 'red' }, 'not-needed', 'No host of msgbroker is down'],
    [{ app: 'sessionserver', hosts: 'all' }, 'elsewhere', 'one role at a time'],
    [{ app: 'nothing', hosts: 'red' }, 'not-found', 'no app nothing'],
    [{ app: 'msgbroker', hosts: ['msgconsole-1'] }, 'not-found', 'msgconsole-1'],
    [{ app: 'physical-node', hosts: 'all' }, 'unsafe', 'do not restart physical-node'],
  ])('answers %o with a reason: %s', async (args, _, says) => {
    const run = await planned(args);
    expect(run).toMatchObject({ outcome: 'refused', says: { en: expect.stringContaining(says) } });
  });
});

const program = await compiled('test/support/practice-worker.ts');

describe('a worker lost while it restarts a container', { timeout: 120_000 }, () => {
  // A node that was started just before a run may have lost its markers: then nobody knows.
  beforeAll(
    () => new Promise((resolve) => setTimeout(resolve, Math.max(0, estateSince + 15_000 - Date.now()))),
    20_000,
  );

  const child = (told: Partial<Orders> & Pick<Orders, 'runId'>) => {
    const started = spawn(process.execPath, [...program, JSON.stringify({ ...orders, ...told })], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ended = new Promise((resolve) => started.once('exit', (code, by) => resolve(by ?? code)));
    return { started, ended };
  };
  async function endedRun(id: RunId): Promise<Run> {
    for (;;) {
      await worker.runner.sweep();
      await worker.runner.change(id, signal());
      const run = await runOf(id);
      if (run.state === 'ended') return run;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it.each([
    ['before the intent', 0],
    ['before the effect', 0],
    ['after the effect', 1],
  ] as const)('%s: told as it is, and never a second time', async (dieAt, count) => {
    await practice.estate.break('process-down', 'msgbroker-2');
    const id = await approved({ app: 'msgbroker', hosts: 'red' });
    const [before, tally] = [await startOf('msgbroker-2'), await sent()];
    expect(await child({ runId: id, dieAt }).ended).toBe('SIGKILL');
    const run = await endedRun(id);
    const isRestarted = (await startOf('msgbroker-2')) !== before;
    expect(isRestarted).toBe(count === 1);
    expect((await sent()) - tally).toBe(count);
    expect(run.outcome).not.toBe('unknown');
    const [first] = run.steps;
    expect(first?.state === 'done').toBe(count === 1);
    expect(await worker.store.audit.verify()).toMatchObject({ problems: [] });
  });

  it('frozen for longer than its lease: has no effect any more once its run was looked at', async () => {
    await practice.estate.break('process-down', 'msgbroker-2');
    const id = await approved({ app: 'msgbroker', hosts: 'red' });
    const before = await startOf('msgbroker-2');
    const { started, ended } = child({ runId: id, freezeBeforeEffect: true });
    await stopped(started.pid ?? 0);
    const run = await endedRun(id);
    started.kill('SIGCONT');
    await ended;
    expect(await startOf('msgbroker-2')).toBe(before);
    expect(run.steps[0]).toMatchObject({ state: 'failed' });
    expect(await runOf(id)).toMatchObject({ outcome: run.outcome });
  });

  /** Resolves once the process stands still. */
  async function stopped(pid: number): Promise<void> {
    for (;;) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      if (/\) T /.test(stat)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});

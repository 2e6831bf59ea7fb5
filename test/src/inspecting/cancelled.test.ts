import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openDesk } from '../../../src/desk/desk.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import inspect from '../../../commands/inspect.ts';
import { POLICY } from '../../support/dying-worker.ts';
import { hangingEstate, type Orders } from '../../support/hanging-worker.ts';
import { freshSchema } from '../../support/mysql.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { type Stage, stage } from '../slack/harness.ts';
import { authorityWith } from '../../support/signed.ts';
import { compiled } from '../../../scripts/compiled.ts';

let sshd: Sshd;
let store: Store;
let drop: () => Promise<void>;
let on: Stage;
let orders: Omit<Orders, 'runId'>;
let workers: ChildProcess[];

const policy: Policy = {
  ...POLICY,
  people: [
    { key: 'lin', name: 'Lin Wei', slack: 'U0LIN' },
    { key: 'zhao', name: 'Zhao Min', slack: 'U0ZHAO' },
  ],
  roles: { operator: ['lin', 'zhao'] },
};

beforeEach(async () => {
  sshd = await startSshd();
  const own = await freshSchema();
  drop = own.drop;
  const account = { host: '127.0.0.1', port: own.port, user: 'root', password: '', database: own.schema };
  store = await openStore(account);
  const { port, user, keyFile, fingerprint } = sshd;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-hang-'));
  orders = {
    mysqlPort: inject('mysqlPort'),
    schema: own.schema,
    ssh: { port, user, keyFile, fingerprint },
    pidFile: path.join(folder, 'pid'),
  };
  workers = [];
  const catalog: Catalog = {
    commands: new Map([['inspect', inspect]]),
    inspections: new Map(),
    playbooks: new Map(),
  };
  // The bot: this process. Its only tie to the worker is the store.
  const desk = openDesk({
    authority: authorityWith(),
    estate: hangingEstate(port),
    catalog,
    policy: () => policy,
    runs: store.runs,
    buttons: store.buttons,
    history: store.history,
    now: store.now,
    audit: store.audit,
    schedules: store.schedules,
    locks: store.locks,
    brackets: store.brackets,
    readOnly: store.readOnly,

    canShow: async () => true,
    systemsOf: () => ['MQ'],
    log: { warn: () => undefined, error: () => undefined },
    dispatch: { send: async (run) => void startWorker(run.id) },
  });
  on = await stage('socket', { desk, runs: store.runs, posts: store.posts });
});
afterEach(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await on.stop();
  await store.close();
  await drop();
  await sshd.stop();
});

const program = await compiled('test/support/hanging-worker.ts');

function startWorker(runId: RunId): ChildProcess {
  const worker = spawn(process.execPath, [...program, JSON.stringify({ ...orders, runId })], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  workers.push(worker);
  return worker;
}
const ended = (worker: ChildProcess): Promise<unknown> =>
  worker.exitCode === null && worker.signalCode === null
    ? new Promise((resolve) => worker.once('exit', resolve))
    : Promise.resolve();

/** The process that hangs on the host, once it does. */
async function hanging(): Promise<number> {
  await expect
    .poll(() => readFile(orders.pidFile, 'utf8').catch(() => ''), { timeout: 30_000 })
    .toMatch(/^\d+\n$/);
  const pid = Number(await readFile(orders.pidFile, 'utf8'));
  expect(await commandOf(pid)).toContain('sleep');
  return pid;
}
const commandOf = (pid: number): Promise<string> => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

async function newestRun(): Promise<Run> {
  const [run] = await store.runs.recent(1);
  if (!run) throw new Error('no run');
  return run;
}

const spot = { as: 'U0ZHAO', channel: 'C0OPS' };

describe('an inspection whose worker is another process, cancelled in Slack', { timeout: 90_000 }, () => {
  // A host too busy to confirm the end within three seconds is only let go, and told so: then it is cancelled once more.
  it('ends what hangs on a host, keeps what has answered, and says so', { retry: 2 }, async () => {
    const { client } = on.workspace;
    await client.type('U0LIN', 'C0OPS', '/inspect mq');
    const pid = await hanging();
    await client.waitForMessage(
      { says: /2 of 3 hosts answered.*Waiting for: slow-2/s },
      { timeoutMs: 30_000 },
    );
    expect(await client.click(spot, 'Cancel')).toMatchObject({ ok: true });
    const { ts } = await client.waitForMessage({ says: /cancelled by Zhao Min/ }, { timeoutMs: 30_000 });
    expect(await commandOf(pid)).toBe('');
    expect((await newestRun()).report?.stopped?.hosts).toEqual([
      { name: 'slow-1', fate: 'answered' },
      { name: 'slow-2', fate: 'ended' },
      { name: 'slow-3', fate: 'answered' },
    ]);
    const thread = () => client.text({ ...spot, threadTs: ts });
    await expect.poll(thread, { timeout: 30_000 }).toContain('*Ended on the host* — 1: slow-2');
    const text = await thread();
    expect(text).toContain('2 answered · 1 ended on the host');
    expect(text).not.toContain('[Cancel]');
    await Promise.all(workers.map(ended));
    expect(workers.map(({ exitCode }) => exitCode)).toEqual([0]);
    // The check that had answered before the other began to hang is kept.
    const ofSlow2 = (await newestRun()).report?.findings.filter(({ host }) => host === 'slow-2');
    expect(ofSlow2?.map(({ check, state }) => `${check} ${state}`)).toEqual(['quick ok', 'hanging unknown']);
    expect(await store.audit.verify()).toMatchObject({ rows: 3, problems: [] });
  });

  it('of two who press at the same moment tells the one who was second', async () => {
    const { client } = on.workspace;
    await client.type('U0LIN', 'C0OPS', '/inspect mq');
    await hanging();
    const { ts } = await client.waitForMessage({ says: /fettle:cancel/ }, { timeoutMs: 30_000 });
    const people = ['U0LIN', 'U0ZHAO'];
    await Promise.all(people.map((as) => client.click({ ...spot, as, ts }, 'Cancel')));
    const { only_for: second } = await client.waitForMessage({
      says: /has cancelled this already|was cancelled by/,
    });
    const first = second === 'U0LIN' ? 'Zhao Min' : 'Lin Wei';
    await client.waitForMessage({ says: new RegExp(`cancelled by ${first}`) }, { timeoutMs: 30_000 });
    expect(await newestRun()).toMatchObject({ outcome: 'cancelled', cancelled: { by: { name: first } } });
  });

  it('is ended by the next worker when its own is lost before it could stop', async () => {
    const { client } = on.workspace;
    await client.type('U0LIN', 'C0OPS', '/inspect mq');
    const pid = await hanging();
    const [worker] = workers;
    if (!worker) throw new Error('no worker');
    await client.waitForMessage({ says: /fettle:cancel/ }, { timeoutMs: 30_000 });
    worker.kill('SIGSTOP');
    await client.click(spot, 'Cancel');
    await client.waitForMessage({ says: /being stopped/ }, { timeoutMs: 30_000 });
    worker.kill('SIGKILL');
    await ended(worker);
    const { id } = await newestRun();
    await ended(startWorker(id));
    expect(await newestRun()).toMatchObject({
      state: 'ended',
      outcome: 'cancelled',
      says: { en: expect.stringContaining('The worker that ran it was lost') as string },
    });
    await expect.poll(() => commandOf(pid), { timeout: 10_000 }).toBe('');
  });
});

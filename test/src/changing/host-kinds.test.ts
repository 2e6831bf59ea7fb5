import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type KeyPair, makeKeyPair } from '../../../src/runs/keys.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import {
  Boundary,
  type CourseOrders,
  type CourseWorker,
  openCourseWorker,
} from '../../support/course-worker.ts';
import { HostKind } from '../../support/host-course.ts';
import { freshSchema } from '../../support/mysql.ts';
import { confirmAs, recordChange } from '../../support/signed.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { compiled } from '../../../scripts/compiled.ts';

const lin = { id: 'lin', name: 'Lin Wei' };
const never = new AbortController().signal;

let own: Awaited<ReturnType<typeof freshSchema>>;
let pair: KeyPair;
let sshd: Sshd;
let orders: CourseOrders;
let worker: CourseWorker;
let server: Server;
let keeper: Connection;
let folder = '';
let sent = 0;

/** `service kubelet start|status` with memory, counting what was started. */
const SERVICE = String.raw`#!/bin/sh
cd "$(dirname "$0")" || exit 9
case $2 in start) echo service >>effects; : >up;; status) [ -f up ] || exit 3;; esac`;

beforeAll(async () => {
  own = await freshSchema();
  pair = makeKeyPair();
  folder = await mkdtemp(path.join(os.tmpdir(), 'host-kinds-'));
  await writeFile(path.join(folder, 'service'), SERVICE, { mode: 0o755 });
  await writeFile(path.join(folder, 'sudo'), '#!/bin/sh\nshift 4; exec "$@"\n', { mode: 0o755 });
  sshd = await startSshd({ config: [`SetEnv PATH=${folder}:/usr/bin:/bin`] });
  server = createServer((request, response) => {
    request.resume();
    sent += 1;
    response.end('{"success":true}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port, user, keyFile, fingerprint } = sshd;
  orders = {
    mysqlPort: inject('mysqlPort'),
    ownSchema: own.schema,
    publicPem: pair.publicPem,
    folder,
    sshd: { port, user, keyFile, fingerprint },
  };
  worker = await openCourseWorker(orders);
  const at = { host: '127.0.0.1', port: own.port, user: 'root', database: own.schema };
  keeper = await createConnection(at);
});
beforeEach(async () => {
  sent = 0;
  await writeFile(path.join(folder, 'effects'), '');
  await writeFile(path.join(folder, 'log'), 'old lines\n');
});
afterAll(async () => {
  await worker.close();
  await keeper.end();
  await sshd.stop();
  server.close();
  await own.drop();
});

/** How often the step took effect, as the host has it. */
async function effects(kind: HostKind): Promise<number> {
  if (kind === 'request') return sent;
  if (kind === 'file')
    return stat(path.join(folder, 'log')).then(
      () => 0,
      () => 1,
    );
  return (await readFile(path.join(folder, 'effects'), 'utf8')).split('\n').filter(Boolean).length;
}

async function confirmed(kind: HostKind): Promise<RunId> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ask = { kind: 'change', playbooks: ['host-course'], args: { kind, folder, url } } as const;
  const { id } = await recordChange(worker.store, pair, lin, ask);
  await worker.runner.read(id, never);
  await confirmAs(worker.store, pair, id, lin);
  return id;
}

const get = async (id: RunId): Promise<Run> => {
  const run = await worker.store.runs.get(id);
  if (!run) throw new Error('the run is gone');
  return run;
};

/** A lost worker gives no sign any more: what is left of its lease is over at once. */
const lapse = (id: RunId): Promise<unknown> =>
  keeper.query('update run set lease_until = now(3) where id = ? and lease_until is not null', [id]);

/** Everything that goes on by itself, until the run has ended and no look is to come that could settle it. */
async function untilEnded(id: RunId): Promise<Run> {
  for (let round = 0; round < 300; round += 1) {
    await worker.runner.sweep();
    const run = await get(id);
    if (run.state === 'ended' && run.outcome !== 'unknown') return run;
    if ((await worker.store.runs.undelivered(0)).some((due) => due.id === id))
      await worker.runner.change(id, never);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return get(id);
}

async function child(id: RunId, at: NonNullable<CourseOrders['at']>) {
  const started = spawn(
    process.execPath,
    [...(await compiled('test/support/course-worker.ts')), JSON.stringify({ ...orders, at, runId: id })],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(started, 'exit').then(([code, signal]) => (signal ?? code) as string | number);
  await once(started.stdout, 'data');
  return { process: started, ended };
}

/** Of a process, as the kernel names it: `T` while it is stopped. */
async function stateOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
}

describe.each(HostKind.options)('a step of kind %s', { timeout: 120_000 }, (kind) => {
  it.each(Boundary.options)(
    'has one effect at most, told as it is, when its worker is killed %s',
    async (boundary) => {
      const id = await confirmed(kind);
      const lost = await child(id, { boundary, step: 1, how: 'SIGKILL' });
      expect(await lost.ended).toBe('SIGKILL');
      await lapse(id);
      const run = await untilEnded(id);
      const took = await effects(kind);
      expect(took).toBe(boundary === 'after effect' || boundary === 'before result' ? 1 : 0);
      expect(run.outcome).toBe(took === 1 ? 'done' : 'failed');
      await worker.runner.change(id, never);
      expect(await effects(kind)).toBe(took);
      expect(await worker.store.audit.verifyStory()).toEqual([]);
    },
  );

  it.each(['before effect', 'after effect'] as const)(
    'has no effect after its end was told, by a worker that was frozen %s for longer than its lease',
    async (boundary) => {
      const id = await confirmed(kind);
      const frozen = await child(id, { boundary, step: 1, how: 'SIGSTOP' });
      // Nobody else may begin what this worker is about to take.
      await expect.poll(() => stateOf(frozen.process.pid ?? 0), { timeout: 60_000 }).toBe('T');
      await lapse(id);
      const run = await untilEnded(id);
      const took = await effects(kind);
      frozen.process.kill('SIGCONT');
      await frozen.ended;
      expect(await effects(kind)).toBe(took);
      expect(took).toBe(boundary === 'after effect' ? 1 : 0);
      expect(run.outcome).toBe(took === 1 ? 'done' : 'failed');
      expect((await get(id)).outcome).toBe(run.outcome);
      expect(await worker.store.audit.verifyStory()).toEqual([]);
    },
  );
});

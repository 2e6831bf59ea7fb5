import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { openQueues, openWorkers } from '../../../src/queue/index.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { aRun } from '../../support/runs.ts';
import { compiled } from '../../../scripts/compiled.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const approved = (): Run => aRun({ state: 'approved', ask: { kind: 'change', playbooks: ['p'], args: {} } });

function setUp() {
  const options = {
    host: '127.0.0.1',
    port: inject('redisPort'),
    prefix: `t${randomBytes(6).toString('hex')}`,
  };
  const queues = openQueues(options);
  closers.push(() => queues.close());
  return { options, queues };
}

/** A process that begins one change and hangs in it. */
async function hangingIn(
  options: ReturnType<typeof setUp>['options'],
  send: () => Promise<void>,
): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [...(await compiled('test/support/changing-process.ts')), JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  closers.push(() => child.kill('SIGKILL'));
  await send();
  await once(child.stdout, 'data');
  return child;
}

it.each(['is killed', 'is killed, and Redis loses everything'])(
  'a process that %s in the middle of a change does not hold up another change',
  { timeout: 60_000 },
  async (what) => {
    const { options, queues } = setUp();
    await vi.waitFor(() => expect(queues.isUp()).toBe(true));
    const child = await hangingIn(options, () => queues.send(approved()));
    const begun: RunId[] = [];
    const nothing = async (): Promise<void> => undefined;
    const workers = openWorkers({
      ...options,
      perform: { read: nothing, help: nothing, change: async (id) => void begun.push(id) },
      concurrency: { read: 1, changes: 1 },
    });
    closers.push(() => workers.close(0));
    await vi.waitFor(() => expect(workers.isUp()).toBe(true));
    child.kill('SIGKILL');
    await once(child, 'exit');
    if (what.includes('loses')) {
      const redis = new Redis({ port: options.port });
      // Only what is ours: others use this server, too.
      const keys = await redis.keys(`${options.prefix}:*`);
      if (keys.length > 0) await redis.del(...keys);
      redis.disconnect();
    }
    const other = approved();
    const began = performance.now();
    await queues.send(other);
    await vi.waitFor(() => expect(begun).toEqual([other.id]), { timeout: 50_000, interval: 20 });
    const ms = Math.round(performance.now() - began);
    process.stderr.write(`begun ${ms} ms after it was confirmed\n`);
    expect(ms).toBeLessThan(5000);
  },
);

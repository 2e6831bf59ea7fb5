import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, startRedis, type Service } from '../../../lab/services.ts';
import { openRunNotifier, openQueues, openWorkers, QueueUnavailable } from '../../../src/queue/index.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { aRun } from '../../support/runs.ts';

let folder: string;
let port: number;
let server: Service | undefined;
const unhandled: unknown[] = [];
const noticed = (error: unknown): void => void unhandled.push(error);
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  process.on('unhandledRejection', noticed);
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-redis-'));
  port = await freePort();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await down();
});
afterAll(async () => {
  process.off('unhandledRejection', noticed);
  await rm(folder, { recursive: true, force: true });
});

const up = async (): Promise<void> => {
  server = await startRedis(folder, port);
};
const down = async (): Promise<void> => {
  await server?.stop();
  server = undefined;
};

const approved = (): Run => aRun({ state: 'approved' });

const logged: string[] = [];
const log = {
  warn: (_facts: unknown, text?: string) => void logged.push(text ?? ''),
  info: (_facts: unknown, text?: string) => void logged.push(text ?? ''),
};

function outageStage() {
  const options = { host: '127.0.0.1', port, prefix: 't', log: log as never };
  const seen: RunId[] = [];
  const heard: RunId[] = [];
  const queues = openQueues(options);
  const notifier = openRunNotifier(options);
  notifier.onNotify((id) => heard.push(id));
  const workers = openWorkers({
    ...options,
    perform: {
      read: async () => undefined,
      change: async (id) => void seen.push(id),
      help: async () => undefined,
    },
    concurrency: { read: 1, changes: 1 },
  });
  closers.push(
    () => queues.close(),
    () => notifier.close(),
    () => workers.close(0),
  );
  return { queues, notifier, workers, seen, heard };
}

async function refusedIn(send: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await expect(send()).rejects.toBeInstanceOf(QueueUnavailable);
  return performance.now() - began;
}

describe('when Redis is away', () => {
  it('starts without it, refuses at once, and works by itself when it comes', async () => {
    const { queues, notifier, workers, seen, heard } = outageStage();
    expect([queues.isUp(), notifier.isUp(), workers.isUp()]).toEqual([false, false, false]);
    const ghost = approved();
    expect(await refusedIn(() => queues.send(ghost))).toBeLessThan(250);
    notifier.notify(ghost.id);
    await up();
    await vi.waitFor(
      () => expect([queues.isUp(), notifier.isUp(), workers.isUp()]).toEqual([true, true, true]),
      15_000,
    );
    const sent = approved();
    await queues.send(sent);
    notifier.notify(sent.id);
    await vi.waitFor(() => expect(seen).toEqual([sent.id]), 15_000);
    await vi.waitFor(() => expect(heard).toEqual([sent.id]));
  });

  it('goes on after it was away, and runs nothing that was refused', async () => {
    await up();
    const { queues, notifier, workers, seen, heard } = outageStage();
    await vi.waitFor(
      () => expect([queues.isUp(), notifier.isUp(), workers.isUp()]).toEqual([true, true, true]),
      15_000,
    );
    const before = approved();
    await queues.send(before);
    await vi.waitFor(() => expect(seen).toEqual([before.id]));
    logged.length = 0;
    await down();
    await vi.waitFor(() => expect(queues.isUp()).toBe(false));
    const refused = approved();
    for (let i = 0; i < 20; i += 1) expect(await refusedIn(() => queues.send(refused))).toBeLessThan(250);
    await vi.waitFor(() => expect(logged.length).toBeGreaterThanOrEqual(4), 5000);
    await up();
    await vi.waitFor(
      () => expect([queues.isUp(), notifier.isUp(), workers.isUp()]).toEqual([true, true, true]),
      15_000,
    );
    const after = approved();
    await queues.send(after);
    notifier.notify(after.id);
    await vi.waitFor(() => expect(seen).toEqual([before.id, after.id]), 20_000);
    await vi.waitFor(() => expect(heard).toEqual([after.id]));
    expect(logged.filter((text) => text === 'Redis cannot be reached').length).toBeLessThanOrEqual(4);
    expect(logged.filter((text) => text === 'Redis is back').length).toBeLessThanOrEqual(4);
  });

  it.each([
    ['it never came', async () => undefined],
    ['it went away', () => up()],
  ])('closes at once although %s', async (_, before) => {
    await before();
    const { queues, notifier, workers } = outageStage();
    closers.length = 0;
    await vi.waitFor(() => expect(workers.isUp()).toBe(server !== undefined), 15_000);
    await down();
    await vi.waitFor(() => expect(workers.isUp()).toBe(false), 15_000);
    const began = performance.now();
    await Promise.all([queues.close(), notifier.close(), workers.close(60)]);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('lets a change that runs end its step before it closes', async () => {
    await up();
    const { queues } = outageStage();
    const steps: string[] = [];
    const workers = openWorkers({
      port,
      prefix: 'steps',
      perform: {
        read: async () => undefined,
        help: async () => undefined,
        change: (_id, signal) =>
          new Promise((resolve) => {
            steps.push('begun');
            signal.addEventListener('abort', () => {
              steps.push('ended');
              resolve();
            });
          }),
      },
      concurrency: { read: 1, changes: 1 },
    });
    const other = openQueues({ port, prefix: 'steps' });
    closers.push(() => other.close());
    await vi.waitFor(() => expect(other.isUp()).toBe(true), 15_000);
    await other.send(approved());
    await vi.waitFor(() => expect(steps).toEqual(['begun']), 15_000);
    await down();
    await vi.waitFor(() => expect(queues.isUp()).toBe(false), 15_000);
    await workers.close(0);
    expect(steps).toEqual(['begun', 'ended']);
  });

  it('leaves no rejection unhandled in any of this', () => {
    expect(unhandled).toEqual([]);
  });
});

import { randomBytes } from 'node:crypto';
import { Queue, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeAll, afterAll, describe, expect, inject, it, vi } from 'vitest';
import { jobIdOf, type QueueName } from '../../../src/queue/jobs.ts';
import { openQueues, openWorkers, type Perform, type Workers } from '../../../src/queue/index.ts';
import { newRunId, type Run, type RunId, type RunState } from '../../../src/runs/run.ts';
import { aRun } from '../../support/runs.ts';

let redis: Redis;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(() => {
  redis = new Redis({ port: inject('redisPort'), maxRetriesPerRequest: null });
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => redis.disconnect());

const run = (state: RunState, id: RunId = newRunId()): Run =>
  aRun({ id, state, ask: { kind: 'inspect', scope: { kind: 'all' } } });

function setUp() {
  const prefix = `t${randomBytes(6).toString('hex')}`;
  const options = { host: '127.0.0.1', port: inject('redisPort'), prefix };
  const queues = openQueues(options);
  closers.push(() => queues.close());
  const raw = (name: QueueName): Queue => {
    const queue = new Queue(name, { connection: redis, prefix });
    closers.push(() => queue.close());
    return queue;
  };
  const work = (perform: Partial<Perform>, more: { givenUp?: (id: RunId) => void } = {}): Workers => {
    const never = async (): Promise<void> => undefined;
    const workers = openWorkers({
      ...options,
      perform: { read: never, change: never, help: never, ...perform },
      concurrency: { read: 2, changes: 1 },
      ...(more.givenUp ? { givenUp: more.givenUp } : {}),
    });
    closers.push(() => workers.close(0));
    return workers;
  };
  return { prefix, queues, raw, work, up: () => vi.waitFor(() => expect(queues.isUp()).toBe(true)) };
}

const jobOf = async (queue: Queue, id: RunId): Promise<Job | undefined> =>
  queue.getJob(jobIdOf(id, queue.name as QueueName));

describe('handing runs over', () => {
  it.each([
    ['queued', 'read'],
    ['preparing', 'read'],
    ['approved', 'change'],
  ] as const)('gives a run that is %s to the %s workers, by its number only', async (state, name) => {
    const { queues, raw, up } = setUp();
    await up();
    const sent = run(state);
    await queues.send(sent);
    const job = await jobOf(raw(name), sent.id);
    expect(job?.data).toEqual({ runId: sent.id });
    expect(job?.id).toMatch(/^i-[0-9a-f]{64}$/);
    expect(await raw(name === 'read' ? 'change' : 'read').getJobCountByTypes('wait')).toBe(0);
  });

  it.each(['waiting', 'running', 'ended'] as const)('sends nothing for a run that is %s', async (state) => {
    const { queues, raw, up } = setUp();
    await up();
    await queues.send(run(state));
    expect(await raw('read').getJobCountByTypes('wait')).toBe(0);
    expect(await raw('change').getJobCountByTypes('wait')).toBe(0);
  });

  it('keeps one job however often a waiting run is sent', async () => {
    const { queues, raw, up } = setUp();
    await up();
    const sent = run('queued');
    await Promise.all(Array.from({ length: 10 }, () => queues.send(sent)));
    expect(await raw('read').getJobCountByTypes('wait')).toBe(1);
  });

  it.each([
    ['read', 'queued', 'completed'],
    ['read', 'queued', 'failed'],
    ['change', 'approved', 'completed'],
    ['change', 'approved', 'failed'],
  ] as const)('sends a %s run that is still %s again after its job has %s', async (name, state, end) => {
    const { queues, raw, work, up } = setUp();
    await up();
    const calls: RunId[] = [];
    work({
      [name]: async (id: RunId) => {
        calls.push(id);
        if (end === 'failed') throw Object.assign(new Error('no'), { name: 'UnrecoverableError' });
      },
    });
    const sent = run(state);
    await queues.send(sent);
    await vi.waitFor(async () => expect(await (await jobOf(raw(name), sent.id))?.getState()).toBe(end));
    await queues.send(sent);
    await vi.waitFor(() => expect(calls).toEqual([sent.id, sent.id]));
  });
});

describe('workers', () => {
  it('keep no results and no more than the number of the run in Redis', async () => {
    const { queues, raw, work, up } = setUp();
    await up();
    work({ read: async () => 'secret' as never });
    const sent = run('queued');
    await queues.send(sent);
    await vi.waitFor(async () =>
      expect(await (await jobOf(raw('read'), sent.id))?.getState()).toBe('completed'),
    );
    expect((await jobOf(raw('read'), sent.id))?.returnvalue).toBeNull();
  });

  it('try a run that only looks three times, then give it up and say so', async () => {
    const { queues, raw, work, up } = setUp();
    await up();
    let calls = 0;
    const givenUp: RunId[] = [];
    work(
      {
        read: async () => {
          calls += 1;
          throw new Error('no answer');
        },
      },
      { givenUp: (id) => givenUp.push(id) },
    );
    const sent = run('queued');
    await queues.send(sent);
    for (const attempt of [1, 2]) {
      await vi.waitFor(async () =>
        expect(await (await jobOf(raw('read'), sent.id))?.getState()).toBe('delayed'),
      );
      expect(calls).toBe(attempt);
      expect(givenUp).toEqual([]);
      await (await jobOf(raw('read'), sent.id))?.promote();
      await vi.waitFor(() => expect(calls).toBe(attempt + 1));
    }
    await vi.waitFor(() => expect(givenUp).toEqual([sent.id]));
    expect(calls).toBe(3);
  });

  it('try a change once', async () => {
    const { queues, raw, work, up } = setUp();
    await up();
    let calls = 0;
    work({
      change: async () => {
        calls += 1;
        throw new Error('no');
      },
    });
    const sent = run('approved');
    await queues.send(sent);
    await vi.waitFor(async () =>
      expect(await (await jobOf(raw('change'), sent.id))?.getState()).toBe('failed'),
    );
    expect(calls).toBe(1);
    expect((await jobOf(raw('change'), sent.id))?.opts.attempts).toBe(1);
  });

  it('perform one change of the whole installation at a time', async () => {
    const { queues, raw, work, up, prefix } = setUp();
    await up();
    let together = 0;
    let most = 0;
    const change = async (): Promise<void> => {
      together += 1;
      most = Math.max(most, together);
      for (let i = 0; i < 20; i += 1) await redis.ping();
      together -= 1;
    };
    for (let i = 0; i < 3; i += 1) work({ change });
    await vi.waitFor(async () => expect(await redis.hget(`${prefix}:change:meta`, 'concurrency')).toBe('1'));
    for (let i = 0; i < 9; i += 1) await queues.send(run('approved'));
    await vi.waitFor(async () => expect(await raw('change').getCompletedCount()).toBe(9), 15_000);
    expect(most).toBe(1);
  });

  it.each([
    ['no run', {}],
    ['a plan of its own', { runId: newRunId(), node: 'x', approvedBy: 'U_BOSS' }],
    ['a number that is none', { runId: 'wait' }],
    ['text', 'rm -rf'],
    ['a list', [1]],
    ['nothing', null],
  ])('put a forged job with %s aside and go on', async (_, data) => {
    const { queues, raw, work, up } = setUp();
    await up();
    const calls: RunId[] = [];
    work({ read: async (id) => void calls.push(id) });
    const forged = await raw('read').add('run', data, { attempts: 5 });
    const sent = run('queued');
    await queues.send(sent);
    await vi.waitFor(() => expect(calls).toEqual([sent.id]));
    await vi.waitFor(async () => expect(await forged.getState()).toBe('failed'));
    expect((await raw('read').getJob(forged.id ?? ''))?.attemptsMade).toBe(1);
  });

  it('finish what runs within the grace', async () => {
    const { queues, raw, work, up } = setUp();
    await up();
    const running: { readonly signal: AbortSignal; readonly end: () => void }[] = [];
    const workers = work({
      read: (_id, signal) => new Promise<void>((end) => running.push({ signal, end })),
    });
    const sent = run('queued');
    await queues.send(sent);
    await vi.waitFor(() => expect(running).toHaveLength(1));
    const closed = workers.close(20);
    const late = run('queued');
    await queues.send(late);
    running[0]?.end();
    await closed;
    expect(running[0]?.signal.aborted).toBe(false);
    expect(await (await jobOf(raw('read'), sent.id))?.getState()).toBe('completed');
    expect(await (await jobOf(raw('read'), late.id))?.getState()).toBe('waiting');
  });

  it('give back what only looks and let a change end its step when the grace is over', async () => {
    const { queues, raw, work, up } = setUp();
    await up();
    const begun: string[] = [];
    const stopped = (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    const workers = work({
      read: async (_id, signal) => {
        begun.push('read');
        await stopped(signal);
        throw new Error('stopped half-way');
      },
      change: async (_id, signal) => {
        begun.push('change');
        await stopped(signal);
      },
    });
    const looking = run('queued');
    const changing = run('approved');
    await queues.send(looking);
    await queues.send(changing);
    await vi.waitFor(() => expect(begun.sort()).toEqual(['change', 'read']));
    await workers.close(0);
    expect(await (await jobOf(raw('read'), looking.id))?.getState()).toBe('waiting');
    expect((await jobOf(raw('read'), looking.id))?.attemptsMade).toBe(0);
    expect(await (await jobOf(raw('change'), changing.id))?.getState()).toBe('completed');
    const again: RunId[] = [];
    work({ read: async (id) => void again.push(id) });
    await vi.waitFor(() => expect(again).toEqual([looking.id]));
  });
});

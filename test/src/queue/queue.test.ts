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

const run = (state: RunState, id: RunId = newRunId(), more: Partial<Run> = {}): Run =>
  aRun({ id, state, ask: { kind: 'inspect', scope: { kind: 'all' } }, ...more });

const changeAsk: Run['ask'] = { kind: 'change', playbooks: ['release-locks'], args: {} };
const rollback: Run['ask'] = { kind: 'rollback', of: newRunId() };

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
  const work = (
    perform: Partial<Perform>,
    more: { givenUp?: (id: RunId) => void; changes?: number; log?: Log } = {},
  ): Workers => {
    const never = async (): Promise<void> => undefined;
    const workers = openWorkers({
      ...options,
      perform: { read: never, change: never, help: never, ...perform },
      concurrency: { read: 2, changes: more.changes ?? 1 },
      ...(more.log ? { log: more.log } : {}),
      ...(more.givenUp ? { givenUp: more.givenUp } : {}),
    });
    closers.push(() => workers.close(0));
    return workers;
  };
  return { prefix, queues, raw, work, up: () => vi.waitFor(() => expect(queues.isUp()).toBe(true)) };
}

type Log = NonNullable<Parameters<typeof openWorkers>[0]['log']>;

const jobOf = async (queue: Queue, id: RunId): Promise<Job | undefined> =>
  queue.getJob(jobIdOf(id, queue.name as QueueName));

describe('handing runs over', () => {
  it.each([
    ['an inspection', 'queued', 'read', {}],
    ['an inspection', 'preparing', 'read', {}],
    ['a change', 'queued', 'plan', { ask: changeAsk }],
    ['a change', 'preparing', 'plan', { ask: changeAsk }],
    ['a way back', 'queued', 'plan', { ask: rollback }],
    ['a change', 'approved', 'change', { ask: changeAsk }],
    ['an unknown change', 'ended', 'plan', { ask: changeAsk, outcome: 'unknown' }],
    ['an unknown way back', 'ended', 'plan', { ask: rollback, outcome: 'unknown' }],
  ] as const)('gives %s that is %s to the %s workers, by its number only', async (_, state, name, more) => {
    const { queues, raw, up } = setUp();
    await up();
    const sent = run(state, newRunId(), more);
    await queues.send(sent);
    const job = await jobOf(raw(name), sent.id);
    expect(job?.data).toEqual({ runId: sent.id });
    expect(job?.id).toMatch(/^i-[0-9a-f]{64}$/);
    for (const other of ['read', 'plan', 'change'] as const)
      expect(await raw(other).getJobCountByTypes('wait')).toBe(other === name ? 1 : 0);
  });

  it('sends an unknown run again as often as somebody looks', async () => {
    const { queues, raw, work, up } = setUp();
    await up();
    const calls: RunId[] = [];
    work({ read: async (id) => void calls.push(id) });
    const sent = run('ended', newRunId(), { ask: changeAsk, outcome: 'unknown' });
    for (const times of [1, 2, 3]) {
      await queues.send(sent);
      await vi.waitFor(async () =>
        expect(await (await jobOf(raw('plan'), sent.id))?.getState()).toBe('completed'),
      );
      expect(calls).toHaveLength(times);
    }
  });

  it('sends nothing for a change that has ended in any other way', async () => {
    const { queues, raw, up } = setUp();
    await up();
    for (const outcome of ['done', 'refused', 'failed', 'cancelled', 'expired'] as const)
      await queues.send(run('ended', newRunId(), { ask: changeAsk, outcome }));
    expect(await raw('plan').getJobCountByTypes('wait')).toBe(0);
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

  it('perform so many changes at once as they are told, and none of what Redis says about it', async () => {
    const { queues, raw, work, up, prefix } = setUp();
    await up();
    // As an earlier version left it.
    await redis.hset(`${prefix}:change:meta`, 'concurrency', '1');
    let together = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const change = async (): Promise<void> => {
      together += 1;
      most = Math.max(most, together);
      await new Promise<void>((resolve) => ends.push(resolve));
      together -= 1;
    };
    work({ change }, { changes: 3 });
    for (let i = 0; i < 7; i += 1) await queues.send(run('approved', newRunId(), { ask: changeAsk }));
    await vi.waitFor(() => expect(ends).toHaveLength(3), 15_000);
    for (let ended = 0; ended < 7; ended += 1) {
      await vi.waitFor(() => expect(ends.length).toBeGreaterThan(ended), 15_000);
      ends[ended]?.();
    }
    await vi.waitFor(async () => expect(await raw('change').getCompletedCount()).toBe(7), 15_000);
    expect(most).toBe(3);
  });

  it('plan and change while every place for inspections is taken', async () => {
    const { queues, work, up } = setUp();
    await up();
    const held: (() => void)[] = [];
    const seen: RunId[] = [];
    const read = (id: RunId): Promise<void> =>
      new Promise((resolve) => {
        if (inspections.has(id)) held.push(resolve);
        else {
          seen.push(id);
          resolve();
        }
      });
    const asked = Array.from({ length: 20 }, () => run('queued'));
    const inspections = new Set(asked.map(({ id }) => id));
    work({ read, change: async (id) => void seen.push(id) });
    for (const each of asked) await queues.send(each);
    await vi.waitFor(() => expect(held).toHaveLength(2));
    const planned = run('queued', newRunId(), { ask: changeAsk });
    const approved = run('approved', newRunId(), { ask: changeAsk });
    await queues.send(planned);
    await queues.send(approved);
    await vi.waitFor(() => expect(seen.sort()).toEqual([planned.id, approved.id].sort()), 3000);
    expect(held).toHaveLength(2);
    for (let at = 0; at < 20; at += 1) {
      await vi.waitFor(() => expect(held.length).toBeGreaterThan(at));
      held[at]?.();
    }
  });

  it('plan what a person asked for before what a schedule brings', async () => {
    const { queues, work, up } = setUp();
    await up();
    const begun: RunId[] = [];
    const ends: (() => void)[] = [];
    const scheduled = Array.from({ length: 5 }, () =>
      run('queued', newRunId(), { schedule: { id: 's', slot: '2026-01-01T00:00:00.000Z' } as never }),
    );
    for (const each of scheduled) await queues.send(each);
    const typed = run('queued');
    await queues.send(typed);
    work({
      read: (id) =>
        new Promise((resolve) => {
          begun.push(id);
          ends.push(resolve);
        }),
    });
    await vi.waitFor(() => expect(begun).toHaveLength(2));
    expect(begun[0]).toBe(typed.id);
    for (let at = 0; at < 6; at += 1) {
      await vi.waitFor(() => expect(ends.length).toBeGreaterThan(at));
      ends[at]?.();
    }
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

describe('whoever can write Redis', () => {
  const good = (runId: string): Record<string, string> => ({
    name: 'run',
    data: JSON.stringify({ runId }),
    opts: '{}',
    timestamp: '1',
  });
  const forged: readonly (readonly [string, (key: string) => Promise<unknown>])[] = [
    ['data that is no JSON', (key) => redis.hset(key, { ...good('x'), data: '{not json' })],
    ['options that are no JSON', (key) => redis.hset(key, { ...good(newRunId()), opts: '{{' })],
    ['options that are a list', (key) => redis.hset(key, { ...good(newRunId()), opts: '[1]' })],
    ['no data', (key) => redis.hset(key, { name: 'run', opts: '{}', timestamp: '1' })],
    ['no options', (key) => redis.hset(key, { name: 'run', data: '{}', timestamp: '1' })],
    ['nothing but a field of its own', (key) => redis.hset(key, { other: '1' })],
    ['a megabyte of data', (key) => redis.hset(key, { ...good('x'), data: '{'.repeat(1_000_000) })],
    [
      'a megabyte of JSON',
      (key) => redis.hset(key, { ...good('x'), data: JSON.stringify({ a: 'a'.repeat(1_000_000) }) }),
    ],
    ['a time that is none', (key) => redis.hset(key, { ...good(newRunId()), timestamp: 'soon' })],
    ['a list where a job must be', (key) => redis.rpush(key, 'a')],
    ['a text where a job must be', (key) => redis.set(key, 'a')],
    ['nothing behind its number', async () => undefined],
  ];
  const places = ['wait', 'active', 'prioritized', 'delayed'] as const;

  it.each(['change', 'plan', 'read'] as const)(
    'cannot stop the %s queue by jobs that nobody can read, and the log says what was removed',
    { timeout: 60_000 },
    async (name) => {
      const { queues, work, up, prefix } = setUp();
      await up();
      const done: RunId[] = [];
      const said: string[] = [];
      const log: Log = {
        info: () => undefined,
        warn: (_: unknown, text?: string) => void said.push(text ?? ''),
      };
      const perform = async (id: RunId): Promise<void> => void done.push(id);
      for (let n = 0; n < 2; n += 1) work({ change: perform, read: perform }, { log });
      const base = `${prefix}:${name}`;
      const more: Partial<Run> = name === 'read' ? {} : { ask: changeAsk };
      const wanted = (): Run => run(name === 'change' ? 'approved' : 'queued', newRunId(), more);
      const first = wanted();
      await queues.send(first);
      await vi.waitFor(() => expect(done).toEqual([first.id]));
      for (const [at, [, make]] of forged.entries()) {
        const id = `raw${at}`;
        await make(`${base}:${id}`);
        for (const [no, place] of places.entries()) {
          if (at % places.length !== no && place !== 'wait') continue;
          const key = `${base}:${place}`;
          await (place === 'wait' || place === 'active' ? redis.lpush(key, id) : redis.zadd(key, 0, id));
        }
      }
      await redis.zadd(`${base}:marker`, 0, '0');
      const began = performance.now();
      const sent = Array.from({ length: 5 }, wanted);
      for (const each of sent) await queues.send(each);
      // Among them may be runs whose numbers were forged: whether there is anything to do is for the database to say.
      await vi.waitFor(() => expect(done).toEqual(expect.arrayContaining(sent.map(({ id }) => id))), 15_000);
      expect(performance.now() - began).toBeLessThan(15_000);
      await vi.waitFor(async () => {
        for (const place of ['wait', 'active'] as const)
          expect(
            (await redis.lrange(`${base}:${place}`, 0, -1)).filter((id) => id.startsWith('raw')),
          ).toEqual([]);
      }, 10_000);
      expect(said).toContain('jobs that nobody can read were removed from the queue');
    },
  );

  it.each(['wait', 'active', 'marker', 'stalled', 'meta', 'prioritized', 'completed', 'failed', 'events'])(
    'cannot stop changes by putting a text where the queue keeps %s',
    async (place) => {
      const { queues, work, up, prefix } = setUp();
      await up();
      const done: RunId[] = [];
      work({ change: async (id) => void done.push(id) });
      const first = run('approved', newRunId(), { ask: changeAsk });
      await queues.send(first);
      await vi.waitFor(() => expect(done).toEqual([first.id]));
      await redis.set(`${prefix}:change:${place}`, 'text');
      const sent = run('approved', newRunId(), { ask: changeAsk });
      // As the sweeper of the installation does, until it is taken.
      await vi.waitFor(
        async () => {
          await queues.send(sent).catch(() => undefined);
          expect(done).toContain(sent.id);
        },
        { timeout: 20_000, interval: 500 },
      );
    },
  );

  it.each([
    ['that the queue is paused', { paused: '1' }, undefined],
    ['that the queue has a limit', { max: '1', duration: '99999999' }, '99'],
    ['how many events are kept, in words', { 'opts.maxLenEvents': 'many' }, undefined],
  ] as const)('cannot stop changes by writing %s', { timeout: 30_000 }, async (_, meta, limiter) => {
    const { queues, work, up, prefix } = setUp();
    await up();
    const done: RunId[] = [];
    work({ change: async (id) => void done.push(id) });
    const first = run('approved', newRunId(), { ask: changeAsk });
    await queues.send(first);
    await vi.waitFor(() => expect(done).toEqual([first.id]));
    await redis.hset(`${prefix}:change:meta`, meta);
    if (limiter !== undefined) await redis.set(`${prefix}:change:limiter`, limiter, 'PX', 3_600_000);
    const sent = run('approved', newRunId(), { ask: changeAsk });
    await vi.waitFor(
      async () => {
        await queues.send(sent).catch(() => undefined);
        expect(done).toContain(sent.id);
      },
      { timeout: 15_000, interval: 500 },
    );
  });

  it.each([
    ['a text', (key: string) => redis.set(key, 'a')],
    ['a list', (key: string) => redis.rpush(key, 'a')],
    ['a record that is none', (key: string) => redis.hset(key, { name: 'run', data: '{no', opts: '{no' })],
  ])('cannot keep a run from being handed over by %s under its number', async (_, put) => {
    const { queues, raw, up, prefix } = setUp();
    await up();
    const sent = run('approved', newRunId(), { ask: changeAsk });
    await put(`${prefix}:change:${jobIdOf(sent.id, 'change')}`);
    await queues.send(sent);
    expect((await jobOf(raw('change'), sent.id))?.data).toEqual({ runId: sent.id });
  });
});

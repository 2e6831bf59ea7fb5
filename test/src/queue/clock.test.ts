import { randomBytes, randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { openDueSchedules, type DueSchedules } from '../../../src/desk/due-schedules.ts';
import { CLOCK } from '../../../src/queue/clock.ts';
import { openQueues, openWorkers, type Ring, type Ringing } from '../../../src/queue/index.ts';
import { ScheduleId } from '../../../src/runs/schedule.ts';
import type { Store } from '../../../src/store/index.ts';
import { estateOf } from '../../support/estates.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { aRun } from '../../support/runs.ts';
import { newSchedule } from '../../support/schedules.ts';
import { entry } from '../store/fixtures.ts';
import { INVENTORY } from '../../../src/policy/policy.ts';
import { words } from '../../../src/kit/index.ts';

let redis: Redis;
let prefix: string;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(() => {
  redis = new Redis({ port: inject('redisPort'), maxRetriesPerRequest: null });
});
beforeEach(() => {
  prefix = `t${randomBytes(6).toString('hex')}`;
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => redis.disconnect());

const where = () => ({ host: '127.0.0.1', port: inject('redisPort'), prefix });

async function queues() {
  const opened = openQueues(where());
  closers.push(() => opened.close());
  await vi.waitFor(() => expect(opened.isUp()).toBe(true));
  return opened;
}

const nothing = async (): Promise<void> => undefined;

/** A worker process, as far as rings and runs go. */
function hear(ring: Ring): void {
  const workers = openWorkers({
    ...where(),
    perform: { read: nothing, change: nothing, help: nothing },
    concurrency: { read: 1, changes: 1 },
    ring,
  });
  closers.push(() => workers.close(0));
}

function raw(name: string): Queue {
  const queue = new Queue(name, { connection: redis, prefix });
  closers.push(() => queue.close());
  return queue;
}

/** As if Redis had come back empty, for this test only. */
async function lost(): Promise<void> {
  const keys = await redis.keys(`${prefix}:*`);
  if (keys.length > 0) await redis.del(...keys);
}

/** The ring that waits for its time comes at once; the answer is its slot. */
const comesNow = (): Promise<string> =>
  vi.waitFor(async () => {
    const [ring] = await raw(CLOCK).getDelayed();
    if (!ring) throw new Error('nothing waits to ring');
    await ring.promote();
    return new Date(ring.opts.prevMillis ?? 0).toISOString();
  });

const newId = (): ScheduleId => ScheduleId.parse(randomUUID());
const every = (cron: string, id = newId()): Ringing => ({ id, cron, zone: 'Asia/Shanghai' });
const schedulers = async (): Promise<readonly object[]> =>
  (await raw(CLOCK).getJobSchedulers(0, -1)).map(({ key, pattern, tz }) => ({ key, pattern, tz }));

describe('the clock', () => {
  it('holds exactly the schedules that it is told', async () => {
    const { keepRinging } = await queues();
    const [a, b] = [every('30 7 * * *'), every('0 8 * * 1-5')];
    await keepRinging([a, b]);
    const of = ({ id, cron, zone }: Ringing) => ({ key: id, pattern: cron, tz: zone });
    expect(await schedulers()).toEqual(expect.arrayContaining([of(a), of(b)]));
    const changed = every('0 9 * * *', b.id);
    await keepRinging([changed]);
    expect(await schedulers()).toEqual([of(changed)]);
    await keepRinging([]);
    expect(await schedulers()).toEqual([]);
  });

  it('leaves what is right as it is, and begins anew what stopped ringing', async () => {
    const { keepRinging } = await queues();
    const daily = every('30 7 * * *');
    await keepRinging([daily]);
    const [before] = await raw(CLOCK).getDelayed();
    await keepRinging([daily]);
    expect((await raw(CLOCK).getDelayed()).map(({ id }) => id)).toEqual([before?.id]);
    // The next ring went down with something of Redis.
    await redis.zrem(`${prefix}:${CLOCK}:delayed`, before?.id ?? '');
    await redis.del(`${prefix}:${CLOCK}:${before?.id}`);
    await redis.zadd(`${prefix}:${CLOCK}:repeat`, Date.now() - 3600_000, daily.id);
    await keepRinging([daily]);
    expect((await raw(CLOCK).getJobSchedulers(0, -1))[0]?.next).toBeGreaterThan(Date.now());
  });

  it('is the same when several processes set it at the same time', async () => {
    const several = await Promise.all([queues(), queues(), queues()]);
    const daily = every('30 7 * * *');
    await Promise.all(several.map(({ keepRinging }) => keepRinging([daily])));
    expect(await schedulers()).toHaveLength(1);
    expect(await raw(CLOCK).getDelayedCount()).toBe(1);
  });

  it('is whole again when Redis comes back empty', async () => {
    const { keepRinging } = await queues();
    const daily = every('30 7 * * *');
    await keepRinging([daily]);
    await lost();
    expect(await schedulers()).toEqual([]);
    await keepRinging([daily]);
    expect(await schedulers()).toHaveLength(1);
  });

  it('rings with the schedule and its slot, in one of the processes that hear', async () => {
    const { keepRinging } = await queues();
    const rings: (readonly [ScheduleId, string])[] = [];
    for (let n = 0; n < 2; n += 1) hear(async (id, slot) => void rings.push([id, slot.toISOString()]));
    const daily = every('30 7 * * *');
    await keepRinging([daily]);
    const slots: (readonly [ScheduleId, string])[] = [];
    for (let n = 0; n < 3; n += 1) {
      slots.push([daily.id, await comesNow()]);
      await vi.waitFor(() => expect(rings).toEqual(slots));
    }
    expect(slots.map(([, slot]) => slot.slice(10))).toEqual(Array(3).fill('T23:30:00.000Z'));
    expect(new Set(slots.map(([, slot]) => slot)).size).toBe(3);
  });

  it('goes on ringing after a ring that could not be heard', async () => {
    const { keepRinging } = await queues();
    const heard: string[] = [];
    hear(async (_, slot) => {
      heard.push(slot.toISOString());
      throw new Error('the database is away');
    });
    await keepRinging([every('30 7 * * *')]);
    const slots = [await comesNow()];
    await vi.waitFor(() => expect(heard).toEqual(slots));
    slots.push(await comesNow());
    await vi.waitFor(() => expect(heard).toEqual(slots));
  });

  it('hears nothing that is not a ring', async () => {
    const rings: Date[] = [];
    hear(async (_, slot) => void rings.push(slot));
    const forged = [
      await raw(CLOCK).add('ring', { schedule: newId() }),
      await raw(CLOCK).add('ring', { schedule: 'all' }),
      await raw(CLOCK).add('ring', 'rm -rf'),
    ];
    for (const job of forged) await vi.waitFor(async () => expect(await job.getState()).toBe('failed'));
    expect(rings).toEqual([]);
  });

  it('lets people go first: an inspection of a schedule waits behind theirs', async () => {
    const { send } = await queues();
    const schedule = { id: newId(), name: 'p', owner: INVENTORY, slot: '2026-11-20T00:00:00.000Z' };
    const ask = { kind: 'inspect', scope: { kind: 'all' } } as const;
    const [patrol, own] = [aRun({ ask, schedule }), aRun({ ask })];
    await send(patrol);
    await send(own);
    const taken: string[] = [];
    const workers = openWorkers({
      ...where(),
      perform: { read: async (id) => void taken.push(id), change: nothing, help: nothing },
      concurrency: { read: 1, changes: 1 },
    });
    closers.push(() => workers.close(0));
    await vi.waitFor(() => expect(taken).toHaveLength(2));
    expect(taken).toEqual([own.id, patrol.id]);
  });
});

const secondsBetween = (first: number, last: number): readonly number[] =>
  Array.from({ length: (last - first) / 1000 + 1 }, (_, n) => first + n * 1000);
const seconds = (from: string, to: string): readonly number[] =>
  secondsBetween(Date.parse(from), Date.parse(to));

describe('the clock and the store together', () => {
  let store: Store;
  let fresh: FreshStore;
  beforeEach(async () => {
    fresh = await freshStore();
    ({ store } = fresh);
  });
  afterEach(() => fresh.close());

  it('make one run of every slot with two workers, repeated rings, sweeps and a Redis that is lost in between', async () => {
    const { keepRinging, send } = await queues();
    const dueSchedules = (): DueSchedules =>
      openDueSchedules({
        estate: estateOf({ systems: [{ id: 'MQ', title: words('Queue', '队列'), names: ['mq'] }] }),
        policy: () => ({}) as never,
        runs: store.runs,
        buttons: store.buttons,
        schedules: store.schedules,
        now: store.now,
        systemsOf: () => ['MQ'],
        log: { warn: () => undefined, error: () => undefined },
        dispatch: {
          async send(run) {
            await send(run);
            // Inspected at once, so that the next slot finds it ended.
            await store.runs.apply(run.id, { kind: 'ended', outcome: 'failed', says: words('x', 'x') });
          },
        },
      });
    const nextAt = new Date((await store.now()).getTime() + 1000);
    nextAt.setMilliseconds(0);
    const added = await store.schedules.add(
      newSchedule({ cron: '* * * * * *', owner: INVENTORY, nextAt: nextAt.toISOString() }),
      entry('schedule add'),
    );
    if (!added) throw new Error('not added');
    for (let n = 0; n < 2; n += 1) {
      const { ring } = dueSchedules();
      hear(async (id, slot) => {
        await Promise.all([ring(id, slot), ring(id, slot)]);
        await ring(id, slot);
      });
    }
    const wanted: Ringing[] = [{ id: added.id, cron: added.cron, zone: 'UTC' }];
    const runs = async () => (await store.runs.recent(100)).filter(({ outcome }) => outcome === 'failed');
    await keepRinging(wanted);
    await vi.waitFor(async () => expect((await runs()).length).toBeGreaterThan(1), 15_000);
    await lost();
    const before = (await runs()).length;
    const sweeper = dueSchedules();
    await vi.waitFor(async () => {
      await sweeper.startDue();
      expect((await runs()).length).toBeGreaterThan(before);
    }, 15_000);
    await keepRinging(wanted);
    const swept = (await runs()).length;
    await vi.waitFor(async () => expect((await runs()).length).toBeGreaterThan(swept + 1), 15_000);
    await keepRinging([]);
    const all = (await store.runs.recent(1000)).flatMap(({ schedule }) => (schedule ? [schedule] : []));
    const slots = all.map(({ slot }) => Date.parse(slot)).sort((a, b) => a - b);
    expect(new Set(slots).size).toBe(slots.length);
    const told = new Set([
      ...slots,
      ...all.flatMap(({ missed }) => (missed ? seconds(missed.from, missed.to) : [])),
    ]);
    const [first = 0, last = 0] = [slots[0], slots.at(-1)];
    expect(secondsBetween(first, last).filter((second) => !told.has(second))).toEqual([]);
  }, 60_000);
});

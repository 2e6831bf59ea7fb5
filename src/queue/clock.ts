import { UnrecoverableError, Worker, type Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ScheduleId } from '../runs/schedule.ts';
import type { QueueOptions } from './connection.ts';

/** The queue whose jobs ring: nothing but the number of a schedule, and which of its slots has come. */
export const CLOCK = 'clock';

/** A schedule that rings. */
export interface Ringing {
  readonly id: ScheduleId;
  readonly cron: string;
  readonly zone: string;
}

/** What to do when a slot has come. It may ring twice, late, or not at all: the database knows which slots there were. */
export type Ring = (id: ScheduleId, slot: Date) => Promise<void>;

const RingData = z.strictObject({ schedule: ScheduleId });

/** A scheduler whose next ring is further in the past than this has stopped ringing. */
const STOPPED_MS = 60_000;

/**
 * Brings the schedulers of Redis to these schedules; what is right is not touched, because that would drop a ring that waits.
 * Throws when one of them could not be brought there; the others are.
 */
export async function keepRinging(queue: Queue, schedules: readonly Ringing[]): Promise<void> {
  const present = await queue.getJobSchedulers(0, -1);
  const wanted = new Set<string>(schedules.map(({ id }) => id));
  for (const { key } of present) if (!wanted.has(key)) await queue.removeJobScheduler(key);
  const wrong = schedules.filter(({ id, cron, zone }) => {
    const there = present.find(({ key }) => key === id);
    const rings = there?.next !== undefined && there.next > Date.now() - STOPPED_MS;
    return !(there?.pattern === cron && there.tz === zone && rings);
  });
  const begun = await Promise.allSettled(wrong.map((schedule) => begin(queue, schedule)));
  const failed = begun.find((each) => each.status === 'rejected');
  if (failed) throw new Error('a schedule could not be made to ring', { cause: failed.reason });
}

const begin = (queue: Queue, { id, cron, zone }: Ringing): Promise<unknown> =>
  queue.upsertJobScheduler(
    id,
    { pattern: cron, tz: zone },
    {
      name: 'ring',
      data: { schedule: id },
      opts: { attempts: 1, removeOnComplete: true, removeOnFail: { age: 3600 } },
    },
  );

/** Hears the rings, one at a time. */
export function clockWorker(
  setup: QueueOptions & { readonly ring: Ring },
  redis: Redis,
  busy: Set<Promise<void>>,
): Worker {
  const made = new Worker(
    CLOCK,
    async (job: Job) => {
      const data = RingData.safeParse(job.data);
      const slot = job.opts.prevMillis;
      if (!data.success || slot === undefined) throw new UnrecoverableError('not a ring of this program');
      const ringing = setup.ring(data.data.schedule, new Date(slot));
      busy.add(ringing);
      await ringing.finally(() => busy.delete(ringing));
    },
    { connection: redis, prefix: setup.prefix, skipVersionCheck: true, concurrency: 1 },
  );
  made.on('error', (error) => {
    if (redis.status === 'ready')
      setup.log?.warn({ queue: CLOCK, err: error }, 'the queue reported an error');
  });
  made.on('failed', (job, error) =>
    setup.log?.warn({ queue: CLOCK, job: job?.id, err: error }, 'a schedule rang and could not be heard'),
  );
  return made;
}

import { UnrecoverableError, WaitingError, Worker, Queue, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RunId } from '../runs/run.ts';
import { clockWorker, type Ring } from './clock.ts';
import { connect, type QueueOptions } from './connection.ts';
import { JobData, workerSettings, type QueueName } from './jobs.ts';

/** What workers do. The signal says: finish the step you are in, then stop. */
export interface Perform {
  /** May be called again for the same run, also while an earlier call whose worker was lost still goes on. */
  readonly read: (runId: RunId, signal: AbortSignal) => Promise<void>;
  /** Called once per handing over; whether anything may be done is decided by the claim in the database. */
  readonly change: (runId: RunId, signal: AbortSignal) => Promise<void>;
  /** Looks together with another worker; of use only while that one looks. */
  readonly help: (runId: RunId, signal: AbortSignal) => Promise<void>;
}

export interface WorkerSetup extends QueueOptions {
  readonly perform: Perform;
  /** `read`: runs this process looks at together. `changes`: changes of the whole installation together; this process performs one. */
  readonly concurrency: { readonly read: number; readonly changes: number };
  /** A run that only looks was given up by the queue: its attempts are used up. */
  readonly givenUp?: (runId: RunId) => void;
  /** Hears schedules ring; without it nobody here does. */
  readonly ring?: Ring;
}

export interface Workers {
  readonly isUp: () => boolean;
  /** Takes nothing new, waits for what runs, then asks it to stop; what only looks goes back to the queue. Returns at the latest some seconds after the grace; while Redis is away timers of the queue may remain, so the process ends itself. */
  readonly close: (graceSeconds: number) => Promise<void>;
}

/** After the grace: for the step a change is in, and for giving back what only looks. */
const stopSeconds = 10;

/** Begins to work as soon as Redis is there, and again whenever it is back. */
export function openWorkers(setup: WorkerSetup): Workers {
  const redis = connect(setup, 'work', { maxRetriesPerRequest: null });
  const copies = copiesOf(redis);
  const stopping = new AbortController();
  const busy = new Set<Promise<void>>();
  const { ring } = setup;
  const workers: readonly Pick<Worker, 'close'>[] = [
    ...(['read', 'change', 'help'] as const).map((name) =>
      worker({ setup, name, redis, stopping: stopping.signal, busy }),
    ),
    ...(ring ? [clockWorker({ ...setup, ring }, redis, busy)] : []),
  ];
  const limit = new Queue('change', { connection: redis, prefix: setup.prefix, skipVersionCheck: true });
  limit.on('error', () => undefined);
  // Kept in Redis, which may come back empty.
  const setLimit = (): void => {
    limit
      .setGlobalConcurrency(setup.concurrency.changes)
      .catch((error: unknown) => setup.log?.warn({ err: error }, 'the limit of changes could not be set'));
  };
  redis.on('ready', setLimit);

  return {
    isUp: () => redis.status === 'ready',
    async close(graceSeconds) {
      redis.off('ready', setLimit);
      const closed = Promise.allSettled(workers.map((each) => each.close()));
      // Without Redis the queue cannot be told anything: then only what runs is waited for.
      const finished = async (): Promise<void> => {
        while (busy.size > 0) await Promise.allSettled(busy);
        if (redis.status === 'ready') await closed;
      };
      if (!(await within(finished(), graceSeconds))) {
        stopping.abort(new Error('this worker stops'));
        await within(finished(), stopSeconds);
      }
      if (redis.status === 'ready') await within(Promise.allSettled([limit.close()]), 1);
      for (const connection of [redis, ...copies]) connection.disconnect();
    },
  };
}

/** BullMQ makes connections of its own from ours, and lets go of them only while Redis is there. */
function copiesOf(redis: Redis): readonly Redis[] {
  const copies: Redis[] = [];
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (override) => {
    const copy = duplicate(override);
    copies.push(copy);
    return copy;
  };
  return copies;
}

interface WorkerParts {
  readonly setup: WorkerSetup;
  readonly name: QueueName;
  readonly redis: Redis;
  readonly stopping: AbortSignal;
  /** What is being performed now. */
  readonly busy: Set<Promise<void>>;
}

function worker({ setup, name, redis, stopping, busy }: WorkerParts): Worker<JobData, void> {
  // BullMQ hands out the signal only to a function that names three parameters.
  const process = async (job: Job<JobData>, token: string | undefined, signal: AbortSignal | undefined) => {
    const data = JobData.safeParse(job.data);
    if (!data.success) {
      setup.log?.warn({ queue: name, job: job.id }, 'a job that is not ours was put aside');
      throw new UnrecoverableError('not a job of this program');
    }
    // While this worker closes, the queue may still hand over a job, even the one that was just given back.
    const goesBack = (): boolean => name === 'read' && stopping.aborted;
    if (!goesBack()) {
      const performing = setup.perform[name](
        data.data.runId,
        signal ? AbortSignal.any([signal, stopping]) : stopping,
      );
      busy.add(performing);
      try {
        await performing;
      } catch (error) {
        if (!goesBack()) throw error;
      } finally {
        busy.delete(performing);
      }
      if (!goesBack()) return;
    }
    // Whether it was finished is for the database to say: looking again at a finished run does nothing.
    await job.moveToWait(token);
    throw new WaitingError();
  };
  const made = new Worker<JobData, void>(name, process, {
    connection: redis,
    prefix: setup.prefix,
    skipVersionCheck: true,
    concurrency: name === 'read' ? setup.concurrency.read : 1,
    ...workerSettings[name],
  });
  // An outage is told by the connection, once; BullMQ reports it with every attempt.
  made.on('error', (error) => {
    if (redis.status === 'ready') setup.log?.warn({ queue: name, err: error }, 'the queue reported an error');
  });
  made.on('failed', (job, error) => {
    const data = JobData.safeParse(job?.data);
    if (!data.success) return;
    setup.log?.warn({ queue: name, runId: data.data.runId, err: error }, 'a run could not be performed');
    if (name === 'read' && job?.finishedOn !== undefined) setup.givenUp?.(data.data.runId);
  });
  return made;
}

/** Whether the work was finished within the time. */
async function within(work: Promise<unknown>, seconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1000);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

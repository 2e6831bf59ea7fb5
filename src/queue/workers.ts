import { UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RunId } from '../runs/run.ts';
import { clockWorker, type Ring } from './clock.ts';
import { connect, type QueueOptions } from './connection.ts';
import { JobData, QUEUES, workerSettings, type QueueName } from './jobs.ts';
import { removeUnreadable } from './unreadable.ts';

/** What workers do. The signal says: finish the step you are in, then stop. */
export interface Perform {
  /** Inspects, plans or looks again. May be called again for the same run, also while an earlier call whose worker was lost still goes on. */
  readonly read: (runId: RunId, signal: AbortSignal) => Promise<void>;
  /** Called once per handing over; whether anything may be done is decided by the claim in the database. */
  readonly change: (runId: RunId, signal: AbortSignal) => Promise<void>;
  /** Looks together with another worker; of use only while that one looks. */
  readonly help: (runId: RunId, signal: AbortSignal) => Promise<void>;
}

export interface WorkerSetup extends QueueOptions {
  readonly perform: Perform;
  /** Which queues this process works on; all of them unless set. */
  readonly queues?: readonly QueueName[];
  /** So many inspections, plans and changes at once in this process. That no two changes have the same target is held by the database. */
  readonly concurrency: { readonly read: number; readonly plan?: number; readonly changes: number };
  /** A run that only looks was given up by the queue: its attempts are used up. */
  readonly givenUp?: (runId: RunId) => void;
  /** Hears schedules ring; without it nobody here does. */
  readonly ring?: Ring;
}

export interface Workers {
  readonly isUp: () => boolean;
  /** Takes nothing new, lets a change finish the step it is in, waits for what runs, then asks it to stop; what only looks goes back to the queue. Returns at the latest some seconds after the grace; while Redis is away timers of the queue may remain, so the process ends itself. */
  readonly close: (graceSeconds: number) => Promise<void>;
}

const SWEEP_MS = 2000;
/** Removed jobs that one line of the log names. */
const SHOWN = 5;
/** After a job that could not be fetched. */
const FETCH_AGAIN_MS = 500;
/** Longest wait for a limit that Redis tells of: nobody here sets one, and it is taken out again. */
const LONGEST_LIMIT_MS = 2000;
/** Plans that one process makes together unless told otherwise. */
const PLANS_AT_ONCE = 4;
/** After the grace: for the step a change is in, and for giving back what only looks. */
const stopSeconds = 10;

/** Begins to work as soon as Redis is there, and again whenever it is back. */
export function openWorkers(setup: WorkerSetup): Workers {
  const redis = connect(setup, 'work', { maxRetriesPerRequest: null });
  const copies = copiesOf(redis);
  const stopping = new AbortController();
  /** A change is asked at once: it finishes the step that it is in and begins no other. */
  const lastStep = new AbortController();
  const busy = new Set<Promise<void>>();
  const { ring } = setup;
  const workers: readonly Pick<Worker, 'close'>[] = [
    ...(setup.queues ?? QUEUES).map((name) =>
      worker({
        setup,
        name,
        redis,
        stopping: name === 'change' ? lastStep.signal : stopping.signal,
        busy,
      }),
    ),
    ...(ring ? [clockWorker({ ...setup, ring }, redis, busy)] : []),
  ];
  const sweeping = sweep(setup, redis);

  return {
    isUp: () => redis.status === 'ready',
    async close(graceSeconds) {
      sweeping.stop();
      lastStep.abort(new Error('this worker stops'));
      const closed = Promise.allSettled(workers.map((each) => each.close()));
      // Without Redis only running jobs are awaited.
      const finished = async (): Promise<void> => {
        while (busy.size > 0) await Promise.allSettled(busy);
        if (redis.status === 'ready') await closed;
      };
      if (!(await within(finished(), graceSeconds))) {
        stopping.abort(new Error('this worker stops'));
        await within(finished(), stopSeconds);
      }
      for (const connection of [redis, ...copies]) connection.disconnect();
    },
  };
}

/** Takes out of the queues what no worker can read, at the start and every few seconds. */
function sweep(setup: WorkerSetup, redis: Redis): { readonly stop: () => void } {
  let stopped = false;
  let busy = false;
  const look = async (): Promise<void> => {
    if (stopped || busy || redis.status !== 'ready') return;
    busy = true;
    for (const queue of setup.queues ?? QUEUES) {
      const removed = await removeUnreadable(redis, setup, queue).catch(() => []);
      if (removed.length > 0)
        setup.log?.warn(
          { queue, removed: removed.length, first: removed.slice(0, SHOWN).map((id) => id.slice(0, 80)) },
          'jobs that nobody can read were removed from the queue',
        );
    }
    busy = false;
  };
  const timer = setInterval(() => void look(), SWEEP_MS);
  const begin = (): void => void look();
  redis.on('ready', begin);
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
      redis.off('ready', begin);
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

interface WorkerDeps {
  readonly setup: WorkerSetup;
  readonly name: QueueName;
  readonly redis: Redis;
  readonly stopping: AbortSignal;
  /** What is being performed now. */
  readonly busy: Set<Promise<void>>;
}

function worker({ setup, name, redis, stopping, busy }: WorkerDeps): Worker<JobData, void> {
  // BullMQ hands out the signal only to a function that names three parameters.
  const process = async (job: Job<JobData>, token: string | undefined, signal: AbortSignal | undefined) => {
    const data = JobData.safeParse(job.data);
    if (!data.success) {
      setup.log?.warn({ queue: name, job: job.id }, 'a job that is not ours was put aside');
      throw new UnrecoverableError('not a job of this program');
    }
    // While this worker closes, the queue may still hand over a job, even the one that was just given back.
    const goesBack = (): boolean => onlyLooks(name) && stopping.aborted;
    if (!goesBack()) {
      const performing = setup.perform[name === 'plan' ? 'read' : name](
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
    concurrency: togetherOf(name, setup),
    runRetryDelay: FETCH_AGAIN_MS,
    maximumRateLimitDelay: LONGEST_LIMIT_MS,
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
    if (onlyLooks(name) && job?.finishedOn !== undefined) setup.givenUp?.(data.data.runId);
  });
  return made;
}

/** May be given back and begun again. */
const onlyLooks = (name: QueueName): boolean => name === 'read' || name === 'plan';

function togetherOf(name: QueueName, { concurrency }: WorkerSetup): number {
  switch (name) {
    case 'read':
      return concurrency.read;
    case 'plan':
      return concurrency.plan ?? PLANS_AT_ONCE;
    case 'change':
      return concurrency.changes;
    case 'help':
      return 1;
    default:
      return name satisfies never;
  }
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

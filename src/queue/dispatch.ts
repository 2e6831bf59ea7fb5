import { Queue } from 'bullmq';
import type { CallForHelp, Dispatch } from '../runs/ports.ts';
import type { Run } from '../runs/run.ts';
import { CLOCK, keepRinging, type Ringing } from './clock.ts';
import { atOnce, connect, type QueueOptions } from './connection.ts';
import { jobIdOf, jobSettings, priorityOf, queueFor, type JobData, type QueueName } from './jobs.ts';

/** Redis cannot be reached now. The run stays recorded and is handed over later. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

export interface Queues extends Dispatch {
  /** So many other workers are asked to take portions of the run's inspection; at most eight. */
  readonly callForHelp: CallForHelp;
  /** Has exactly these schedules ring. While Redis is away nothing is done: they are told again when it is back. */
  readonly keepRinging: (schedules: readonly Ringing[]) => Promise<void>;
  readonly isUp: () => boolean;
  readonly close: () => Promise<void>;
}

const MOST_HELPERS = 8;

/**
 * Hands runs to the workers. While Redis is away `send` rejects at once with QueueUnavailable and leaves nothing behind that
 * would run later. A run that waits or runs is nothing for a worker, nor is one that has ended, but for an `unknown` one, which is looked at again.
 */
export function openQueues(options: QueueOptions): Queues {
  const redis = connect(options, 'send', atOnce);
  const queues = new Map<string, Queue>();

  // A queue object whose first look at Redis fails stays broken for ever, so it is made when Redis is there, and again if needed.
  const ready = async (name: QueueName | typeof CLOCK): Promise<Queue> => {
    if (redis.status !== 'ready') throw new QueueUnavailable('Redis cannot be reached now');
    const queue =
      queues.get(name) ??
      new Queue(name, {
        connection: redis,
        prefix: options.prefix,
        skipVersionCheck: true,
      });
    if (!queues.has(name)) queue.on('error', () => undefined);
    queues.set(name, queue);
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      if (queues.get(name) === queue) queues.delete(name);
      await queue.close().catch(() => undefined);
      throw error;
    }
  };

  return {
    isUp: () => redis.status === 'ready',

    async send(run) {
      const name = queueFor(run);
      if (name === undefined) return;
      try {
        await add(await ready(name), name, run, (job) => redis.del(`${options.prefix}:${name}:${job}`));
      } catch (error) {
        if (error instanceof QueueUnavailable) throw error;
        throw new QueueUnavailable('the run could not be handed to the queue', { cause: error });
      }
    },

    async callForHelp(runId, helpers) {
      const queue = await ready('help');
      const jobs = Array.from({ length: Math.min(helpers, MOST_HELPERS) }, (_, no) => ({
        name: 'help',
        data: { runId },
        opts: { ...jobSettings.help, jobId: jobIdOf(runId, 'help', no + 1) },
      }));
      await queue.addBulk(jobs);
    },

    async keepRinging(schedules) {
      if (redis.status === 'ready') await keepRinging(await ready(CLOCK), schedules);
    },

    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      redis.disconnect();
    },
  };
}

/**
 * Redis ignores a job whose id exists. That is right while the job waits or runs; a finished one would swallow a run that
 * still has something to do, and is removed first, and so is one that is in no list any more. Should two senders do this at once, a job may run twice: the database
 * lets a change be claimed once, and looking twice is harmless.
 */
async function add(
  queue: Queue<JobData>,
  name: QueueName,
  run: Pick<Run, 'id' | 'schedule'>,
  drop: (jobId: string) => Promise<unknown>,
): Promise<void> {
  const jobId = jobIdOf(run.id, name);
  // Something else than a job under its number would keep this run from ever being handed over.
  const before = await queue.getJob(jobId).catch(async (error: unknown) => {
    if (!isNoJob(error)) throw error;
    await drop(jobId);
    return undefined;
  });
  const state = await before?.getState();
  if (before && (state === 'completed' || state === 'failed' || state === 'unknown')) await before.remove();
  await queue.add('run', { runId: run.id }, { ...jobSettings[name], ...priorityOf(run), jobId });
}

/** JSON that cannot be read, or a key of another type; an outage is neither. */
const isNoJob = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof Error && error.message.startsWith('WRONGTYPE'));

import { createHash } from 'node:crypto';
import type { JobsOptions, WorkerOptions } from 'bullmq';
import { z } from 'zod';
import { RunId, type Run } from '../runs/run.ts';

/**
 * `read` inspects. `plan` looks for a change: its plan, the way back, or what became of one that is `unknown`. Both only look and
 * may be repeated. `change` is handed over once and never repeated by the queue. `help` asks for hands with a `read`.
 */
export const QUEUES = ['read', 'plan', 'change', 'help'] as const;
export type QueueName = (typeof QUEUES)[number];

/** A job carries the number of the run and nothing else: what to do, for whom and until when is in the database. */
export const JobData = z.strictObject({ runId: RunId });
export type JobData = z.infer<typeof JobData>;

/** Which workers have something to do for the run now, if any. */
export function queueFor(
  run: Pick<Run, 'state' | 'ask' | 'outcome'>,
): Exclude<QueueName, 'help'> | undefined {
  switch (run.state) {
    case 'queued':
    case 'preparing':
      return run.ask.kind === 'inspect' ? 'read' : 'plan';
    case 'approved':
    case 'suspended':
      return 'change';
    case 'waiting':
    case 'running':
      return undefined;
    case 'ended':
      return run.outcome === 'unknown' ? 'plan' : undefined;
    default:
      return run.state satisfies never;
  }
}

/** The same run in the same phase is the same job. Hashed, because Redis keys of the queue itself share the names of jobs. */
export const jobIdOf = (id: RunId, queue: QueueName, no = 0): string =>
  `i-${createHash('sha256')
    .update(`${id}:${queue}${no === 0 ? '' : `:${no}`}`)
    .digest('hex')}`;

const week = 7 * 24 * 3600;

const looking: JobsOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 2000 },
  removeOnComplete: { age: 3600 },
  removeOnFail: { age: week },
};

export const jobSettings: Readonly<Record<QueueName, JobsOptions>> = {
  read: looking,
  plan: looking,
  change: { attempts: 1, removeOnComplete: { age: week }, removeOnFail: false },
  help: { attempts: 1, removeOnComplete: true, removeOnFail: true },
};

/** Behind everything that a person asked for, which has none. */
const SCHEDULED_PRIORITY = 10;

export const priorityOf = (run: Pick<Run, 'schedule'>): JobsOptions =>
  run.schedule ? { priority: SCHEDULED_PRIORITY } : {};

export const workerSettings: Readonly<
  Record<
    QueueName,
    Pick<WorkerOptions, 'lockDuration' | 'maxStalledCount' | 'maxStartedAttempts' | 'stalledInterval'>
  >
> = {
  read: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 2, maxStartedAttempts: 5 },
  plan: { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 2, maxStartedAttempts: 5 },
  change: { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 0, maxStartedAttempts: 1 },
  help: { lockDuration: 30_000, stalledInterval: 30_000, maxStalledCount: 0, maxStartedAttempts: 1 },
};

import { createHash } from 'node:crypto';
import type { JobsOptions, WorkerOptions } from 'bullmq';
import { z } from 'zod';
import { RunId, type Run } from '../runs/run.ts';

/** `read` only looks and may be repeated; `change` is handed over once and never repeated by the queue; `help` asks for hands with a `read`. */
export type QueueName = 'read' | 'change' | 'help';

/** A job carries the number of the run and nothing else: what to do, for whom and until when is in the database. */
export const JobData = z.strictObject({ runId: RunId });
export type JobData = z.infer<typeof JobData>;

/** Which workers have something to do for the run now, if any. */
export function queueFor(run: Pick<Run, 'state'>): 'read' | 'change' | undefined {
  switch (run.state) {
    case 'queued':
    case 'preparing':
      return 'read';
    case 'approved':
      return 'change';
    case 'waiting':
    case 'running':
    case 'ended':
      return undefined;
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

export const jobSettings: Readonly<Record<QueueName, JobsOptions>> = {
  read: {
    attempts: 3,
    backoff: { type: 'exponential', delay: 2000 },
    removeOnComplete: { age: 3600 },
    removeOnFail: { age: week },
  },
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
  change: { lockDuration: 60_000, stalledInterval: 30_000, maxStalledCount: 0, maxStartedAttempts: 1 },
  help: { lockDuration: 30_000, stalledInterval: 30_000, maxStalledCount: 0, maxStartedAttempts: 1 },
};

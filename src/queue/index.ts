export { openRunNotifier, type OpenRunNotifier } from './run-notifier.ts';
export type { Ring, Ringing } from './clock.ts';
export { checkRedis, type RedisCheck } from './check-redis.ts';
export type { QueueOptions, RedisAddress } from './connection.ts';
export { openQueues, QueueUnavailable, type Queues } from './dispatch.ts';
export { openWorkers, type Perform, type Workers, type WorkerSetup } from './workers.ts';

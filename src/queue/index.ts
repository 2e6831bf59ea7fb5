export { type OpenBell, openBell } from './bell.ts';
export { checkRedis, type RedisCheck } from './check-redis.ts';
export type { Ring, Ringing } from './clock.ts';
export type { QueueOptions, RedisAddress } from './connection.ts';
export { openQueues, type Queues, QueueUnavailable } from './dispatch.ts';
export { openWorkers, type Perform, type WorkerSetup, type Workers } from './workers.ts';

import type { Redis } from 'ioredis';
import type { QueueOptions } from './connection.ts';
import type { QueueName } from './jobs.ts';

/** What a queue keeps in Redis beside its jobs, by the type that the keys must have. */
const KEPT: Readonly<Record<string, string>> = {
  wait: 'list',
  active: 'list',
  paused: 'list',
  prioritized: 'zset',
  delayed: 'zset',
  completed: 'zset',
  failed: 'zset',
  'waiting-children': 'zset',
  marker: 'zset',
  stalled: 'set',
  meta: 'hash',
  events: 'stream',
  id: 'string',
  pc: 'string',
  'stalled-check': 'string',
};

/** Bytes of the data of a job, which has only the number of a run to carry. */
const MOST_BYTES = 64 * 1024;
/** Jobs looked at in one list at one time. */
const MOST_JOBS = 1000;
/** Field of `meta`: what is no number makes every script of the queue fail. */
const MOST_EVENTS = 'opts.maxLenEvents';

/**
 * Takes out of a queue what cannot even be fetched: jobs whose record is none, and keys of another type than the queue's own.
 * Left alone, each would hold up the worker that tries. Nothing is lost: the database knows which runs wait, and they are handed
 * over again. Answers what was removed. A job that can be fetched and is not ours is for the worker to put aside.
 */
export async function removeUnreadable(
  redis: Redis,
  { prefix }: Pick<QueueOptions, 'prefix'>,
  queue: QueueName,
): Promise<readonly string[]> {
  const base = `${prefix}:${queue}:`;
  const removed: string[] = [];
  const names = Object.keys(KEPT);
  const types = await Promise.all(names.map((name) => redis.type(`${base}${name}`)));
  for (const [at, name] of names.entries()) {
    if (types[at] === 'none' || types[at] === KEPT[name]) continue;
    await redis.del(`${base}${name}`);
    removed.push(name);
  }
  // Nobody pauses or limits a queue through Redis: a limit there, or a job that hangs in it, would stop the queue for good.
  await redis.hdel(`${base}meta`, 'paused', 'concurrency', 'max', 'duration');
  const mostEvents = await redis.hget(`${base}meta`, MOST_EVENTS);
  if (mostEvents !== null && !/^\d{1,9}$/.test(mostEvents)) await redis.hdel(`${base}meta`, MOST_EVENTS);
  const [waiting, active, prioritized, delayed] = await Promise.all([
    redis.lrange(`${base}wait`, 0, MOST_JOBS),
    redis.lrange(`${base}active`, 0, MOST_JOBS),
    redis.zrange(`${base}prioritized`, '0', String(MOST_JOBS)),
    redis.zrange(`${base}delayed`, '0', String(MOST_JOBS)),
  ]);
  for (const id of new Set([...waiting, ...active, ...prioritized, ...delayed])) {
    if (await isReadable(redis, `${base}${id}`)) continue;
    const done = await redis
      .multi()
      .lrem(`${base}wait`, 0, id)
      .lrem(`${base}active`, 0, id)
      .zrem(`${base}prioritized`, id)
      .zrem(`${base}delayed`, id)
      .srem(`${base}stalled`, id)
      .del(`${base}${id}`, `${base}${id}:lock`)
      .exec();
    // Jobs that have ended meanwhile are in no list any more.
    if (done?.some(([, count]) => Number(count) > 0)) removed.push(id);
  }
  return removed;
}

async function isReadable(redis: Redis, key: string): Promise<boolean> {
  if ((await redis.type(key)) !== 'hash' || (await redis.hstrlen(key, 'data')) > MOST_BYTES) return false;
  const [name, data, opts, timestamp] = await redis.hmget(key, 'name', 'data', 'opts', 'timestamp');
  return (
    typeof name === 'string' &&
    parsed(data) !== undefined &&
    isObject(parsed(opts)) &&
    Number.isFinite(Number(timestamp ?? Number.NaN))
  );
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

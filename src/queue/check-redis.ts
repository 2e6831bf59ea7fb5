import type { Redis } from 'ioredis';
import { words, type Words } from '../kit/index.ts';
import { open, type RedisAddress } from './connection.ts';

export type RedisCheck =
  | { readonly ok: true; readonly warnings: readonly Words[] }
  | {
      readonly ok: false;
      /** It did not answer at all: it may be back later. Otherwise it is one that must not be used. */
      readonly away: boolean;
      readonly problems: readonly Words[];
      readonly warnings: readonly Words[];
    };

/** Whether Redis is one that the queue can be trusted to. Answers within some seconds, never throws. */
export async function checkRedis(address: RedisAddress): Promise<RedisCheck> {
  const redis = open(address, {
    lazyConnect: true,
    connectTimeout: 3000,
    commandTimeout: 3000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  // connect() rejects only with a closed connection; this event carries the cause.
  let why: Error | undefined;
  redis.on('error', (error: Error) => {
    why = error;
  });
  try {
    await redis.connect();
    return judge(await settingsOf(redis));
  } catch (error) {
    return { ok: false, away: true, warnings: [], problems: [notAnswering(redis, why ?? error)] };
  } finally {
    redis.disconnect();
  }
}

function notAnswering({ options }: Redis, error: unknown): Words {
  const where = `${options.host ?? '127.0.0.1'}:${options.port ?? 6379}`;
  const who = options.username ?? 'default';
  const said = error instanceof Error ? error.message || error.name : String(error);
  return /WRONGPASS|NOAUTH|invalid password/i.test(said)
    ? words(
        `Redis at ${where} does not answer user ${who}: wrong user or password (${said}). Correct REDIS_URL, redis://user:password@host:port/0.`,
        `${where} 处的 Redis 不接受用户 ${who}：用户名或密码错误（${said}）。请更正 REDIS_URL，格式为 redis://user:password@host:port/0。`,
      )
    : words(
        `Redis at ${where} does not answer (${said}). Check the address in REDIS_URL and that the server runs.`,
        `${where} 处的 Redis 无应答（${said}）。请检查 REDIS_URL 中的地址以及服务是否在运行。`,
      );
}

/** What the server says about itself; undefined where it does not let us ask. */
export interface RedisSettings {
  readonly version?: string;
  readonly policy?: string;
  readonly appendOnly?: boolean;
  readonly fsync?: string;
}

async function settingsOf(redis: Redis): Promise<RedisSettings> {
  const info = await redis.info().catch(refused);
  const fsync = await redis.config('GET', 'appendfsync').catch(refused);
  const version = field(info, 'redis_version');
  const policy = field(info, 'maxmemory_policy');
  const appendOnly = field(info, 'aof_enabled');
  const answer: unknown = Array.isArray(fsync) ? fsync[1] : undefined;
  return {
    ...(version === undefined ? {} : { version }),
    ...(policy === undefined ? {} : { policy }),
    ...(appendOnly === undefined ? {} : { appendOnly: appendOnly === '1' }),
    ...(typeof answer === 'string' ? { fsync: answer } : {}),
  };
}

/** A right that we lack is no failure: it is reported as not checked. */
function refused(error: unknown): undefined {
  if (error instanceof Error && /^(NOPERM|ERR unknown command)/.test(error.message)) return undefined;
  throw error;
}

const field = (info: string | undefined, name: string): string | undefined =>
  info
    ?.split(/\r?\n/)
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1);

/** Pure: what is wrong and what could not be seen, each with what to do. */
export function judge({ version, policy, appendOnly, fsync }: RedisSettings): RedisCheck {
  const problems: Words[] = [];
  const warnings: Words[] = [];
  if (version === undefined) warnings.push(unseen('redis_version', 'info'));
  else if (older(version, [6, 2]))
    problems.push(
      words(
        `Redis ${version} is too old: 6.2 or newer is needed.`,
        `Redis ${version} 版本过旧：需要 6.2 或更高版本。`,
      ),
    );
  if (policy === undefined) warnings.push(unseen('maxmemory-policy', 'info'));
  else if (policy !== 'noeviction')
    problems.push(
      words(
        `Redis may throw away queued work (maxmemory-policy is ${policy}). Set maxmemory-policy noeviction.`,
        `Redis 可能丢弃排队中的任务（maxmemory-policy 为 ${policy}）。请设置 maxmemory-policy noeviction。`,
      ),
    );
  if (appendOnly === undefined) warnings.push(unseen('appendonly', 'info'));
  else if (!appendOnly)
    problems.push(
      words(
        'Redis forgets queued work when it restarts (appendonly is off). Set appendonly yes.',
        'Redis 重启后会丢失排队中的任务（appendonly 未开启）。请设置 appendonly yes。',
      ),
    );
  if (fsync === undefined) warnings.push(unseen('appendfsync', 'config|get'));
  else if (fsync !== 'always')
    warnings.push(
      words(
        `Redis may forget the last second of work when the machine fails (appendfsync is ${fsync}). Set appendfsync always.`,
        `机器故障时 Redis 可能丢失最近一秒的任务（appendfsync 为 ${fsync}）。建议设置 appendfsync always。`,
      ),
    );
  return problems.length === 0 ? { ok: true, warnings } : { ok: false, away: false, problems, warnings };
}

const unseen = (setting: string, right: string): Words =>
  words(
    `Cannot check ${setting} of Redis: this account may not ask for it. Allow +${right}, or check it by hand.`,
    `无法检查 Redis 的 ${setting}：当前账号无权查询。请授予 +${right} 权限，或人工确认。`,
  );

function older(version: string, [major, minor]: readonly [number, number]): boolean {
  const [is = 0, isMinor = 0] = version.split('.').map(Number);
  return is < major || (is === major && isMinor < minor);
}

import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';

type Settings = Omit<RedisOptions, 'replyMapping'>;

/** Where Redis is: an address, or its parts. */
export interface RedisAddress {
  /** redis:// or rediss://; the other fields, when given, win. */
  readonly url?: string;
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  /** TLS with the server's name checked; `ca` is the authority's certificate as PEM when it is not a public one. */
  readonly tls?: { readonly ca?: string };
}

export interface QueueOptions extends RedisAddress {
  /** Begins every key, so that several installations can share one Redis. */
  readonly prefix: string;
  readonly log?: Pick<Logger, 'info' | 'warn'>;
}

/** Connects in the background and again whenever Redis is back; an outage is logged once when it begins and once when it ends. */
export function connect(options: QueueOptions, purpose: string, special: Settings): Redis {
  const redis = open(options, {
    connectTimeout: 3000,
    retryStrategy: (times) => Math.min(100 * times, 2000),
    connectionName: `fettle:${purpose}`,
    ...special,
  });
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) options.log?.warn({ purpose, err: error }, 'Redis cannot be reached');
    away = true;
  });
  redis.on('ready', () => {
    if (away) options.log?.info({ purpose }, 'Redis is back');
    away = false;
  });
  return redis;
}

/** A client with exactly these settings. */
export function open({ url, host, port, username, password, tls }: RedisAddress, settings: Settings): Redis {
  const where: Settings = {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls: { ...tls, minVersion: 'TLSv1.2' } }),
    ...settings,
  };
  return url === undefined ? new Redis(where) : new Redis(url, where);
}

/** For what answers at once or not at all: nothing is kept for later, nothing is sent twice. */
export const atOnce: Settings = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 1,
  commandTimeout: 2000,
};

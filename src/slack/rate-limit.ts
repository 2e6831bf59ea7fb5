/** What spaces our writes so that Slack rarely has to. Times in milliseconds. */
export interface RateLimit {
  /** 0 takes the slot; otherwise how long to wait before asking again. Many who wait are told different times, one after another. */
  readonly take: (method: RateLimited, channel: string) => number;
  /** Slack said to wait; only this method in this channel does. */
  readonly hold: (method: RateLimited, channel: string, seconds: number) => void;
}

export type RateLimited =
  | 'chat.postMessage'
  | 'chat.update'
  | 'chat.delete'
  | 'conversations.history'
  | 'files';

interface Rate {
  readonly burst: number;
  readonly perSecond: number;
  /** `channel`: each channel has its own allowance; `all`: one for the workspace. */
  readonly of: 'channel' | 'all';
}

/** Slack's documented figures: one message a second and channel with short bursts, 50 updates a minute. */
const RATES: Readonly<Record<RateLimited, Rate>> = {
  'chat.postMessage': { burst: 5, perSecond: 1, of: 'channel' },
  'chat.update': { burst: 20, perSecond: 50 / 60, of: 'all' },
  'chat.delete': { burst: 20, perSecond: 50 / 60, of: 'all' },
  'conversations.history': { burst: 20, perSecond: 50 / 60, of: 'all' },
  files: { burst: 10, perSecond: 20 / 60, of: 'all' },
};

interface Bucket {
  tokens: number;
  at: number;
  /** When the last of those who wait was told to come. */
  told: number;
}

/** Who is told to come later than this is told to come by then: those before may be gone. */
const LONGEST_WAIT_MS = 30_000;

/** Token buckets in this process's memory; two processes together stay near the limits and obey 429 beyond them. */
export function createRateLimit(now: () => number): RateLimit {
  const buckets = new Map<string, Bucket>();
  const held = new Map<string, number>();
  const bucketOf = (method: RateLimited, channel: string): Bucket => {
    const { burst, perSecond, of } = RATES[method];
    const key = of === 'channel' ? `${method} ${channel}` : method;
    const bucket = buckets.get(key) ?? { tokens: burst, at: now(), told: 0 };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now() - bucket.at) / 1000) * perSecond);
    bucket.at = now();
    buckets.set(key, bucket);
    if (buckets.size > 5000) forgetFull(buckets);
    return bucket;
  };
  return {
    take(method, channel) {
      const until = held.get(`${method} ${channel}`) ?? 0;
      if (until > now()) return until - now();
      held.delete(`${method} ${channel}`);
      const bucket = bucketOf(method, channel);
      if (bucket.tokens < 1) {
        const { perSecond } = RATES[method];
        const next = now() + ((1 - bucket.tokens) / perSecond) * 1000;
        // Told the same time, all would come for what one of them gets.
        const behind = Math.min(bucket.told + 1000 / perSecond, now() + LONGEST_WAIT_MS);
        bucket.told = Math.max(next, behind);
        return Math.ceil(bucket.told - now());
      }
      bucket.tokens -= 1;
      return 0;
    },
    hold(method, channel, seconds) {
      const until = now() + Math.max(1, seconds) * 1000;
      held.set(`${method} ${channel}`, Math.max(until, held.get(`${method} ${channel}`) ?? 0));
    },
  };
}

/** The oldest half: their allowance has long been full again. */
function forgetFull(buckets: Map<string, Bucket>): void {
  const oldest = [...buckets].sort(([, a], [, b]) => a.at - b.at).slice(0, buckets.size / 2);
  for (const [key] of oldest) buckets.delete(key);
}

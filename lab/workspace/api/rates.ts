import { textOf, type JsonObject } from '../json.ts';

/** Requests a minute of the methods that are called often; everything else is tier 2. */
const PER_MINUTE: Readonly<Record<string, number>> = {
  'auth.test': 600,
  'chat.update': 50,
  'chat.delete': 50,
  'chat.postEphemeral': 100,
  'conversations.history': 50,
  'conversations.replies': 50,
  'files.completeUploadExternal': 100,
  'files.getUploadURLExternal': 100,
  'users.info': 100,
  'views.open': 100,
  'views.update': 100,
  'views.push': 100,
  'views.publish': 100,
};

/** Messages that one channel takes at once before one a second counts. */
const BURST = 3;

/** Counts calls as Slack does; answers how many seconds to wait, or 0. Off until switched on. */
export interface Rates {
  readonly enforce: (on: boolean) => void;
  readonly wait: (method: string, args: JsonObject, now: number) => number;
}

export function createRates(): Rates {
  const buckets = new Map<string, { tokens: number; at: number }>();
  let on = false;
  const take = (key: string, capacity: number, perSecond: number, now: number): number => {
    const bucket = buckets.get(key) ?? { tokens: capacity, at: now };
    const tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    if (tokens < 1) {
      buckets.set(key, { tokens, at: now });
      return Math.max(1, Math.ceil((1 - tokens) / perSecond));
    }
    buckets.set(key, { tokens: tokens - 1, at: now });
    return 0;
  };
  return {
    enforce: (value) => {
      on = value;
      buckets.clear();
    },
    wait: (method, args, now) => {
      if (!on) return 0;
      if (method === 'chat.postMessage') return take(`channel ${textOf(args['channel'])}`, BURST, 1, now);
      const perMinute = PER_MINUTE[method] ?? 20;
      return take(method, perMinute, perMinute / 60, now);
    },
  };
}

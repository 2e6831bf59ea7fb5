import type { WebClient } from '@slack/web-api';
import { failureOf } from './client.ts';
import type { Log } from './log.ts';

/** Whether results can be shown in a channel. */
export interface Channels {
  /** false only when Slack says that the bot is not in it; an answer that does not come counts as yes. */
  readonly canPost: (channel: string) => Promise<boolean>;
}

const KEEP_MS = 5 * 60_000;
const KEEP_AT_MOST = 5000;

/** Asked with the scope that is needed anyway for finding our own messages. A yes is kept for five minutes. */
export function createChannels(client: WebClient, log: Log): Channels {
  const joined = new Map<string, number>();
  return {
    async canPost(channel) {
      if (Date.now() - (joined.get(channel) ?? 0) < KEEP_MS) return true;
      try {
        await client.conversations.history({ channel, limit: 1 });
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === 'refused' && /^(?:not_in_channel|channel_not_found)$/.test(failure.error))
          return false;
        log.warn({ channel, failure }, 'slack did not say whether the bot is in a channel');
        return true;
      }
      if (joined.size >= KEEP_AT_MOST) joined.clear();
      joined.set(channel, Date.now());
      return true;
    },
  };
}

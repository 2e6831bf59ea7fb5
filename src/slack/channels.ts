import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { failureOf } from './client.ts';
import type { Log } from './log.ts';

/** What Slack knows of channels, as far as somebody's rights depend on it. undefined: Slack did not say. */
export interface Channels {
  /** Whether the bot may write there. */
  readonly canPost: (channel: string) => Promise<boolean | undefined>;
  /** Whether a person can read it: it is open to everybody of the workspace, or they are in it. */
  readonly canRead: (channel: string, userId: string) => Promise<boolean | undefined>;
  /** Whether people of another organisation are in it. */
  readonly isShared: (channel: string) => Promise<boolean | undefined>;
  /** Whether results that are shown there reach another organisation although no rule says that they may. */
  readonly outsidersSee: (channel: string) => Promise<boolean | undefined>;
}

const KEEP_MS = 5 * 60_000;
/** Who is in a private channel may change at any time. */
const KEEP_MEMBERS_MS = 30_000;
const KEEP_AT_MOST = 5000;
const MOST_PAGES = 20;

const Info = z.object({
  channel: z.object({
    is_im: z.boolean().optional(),
    is_mpim: z.boolean().optional(),
    is_private: z.boolean().optional(),
    is_ext_shared: z.boolean().optional(),
    is_pending_ext_shared: z.boolean().optional(),
    user: z.string().optional(),
  }),
});
type Info = z.infer<typeof Info>['channel'];

const Members = z.object({
  members: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** The answer of Slack when the bot sees no such channel. */
const HIDDEN = /^(?:not_in_channel|channel_not_found)$/;

/** `mayShare`: whether policy.yaml lets results be shown in a channel that is shared with others. */
export function createChannels(
  client: WebClient,
  log: Log,
  mayShare: (channel: string) => boolean,
): Channels {
  /** Asked with the scope that is needed anyway for finding our own messages. */
  const joined = keeping<true>(KEEP_MS, async (channel) => {
    await client.conversations.history({ channel, limit: 1 });
    return true;
  });
  const infos = keeping<Info>(
    KEEP_MS,
    async (channel) => Info.parse(await client.conversations.info({ channel })).channel,
  );
  const members = keeping<ReadonlySet<string>>(KEEP_MEMBERS_MS, async (channel) => {
    const all = new Set<string>();
    let cursor: string | undefined = '';
    for (let page = 0; page < MOST_PAGES && cursor !== undefined; page += 1) {
      const read = Members.parse(
        await client.conversations.members({ channel, limit: 1000, ...(cursor === '' ? {} : { cursor }) }),
      );
      for (const id of read.members) all.add(id);
      cursor = read.response_metadata?.next_cursor || undefined;
    }
    return all;
  });

  async function ask<T>(channel: string, work: () => Promise<T>): Promise<T | 'hidden' | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof z.ZodError) {
        log.warn({ channel }, 'slack answered about a channel in an unexpected way');
        return undefined;
      }
      const failure = failureOf(error);
      if (failure.kind === 'refused' && HIDDEN.test(failure.error)) return 'hidden';
      log.warn({ channel, failure }, 'slack did not say what it was asked about a channel');
      return undefined;
    }
  }

  async function sharing(channel: string): Promise<boolean | 'hidden' | undefined> {
    // Who writes to the bot directly is looked at as a person.
    if (!/^[CG]/.test(channel)) return false;
    const info = await ask(channel, () => infos(channel));
    return info === undefined || info === 'hidden'
      ? info
      : info.is_ext_shared === true || info.is_pending_ext_shared === true;
  }

  return {
    async canPost(channel) {
      const answer = await ask(channel, () => joined(channel));
      return answer === 'hidden' ? false : answer;
    },

    async canRead(channel, userId) {
      const info = await ask(channel, () => infos(channel));
      if (info === undefined) return undefined;
      if (info === 'hidden') return false;
      if (info.is_im) return info.user === userId;
      if (!info.is_private && !info.is_mpim) return true;
      const all = await ask(channel, () => members(channel));
      return all === undefined ? undefined : all !== 'hidden' && all.has(userId);
    },

    async isShared(channel) {
      const shared = await sharing(channel);
      return shared === 'hidden' ? undefined : shared;
    },

    async outsidersSee(channel) {
      const shared = await sharing(channel);
      // Nothing can be shown where the bot is not.
      return shared === 'hidden' ? false : shared && !mayShare(channel);
    },
  };
}

/** Remembers answers for a while, not failures; the same question at the same moment is asked once. */
function keeping<T>(ms: number, ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, { readonly at: number; readonly answer: T }>();
  const asking = new Map<string, Promise<T>>();
  const anew = async (key: string): Promise<T> => {
    const answer = await ask(key);
    if (known.size >= KEEP_AT_MOST) known.clear();
    known.set(key, { at: Date.now(), answer });
    return answer;
  };
  return (key) => {
    const kept = known.get(key);
    if (kept && Date.now() - kept.at < ms) return Promise.resolve(kept.answer);
    const asked = asking.get(key) ?? anew(key).finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  };
}

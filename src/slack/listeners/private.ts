import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Answer } from '../view/answer.ts';

/** Milliseconds for one answer through a response address. */
const LIMIT_MS = 10_000;

export interface Whom {
  readonly channel: string;
  readonly user: string;
  readonly threadTs?: string | undefined;
}

/** Through the response address, which works even where the bot is not a member; by message to the person when that fails. */
export const byResponse =
  (respond: RespondFn, client: WebClient, whom: Whom) =>
  async (what: Answer): Promise<void> => {
    try {
      await withLimit(
        respond({
          response_type: 'ephemeral',
          replace_original: what.replaces === true,
          text: what.text,
          blocks: what.blocks,
        }),
      );
    } catch {
      await inChannel(client, whom)(what);
    }
  };

/** Visible to one person, in the thread they wrote in. */
export const inChannel =
  (client: WebClient, { channel, user, threadTs }: Whom) =>
  async ({ text, blocks }: Answer): Promise<void> => {
    await client.chat.postEphemeral({
      channel,
      user,
      text,
      blocks,
      parse: 'none',
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    });
  };

/** In a direct conversation everything is private anyway. */
export const inConversation =
  (client: WebClient, { channel, threadTs }: Whom) =>
  async ({ text, blocks }: Answer): Promise<void> => {
    await client.chat.postMessage({
      channel,
      text,
      blocks,
      parse: 'none',
      unfurl_links: false,
      unfurl_media: false,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    });
  };

async function withLimit<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the response address did not answer in time')), LIMIT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Place } from './place.ts';

/** The metadata by which we know our own messages again. It says nothing about their content. */
export const EVENT_TYPE = 'fettle_post';
/** Pages of history that are searched; the message looked for is at most minutes old. */
const PAGES = 10;

const Page = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().optional(),
        bot_id: z.string().optional(),
        files: z.array(z.looseObject({ name: z.string().nullish() })).optional(),
        metadata: z
          .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
          .partial()
          .optional(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
export type Message = z.infer<typeof Page>['messages'][number];
export interface Me {
  readonly user_id?: string;
  readonly bot_id?: string;
}

/** The ts of the first message that matches, in a thread or a channel, newest page first; undefined when there is none. */
export async function searchMessages(
  client: WebClient,
  { channel, threadTs }: Place,
  oldest: string,
  matches: (message: Message) => boolean,
): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const ask = { channel, oldest, limit: 100, include_all_metadata: true, ...(cursor ? { cursor } : {}) };
    const answer = Page.parse(
      threadTs === undefined
        ? await client.conversations.history(ask)
        : await client.conversations.replies({ ...ask, ts: threadTs }),
    );
    const hit = answer.messages.find(matches);
    if (hit) return hit.ts;
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return undefined;
  }
  return undefined;
}

/** Any app may write metadata, so the author must be us. */
export const isOurs = (message: Message, mark: string, me: Me): boolean =>
  message.metadata?.event_type === EVENT_TYPE &&
  message.metadata.event_payload?.['key'] === mark &&
  isBy(message, me);

/** A message with a file carries no metadata. */
export const hasOurFile = (message: Message, name: string, me: Me): boolean =>
  isBy(message, me) && (message.files ?? []).some((file) => file.name === name);

const isBy = ({ user, bot_id }: Message, me: Me): boolean =>
  (user !== undefined && user === me.user_id) || (bot_id !== undefined && bot_id === me.bot_id);

import type { App } from '@slack/bolt';
import { z } from 'zod';
import { langOf } from '../../kit/index.ts';
import type { Arrival } from '../../desk/port.ts';
import { tooLong } from '../../desk/typed-length.ts';
import { type ListenerDeps, replyTo, keepTrying, authorize } from './request.ts';
import { inChannel, inConversation } from './private.ts';
import { afterMention } from './typed.ts';

const Message = z.object({
  user: z.string().optional(),
  text: z.string().default(''),
  ts: z.string(),
  channel: z.string(),
  channel_type: z.string().optional(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  bot_id: z.string().optional(),
  user_team: z.string().optional(),
});
type Message = z.infer<typeof Message>;

const Around = z.object({ team_id: z.string(), is_ext_shared_channel: z.boolean().default(false) });
type Around = z.infer<typeof Around>;

/** What people say to the bot: `@Fettle inspect mq` in channels and threads, anything in a direct conversation. */
export function listenToMessages(app: App, deps: ListenerDeps): void {
  app.event('app_mention', async ({ event, body }) => {
    const message = Message.parse(event);
    // The same words come as a message of the direct conversation.
    if (message.channel.startsWith('D')) return;
    await take(deps, message, Around.parse(body), message.thread_ts ?? message.ts);
  });
  app.event('message', async ({ event, body }) => {
    const message = Message.safeParse(event);
    if (!message.success || message.data.channel_type !== 'im') return;
    await take(deps, message.data, Around.parse(body), message.data.thread_ts);
  });
}

async function take(
  deps: ListenerDeps,
  message: Message,
  around: Around,
  threadTs: string | undefined,
): Promise<void> {
  const { user, channel, ts, subtype, bot_id } = message;
  // Edits, joins and other programs ask for nothing.
  if (user === undefined || bot_id !== undefined || (subtype !== undefined && subtype !== 'file_share'))
    return;
  const long = tooLong(message.text, 'message');
  const text = long ? '' : afterMention(message.text, deps.bot.userId) || 'help';
  const lang = langOf(text, deps.lang);
  const whom = { channel, user, threadTs };
  const tell = channel.startsWith('D') ? inConversation(deps.client, whom) : inChannel(deps.client, whom);
  const requester = {
    userId: user,
    channel,
    external: around.is_ext_shared_channel,
    team: message.user_team ?? around.team_id,
    lang,
    tooLong: long,
    tell,
  };
  await authorize(deps, requester, async (person) => {
    const arrival: Arrival = {
      // The message, not the delivery: a message that arrives as two events is one request.
      key: `message:${around.team_id}:${channel}:${ts}`,
      person,
      slackId: user,
      origin: {
        surface: 'slack',
        team: around.team_id,
        channel,
        ...(threadTs === undefined ? {} : { threadTs }),
      },
      lang,
    };
    return replyTo(deps, await keepTrying(() => deps.desk.ask(undefined, text, arrival)), arrival);
  });
}

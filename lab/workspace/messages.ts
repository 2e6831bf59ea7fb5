import { compact, type JsonObject } from './json.ts';
import { fileObject } from './files.ts';
import { SLACKBOT, type Channel, type Message, type World } from './world.ts';

type Draft = Omit<Message, 'ts' | 'files' | 'reactions'> & { readonly files?: readonly string[] };

/** Puts a message into its channel and tells everyone who follows. */
export function addMessage(world: World, draft: Draft): Message {
  const message: Message = { files: [], reactions: [], ...draft, ts: world.nextTs() };
  const list = world.messages.get(message.channel) ?? [];
  list.push(message);
  world.messages.set(message.channel, list);
  if (message.threadTs !== undefined && message.user === world.bot.userId) {
    clearStatus(world, message.channel, message.threadTs);
  }
  announce(world, 'message', message);
  return message;
}

/** A private line from the workspace itself, as Slackbot writes them. */
export const notice = (world: World, to: string, channel: string, text: string, threadTs?: string): Message =>
  addMessage(world, {
    channel,
    user: SLACKBOT,
    text,
    onlyFor: to,
    ...(threadTs === undefined ? {} : { threadTs }),
  });

export function replaceMessage(world: World, next: Message): void {
  const list = world.messages.get(next.channel) ?? [];
  const at = list.findIndex((message) => message.ts === next.ts);
  if (at < 0) return;
  list[at] = next;
  announce(world, 'message_changed', next);
}

/** A parent with replies leaves a tombstone; anything else is gone. */
export function removeMessage(world: World, message: Message): void {
  if (repliesTo(world, message.channel, message.ts).length > 0) {
    const { blocks: _blocks, attachments: _attachments, metadata: _metadata, ...rest } = message;
    replaceMessage(world, { ...rest, text: 'This message was deleted.', files: [], tombstone: true });
    return;
  }
  const list = world.messages.get(message.channel) ?? [];
  world.messages.set(
    message.channel,
    list.filter((other) => other.ts !== message.ts),
  );
  announce(world, 'message_deleted', message);
}

export const findMessage = (world: World, channel: string, ts: string): Message | undefined =>
  world.messages.get(channel)?.find((message) => message.ts === ts);

/** Replies that everyone sees, oldest first. */
export const repliesTo = (world: World, channel: string, ts: string): readonly Message[] =>
  (world.messages.get(channel) ?? []).filter(
    (message) => message.threadTs === ts && message.onlyFor === undefined,
  );

/** What a person sees in a channel: parents, broadcast replies, and their own private lines. */
export const channelMessages = (world: World, channel: string, viewer?: string): readonly Message[] =>
  (world.messages.get(channel) ?? []).filter(
    (message) =>
      (message.threadTs === undefined || message.broadcast === true) &&
      (message.onlyFor === undefined || message.onlyFor === viewer),
  );

/** What a person sees in a thread: the parent, then the replies. */
export const threadMessages = (
  world: World,
  channel: string,
  ts: string,
  viewer?: string,
): readonly Message[] =>
  (world.messages.get(channel) ?? []).filter(
    (message) =>
      (message.ts === ts || message.threadTs === ts) &&
      (message.onlyFor === undefined || message.onlyFor === viewer),
  );

/** A message as the Web API shows it. Metadata only when asked for. */
export function messageObject(world: World, message: Message, withMetadata: boolean): JsonObject {
  const replies = message.threadTs === undefined ? repliesTo(world, message.channel, message.ts) : [];
  const byBot = message.user === world.bot.userId;
  return compact({
    type: 'message',
    subtype: subtypeOf(message),
    ts: message.ts,
    user: message.user,
    text: message.text,
    team: world.team.id,
    bot_id: byBot ? world.bot.botId : undefined,
    app_id: byBot ? world.bot.appId : undefined,
    bot_profile: byBot ? botProfile(world) : undefined,
    blocks: message.blocks,
    attachments: message.attachments,
    metadata: withMetadata ? message.metadata : undefined,
    files:
      message.files.length === 0
        ? undefined
        : message.files.flatMap((id) => {
            const file = world.files.get(id);
            return file === undefined ? [] : [fileObject(world, file)];
          }),
    edited: message.editedTs === undefined ? undefined : { user: message.user, ts: message.editedTs },
    thread_ts: message.threadTs ?? (replies.length > 0 ? message.ts : undefined),
    parent_user_id:
      message.threadTs === undefined
        ? undefined
        : findMessage(world, message.channel, message.threadTs)?.user,
    reply_count: replies.length > 0 ? replies.length : undefined,
    reply_users: replies.length > 0 ? [...new Set(replies.map((reply) => reply.user))] : undefined,
    reply_users_count: replies.length > 0 ? new Set(replies.map((reply) => reply.user)).size : undefined,
    latest_reply: replies.at(-1)?.ts,
    is_ephemeral: message.onlyFor === undefined ? undefined : true,
    reactions:
      message.reactions.length === 0
        ? undefined
        : message.reactions.map(({ name, users }) => ({ name, users, count: users.length })),
  });
}

export const permalink = (world: World, message: Pick<Message, 'channel' | 'ts' | 'threadTs'>): string =>
  `${world.address}/archives/${message.channel}/p${message.ts.replace('.', '')}` +
  (message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${message.channel}`);

/** "is checking 12 hosts…" under a thread; empty text takes it away. */
export function setStatus(world: World, channel: string, threadTs: string, status: string): void {
  world.statuses.set(`${channel}|${threadTs}`, status);
  world.feed.add({ type: 'status', channel, thread_ts: threadTs, status });
}

function clearStatus(world: World, channel: string, threadTs: string): void {
  if ((world.statuses.get(`${channel}|${threadTs}`) ?? '') !== '') setStatus(world, channel, threadTs, '');
}

function subtypeOf(message: Message): string | undefined {
  if (message.tombstone === true) return 'tombstone';
  return message.broadcast === true ? 'thread_broadcast' : undefined;
}

const botProfile = (world: World): JsonObject => ({
  id: world.bot.botId,
  app_id: world.bot.appId,
  name: world.bot.realName,
  team_id: world.team.id,
});

function announce(
  world: World,
  type: 'message' | 'message_changed' | 'message_deleted',
  message: Message,
): void {
  world.feed.add({
    type,
    channel: message.channel,
    ts: message.ts,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.onlyFor === undefined ? {} : { only_for: message.onlyFor }),
    message: messageObject(world, message, true),
  });
}

/** The channel of an id, a name with or without `#`, or a person's id (their direct message with the bot). */
export function channelFor(world: World, named: string): Channel | undefined {
  const direct = world.channels.get(named);
  if (direct !== undefined) return direct;
  if (world.people.has(named)) {
    return [...world.channels.values()].find(
      (channel) =>
        channel.kind === 'im' && channel.members.has(named) && channel.members.has(world.bot.userId),
    );
  }
  const name = named.replace(/^#/, '');
  return [...world.channels.values()].find((channel) => channel.kind !== 'im' && channel.name === name);
}

export function changeChannel(world: World, next: Channel): void {
  world.channels.set(next.id, next);
  world.feed.add({ type: 'channel', channel: next.id });
}

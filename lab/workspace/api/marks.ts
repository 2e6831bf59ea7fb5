import { compact } from '../json.ts';
import { findMessage, messageObject, replaceMessage, setStatus } from '../messages.ts';
import { newId, type Message } from '../world.ts';
import { joinedChannel, Refusal, required, text, type Call, type Method, type MethodEntry } from './call.ts';

const addReaction: Method = (call) => {
  const name = reactionName(call);
  const message = namedMessage(call);
  const bot = call.world.bot.userId;
  const old = message.reactions.find((reaction) => reaction.name === name);
  if (old?.users.includes(bot) === true) throw new Refusal('already_reacted');
  const others = message.reactions.filter((reaction) => reaction.name !== name);
  replaceMessage(call.world, {
    ...message,
    reactions: [...others, { name, users: [...(old?.users ?? []), bot] }],
  });
  return {};
};

const removeReaction: Method = (call) => {
  const name = reactionName(call);
  const message = namedMessage(call);
  const bot = call.world.bot.userId;
  if (!message.reactions.some((one) => one.name === name && one.users.includes(bot)))
    throw new Refusal('no_reaction');
  const reactions = message.reactions
    .map((one) => (one.name === name ? { name, users: one.users.filter((user) => user !== bot) } : one))
    .filter((one) => one.users.length > 0);
  replaceMessage(call.world, { ...message, reactions });
  return {};
};

function reactionName(call: Call): string {
  const name = text(call, 'name');
  if (name === '') throw new Refusal('no_reaction');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new Refusal('invalid_name');
  return name;
}

const addPin: Method = (call) => {
  const message = namedMessage(call);
  const pins = call.world.pins.get(message.channel) ?? [];
  if (pins.includes(message.ts)) throw new Refusal('already_pinned');
  call.world.pins.set(message.channel, [...pins, message.ts]);
  call.world.feed.add({ type: 'channel', channel: message.channel });
  return {};
};

const listPins: Method = (call) => {
  const channel = joinedChannel(call);
  const items = (call.world.pins.get(channel.id) ?? []).flatMap((ts) => {
    const message = findMessage(call.world, channel.id, ts);
    if (message === undefined) return [];
    return [{ type: 'message', channel: channel.id, message: messageObject(call.world, message, false) }];
  });
  return { items };
};

const addBookmark: Method = (call) => {
  const channel = joinedChannel(call, 'channel_id');
  if (text(call, 'type') !== 'link') throw new Refusal('invalid_bookmark_type');
  const link = text(call, 'link');
  if (!/^https?:\/\/\S+$/.test(link)) throw new Refusal('invalid_link');
  const old = call.world.bookmarks.get(channel.id) ?? [];
  if (old.length >= 100) throw new Refusal('too_many_bookmarks');
  const bookmark = compact({
    id: newId('Bk'),
    channel_id: channel.id,
    title: required(call, 'title'),
    link,
    emoji: text(call, 'emoji') || undefined,
    type: 'link',
    date_created: Math.floor(call.world.now() / 1000),
  });
  call.world.bookmarks.set(channel.id, [...old, bookmark]);
  call.world.feed.add({ type: 'channel', channel: channel.id });
  return { bookmark };
};

const listBookmarks: Method = (call) => ({
  bookmarks: call.world.bookmarks.get(joinedChannel(call, 'channel_id').id) ?? [],
});

const status: Method = (call) => {
  const channel = joinedChannel(call, 'channel_id');
  const threadTs = required(call, 'thread_ts');
  if (findMessage(call.world, channel.id, threadTs) === undefined) throw new Refusal('thread_not_found');
  setStatus(call.world, channel.id, threadTs, text(call, 'status'));
  return {};
};

function namedMessage(call: Call): Message {
  const channel = joinedChannel(call);
  const ts = text(call, 'timestamp');
  if (ts === '') throw new Refusal('no_item_specified');
  const message = findMessage(call.world, channel.id, ts);
  if (message === undefined || message.onlyFor !== undefined) throw new Refusal('message_not_found');
  return message;
}

export const markMethods: Readonly<Record<string, MethodEntry>> = {
  'reactions.add': { scopes: ['reactions:write'], run: addReaction },
  'reactions.remove': { scopes: ['reactions:write'], run: removeReaction },
  'pins.add': { scopes: ['pins:write'], run: addPin },
  'pins.list': { scopes: ['pins:read'], run: listPins },
  'bookmarks.add': { scopes: ['bookmarks:write'], run: addBookmark },
  'bookmarks.list': { scopes: ['bookmarks:read'], run: listBookmarks },
  'assistant.threads.setStatus': { scopes: ['assistant:write', 'chat:write'], run: status },
};

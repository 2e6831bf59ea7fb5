import { directChannel } from '../defaults.ts';
import { listOf, textOf, type JsonObject } from '../json.ts';
import {
  addMessage,
  changeChannel,
  channelFor,
  channelMessages,
  messageObject,
  threadMessages,
} from '../messages.ts';
import { newId, type Channel, type Message } from '../world.ts';
import {
  flag,
  joinedChannel,
  namedChannel,
  page,
  Refusal,
  required,
  text,
  type Call,
  type Method,
  type MethodEntry,
} from './call.ts';

const list: Method = (call) => {
  const types = (text(call, 'types') || 'public_channel').split(',').map((type) => type.trim());
  const bot = call.world.bot.userId;
  const kinds: Readonly<Record<Channel['kind'], string>> = {
    public: 'public_channel',
    private: 'private_channel',
    im: 'im',
  };
  const shown = [...call.world.channels.values()].filter(
    (channel) =>
      types.includes(kinds[channel.kind]) &&
      (channel.kind === 'public' || channel.members.has(bot)) &&
      !(flag(call.args['exclude_archived']) && channel.archived),
  );
  const { items, next } = page(call, shown, 100, 1000);
  return {
    channels: items.map((channel) => channelObject(call, channel)),
    response_metadata: { next_cursor: next },
  };
};

const history: Method = (call) => {
  const channel = joinedChannel(call);
  const messages = channelMessages(call.world, channel.id)
    .filter((message) => message.onlyFor === undefined && inRange(call, message.ts))
    .toReversed();
  return messagePage(call, messages, 100);
};

const replies: Method = (call) => {
  const channel = joinedChannel(call);
  const messages = threadMessages(call.world, channel.id, required(call, 'ts')).filter(
    (message) => message.onlyFor === undefined,
  );
  const parent = messages[0];
  if (parent === undefined) throw new Refusal('thread_not_found');
  return messagePage(
    call,
    [parent, ...messages.slice(1).filter((message) => inRange(call, message.ts))],
    1000,
  );
};

function messagePage(call: Call, messages: readonly Message[], fallback: number): JsonObject {
  const { items, next } = page(call, messages, fallback, 1000);
  const metadata = flag(call.args['include_all_metadata']);
  return {
    messages: items.map((message) => messageObject(call.world, message, metadata)),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  };
}

function inRange(call: Call, ts: string): boolean {
  const oldest = text(call, 'oldest') || '0';
  const latest = text(call, 'latest') || '9999999999';
  const at = Number(ts);
  return flag(call.args['inclusive'])
    ? at >= Number(oldest) && at <= Number(latest)
    : at > Number(oldest) && at < Number(latest);
}

const open: Method = (call) => {
  const users = peopleOf(call, 'users');
  const user = users[0];
  if (users.length !== 1 || user === undefined) throw new Refusal('not_enough_users');
  const known = channelFor(call.world, user);
  if (known !== undefined) return { no_op: true, already_open: true, channel: { id: known.id } };
  const channel = directChannel(user, call.world.bot.userId, Math.floor(call.world.now() / 1000));
  changeChannel(call.world, channel);
  return { channel: { id: channel.id } };
};

const create: Method = (call) => {
  const name = text(call, 'name');
  if (name === '') throw new Refusal('invalid_name_required');
  if (name.length > 80) throw new Refusal('invalid_name_maxlength');
  if (!/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name)) throw new Refusal('invalid_name_specials');
  if ([...call.world.channels.values()].some((channel) => channel.name === name))
    throw new Refusal('name_taken');
  const channel: Channel = {
    id: newId('C'),
    name,
    kind: flag(call.args['is_private']) ? 'private' : 'public',
    members: new Set([call.world.bot.userId]),
    topic: '',
    purpose: '',
    creator: call.world.bot.userId,
    archived: false,
    created: Math.floor(call.world.now() / 1000),
  };
  changeChannel(call.world, channel);
  return { channel: channelObject(call, channel) };
};

const invite: Method = (call) => {
  const channel = joinedChannel(call);
  const users = peopleOf(call, 'users');
  if (users.length === 0) throw new Refusal('no_user');
  if (users.includes(call.world.bot.userId)) throw new Refusal('cant_invite_self');
  if (users.every((user) => channel.members.has(user))) throw new Refusal('already_in_channel');
  const next = { ...channel, members: new Set([...channel.members, ...users]) };
  changeChannel(call.world, next);
  return { channel: channelObject(call, next) };
};

const join: Method = (call) => {
  const channel = namedChannel(call);
  if (channel.kind !== 'public') throw new Refusal('method_not_supported_for_channel_type');
  if (channel.archived) throw new Refusal('is_archived');
  if (channel.members.has(call.world.bot.userId)) {
    return { channel: channelObject(call, channel), warning: 'already_in_channel' };
  }
  const next = { ...channel, members: new Set([...channel.members, call.world.bot.userId]) };
  changeChannel(call.world, next);
  return { channel: channelObject(call, next) };
};

const setTopic: Method = (call) => {
  const channel = joinedChannel(call);
  const topic = text(call, 'topic');
  if (topic.length > 250) throw new Refusal('too_long');
  const next = { ...channel, topic };
  changeChannel(call.world, next);
  if (topic !== channel.topic) {
    addMessage(call.world, {
      channel: channel.id,
      user: call.world.bot.userId,
      text: topic === '' ? '_cleared the channel topic_' : `_set the channel topic:_ ${topic}`,
    });
  }
  return { channel: channelObject(call, next) };
};

const archive: Method = (call) => {
  const channel = joinedChannel(call);
  if (channel.archived) throw new Refusal('already_archived');
  changeChannel(call.world, { ...channel, archived: true });
  return {};
};

const members: Method = (call) => {
  const channel = seenChannel(call);
  const { items, next } = page(call, [...channel.members], 100, 1000);
  return { members: items, response_metadata: { next_cursor: next } };
};

const info: Method = (call) => ({ channel: channelObject(call, seenChannel(call)) });

/** The bot sees what is open, and what it is in. */
function seenChannel(call: Call): Channel {
  const channel = namedChannel(call);
  if (channel.kind !== 'public' && !channel.members.has(call.world.bot.userId))
    throw new Refusal('channel_not_found');
  return channel;
}

function channelObject(call: Call, channel: Channel): JsonObject {
  const bot = call.world.bot.userId;
  if (channel.kind === 'im') {
    const other = [...channel.members].find((member) => member !== bot) ?? '';
    return {
      id: channel.id,
      created: channel.created,
      is_im: true,
      user: other,
      is_archived: channel.archived,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_archived: channel.archived,
    is_ext_shared: channel.shared === true,
    is_shared: channel.shared === true,
    is_member: channel.members.has(bot),
    created: channel.created,
    creator: channel.creator,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: channel.purpose, creator: '', last_set: 0 },
    num_members: channel.members.size,
  };
}

function peopleOf(call: Call, key: string): readonly string[] {
  const given = call.args[key];
  const ids = Array.isArray(given)
    ? listOf(given).map(textOf)
    : textOf(given)
        .split(',')
        .map((id) => id.trim())
        .filter((id) => id !== '');
  for (const id of ids) {
    if (!call.world.people.has(id) && id !== call.world.bot.userId) throw new Refusal('user_not_found');
  }
  return ids;
}

const read = ['channels:read', 'groups:read', 'im:read'];
const readMessages = ['channels:history', 'groups:history', 'im:history'];
const manage = ['channels:manage', 'groups:write'];

export const conversationMethods: Readonly<Record<string, MethodEntry>> = {
  'conversations.list': { scopes: read, run: list },
  'conversations.info': { scopes: read, run: info },
  'conversations.history': { scopes: readMessages, run: history },
  'conversations.replies': { scopes: readMessages, run: replies },
  'conversations.open': { scopes: ['im:write'], run: open },
  'conversations.create': { scopes: manage, run: create },
  'conversations.invite': { scopes: manage, run: invite },
  'conversations.join': { scopes: ['channels:join'], run: join },
  'conversations.setTopic': { scopes: manage, run: setTopic },
  'conversations.archive': { scopes: manage, run: archive },
  'conversations.members': { scopes: read, run: members },
};

import {
  addMessage,
  findMessage,
  messageObject,
  permalink,
  removeMessage,
  replaceMessage,
} from '../messages.ts';
import type { Channel, Message } from '../world.ts';
import {
  flag,
  joinedChannel,
  namedChannel,
  Refusal,
  required,
  text,
  type Call,
  type Method,
  type MethodEntry,
} from './call.ts';
import { MAX_UPDATED_TEXT, readContent } from './content.ts';

const postMessage: Method = (call) => {
  const channel = joinedChannel(call);
  if (channel.archived) throw new Refusal('is_archived');
  const content = readContent(call.args);
  const threadTs = threadOf(call, channel);
  const message = addMessage(call.world, {
    channel: channel.id,
    user: call.world.bot.userId,
    ...content,
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(threadTs !== undefined && flag(call.args['reply_broadcast']) ? { broadcast: true } : {}),
  });
  return { channel: channel.id, ts: message.ts, message: messageObject(call.world, message, true) };
};

const postEphemeral: Method = (call) => {
  const channel = joinedChannel(call);
  const user = required(call, 'user');
  if (!call.world.people.has(user)) throw new Refusal('user_not_found');
  if (!channel.members.has(user)) throw new Refusal('user_not_in_channel');
  const content = readContent(call.args);
  const threadTs = threadOf(call, channel);
  const message = addMessage(call.world, {
    channel: channel.id,
    user: call.world.bot.userId,
    onlyFor: user,
    ...content,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  return { message_ts: message.ts };
};

const update: Method = (call) => {
  const channel = joinedChannel(call);
  const message = ownMessage(call, channel, 'cant_update_message');
  const onlyBlocks = call.args['text'] === undefined;
  const content = readContent(call.args, MAX_UPDATED_TEXT);
  const { blocks: _blocks, attachments: _attachments, editedTs: _edited, ...kept } = message;
  const next: Message = {
    ...kept,
    ...content,
    text: onlyBlocks ? message.text : content.text,
    // Only a change of the text is marked as edited.
    ...(onlyBlocks || content.text === message.text
      ? message.editedTs === undefined
        ? {}
        : { editedTs: message.editedTs }
      : { editedTs: call.world.nextTs() }),
  };
  replaceMessage(call.world, next);
  return {
    channel: channel.id,
    ts: next.ts,
    text: next.text,
    message: messageObject(call.world, next, true),
  };
};

const remove: Method = (call) => {
  const channel = joinedChannel(call);
  const message = ownMessage(call, channel, 'cant_delete_message');
  removeMessage(call.world, message);
  return { channel: channel.id, ts: message.ts };
};

const getPermalink: Method = (call) => {
  const channel = namedChannel(call);
  const message = findMessage(call.world, channel.id, required(call, 'message_ts'));
  if (message === undefined || message.onlyFor !== undefined) throw new Refusal('message_not_found');
  return { channel: channel.id, permalink: permalink(call.world, message) };
};

/** The parent that the call replies to; undefined outside threads. */
export function threadOf(call: Call, channel: Channel): string | undefined {
  const ts = text(call, 'thread_ts');
  if (ts === '') return undefined;
  if (!/^\d+\.\d{6}$/.test(ts)) throw new Refusal('invalid_thread_ts');
  const parent = findMessage(call.world, channel.id, ts);
  if (parent === undefined || parent.onlyFor !== undefined) throw new Refusal('thread_not_found');
  if (parent.threadTs !== undefined) throw new Refusal('cannot_reply_to_message');
  return ts;
}

function ownMessage(call: Call, channel: Channel, refusal: string): Message {
  const message = findMessage(call.world, channel.id, required(call, 'ts'));
  if (message === undefined || message.onlyFor !== undefined || message.tombstone === true) {
    throw new Refusal('message_not_found');
  }
  if (message.user !== call.world.bot.userId) throw new Refusal(refusal);
  return message;
}

const write = ['chat:write'];

export const chatMethods: Readonly<Record<string, MethodEntry>> = {
  'chat.postMessage': { scopes: write, run: postMessage },
  'chat.postEphemeral': { scopes: write, run: postEphemeral },
  'chat.update': { scopes: write, run: update },
  'chat.delete': { scopes: write, run: remove },
  'chat.getPermalink': { scopes: [], run: getPermalink },
};

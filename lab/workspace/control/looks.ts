import { messagesAsText } from '../as-text.ts';
import { compact, type Json, type JsonObject } from '../json.ts';
import { channelMessages, messageObject, threadMessages } from '../messages.ts';
import { channelOf, personOf } from '../people/act.ts';
import { formsOf } from '../views.ts';
import { userObject } from '../api/users.ts';
import type { Channel, Message, Person, World } from '../world.ts';
import type { Backstage } from './acts.ts';

type Look = (stage: Backstage, query: URLSearchParams) => Json;

/** What `GET /control/<name>` shows. */
export const LOOKS: Readonly<Record<string, Look>> = {
  workspace: ({ world, sockets }, query) => {
    const person = personOf(world, query.get('as') ?? '');
    return {
      team: { ...world.team },
      bot: {
        id: world.bot.userId,
        name: world.bot.name,
        real_name: world.bot.realName,
        bot_id: world.bot.botId,
      },
      me: person.id,
      people: [...world.people.values()].map((one) => userObject(world, one)),
      groups: world.userGroups.map(({ id, handle, name }) => ({ id, handle, name })),
      channels: [...world.channels.values()]
        .filter(
          (channel) => channel.members.has(person.id) || (channel.kind === 'public' && person.guest !== true),
        )
        .map((channel) => channelLook(world, person, channel)),
      commands: world.commands.map((command) => compact({ ...command })),
      shortcuts: world.shortcuts.map((shortcut) => ({ ...shortcut })),
      sockets: sockets === undefined ? null : sockets.open(),
      seq: world.feed.last(),
    };
  },
  channel: ({ world }, query) => {
    const { person, channel } = placeOf(world, query);
    return {
      channel: channelLook(world, person, channel),
      messages: shown(world, channelMessages(world, channel.id, person.id)),
      pins: world.pins.get(channel.id) ?? [],
      bookmarks: world.bookmarks.get(channel.id) ?? [],
      seq: world.feed.last(),
    };
  },
  thread: ({ world }, query) => {
    const { person, channel } = placeOf(world, query);
    const ts = query.get('ts') ?? '';
    return {
      messages: shown(world, threadMessages(world, channel.id, ts, person.id)),
      status: world.statuses.get(`${channel.id}|${ts}`) ?? '',
      seq: world.feed.last(),
    };
  },
  text: ({ world }, query) => {
    const { person, channel } = placeOf(world, query);
    const ts = query.get('ts');
    const messages =
      ts === null
        ? channelMessages(world, channel.id, person.id)
        : threadMessages(world, channel.id, ts, person.id);
    return messagesAsText(world, messages);
  },
  forms: ({ world }, query) => [...formsOf(world, query.get('as') ?? '')],
  home: ({ world }, query) => world.views.get(world.homes.get(query.get('as') ?? '') ?? '') ?? null,
  calls: ({ gateway }, query) => {
    const method = query.get('method');
    return gateway.calls
      .filter((call) => method === null || call.method === method)
      .map((call) => ({ ...call }));
  },
  seq: ({ world }) => world.feed.last(),
  users: ({ world }) => [...world.people.values()].map((one) => userObject(world, one)),
};

function placeOf(
  world: World,
  query: URLSearchParams,
): { readonly person: Person; readonly channel: Channel } {
  const person = personOf(world, query.get('as') ?? '');
  return { person, channel: channelOf(world, person, query.get('channel') ?? '') };
}

const shown = (world: World, messages: readonly Message[]): JsonObject[] =>
  messages.map((message) => messageObject(world, message, true));

function channelLook(world: World, person: Person, channel: Channel): JsonObject {
  const messages = channelMessages(world, channel.id, person.id);
  const read = world.read.get(`${person.id}|${channel.id}`) ?? '0';
  const mentioned = messages.some((message) => message.ts > read && message.text.includes(`<@${person.id}>`));
  return {
    id: channel.id,
    name: channel.name,
    kind: channel.kind,
    topic: channel.topic,
    archived: channel.archived,
    joined: channel.members.has(person.id),
    members: [...channel.members],
    unread: messages.filter((message) => message.ts > read && message.user !== person.id).length,
    mentioned,
  };
}

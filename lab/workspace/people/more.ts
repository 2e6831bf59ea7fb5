import type { JsonObject } from '../json.ts';
import { userObject } from '../api/users.ts';
import { directChannel } from '../defaults.ts';
import type { Person } from '../world.ts';
import { changeChannel, findMessage, messageObject } from '../messages.ts';
import { issueResponseUrl, issueTrigger } from '../triggers.ts';
import { channelFact, channelOf, commonFacts, Impossible, personOf, type Acted, type Stage } from './act.ts';

const NO_RESPONSE = 'The app did not respond. Try again in a moment.';

/** A person opens the bot's Home tab. */
export function openHome(stage: Stage, as: string): Acted {
  const { world, delivery } = stage;
  const person = personOf(world, as);
  if (!world.events.has('app_home_opened')) return { ok: true };
  const view = world.views.get(world.homes.get(person.id) ?? '');
  const channel = channelOf(world, person, world.bot.userId);
  delivery.tell({
    type: 'app_home_opened',
    user: person.id,
    channel: channel.id,
    tab: 'home',
    event_ts: world.nextTs(),
    ...(view === undefined ? {} : { view }),
  });
  return { ok: true };
}

/** A person chooses a global shortcut, or one of a message. */
export async function runShortcut(
  stage: Stage,
  chosen: {
    readonly as: string;
    readonly callbackId: string;
    readonly channel?: string;
    readonly ts?: string;
  },
): Promise<Acted> {
  const { world, delivery } = stage;
  const person = personOf(world, chosen.as);
  const shortcut = world.shortcuts.find((one) => one.callback_id === chosen.callbackId);
  if (shortcut === undefined) throw new Impossible(`there is no shortcut ${chosen.callbackId}`);
  const base: JsonObject = {
    ...commonFacts(world, person),
    callback_id: shortcut.callback_id,
    action_ts: world.nextTs(),
    trigger_id: issueTrigger(world, person.id),
  };
  if (shortcut.type === 'global') {
    const answer = await delivery.ask('interactive', { type: 'shortcut', ...base });
    return answer.kind === 'acked' ? { ok: true } : { ok: false, problem: NO_RESPONSE };
  }
  const channel = channelOf(world, person, chosen.channel ?? '');
  const message = findMessage(world, channel.id, chosen.ts ?? '');
  if (message === undefined) throw new Impossible('there is no such message');
  if (message.onlyFor !== undefined) throw new Impossible('shortcuts do not work on private lines');
  const answer = await delivery.ask('interactive', {
    type: 'message_action',
    ...base,
    channel: channelFact(channel),
    message: messageObject(world, message, false),
    message_ts: message.ts,
    response_url: issueResponseUrl(world, person.id, channel.id, message.ts),
  });
  return answer.kind === 'acked' ? { ok: true } : { ok: false, problem: NO_RESPONSE };
}

/** A person joins a public channel. */
export function joinChannel(stage: Stage, as: string, id: string): Acted {
  const person = personOf(stage.world, as);
  const channel = stage.world.channels.get(id);
  if (channel?.kind !== 'public' || person.guest === true)
    throw new Impossible(`${person.realName} cannot join ${id}`);
  changeChannel(stage.world, { ...channel, members: new Set([...channel.members, person.id]) });
  return { ok: true };
}

/** A person opens a direct message with another. */
export function openDirect(stage: Stage, as: string, other: string): Acted {
  const { world } = stage;
  const person = personOf(world, as);
  const partner = personOf(world, other);
  const channel = directChannel(person.id, partner.id, Math.floor(world.now() / 1000));
  if (!world.channels.has(channel.id)) changeChannel(world, channel);
  return { ok: true, answer: channel.id };
}

/** Somebody becomes a guest, or leaves, and the app hears of it. */
export function changePerson(
  stage: Stage,
  {
    as,
    guest,
    deleted,
  }: { readonly as: string; readonly guest?: boolean | undefined; readonly deleted?: boolean | undefined },
): Acted {
  const { world, delivery } = stage;
  const person = personOf(world, as);
  const changed: Person = {
    ...person,
    ...(guest === undefined ? {} : { guest }),
    ...(deleted === undefined ? {} : { deleted }),
  };
  world.people.set(as, changed);
  if (world.events.has('user_change'))
    delivery.tell({ type: 'user_change', user: userObject(world, changed), event_ts: world.nextTs() });
  return { ok: true };
}

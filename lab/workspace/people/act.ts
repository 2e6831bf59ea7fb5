import type { Delivery } from '../delivery/delivery.ts';
import type { Json, JsonObject } from '../json.ts';
import { channelFor } from '../messages.ts';
import type { Channel, Person, World } from '../world.ts';

/** What people act on. */
export interface Stage {
  readonly world: World;
  readonly delivery: Delivery;
}

/** What came of an act. `problem` is what the person is told. */
export type Acted =
  | { readonly ok: true; readonly ts?: string; readonly tookMs?: number; readonly answer?: Json }
  | { readonly ok: false; readonly problem: string; readonly errors?: Readonly<Record<string, string>> };

/** Thrown when a test or the page asks for an act that no person could do. */
export class Impossible extends Error {
  override readonly name = 'Impossible';
}

export function personOf(world: World, id: string): Person {
  const person = world.people.get(id);
  if (person === undefined) throw new Impossible(`there is no person ${id}`);
  return person;
}

/** The channel as this person names it; they must be in it. */
export function channelOf(world: World, person: Person, named: string): Channel {
  // A direct message with the bot may be named by the bot.
  const wanted = named === world.bot.userId || named === world.bot.name ? person.id : named;
  const channel = channelFor(world, wanted);
  if (channel === undefined) throw new Impossible(`there is no channel ${named}`);
  if (!channel.members.has(person.id))
    throw new Impossible(`${person.realName} is not in ${channel.name || channel.id}`);
  return channel;
}

/** The facts of a person, channel and app that every interaction carries. */
export const commonFacts = (world: World, person: Person): JsonObject => ({
  token: 'verification',
  api_app_id: world.bot.appId,
  team: { id: world.team.id, domain: world.team.domain },
  user: { id: person.id, username: person.name, name: person.name, team_id: world.team.id },
  enterprise: null,
  is_enterprise_install: false,
});

export const channelFact = (channel: Channel): JsonObject => ({
  id: channel.id,
  name: channel.kind === 'im' ? 'directmessage' : channel.name,
});

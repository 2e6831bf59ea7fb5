import type { Delivery } from '../delivery/delivery.ts';
import { textOf, type Json, type JsonObject } from '../json.ts';
import { channelFor } from '../messages.ts';
import type { Channel, Token, World } from '../world.ts';

/** One call of a Web API method, its arguments decoded. */
export interface Call {
  readonly world: World;
  readonly delivery: Delivery;
  readonly token: Token;
  readonly args: JsonObject;
}

/** Answers without `ok`; a `Refusal` is thrown for everything Slack would answer with `ok: false`. */
export type Method = (call: Call) => JsonObject;

/** A method and the scopes of which one is needed. */
export interface MethodEntry {
  readonly run: Method;
  readonly scopes: readonly string[];
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly error: string;
  readonly more: JsonObject;
  constructor(error: string, more: JsonObject = {}) {
    super(error);
    this.error = error;
    this.more = more;
  }
}

export const text = (call: Call, key: string): string => textOf(call.args[key]);

/** A text that must be given. */
export function required(call: Call, key: string): string {
  const value = call.args[key];
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw new Refusal('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] missing required field: ${key}`] },
  });
}

export const flag = (value: Json | undefined): boolean => value === true || value === 'true' || value === '1';

/** A number between 1 and the maximum. */
export function count(call: Call, key: string, fallback: number, max: number): number {
  const value = Number(call.args[key] ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new Refusal('invalid_limit');
  return Math.min(value, max);
}

/** The channel of the call, whoever is in it. */
export function namedChannel(call: Call, key = 'channel'): Channel {
  const named = call.args[key];
  if (typeof named !== 'string' || named === '') throw new Refusal('channel_not_found');
  const channel = channelFor(call.world, named);
  const hidden =
    channel !== undefined && channel.kind !== 'public' && !channel.members.has(call.world.bot.userId);
  if (channel === undefined || hidden) throw new Refusal('channel_not_found');
  return channel;
}

/** The channel of the call; the bot must be in it. */
export function joinedChannel(call: Call, key = 'channel'): Channel {
  const channel = namedChannel(call, key);
  if (!channel.members.has(call.world.bot.userId)) throw new Refusal('not_in_channel');
  return channel;
}

/** A page of a list: the items and the cursor of the next page, empty at the end. */
export function page<Item>(
  call: Call,
  items: readonly Item[],
  fallback: number,
  max: number,
): { readonly items: readonly Item[]; readonly next: string } {
  const limit = count(call, 'limit', fallback, max);
  const cursor = text(call, 'cursor');
  const from =
    cursor === ''
      ? 0
      : Number(
          Buffer.from(cursor, 'base64')
            .toString('utf8')
            .replace(/^from:/, ''),
        );
  if (!Number.isInteger(from) || from < 0) throw new Refusal('invalid_cursor');
  const end = from + limit;
  return {
    items: items.slice(from, end),
    next: end < items.length ? Buffer.from(`from:${end}`).toString('base64') : '',
  };
}

import { randomBytes } from 'node:crypto';
import { createFeed, type Feed } from './feed.ts';
import type { JsonObject } from './json.ts';

export interface Person {
  readonly id: string;
  /** The handle that `@` completes. */
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly email: string;
  /** The language of their Slack; `en-US` unless set. */
  readonly locale?: string;
  /** A guest sees only the channels they are in. */
  readonly guest?: boolean;
  /** Somebody who has left, a bot, or a person of another organisation. */
  readonly deleted?: boolean;
  readonly bot?: boolean;
  readonly stranger?: boolean;
  /** Their own workspace, when that is another. */
  readonly team?: string;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'im';
  readonly members: ReadonlySet<string>;
  readonly topic: string;
  readonly purpose: string;
  readonly creator: string;
  readonly archived: boolean;
  /** People of another organisation are in it. */
  readonly shared?: boolean;
  /** Seconds since 1970. */
  readonly created: number;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  /** The parent's ts; absent on a parent. */
  readonly threadTs?: string;
  /** A person, the bot, or `USLACKBOT` for the workspace's own notices. */
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly metadata?: JsonObject;
  readonly files: readonly string[];
  readonly editedTs?: string;
  /** Only this person sees it, and no API method can read or change it. */
  readonly onlyFor?: string;
  /** A reply that is also shown in the channel. */
  readonly broadcast?: boolean;
  /** Deleted, but kept because replies hang on it. */
  readonly tombstone?: boolean;
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly expectedBytes: number;
  readonly bytes?: Buffer;
  readonly snippetType?: string;
  readonly altText?: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly shares: readonly { readonly channel: string; readonly ts: string; readonly threadTs?: string }[];
}

export interface Token {
  readonly value: string;
  readonly kind: 'bot' | 'app';
  readonly scopes: readonly string[];
}

export interface SlashCommand {
  /** With the leading slash. */
  readonly command: string;
  readonly description: string;
  readonly usage_hint?: string;
  readonly should_escape?: boolean;
}

export interface Shortcut {
  readonly name: string;
  readonly callback_id: string;
  readonly type: 'global' | 'message';
}

export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
}

export interface Trigger {
  readonly user: string;
  readonly expiresAt: number;
  /** The view whose control was used, when it was one in a form. */
  readonly viewId?: string;
  used: boolean;
}

export interface ResponseUrl {
  readonly user: string;
  readonly channel: string;
  readonly expiresAt: number;
  used: number;
  /** The message that `replace_original` and `delete_original` mean. */
  original?: string;
}

/** Everything the workspace knows, in memory, and the feed that tells of its changes. */
export interface World {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly bot: {
    readonly userId: string;
    readonly botId: string;
    readonly appId: string;
    readonly name: string;
    readonly realName: string;
  };
  /** Base address without a trailing slash. Set when the server listens. */
  address: string;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly messages: Map<string, Message[]>;
  readonly files: Map<string, StoredFile>;
  readonly views: Map<string, JsonObject>;
  /** Ids of the open forms of a person, bottom first. */
  readonly modals: Map<string, readonly string[]>;
  /** The bot's Home tab, by person. */
  readonly homes: Map<string, string>;
  /** What a person chose in the controls of a message or view, by `<container>|<person>`. */
  readonly chosen: Map<string, JsonObject>;
  /** What the app offered in the menus that it fills itself, by `<container>|<person>`, then `<block>|<action>`. */
  readonly offered: Map<string, Readonly<Record<string, readonly JsonObject[]>>>;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  /** ts up to which a person has read, by `<person>|<channel>`. */
  readonly read: Map<string, string>;
  readonly pins: Map<string, readonly string[]>;
  readonly bookmarks: Map<string, readonly JsonObject[]>;
  readonly statuses: Map<string, string>;
  readonly tokens: readonly Token[];
  readonly commands: readonly SlashCommand[];
  readonly shortcuts: readonly Shortcut[];
  readonly userGroups: readonly UserGroup[];
  /** Event types the app asked for, as in its manifest. */
  readonly events: ReadonlySet<string>;
  readonly feed: Feed;
  /** Milliseconds since 1970; may be moved ahead by a test. */
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  /** A timestamp that no other message has, growing. */
  readonly nextTs: () => string;
}

export const SLACKBOT = 'USLACKBOT';

type Seed = Pick<World, 'team' | 'bot' | 'tokens' | 'commands' | 'shortcuts' | 'userGroups' | 'events'> & {
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
};

export function createWorld(seed: Seed): World {
  let ahead = 0;
  let lastMicro = 0;
  const now = (): number => Date.now() + ahead;
  return {
    ...seed,
    address: '',
    people: new Map(seed.people.map((person) => [person.id, person])),
    channels: new Map(seed.channels.map((channel) => [channel.id, channel])),
    messages: new Map(),
    files: new Map(),
    views: new Map(),
    modals: new Map(),
    homes: new Map(),
    chosen: new Map(),
    offered: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    read: new Map(),
    pins: new Map(),
    bookmarks: new Map(),
    statuses: new Map(),
    feed: createFeed(),
    now,
    advance: (ms) => {
      ahead += ms;
    },
    nextTs: () => {
      lastMicro = Math.max(now() * 1000, lastMicro + 1);
      return `${Math.floor(lastMicro / 1_000_000)}.${String(lastMicro % 1_000_000).padStart(6, '0')}`;
    },
  };
}

/** An id as Slack makes them: a letter and upper-case characters. */
export const newId = (prefix: string): string =>
  prefix + randomBytes(8).toString('base64url').replace(/[-_]/g, '0').toUpperCase().slice(0, 9);

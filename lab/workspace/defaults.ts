import type { Channel, Person, Shortcut, SlashCommand, Token, UserGroup } from './world.ts';

export const TEAM = { id: 'T0PRACTICE', name: 'Practice Bank', domain: 'practice-bank' } as const;

export const BOT = {
  userId: 'U0FETTLE',
  botId: 'B0FETTLE',
  appId: 'A0FETTLE',
  name: 'fettle',
  realName: 'Fettle',
} as const;

export const BOT_TOKEN = 'xoxb-practice-bank-fettle';
export const APP_TOKEN = 'xapp-practice-bank-fettle';
export const SIGNING_SECRET = 'practice-bank-signing-secret';

export const PEOPLE: readonly Person[] = [
  {
    id: 'U0LIN',
    name: 'lin.wei',
    realName: 'Lin Wei 林薇',
    title: 'Operator',
    email: 'lin.wei@practice-bank.example',
  },
  {
    id: 'U0ZHAO',
    name: 'zhao.min',
    realName: 'Zhao Min 赵敏',
    title: 'Approver',
    email: 'zhao.min@practice-bank.example',
    locale: 'zh-CN',
  },
  {
    id: 'U0CHEN',
    name: 'chen.bo',
    realName: 'Chen Bo 陈博',
    title: 'Viewer',
    email: 'chen.bo@practice-bank.example',
  },
  {
    id: 'U0GUO',
    name: 'guo.yi',
    realName: 'Guo Yi 郭毅',
    title: 'Guest, vendor',
    email: 'guo.yi@vendor.example',
    guest: true,
  },
];

/** A channel as an option of the workspace. */
export interface ChannelSeed {
  readonly id: string;
  readonly name: string;
  readonly topic?: string;
  readonly private?: boolean;
  /** Shared with another organisation. */
  readonly shared?: boolean;
  /** Everyone, unless given. The bot is added by `bot`. */
  readonly members?: readonly string[];
  /** Whether the bot is a member; true unless set. */
  readonly bot?: boolean;
}

export const CHANNELS: readonly ChannelSeed[] = [
  { id: 'C0OPS', name: 'ops', topic: 'Day-to-day operations of the middleware estate 日常运维' },
  {
    id: 'C0MQ',
    name: 'mq-alerts',
    topic: 'Alerts of the message queue 消息队列告警',
    members: ['U0LIN', 'U0ZHAO', 'U0CHEN'],
  },
  {
    id: 'C0INC',
    name: 'incidents',
    topic: 'Incidents and their channels 故障协同',
    members: ['U0LIN', 'U0ZHAO', 'U0CHEN'],
  },
  { id: 'C0RANDOM', name: 'random', topic: 'Anything else 闲聊', bot: false },
];

export const USER_GROUPS: readonly UserGroup[] = [
  { id: 'S0OPERATORS', handle: 'operators', name: 'Operators', users: ['U0LIN', 'U0ZHAO'] },
  { id: 'S0APPROVERS', handle: 'approvers', name: 'Approvers', users: ['U0ZHAO'] },
];

export const SHORTCUTS: readonly Shortcut[] = [];

export const COMMANDS: readonly SlashCommand[] = [];

export const EVENTS: readonly string[] = [
  'app_mention',
  'message.channels',
  'message.im',
  'app_home_opened',
  'user_change',
];

/** Every scope a method of this workspace may ask for. */
export const BOT_SCOPES: readonly string[] = [
  'app_mentions:read',
  'assistant:write',
  'bookmarks:read',
  'bookmarks:write',
  'channels:history',
  'channels:join',
  'channels:manage',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'groups:write',
  'im:history',
  'im:read',
  'im:write',
  'pins:read',
  'pins:write',
  'reactions:read',
  'reactions:write',
  'usergroups:read',
  'users:read',
  'users:read.email',
];

export const TOKENS: readonly Token[] = [
  { value: BOT_TOKEN, kind: 'bot', scopes: BOT_SCOPES },
  { value: APP_TOKEN, kind: 'app', scopes: ['connections:write'] },
];

/** The channels of a new workspace: the seeds, and a direct message of the bot with each person. */
export function openingChannels(
  seeds: readonly ChannelSeed[],
  people: readonly Person[],
): readonly Channel[] {
  const created = Math.floor(Date.now() / 1000);
  const everyone = people.map((person) => person.id);
  const rooms = seeds.map(
    (seed): Channel => ({
      id: seed.id,
      name: seed.name,
      kind: seed.private === true ? 'private' : 'public',
      members: new Set([...(seed.members ?? everyone), ...(seed.bot === false ? [] : [BOT.userId])]),
      topic: seed.topic ?? '',
      purpose: '',
      creator: everyone[0] ?? BOT.userId,
      archived: false,
      ...(seed.shared === true ? { shared: true } : {}),
      created,
    }),
  );
  const direct = people.map((person): Channel => directChannel(person.id, BOT.userId, created));
  return [...rooms, ...direct];
}

/** The direct message of two; the bot's with `U0LIN` is `D0LIN`. */
export function directChannel(one: string, other: string, created: number): Channel {
  const bare = (id: string): string => id.replace(/^U0?/, '');
  const pair = other === BOT.userId ? bare(one) : [bare(one), bare(other)].sort().join('');
  return {
    id: `D0${pair}`,
    name: '',
    kind: 'im',
    members: new Set([one, other]),
    topic: '',
    purpose: '',
    creator: other,
    archived: false,
    created,
  };
}

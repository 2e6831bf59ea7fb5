import { compact, type JsonObject } from '../json.ts';
import type { Person, World } from '../world.ts';
import { flag, page, Refusal, required, text, type Call, type Method, type MethodEntry } from './call.ts';

/** A person as the Web API shows them. */
export const userObject = (world: World, person: Person): JsonObject =>
  compact({
    id: person.id,
    team_id: person.team ?? world.team.id,
    name: person.name,
    real_name: person.realName,
    deleted: person.deleted === true,
    is_bot: person.bot === true,
    is_app_user: false,
    is_restricted: person.guest === true,
    is_ultra_restricted: false,
    ...(person.stranger === true ? { is_stranger: true } : {}),
    is_admin: false,
    tz: 'Asia/Shanghai',
    tz_offset: 28_800,
    profile: {
      real_name: person.realName,
      display_name: person.name,
      email: person.email,
      title: person.title,
      team: world.team.id,
    },
  });

const botObject = (world: World): JsonObject => ({
  id: world.bot.userId,
  team_id: world.team.id,
  name: world.bot.name,
  real_name: world.bot.realName,
  deleted: false,
  is_bot: true,
  is_app_user: false,
  profile: {
    real_name: world.bot.realName,
    display_name: '',
    bot_id: world.bot.botId,
    api_app_id: world.bot.appId,
    team: world.team.id,
  },
});

const info: Method = (call) => {
  const id = required(call, 'user');
  if (id === call.world.bot.userId) return { user: botObject(call.world) };
  const person = call.world.people.get(id);
  if (person === undefined) throw new Refusal('user_not_found');
  return { user: shown(call, person) };
};

/** The language only when it is asked for, as Slack does. */
const shown = (call: Call, person: Person): JsonObject => ({
  ...userObject(call.world, person),
  ...(flag(call.args['include_locale']) ? { locale: person.locale ?? 'en-US' } : {}),
});

const list: Method = (call) => {
  const all = [
    ...[...call.world.people.values()].map((person) => shown(call, person)),
    botObject(call.world),
  ];
  const { items, next } = page(call, all, 200, 1000);
  return { members: items, response_metadata: { next_cursor: next } };
};

const lookupByEmail: Method = (call) => {
  const email = text(call, 'email').toLowerCase();
  const person = [...call.world.people.values()].find((one) => one.email.toLowerCase() === email);
  if (person === undefined) throw new Refusal('users_not_found');
  return { user: userObject(call.world, person) };
};

const groups: Method = ({ world }) => ({
  usergroups: world.userGroups.map((group) => ({
    id: group.id,
    team_id: world.team.id,
    is_usergroup: true,
    handle: group.handle,
    name: group.name,
    user_count: group.users.length,
    users: group.users,
  })),
});

const groupUsers: Method = (call) => {
  const id = required(call, 'usergroup');
  const group = call.world.userGroups.find((one) => one.id === id);
  if (group === undefined) throw new Refusal('no_such_subteam');
  return { users: group.users };
};

export const userMethods: Readonly<Record<string, MethodEntry>> = {
  'users.info': { scopes: ['users:read'], run: info },
  'users.list': { scopes: ['users:read'], run: list },
  'users.lookupByEmail': { scopes: ['users:read.email'], run: lookupByEmail },
  'usergroups.list': { scopes: ['usergroups:read'], run: groups },
  'usergroups.users.list': { scopes: ['usergroups:read'], run: groupUsers },
};

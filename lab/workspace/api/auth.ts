import type { MethodEntry } from './call.ts';

/** Who am I, and where do my events come from. */
export const authMethods: Readonly<Record<string, MethodEntry>> = {
  'api.test': { scopes: [], run: ({ args }) => ({ args }) },
  'auth.test': {
    scopes: [],
    run: ({ world }) => ({
      url: `${world.address}/`,
      team: world.team.name,
      user: world.bot.name,
      team_id: world.team.id,
      user_id: world.bot.userId,
      bot_id: world.bot.botId,
      is_enterprise_install: false,
    }),
  },
  'apps.connections.open': {
    scopes: ['connections:write'],
    run: ({ world, delivery }) => {
      const ticket = delivery.issueTicket();
      return {
        url: `${world.address.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${world.bot.appId}`,
      };
    },
  },
};

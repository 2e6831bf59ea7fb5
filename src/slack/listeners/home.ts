import type { App } from '@slack/bolt';
import { words } from '../../kit/index.ts';
import { emptyHome, homeView } from '../view/home.ts';
import { type ListenerDeps, authorize } from './request.ts';

/** The bot's own page, drawn anew whenever somebody opens it. */
export function listenToHome(app: App, deps: ListenerDeps): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    const requester = {
      userId: event.user,
      team: body.team_id,
      channel: event.channel,
      lang: deps.lang,
      // A page has nobody to tell; the refusal is in the log.
      tell: async () => undefined,
    };
    await authorize(deps, requester, async (person, lang) => {
      const shown = await deps.desk.home({
        key: `home:${body.event_id}`,
        person,
        slackId: event.user,
        origin: { surface: 'slack', team: body.team_id, channel: event.channel },
        lang,
      });
      const name = (id: string) => deps.look.nameOf?.(id) ?? words(id, id);
      const view =
        shown.kind === 'home'
          ? homeView({ ...shown, channel: event.channel }, lang, name)
          : emptyHome(shown.says, event.channel, lang);
      await deps.client.views.publish({ user_id: event.user, view });
      return undefined;
    });
  });
}

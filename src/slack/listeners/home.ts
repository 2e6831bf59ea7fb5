import type { App } from '@slack/bolt';
import { words } from '../../kit/index.ts';
import { homeView } from '../view/home.ts';
import { type Door, welcome } from './door.ts';

const RUNS = 15;

/** The bot's own page, drawn anew whenever somebody opens it. */
export function listenToHome(app: App, door: Door): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    const visitor = {
      userId: event.user,
      team: body.team_id,
      lang: door.lang,
      // A page has nobody to tell; the refusal is in the log.
      tell: async () => undefined,
    };
    await welcome(door, visitor, async (person, lang) => {
      const [recent, unreadable, said] = await Promise.all([
        door.recent(RUNS),
        door.unreadable(RUNS),
        door.desk.ask(undefined, 'help', {
          key: `home:${body.event_id}`,
          person,
          origin: { surface: 'slack', team: body.team_id, channel: event.channel },
          lang,
        }),
      ]);
      const help = said.kind === 'help' ? said.help : undefined;
      const name = (id: string) => door.look.nameOf?.(id) ?? words(id, id);
      const view = homeView({ recent, unreadable, help, channel: event.channel }, lang, name);
      await door.client.views.publish({ user_id: event.user, view });
      return undefined;
    });
  });
}

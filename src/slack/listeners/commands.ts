import type { App } from '@slack/bolt';
import { langOf } from '../../kit/index.ts';
import type { Arrival } from '../../desk/port.ts';
import { answer, notInvited } from '../view/answer.ts';
import { type Door, heard, soon, welcome } from './door.ts';
import { BEFORE_OPENING_MS, openAsked } from './forms.ts';
import { byResponse } from './private.ts';
import { typed } from './typed.ts';

/** Every slash command of the catalog, by one listener. */
export function listenToCommands(app: App, door: Door, names: readonly string[]): void {
  for (const name of names) {
    app.command(`/${name}`, async ({ ack, command, respond, client }) => {
      await ack();
      const text = typed(command.text ?? '');
      const lang = langOf(text, door.lang);
      const channel = command.channel_id;
      const visitor = {
        userId: command.user_id,
        knownName: command.user_name,
        team: command.team_id,
        lang,
        // Without words the command may open a form, which nothing may hold up.
        ...(text === '' ? { patienceMs: BEFORE_OPENING_MS } : {}),
        tell: byResponse(respond, client, { channel, user: command.user_id }),
      };
      await welcome(door, visitor, async (person, theirs) => {
        const joined = door.channels.canPost(channel);
        if (!(await (text === '' ? soon(joined, BEFORE_OPENING_MS, true) : joined)))
          return answer(notInvited(door.bot.name), lang);
        const arrival: Arrival = {
          key: `trigger:${command.trigger_id}`,
          person,
          origin: { surface: 'slack', team: command.team_id, channel },
          lang,
        };
        const said = await door.desk.ask(name, text, arrival);
        const about = { channel, lang: theirs };
        return (await openAsked(door, command.trigger_id, said, about))
          ? undefined
          : heard(door, said, arrival);
      });
    });
  }
}

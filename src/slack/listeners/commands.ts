import type { App, RespondArguments } from '@slack/bolt';
import { langOf } from '../../kit/index.ts';
import type { Arrival } from '../../desk/port.ts';
import { tooLong } from '../../desk/typed-length.ts';
import { soon } from '../soon.ts';
import { type Answer, answer, notInvited } from '../view/answer.ts';
import { acknowledgement } from './acknowledge.ts';
import { type ListenerDeps, replyTo, keepTrying, authorize } from './request.ts';
import { BEFORE_OPENING_MS, openAsked } from './forms.ts';
import { byResponse } from './private.ts';
import { typed } from './typed.ts';

/** Every slash command of the catalog, by one listener. Slack hears that it was taken once it is recorded. */
export function listenToCommands(app: App, deps: ListenerDeps, names: readonly string[]): void {
  for (const name of names) {
    app.command(`/${name}`, async ({ ack, command, respond, client }) => {
      const taken = acknowledgement<RespondArguments>(ack, deps.log);
      const given = command.text ?? '';
      const long = tooLong(given, 'command');
      const text = long ? '' : typed(given);
      const lang = langOf(text, deps.lang);
      const channel = command.channel_id;
      const later = byResponse(respond, client, { channel, user: command.user_id });
      const requester = {
        userId: command.user_id,
        knownName: command.user_name,
        team: command.team_id,
        channel,
        lang,
        tooLong: long,
        isToldForNothing: true,
        // Without words the command may open a form, which nothing may hold up.
        ...(text === '' ? { patienceMs: BEFORE_OPENING_MS } : {}),
        // The acknowledgement carries the answer when it is there in time.
        tell: async (what: Answer) => {
          if (!(await taken.give(ephemeral(what)))) await later(what);
        },
      };
      await authorize(deps, requester, async (person, theirs) => {
        const joined = deps.channels.canPost(channel);
        if ((await (text === '' ? soon(joined, BEFORE_OPENING_MS, undefined) : joined)) === false)
          return answer(notInvited(deps.bot.name), lang);
        const arrival: Arrival = {
          key: `trigger:${command.trigger_id}`,
          person,
          slackId: command.user_id,
          origin: { surface: 'slack', team: command.team_id, channel },
          lang,
        };
        const said = await keepTrying(() => deps.desk.ask(name, text, arrival));
        const about = { channel, lang: theirs };
        if (await openAsked(deps, command.trigger_id, said, about)) return undefined;
        // A picture takes its time; what is only said comes with the acknowledgement.
        if (said.kind === 'history' || said.kind === 'started') await taken.give();
        return replyTo(deps, said, arrival);
      });
      await taken.give();
    });
  }
}

const ephemeral = ({ text, blocks }: Answer): RespondArguments => ({
  response_type: 'ephemeral',
  text,
  blocks,
});

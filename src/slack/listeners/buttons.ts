import type { App } from '@slack/bolt';
import { z } from 'zod';
import { langOf, type Lang } from '../../kit/index.ts';
import type { Arrival, ButtonReply } from '../../desk/port.ts';
import {
  type Answer,
  answer,
  joinedAnswer,
  notOpened,
  notSaidWhetherShared,
  sharedChannel,
  stalePress,
} from '../view/answer.ts';
import { ACTION, readDrawn, readValue } from '../view/buttons.ts';
import { schedulesAnswer } from '../view/schedules.ts';
import { acknowledgement } from './acknowledge.ts';
import { type ListenerDeps, keepTrying, linkTo, authorize } from './request.ts';
import { openForm } from './forms.ts';
import { byResponse } from './private.ts';

const Press = z.object({
  trigger_id: z.string().optional(),
  user: z.object({ id: z.string(), name: z.string().optional(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }).optional(),
  message: z
    .object({ ts: z.string(), thread_ts: z.string().optional(), text: z.string().optional() })
    .optional(),
  actions: z.tuple([
    z.object({
      action_id: z.string(),
      value: z.string().optional(),
      selected_option: z.object({ value: z.string() }).nullish(),
      action_ts: z.string(),
      text: z.object({ text: z.string() }).optional(),
    }),
  ]),
});
type Press = z.infer<typeof Press>;

/** Every button of ours, and every menu of buttons. It carries an opaque id and what it was drawn as, and Confirm the plan it was drawn under; what it means and for whom is the desk's to say. */
export function listenToButtons(app: App, deps: ListenerDeps): void {
  app.action({ type: 'block_actions', action_id: ACTION }, async ({ ack, body, respond, client }) => {
    const taken = acknowledgement(() => ack(), deps.log);
    const press = Press.parse(body);
    const { user, message, actions } = press;
    // Of a message that only one person sees, Slack sends no text: the label tells the language, too.
    const lang = langOf(`${message?.text ?? ''} ${actions[0].text?.text ?? ''}`, deps.lang);
    const channel = press.channel?.id ?? user.id;
    const threadTs = threadOf(press);
    const requester = {
      userId: user.id,
      ...(user.name === undefined ? {} : { knownName: user.name }),
      team: user.team_id ?? press.team?.id ?? deps.bot.team,
      channel,
      lang,
      isPress: true,
      tell: byResponse(respond, client, { channel, user: user.id, threadTs: message?.thread_ts }),
    };
    await authorize(deps, requester, async (person) => {
      const [{ action_ts, selected_option, value = selected_option?.value }] = actions;
      if (value === undefined || value.length > MOST_ID) return answer(stalePress, lang);
      const arrival: Arrival = {
        key: `press:${press.trigger_id ?? `${channel}:${action_ts}:${user.id}`}`,
        person,
        slackId: user.id,
        origin: {
          surface: 'slack',
          team: press.team?.id ?? deps.bot.team,
          channel,
          ...(threadTs === undefined ? {} : { threadTs }),
        },
        lang,
      };
      const { id, shown } = readValue(value);
      const pressed = await keepTrying(() =>
        deps.desk.press(id, arrival, shown, readDrawn(actions[0].action_id)),
      );
      await taken.give();
      return told(deps, pressed, press, arrival, lang);
    });
    await taken.give();
  });
}

/** Characters of an id that a button carries, and more. */
const MOST_ID = 200;

/** A button in a thread answers in that thread; one on a message of the channel answers in the channel. */
const threadOf = ({ message }: Press): string | undefined =>
  message?.thread_ts !== undefined && message.thread_ts !== message.ts ? message.thread_ts : undefined;

async function told(
  deps: ListenerDeps,
  pressed: ButtonReply,
  { message, trigger_id }: Press,
  arrival: Arrival,
  lang: Lang,
): Promise<Answer | undefined> {
  switch (pressed.kind) {
    case 'accepted':
      return undefined;
    case 'joined':
      return joinedAnswer(pressed, await linkTo(deps, pressed), lang);
    case 'says':
      return answer(pressed.says, lang);
    case 'form': {
      if (arrival.origin.surface !== 'slack' || trigger_id === undefined) return answer(stalePress, lang);
      const { channel, threadTs } = arrival.origin;
      const about = { channel, ...(threadTs === undefined ? {} : { threadTs }), lang };
      return (await openForm(deps, trigger_id, pressed.form, about)) ? undefined : answer(notOpened, lang);
    }
    case 'schedules':
      // The list that was pressed shows what it is now.
      return { ...schedulesAnswer(pressed, lang), replaces: true };
    case 'evidence': {
      if (arrival.origin.surface !== 'slack') return undefined;
      const isShared = await deps.channels.isShared(arrival.origin.channel);
      if (isShared !== false) return answer(isShared ? sharedChannel : notSaidWhetherShared, lang);
      const threadTs = message?.thread_ts ?? message?.ts;
      const place = { channel: arrival.origin.channel, ...(threadTs === undefined ? {} : { threadTs }) };
      const failed = await deps.evidence.post(pressed.title, pressed.findings, place, lang, arrival.key);
      return failed && answer(failed, lang);
    }
    default:
      return pressed satisfies never;
  }
}

import type { App } from '@slack/bolt';
import { z } from 'zod';
import { words } from '../../kit/index.ts';
import type { Arrival, FormReply, Reply, ShownForm } from '../../desk/port.ts';
import { failureOf } from '../client.ts';
import { answer } from '../view/answer.ts';
import { About, FIELD, FORM, formView, mistakesAt, offerOptions, OPENS, valuesOf } from '../view/form.ts';
import { plainOf } from '../view/text.ts';
import { soon } from '../soon.ts';
import { acknowledgement } from './acknowledge.ts';
import { type ListenerDeps, replyTo, keepTrying, authorize } from './request.ts';
import { byResponse, inChannel } from './private.ts';

/** A trigger opens a form within three seconds; whatever is looked up before takes no longer than this. */
export const BEFORE_OPENING_MS = 1000;
/** Slack waits three seconds for what a form is answered with. */
const ANSWER_MS = 2400;

const User = z.object({ id: z.string(), name: z.string().optional(), team_id: z.string().optional() });
const Team = z.object({ id: z.string() }).nullish();

const Opening = z.object({
  trigger_id: z.string(),
  user: User,
  team: Team,
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ thread_ts: z.string().optional() }).optional(),
  view: z.object({ private_metadata: z.string() }).optional(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().default('') })]),
});

const Sent = z.object({
  user: User,
  team: Team,
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string() })),
    state: z.object({ values: z.unknown() }),
  }),
});

const Asked = z.object({
  user: User,
  team: Team,
  block_id: z.string(),
  value: z.string().default(''),
  view: z.object({ id: z.string(), private_metadata: z.string() }),
});

/** The bot's own page remembers where its results go: the direct conversation with whoever looks at it. */
const Home = z.object({ channel: z.string() });

/** Shows a form. False when Slack would not, which is what happens to a trigger that is too old. */
export async function openForm(
  deps: ListenerDeps,
  triggerId: string,
  shown: ShownForm,
  about: Omit<About, 'of'>,
): Promise<boolean> {
  try {
    await deps.client.views.open({
      trigger_id: triggerId,
      view: formView(shown, { of: shown.of, ...about }),
    });
    return true;
  } catch (error) {
    deps.log.warn({ of: shown.of.kind, failure: failureOf(error) }, 'a form could not be opened');
    return false;
  }
}

/** Opens the form that an answer comes with. False where there is none, or Slack did not open it: then the answer is to be said. */
export const openAsked = async (
  deps: ListenerDeps,
  triggerId: string,
  said: Reply,
  about: Omit<About, 'of'>,
): Promise<boolean> =>
  said.kind === 'says' && said.form !== undefined && (await openForm(deps, triggerId, said.form, about));

/** Buttons that open the form of a command, the menus of forms, and forms that are sent. */
export function listenToForms(app: App, deps: ListenerDeps): void {
  listenToOpeners(app, deps);
  listenToMenus(app, deps);
  listenToSent(app, deps);
}

function listenToOpeners(app: App, deps: ListenerDeps): void {
  app.action({ type: 'block_actions', action_id: OPENS }, async ({ ack, body, respond, client }) => {
    const taken = acknowledgement(() => ack(), deps.log);
    const { trigger_id, user, team, channel, container, view, actions } = Opening.parse(body);
    const to = {
      channel: channel?.id ?? (view ? Home.parse(JSON.parse(view.private_metadata)).channel : user.id),
      ...(container?.thread_ts === undefined ? {} : { threadTs: container.thread_ts }),
    };
    const requester = {
      ...visitorOf(user, team, to.channel, deps),
      patienceMs: BEFORE_OPENING_MS,
      tell: byResponse(respond, client, { ...to, user: user.id }),
    };
    await authorize(deps, requester, async (person, lang) => {
      const [, command = ''] = OPENS.exec(actions[0].action_id) ?? [];
      const arrival = arrivalOf(`trigger:${trigger_id}`, person, user, team, { ...to, lang }, deps);
      const said = await deps.desk.ask(command, actions[0].value, arrival);
      const isOpen = await openAsked(deps, trigger_id, said, { ...to, lang });
      await taken.give();
      return isOpen ? undefined : replyTo(deps, said, arrival);
    });
    await taken.give();
  });
}

function listenToMenus(app: App, deps: ListenerDeps): void {
  app.options<'block_suggestion'>({ type: 'block_suggestion', action_id: FIELD }, async ({ ack, body }) => {
    const { user, team, block_id, value, view } = Asked.parse(body);
    const about = About.parse(JSON.parse(view.private_metadata));
    const requester = {
      ...visitorOf(user, team, about.channel, deps),
      lang: about.lang,
      isToldForNothing: true,
      tell: () => ack({ options: [] }),
    };
    await authorize(deps, requester, async (person) => {
      const arrival = arrivalOf(`menu:${view.id}`, person, user, team, about, deps);
      await ack(offerOptions(await deps.desk.offer(about.of, block_id, value, arrival), about.lang));
      return undefined;
    });
  });
}

function listenToSent(app: App, deps: ListenerDeps): void {
  app.view({ type: 'view_submission', callback_id: FORM }, async ({ ack, body }) => {
    const { user, team, view } = Sent.parse(body);
    const about = About.parse(JSON.parse(view.private_metadata));
    const first = view.blocks.find(({ type }) => type === 'input')?.block_id ?? '';
    // Whatever is said keeps the form open, with everything that was filled in.
    const refuse = (errors: Record<string, string>) => ack({ response_action: 'errors', errors });
    let answered = false;
    const once = async (how: () => Promise<void>): Promise<void> => {
      if (answered) return;
      answered = true;
      await how();
    };
    const requester = {
      ...visitorOf(user, team, about.channel, deps),
      lang: about.lang,
      isToldForNothing: true,
      tell: ({ text }: { readonly text: string }) => once(() => refuse({ [first]: plainOf(text) })),
    };
    const done = authorize(deps, requester, async (person) => {
      const arrival = arrivalOf(`view:${view.id}`, person, user, team, about, deps);
      const filled = await keepTrying(() => deps.desk.fill(about.of, valuesOf(view.state.values), arrival));
      return told(deps, filled, arrival, (errors) => once(() => refuse(errors)));
    }).then(() => once(() => ack()));
    // Sent again, the same form is the same request: nothing is done twice.
    if (
      !(await soon(
        done.then(() => true),
        ANSWER_MS,
        false,
      ))
    )
      await requester.tell(answer(SLOW, about.lang));
    await done;
  });
}

const SLOW = words(
  'Fettle is slow just now. Send this once more; it is not done twice.',
  'Fettle 响应较慢，请再次提交，不会重复执行。',
);

async function told(
  deps: ListenerDeps,
  filled: FormReply,
  arrival: Arrival,
  refuse: (errors: Record<string, string>) => Promise<void>,
): Promise<ReturnType<typeof answer> | undefined> {
  switch (filled.kind) {
    case 'accepted':
      return undefined;
    case 'mistakes':
      await refuse(mistakesAt(filled.mistakes, arrival.lang));
      return undefined;
    case 'joined': {
      // The form closes, for what it asks for is under way; where that is, is said beside it.
      const { origin, slackId } = arrival;
      const where = await replyTo(deps, filled, arrival);
      if (where && origin.surface === 'slack' && slackId !== undefined)
        await inChannel(deps.client, { ...origin, user: slackId })(where);
      return undefined;
    }
    case 'started':
    case 'says':
    case 'help':
    case 'history':
    case 'schedules':
    case 'playbooks':
      return replyTo(deps, filled, arrival);
    default:
      return filled satisfies never;
  }
}

const visitorOf = (
  user: z.infer<typeof User>,
  team: z.infer<typeof Team>,
  channel: string,
  deps: ListenerDeps,
) => ({
  userId: user.id,
  ...(user.name === undefined ? {} : { knownName: user.name }),
  team: user.team_id ?? team?.id ?? deps.bot.team,
  channel,
  lang: deps.lang,
});

const arrivalOf = (
  key: string,
  person: Arrival['person'],
  user: z.infer<typeof User>,
  team: z.infer<typeof Team>,
  { channel, threadTs, lang }: Omit<About, 'of'>,
  deps: ListenerDeps,
): Arrival => ({
  key,
  person,
  slackId: user.id,
  origin: {
    surface: 'slack',
    team: team?.id ?? user.team_id ?? deps.bot.team,
    channel,
    ...(threadTs === undefined ? {} : { threadTs }),
  },
  lang,
});

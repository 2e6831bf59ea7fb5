import type { Lang } from '../kit/index.ts';
import type { Desk } from '../desk/port.ts';
import type { Chart } from '../runs/series.ts';
import type { RunNotifier, PostLedger, RunStore, Standings, UnreadableRuns } from '../runs/ports.ts';
import type { ScheduleEdits } from '../runs/schedule-edits.ts';
import { FettleApp } from './app.ts';
import { createChannels } from './channels.ts';
import { clientOptions, createClient, failureOf, SLACK_API_URL } from './client.ts';
import { createDelivery } from './deliver.ts';
import { noticeEdits } from './edit-notices.ts';
import { createEvidencePoster } from './evidence.ts';
import { badAppToken, badBotToken, notReached, otherTeam, SlackStartFailed } from './failed.ts';
import type { ListenerDeps } from './listeners/request.ts';
import { listenToButtons } from './listeners/buttons.ts';
import { listenToCommands } from './listeners/commands.ts';
import { createFloodGate } from './listeners/flood.ts';
import { listenToForms } from './listeners/forms.ts';
import { listenToHome } from './listeners/home.ts';
import { listenToMessages } from './listeners/messages.ts';
import { boltLogger, type Log } from './log.ts';
import { noticeUnreadable } from './notices.ts';
import { createRateLimit } from './rate-limit.ts';
import { createPeople } from './people.ts';
import { createPicturePoster } from './pictures.ts';
import { createEntrance, type Transport } from './receiver.ts';
import { createRenderer } from './renderer.ts';
import { runSource } from './sources.ts';
import type { ViewOptions } from './view/view.ts';

export { SlackStartFailed } from './failed.ts';
export { manifest, type ManifestOptions, SCOPES } from './manifest.ts';
export { probeSlack, type SlackProbe } from './probe.ts';
export type { Transport } from './receiver.ts';
export { view, type ViewOptions } from './view/view.ts';

export interface SlackOptions {
  readonly transport: Transport;
  readonly botToken: string;
  /** Other than Slack's own only for a practice workspace. */
  readonly slackApiUrl?: string;
  /** Workspaces whose members are answered; the bot's own when empty. */
  readonly teams: readonly string[];
  /** Names of the slash commands, without the slash. */
  readonly commands: readonly string[];
  readonly lang: Lang;
  readonly desk: Desk;
  readonly runs: Pick<RunStore, 'unshown' | 'get'>;
  readonly posts: PostLedger;
  readonly unreadable: UnreadableRuns;
  /** What was done with schedules; absent where nobody is told. */
  readonly scheduleEdits?: ScheduleEdits;
  /** Who Slack last said that people are. */
  readonly standings: Standings;
  /** Whether policy.yaml names this Slack id of this workspace. */
  readonly isNamed: (userId: string, team: string) => boolean;
  /** Whether policy.yaml lets results be shown in this channel although it is shared with another organisation. */
  readonly mayShare: (channel: string) => boolean;
  readonly notifier: RunNotifier;
  /** A picture of what was measured, as PNG. */
  readonly draw: (chart: Chart, lang: Lang) => Promise<Uint8Array>;
  /** Names this process in the ledger. */
  readonly owner: string;
  readonly log: Log;
  readonly look?: ViewOptions;
  readonly startTimeoutMs?: number;
}

export interface SlackSide {
  /** Finishes what is in flight, at most `limitMs` (10 000), then ends. */
  readonly stop: (limitMs?: number) => Promise<void>;
  readonly isConnected: () => boolean;
  /** Whether results can be shown in a channel that this person, when one is given, can read. `shared`: others would read them, too. undefined: Slack did not say. */
  readonly canShow: (channel: string, userId?: string) => Promise<boolean | 'shared' | undefined>;
  /** Whether somebody can certainly read a channel. */
  readonly canRead: (channel: string, userId: string) => Promise<boolean>;
  /** Where signed HTTP listens; undefined for Socket Mode. */
  readonly port: () => number | undefined;
}

/** Connects to Slack, listens, and shows runs. Rejects with SlackStartFailed when the tokens or the way to Slack are wrong. */
export async function startSlack(options: SlackOptions): Promise<SlackSide> {
  const { log, botToken, lang, desk, slackApiUrl = SLACK_API_URL, startTimeoutMs = 10_000 } = options;
  const client = createClient({ token: botToken, log, slackApiUrl });
  const bot = await whoAmI(client, slackApiUrl);
  const teams = options.teams.length > 0 ? options.teams : [bot.team];
  if (!teams.includes(bot.team)) throw new SlackStartFailed(otherTeam(bot.team));
  if (options.transport.kind === 'socket') await mayConnect(options.transport.appToken, log, slackApiUrl);

  const entrance = createEntrance(options.transport, { log, slackApiUrl, startTimeoutMs });
  const app = new FettleApp({
    token: botToken,
    botId: bot.botId,
    botUserId: bot.userId,
    receiver: entrance.receiver,
    deferInitialization: true,
    convoStore: false,
    logger: boltLogger(log),
    clientOptions: clientOptions({ log, slackApiUrl }),
    log,
    lang,
  });
  await app.init();

  const delivery = createDelivery({ client, rateLimit: createRateLimit(Date.now), log, slackApiUrl });
  const people = createPeople(client, log, options.standings);
  const channels = createChannels(client, log, options.mayShare);
  const listenerDeps: ListenerDeps = {
    desk,
    client,
    log,
    lang,
    teams,
    people,
    channels,
    evidence: createEvidencePoster({ client, delivery, log, slackApiUrl }),
    pictures: createPicturePoster({ client, draw: options.draw, log, slackApiUrl }),
    bot,
    isNamed: options.isNamed,
    flood: createFloodGate(),
    look: options.look ?? {},
  };
  listenToCommands(app, listenerDeps, options.commands);
  listenToMessages(app, listenerDeps);
  listenToButtons(app, listenerDeps);
  listenToForms(app, listenerDeps);
  listenToHome(app, listenerDeps);
  app.event('user_change', async ({ event }) => people.changed(event.user));

  await entrance.start();
  const renderer = createRenderer({
    delivery,
    sources: [runSource(options.runs, options.look)],
    posts: options.posts,
    notifier: options.notifier,
    log,
    owner: options.owner,
    outsidersSee: channels.outsidersSee,
  });
  const notices = [
    noticeUnreadable({ ...options, delivery }),
    ...(options.scheduleEdits
      ? [noticeEdits({ edits: options.scheduleEdits, channels, delivery, log })]
      : []),
  ];
  return {
    async stop(limitMs = 10_000) {
      const left = await app.drain(limitMs);
      if (left > 0) log.warn({ left }, 'slack deliveries still in flight at the end');
      await entrance.stop();
      await Promise.all(notices.map((each) => each.stop()));
      await renderer.stop();
    },
    isConnected: entrance.isConnected,
    async canShow(channel, userId) {
      const canRead = userId === undefined ? true : await channels.canRead(channel, userId);
      const canShow = canRead === true ? await channels.canPost(channel) : canRead;
      if (canShow !== true) return canShow;
      const isSeen = await channels.outsidersSee(channel);
      return isSeen === undefined ? undefined : isSeen ? 'shared' : true;
    },
    canRead: async (channel, userId) => (await channels.canRead(channel, userId)) === true,
    port: entrance.port,
  };
}

/** The bot token proved, before anything listens. */
async function whoAmI(
  client: ReturnType<typeof createClient>,
  address: string,
): Promise<ListenerDeps['bot'] & { readonly botId: string }> {
  try {
    const { user_id, user, team_id, bot_id } = await client.auth.test();
    if (!user_id || !team_id || !bot_id) throw new SlackStartFailed(badBotToken('not a bot token'));
    return { userId: user_id, name: user ?? 'fettle', team: team_id, botId: bot_id };
  } catch (error) {
    throw startFailure(error, badBotToken, address);
  }
}

/** The app-level token proved: Socket Mode would otherwise try a wrong one for ever without a word. */
async function mayConnect(appToken: string, log: Log, slackApiUrl: string): Promise<void> {
  try {
    await createClient({ token: appToken, log, slackApiUrl }).apps.connections.open({});
  } catch (error) {
    throw startFailure(error, badAppToken, slackApiUrl);
  }
}

function startFailure(error: unknown, refused: typeof badBotToken, address: string): SlackStartFailed {
  if (error instanceof SlackStartFailed) return error;
  const failure = failureOf(error);
  switch (failure.kind) {
    case 'refused':
      return new SlackStartFailed(refused(failure.error), error);
    case 'rate-limited':
      return new SlackStartFailed(notReached(address, `rate limited for ${failure.seconds} s`), error);
    case 'unclear':
      return new SlackStartFailed(notReached(address, failure.detail), error);
    default:
      return failure satisfies never;
  }
}

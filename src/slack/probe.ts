import { words, type Words } from '../kit/index.ts';
import { type Channels, createChannels } from './channels.ts';
import { createClient, failureOf, SLACK_API_URL } from './client.ts';
import { badAppToken, badBotToken, notReached, otherTeam } from './failed.ts';
import type { Log } from './log.ts';
import { SCOPES } from './manifest.ts';

export interface SlackProbe {
  readonly botToken: string;
  /** Absent when Slack calls by HTTP. */
  readonly appToken?: string;
  readonly teams: readonly string[];
  /** Where something is to be shown by itself. */
  readonly channels?: readonly string[];
  /** Whether policy.yaml lets results be shown in a channel that is shared with another organisation. */
  readonly mayShare?: (channel: string) => boolean;
  readonly slackApiUrl?: string;
  readonly log: Log;
}

/** One line of `fettle doctor`. */
export interface Probed {
  readonly ok: boolean;
  readonly says: Words;
}

/** Tokens, team and scopes, each in a sentence that says what to do. Changes nothing and never throws for what Slack answers. */
export async function probeSlack(options: SlackProbe): Promise<readonly Probed[]> {
  const lines = await probeBot(options);
  return options.appToken === undefined ? lines : [...lines, await probeApp(options, options.appToken)];
}

async function probeBot({
  botToken,
  teams,
  channels = [],
  mayShare = () => false,
  slackApiUrl = SLACK_API_URL,
  log,
}: SlackProbe): Promise<Probed[]> {
  try {
    const client = createClient({ token: botToken, log, slackApiUrl });
    const me = await client.auth.test();
    const team = me.team_id ?? '?';
    const allowed = teams.length === 0 || teams.includes(team);
    return [
      {
        ok: true,
        says: words(
          `The bot is ${me.user ?? '?'} in ${me.team ?? team} (${team}).`,
          `机器人为 ${me.team ?? team}（${team}）中的 ${me.user ?? '?'}。`,
        ),
      },
      ...(allowed ? [] : [{ ok: false, says: otherTeam(team) }]),
      scopeLine(me.response_metadata?.scopes),
      ...(await closedChannels(createChannels(client, log, mayShare), channels, me.user ?? 'fettle')),
    ];
  } catch (error) {
    return [{ ok: false, says: saysOf(error, badBotToken, slackApiUrl) }];
  }
}

/** Channels in which nothing could be shown. */
async function closedChannels(
  { canPost, outsidersSee }: Channels,
  channels: readonly string[],
  bot: string,
): Promise<Probed[]> {
  const lines = await Promise.all(
    [...new Set(channels)].map(async (channel) => {
      if ((await canPost(channel)) === false) return [notIn(channel, bot)];
      return (await outsidersSee(channel)) === true ? [seenByOthers(channel)] : [];
    }),
  );
  return lines.flat();
}

const notIn = (channel: string, bot: string): Probed => ({
  ok: false,
  says: words(
    `The bot is not in channel ${channel}, where scheduled inspections are to be shown. Invite it there: /invite @${bot}`,
    `机器人不在频道 ${channel} 中，无法显示该频道的定时巡检。请在该频道输入 /invite @${bot}`,
  ),
});

const seenByOthers = (channel: string): Probed => ({
  ok: false,
  says: words(
    `Channel ${channel}, where scheduled inspections are to be shown, is shared with another organisation, so nothing is shown there. Choose another channel, or name it under "sharedChannels" in policy.yaml.`,
    `频道 ${channel} 用于显示定时巡检，但与其他组织共享，因此不在其中显示结果。请更换频道，或在 policy.yaml 的“sharedChannels”中列出。`,
  ),
});

async function probeApp({ slackApiUrl = SLACK_API_URL, log }: SlackProbe, appToken: string): Promise<Probed> {
  try {
    await createClient({ token: appToken, log, slackApiUrl }).apps.connections.open({});
    return {
      ok: true,
      says: words('The app-level token opens Socket Mode.', '应用级令牌可用于 Socket Mode。'),
    };
  } catch (error) {
    return { ok: false, says: saysOf(error, badAppToken, slackApiUrl) };
  }
}

function scopeLine(granted: readonly string[] | undefined): Probed {
  if (!granted)
    return {
      ok: false,
      says: words('Slack did not say which scopes the bot token has.', 'Slack 未返回机器人令牌的权限范围。'),
    };
  const missing = Object.keys(SCOPES).filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return { ok: true, says: words('All scopes are granted.', '权限范围齐全。') };
  const needs = missing.map((scope) => `${scope} (${SCOPES[scope]})`).join(', ');
  return {
    ok: false,
    says: words(
      `Scopes are missing: ${needs}. Add them under OAuth & Permissions, Bot Token Scopes, and install the app again.`,
      `缺少权限范围：${missing.join('、')}。请在 OAuth & Permissions 的 Bot Token Scopes 中添加，并重新安装应用。`,
    ),
  };
}

function saysOf(error: unknown, refused: typeof badBotToken, address: string): Words {
  const failure = failureOf(error);
  switch (failure.kind) {
    case 'refused':
      return refused(failure.error);
    case 'rate-limited':
      return notReached(address, `rate limited for ${failure.seconds} s`);
    case 'unclear':
      return notReached(address, failure.detail);
    default:
      return failure satisfies never;
  }
}

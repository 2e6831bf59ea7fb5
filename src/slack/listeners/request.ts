import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Lang, Words } from '../../kit/index.ts';
import type { Arrival, Desk, Joined, Reply } from '../../desk/port.ts';
import { faultSays, StoreUnavailable } from '../../runs/faults.ts';
import type { Channels } from '../channels.ts';
import type { EvidencePoster } from '../evidence.ts';
import type { Log } from '../log.ts';
import type { People, Somebody } from '../people.ts';
import type { PicturePoster } from '../pictures.ts';
import { soon } from '../soon.ts';
import {
  type Answer,
  answer,
  helpAnswer,
  joinedAnswer,
  notSaidWhetherShown,
  notShownHere,
  stranger,
  tooFast,
  unknownStanding,
  wentWrong,
} from '../view/answer.ts';
import { playbooksAnswer, withOpener } from '../view/playbooks.ts';
import { schedulesAnswer } from '../view/schedules.ts';
import type { ViewOptions } from '../view/view.ts';
import type { Pressure } from './flood.ts';

/** Dependencies of every listener. */
export interface ListenerDeps {
  readonly desk: Desk;
  readonly client: WebClient;
  readonly log: Log;
  /** The language when what was typed does not tell. */
  readonly lang: Lang;
  /** Workspaces whose members are answered. */
  readonly teams: readonly string[];
  readonly people: People;
  readonly channels: Channels;
  readonly evidence: EvidencePoster;
  readonly pictures: PicturePoster;
  readonly bot: { readonly userId: string; readonly name: string; readonly team: string };
  /** Whether policy.yaml names this Slack id of this workspace. */
  readonly isNamed: (userId: string, team: string) => boolean;
  /** How much of one person is taken. */
  readonly flood: (userId: string) => Pressure;
  readonly look: ViewOptions;
}

/** Somebody who asks for something, and how to tell them something that only they see. */
export interface Requester {
  readonly userId: string;
  readonly knownName?: string;
  /** The workspace Slack names for them, when it does. */
  readonly team?: string;
  /** Where they are. */
  readonly channel?: string;
  /** Slack says that the channel is shared with another organisation. */
  readonly external?: boolean;
  /** They pressed a button of something that stands there: nothing new comes of it that others do not see already. */
  readonly isPress?: boolean;
  /** They sent more than is read. */
  readonly tooLong?: Words | undefined;
  /** An answer needs no call of Slack's API. */
  readonly isToldForNothing?: boolean;
  readonly lang: Lang;
  /** Milliseconds to wait for Slack to say who they are, where something must happen at once; then their standing is not known. */
  readonly patienceMs?: number;
  readonly tell: (what: Answer) => Promise<void>;
}

/** Members only; then the work, which is given the language of their Slack, too; whatever goes wrong, the person gets a sentence with a reference and the log gets everything. */
export async function authorize(
  deps: ListenerDeps,
  requester: Requester,
  work: (person: Arrival['person'], theirs: Lang) => Promise<Answer | undefined>,
): Promise<void> {
  const tell = async (what: Answer): Promise<void> => {
    try {
      await requester.tell(what);
    } catch (error) {
      deps.log.error({ userId: requester.userId, err: error }, 'a person could not be answered');
    }
  };
  const pressure = deps.flood(requester.userId);
  if (pressure !== 'taken') {
    if (pressure === 'tell')
      deps.log.warn({ userId: requester.userId }, 'a person asks for too much at once');
    if (pressure === 'tell' || requester.isToldForNothing === true)
      await tell(answer(tooFast, requester.lang));
    return;
  }
  if (requester.tooLong) return tell(answer(requester.tooLong, requester.lang));
  try {
    const { userId, knownName, patienceMs } = requester;
    const [somebody, isShared] = await Promise.all([
      deps.people.find(userId, knownName, patienceMs),
      isSharedPlace(deps, requester),
    ]);
    const no = whyNot(deps, requester, somebody, isShared);
    if (no) {
      const { standing } = somebody;
      const team = requester.team ?? somebody.teams[0];
      deps.log.warn({ userId, team, standing, isShared }, 'somebody was not let in');
      return await tell(answer(no, requester.lang));
    }
    if (isShared === true && (await isForOutsiders(deps, requester)))
      return await tell(answer(notShownHere, requester.lang));
    const told = await work(asPolicyKnows(deps, userId, somebody), somebody.lang ?? requester.lang);
    if (told) await tell(told);
  } catch (error) {
    await tell(answer(whatFailed(deps, requester, error), requester.lang));
  }
}

/** In the home workspace a bare id; the ids of other workspaces need not be unique, so they come with their team. */
function asPolicyKnows(
  { bot, teams: allowed }: Pick<ListenerDeps, 'bot' | 'teams'>,
  userId: string,
  { person, teams }: Somebody,
): Arrival['person'] {
  const team = [bot.team, ...allowed].find((id) => teams.includes(id)) ?? bot.team;
  return { ...person, id: team === bot.team ? userId : `${team}/${userId}`, team };
}

/** Slack says it of messages itself; of everything else it is asked, no longer than people wait. */
async function isSharedPlace(
  { channels }: Pick<ListenerDeps, 'channels'>,
  { external, channel, patienceMs = SHARED_MS }: Requester,
): Promise<boolean | undefined> {
  if (external === true || channel === undefined) return external;
  return soon(channels.isShared(channel), patienceMs, undefined);
}

const SHARED_MS = 1500;

/** Whether an answer would stand where another organisation reads it. Where Slack does not say in time, whoever writes there asks again. */
const isForOutsiders = async (
  { channels }: Pick<ListenerDeps, 'channels'>,
  { channel, isPress, patienceMs = SHARED_MS }: Requester,
): Promise<boolean> =>
  isPress !== true &&
  channel !== undefined &&
  (await soon(channels.outsidersSee(channel), patienceMs, undefined)) === true;

/** Known members of an allowed workspace. While nobody knows, only those whom policy.yaml names, and not in a channel shared with others. */
function whyNot(
  deps: ListenerDeps,
  { team, userId }: Requester,
  { standing, teams }: Somebody,
  isShared: boolean | undefined,
): Words | undefined {
  if (team !== undefined && !deps.teams.includes(team)) return stranger;
  switch (standing) {
    case 'member':
      return teams.some((id) => deps.teams.includes(id)) ? undefined : stranger;
    case 'guest':
    case 'stranger':
    case 'deactivated':
    case 'bot':
      return stranger;
    case 'unknown':
      return team === deps.bot.team && isShared !== true && deps.isNamed(userId, team)
        ? undefined
        : unknownStanding;
    default:
      return standing satisfies never;
  }
}

/** A store that is away and a row of another version are nobody's mistake; anything else gets a reference to the log. */
function whatFailed({ log }: Pick<ListenerDeps, 'log'>, { userId }: Requester, error: unknown): Words {
  const says = faultSays(error);
  if (says) {
    log.warn({ userId, err: error }, 'a request from slack could not be taken');
    return says;
  }
  const reference = randomUUID().slice(0, 8);
  log.error({ reference, userId, err: error }, 'a request from slack failed');
  return wentWrong(reference);
}

/** Asks again while the database is away: the key makes it one request. Slack has been answered meanwhile. */
export async function keepTrying<T>(ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + KEEP_TRYING_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isStoreAway(error) || Date.now() + TRY_EVERY_MS > until) throw error;
      await sleep(TRY_EVERY_MS);
    }
  }
}

const KEEP_TRYING_MS = 10_000;
const TRY_EVERY_MS = 1000;

/** Too many calls are no outage: more of them would not help. */
const isStoreAway = (error: unknown): boolean =>
  error instanceof StoreUnavailable && error.code !== 'TOO_MANY_CALLS';

/** What a person hears at once; a started run speaks for itself through the renderer, and a picture is put where it was asked for. */
export async function replyTo(
  deps: ListenerDeps,
  said: Reply,
  { origin, lang }: Arrival,
): Promise<Answer | undefined> {
  switch (said.kind) {
    case 'started':
      return undefined;
    case 'joined':
      return joinedAnswer(said, await linkTo(deps, said), lang);
    case 'says':
      return withOpener(answer(said.says, lang, said.instead ?? []), said.form, lang);
    case 'help':
      return helpAnswer(said.help, lang);
    case 'history': {
      if (origin.surface !== 'slack') return undefined;
      const isSeen = await deps.channels.outsidersSee(origin.channel);
      if (isSeen !== false) return answer(isSeen ? notShownHere : notSaidWhetherShown, lang);
      const failed = await deps.pictures.post(said.chart, said.asked, origin, lang);
      return failed && answer(failed, lang);
    }
    case 'schedules':
      return schedulesAnswer(said, lang);
    case 'playbooks':
      return playbooksAnswer(said, lang);
    default:
      return said satisfies never;
  }
}

/** Slack's address of the message; without one the channel is named. */
export async function linkTo(
  { client }: Pick<ListenerDeps, 'client'>,
  { place, ts }: Joined,
): Promise<string | undefined> {
  if (ts === undefined) return undefined;
  try {
    const { permalink } = await client.chat.getPermalink({ channel: place.channel, message_ts: ts });
    return permalink !== undefined && /^https?:[^\s<>|]+$/.test(permalink) ? permalink : undefined;
  } catch {
    return undefined;
  }
}

import { randomUUID } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Lang } from '../../kit/index.ts';
import type { Arrival, Desk, Said } from '../../desk/port.ts';
import type { Run, Person } from '../../runs/run.ts';
import type { Channels } from '../channels.ts';
import type { EvidencePoster } from '../evidence.ts';
import type { Log } from '../log.ts';
import { type People, type Somebody, unknownSomebody } from '../people.ts';
import type { PicturePoster } from '../pictures.ts';
import { type Answer, answer, helpAnswer, stranger, wentWrong } from '../view/answer.ts';
import { schedulesAnswer } from '../view/schedules.ts';
import type { ViewOptions } from '../view/view.ts';

/** What every listener works with. */
export interface Door {
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
  /** Newest runs, for the bot's own page. */
  readonly recent: (limit: number) => Promise<readonly Run[]>;
  readonly look: ViewOptions;
}

/** Somebody at the door, and how to tell them something that only they see. */
export interface Visitor {
  readonly userId: string;
  readonly knownName?: string;
  /** The workspace Slack names for them, when it does. */
  readonly team?: string;
  /** The channel is shared with another organisation. */
  readonly external?: boolean;
  readonly lang: Lang;
  /** Milliseconds to wait for Slack to say who they are, where something must happen at once; then their standing is not known. */
  readonly patienceMs?: number;
  readonly tell: (what: Answer) => Promise<void>;
}

/** Members only; then the work, which is given the language of their Slack, too; whatever goes wrong, the person gets a sentence with a reference and the log gets everything. */
export async function welcome(
  door: Door,
  visitor: Visitor,
  work: (person: Person, theirs: Lang) => Promise<Answer | undefined>,
): Promise<void> {
  const tell = async (what: Answer): Promise<void> => {
    try {
      await visitor.tell(what);
    } catch (error) {
      door.log.error({ userId: visitor.userId, err: error }, 'a person could not be answered');
    }
  };
  try {
    const { userId, knownName } = visitor;
    const asking = door.people.find(userId, knownName);
    const somebody =
      visitor.patienceMs === undefined
        ? await asking
        : await soon(asking, visitor.patienceMs, unknownSomebody(userId, knownName));
    if (!isMember(door, visitor, somebody)) {
      door.log.warn(
        { userId: visitor.userId, team: visitor.team ?? somebody.team },
        'a stranger was refused',
      );
      return await tell(answer(stranger, visitor.lang));
    }
    const told = await work(somebody.person, somebody.lang ?? visitor.lang);
    if (told) await tell(told);
  } catch (error) {
    const reference = randomUUID().slice(0, 8);
    door.log.error({ reference, userId: visitor.userId, err: error }, 'a request from slack failed');
    await tell(answer(wentWrong(reference), visitor.lang));
  }
}

/** Unknown standing is enough in our own channels, not in ones shared with others. */
function isMember(door: Door, { team, external }: Visitor, somebody: Somebody): boolean {
  if (somebody.guest === true) return false;
  const teams = [team, somebody.team].filter((id) => id !== undefined);
  if (teams.length === 0 || !teams.every((id) => door.teams.includes(id))) return false;
  return somebody.guest === false || external !== true;
}

/** The answer, or something else when it takes longer. */
export async function soon<T, Otherwise>(
  work: Promise<T>,
  ms: number,
  otherwise: Otherwise,
): Promise<T | Otherwise> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Otherwise>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a person hears at once; a started run speaks for itself through the renderer, and a picture is put where it was asked for. */
export async function heard(door: Door, said: Said, { origin, lang }: Arrival): Promise<Answer | undefined> {
  switch (said.kind) {
    case 'started':
      return undefined;
    case 'says':
      return answer(said.says, lang, said.instead ?? []);
    case 'help':
      return helpAnswer(said.help, lang);
    case 'history': {
      if (origin.surface !== 'slack') return undefined;
      const failed = await door.pictures.post(said.course, said.asked, origin, lang);
      return failed && answer(failed, lang);
    }
    case 'schedules':
      return schedulesAnswer(said, lang);
    default:
      return said satisfies never;
  }
}

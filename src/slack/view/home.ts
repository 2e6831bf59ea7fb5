import type { HomeView, KnownBlock } from '@slack/types';
import { say, type Lang, type Words } from '../../kit/index.ts';
import type { Help } from '../../desk/port.ts';
import type { UnreadableRun } from '../../runs/ports.ts';
import { shortId, type Run } from '../../runs/run.ts';
import { helpBlocks, openers } from './answer.ts';
import { header, LIMITS, paragraphs } from './blocks.ts';
import { escaped } from './text.ts';
import { moment } from './time.ts';
import { type NameOf, subjectOf } from './names.ts';
import { colon, OUTCOME, W } from './words.ts';

const RUNS_SHOWN = 15;

export interface HomeFacts {
  readonly recent: readonly Run[];
  /** Runs of which nothing but this can be told. */
  readonly unreadable: readonly UnreadableRun[];
  readonly help: Help;
  /** The direct conversation with whoever looks at it: where what is asked for here is shown. */
  readonly channel: string;
}

/** The bot's own page: forms to ask with, what ran lately, and what can be typed. */
export function homeView(
  { recent, unreadable, help, channel }: HomeFacts,
  lang: Lang,
  name: NameOf,
): HomeView {
  const lines = [
    ...recent.slice(0, RUNS_SHOWN).map((run) => ({ at: run.createdAt, text: runLine(run, lang, name) })),
    ...unreadable.map((run) => ({ at: run.createdAt, text: unreadableLine(run, lang) })),
  ]
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, RUNS_SHOWN)
    .map(({ text }) => text);
  const blocks: KnownBlock[] = [
    ...openers(help, lang),
    header(say(W.recent, lang)),
    ...paragraphs(lines.length > 0 ? lines : [say(W.noneYet, lang)]),
    ...helpBlocks(help, lang),
  ];
  return {
    type: 'home',
    private_metadata: JSON.stringify({ channel }),
    blocks: blocks.slice(0, LIMITS.viewBlocks),
  };
}

/** The page of somebody who may do nothing here. */
export const emptyHome = (says: Words, channel: string, lang: Lang): HomeView => ({
  type: 'home',
  private_metadata: JSON.stringify({ channel }),
  blocks: paragraphs([escaped(say(says, lang), 2500)]),
});

function runLine(run: Run, lang: Lang, name: NameOf): string {
  const standing = run.state === 'ended' ? OUTCOME[run.outcome ?? 'unknown'] : STANDING[run.state];
  return `${moment(run.createdAt)} · ${escaped(say(subjectOf(run, name), lang), 120)}${colon(lang)}${say(standing, lang)} · ${escaped(run.requestedBy.name, 60)} · ${shortId(run.id)}`;
}

const unreadableLine = ({ createdAt, id, isNewer }: UnreadableRun, lang: Lang): string =>
  `${moment(createdAt)} · ${escaped(say(isNewer ? W.ofNewerVersion : W.cannotBeRead, lang), 120)} · ${shortId(id)}`;

const STANDING = {
  queued: W.queued,
  preparing: W.looking,
  waiting: W.waiting,
  approved: W.approved,
  running: W.running,
  suspended: W.suspended,
} as const;

import type { HomeView, KnownBlock } from '@slack/types';
import { say, type Lang } from '../../kit/index.ts';
import type { Help } from '../../desk/port.ts';
import { shortId, type Run } from '../../runs/run.ts';
import { helpAnswer } from './answer.ts';
import { header, LIMITS, paragraphs } from './blocks.ts';
import { escaped } from './text.ts';
import { moment } from './time.ts';
import { type NameOf, subjectOf } from './names.ts';
import { colon, OUTCOME, W } from './words.ts';

const RUNS_SHOWN = 15;

/** The bot's own page: what ran lately, and what can be typed. */
export function homeView(recent: readonly Run[], help: Help | undefined, lang: Lang, name: NameOf): HomeView {
  const lines = recent.slice(0, RUNS_SHOWN).map((run) => runLine(run, lang, name));
  const blocks: KnownBlock[] = [
    header(say(W.recent, lang)),
    ...paragraphs(lines.length > 0 ? lines : [say(W.noneYet, lang)]),
    ...(help ? helpAnswer(help, lang).blocks : []),
  ];
  return { type: 'home', blocks: blocks.slice(0, LIMITS.viewBlocks) };
}

function runLine(run: Run, lang: Lang, name: NameOf): string {
  const standing = run.state === 'ended' ? OUTCOME[run.outcome ?? 'unknown'] : STANDING[run.state];
  return `${moment(run.createdAt)} · ${escaped(say(subjectOf(run, name), lang), 120)}${colon(lang)}${say(standing, lang)} · ${escaped(run.requestedBy.name, 60)} · ${shortId(run.id)}`;
}

const STANDING = {
  queued: W.queued,
  preparing: W.looking,
  waiting: W.waiting,
  approved: W.approved,
  running: W.running,
} as const;

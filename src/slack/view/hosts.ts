import type { KnownBlock } from '@slack/types';
import { type Lang, say, type Words } from '../../kit/index.ts';
import { groupBy } from '../../runs/group-by.ts';
import { type Fate, type Finding, type Report, SILENT_HOSTS } from '../../runs/report.ts';
import type { Run } from '../../runs/run.ts';
import { actions, paragraphs, section } from './blocks.ts';
import { buttons } from './buttons.ts';
import { findingLine, stateText, WORST_FIRST } from './lines.ts';
import { byNumber, capped } from './lists.ts';
import { type DesiredPost, posts } from './post.ts';
import { escaped } from './text.ts';
import { CLOSED_HELP, colon, FATE, hosts, inBrackets, W } from './words.ts';

const NAMED = 8;
const NAMES = 150;

/** A reply about hosts as such: those that did not answer, once for all apps; and all of them when it was cancelled. */
export function hostPosts(run: Run, report: Report, silent: readonly Finding[]): DesiredPost[] {
  const { lang } = run;
  const blocks: KnownBlock[] = [];
  if (silent.length > 0)
    blocks.push(
      section(`*${say(W.silentHosts, lang)}* — ${silent.length}`),
      ...paragraphs(silentLines(silent, lang)),
      ...actions(buttons(run, ({ action, arg }) => action === 'evidence' && arg === SILENT_HOSTS)),
    );
  if (report.stopped)
    blocks.push(
      section(`*${say(W.whenCancelled, lang)}*`),
      ...paragraphs(fateLines(report.stopped.hosts, lang)),
    );
  const title = silent.length > 0 ? W.silentHosts : W.whenCancelled;
  return blocks.length === 0 ? [] : posts('hosts', say(title, lang), blocks);
}

/** Hosts that say the same are one line. */
const silentLines = (silent: readonly Finding[], lang: Lang): string[] =>
  groupBy(silent, ({ state, says }) => [state, say(says, lang)].join('\u0000'))
    .sort((a, b) => WORST_FIRST.indexOf(a[0]?.state ?? 'ok') - WORST_FIRST.indexOf(b[0]?.state ?? 'ok'))
    .map((group) => findingLine(group, lang));

/** `◌ *unknown* · 3 hosts did not answer: mq-3, reg-1, reg-2` */
export function silentLine(silent: readonly Finding[], lang: Lang): string {
  const worst = WORST_FIRST.find((state) => silent.some((finding) => finding.state === state)) ?? 'unknown';
  const names = silent.flatMap(({ host }) => host ?? []).sort(byNumber);
  return `${stateText(worst, lang)} · ${say(didNotAnswer(names.length), lang)}${colon(lang)}${escaped(capped(names, NAMED, lang), 600)}`;
}

const didNotAnswer = (n: number): Words => ({
  en: `${hosts(n).en} did not answer`,
  zh: `${hosts(n).zh}未返回结果`,
});

type Fates = NonNullable<Report['stopped']>['hosts'];

const FATES: readonly Fate[] = ['answered', 'ended', 'closed', 'not-asked', 'silent'];

/** Every host by name. */
const fateLines = (all: Fates, lang: Lang): string[] =>
  byFate(all).map(
    ([fate, names]) =>
      `*${say(FATE[fate], lang)}*${fate === 'closed' ? inBrackets(say(CLOSED_HELP, lang), lang) : ''} — ${names.length}${colon(lang)}${escaped(capped(names, NAMES, lang), 2800)}`,
  );

/** `7 answered · 1 ended on the host · 6 not asked` */
export const fatesText = (all: Fates, lang: Lang): string =>
  byFate(all)
    .map(([fate, { length }]) =>
      lang === 'zh' ? `${FATE[fate].zh} ${length}` : `${length} ${FATE[fate].en.toLowerCase()}`,
    )
    .join(' · ');

const byFate = (all: Fates): [Fate, string[]][] =>
  FATES.map((fate): [Fate, string[]] => [
    fate,
    all
      .filter((each) => each.fate === fate)
      .map(({ name }) => name)
      .sort(byNumber),
  ]).filter(([, { length }]) => length > 0);

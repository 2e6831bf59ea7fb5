import type { KnownBlock } from '@slack/types';
import { type Lang, say, type Words } from '../../kit/index.ts';
import { ALTERED } from '../../runs/altered.ts';
import { previewOf, type PreviewStep } from '../../runs/preview.ts';
import { ONLY_WHAT_TOOK_EFFECT, onTargets } from '../../runs/preview-words.ts';
import type { Plan, Run } from '../../runs/run.ts';
import { waitsFor } from '../../runs/suspended-words.ts';
import { actions, context, paragraphs, section } from './blocks.ts';
import { buttons } from './buttons.ts';
import { laneBlocks } from './lane-lines.ts';
import { lookedPosts } from './looked.ts';
import { labelled } from './lists.ts';
import { markOf } from './marks.ts';
import { hasFolded, stepsBlocks, stepsInShort } from './plan-steps.ts';
import { type DesiredPost, posts } from './post.ts';
import { rowsText } from './rows.ts';
import { fileName, statementsFile } from './statements-file.ts';
import { escaped } from './text.ts';
import { moment } from './time.ts';
import {
  colon,
  comma,
  confirmBy,
  confirmedBy,
  everyStatementIn,
  inBrackets,
  listOf,
  lookedAgain,
  more,
  nextLook,
  OUTCOME,
  RISK,
  UNKNOWN_HELP,
  until,
  W,
} from './words.ts';

/** Messages that a plan may take with what it was decided by; a larger one has its statements in a file before it. */
const MOST_MESSAGES = 2;
/** Of such a plan: characters of steps that are shown, and points of a list. */
const IN_SHORT = 5000;
const POINTS = 6;

/** The plan of a change with its buttons at its end, then what it was decided by. After the end, the outcome comes first. */
export function planPosts(run: Run): DesiredPost[] {
  const { plan, lang } = run;
  if (!plan) return [];
  const text = `${escaped(say(plan.title, lang), 300)}${colon(lang)}${escaped(say(plan.because, lang), 1000)}`;
  const looked = lookedPosts(plan, lang);
  if (isWide(plan, run, looked))
    return [statementsFile(run, plan), ...posts('plan', text, planBlocks(plan, run, 'in short'))];
  return [...posts('plan', text, planBlocks(plan, run, 'whole')), ...looked];
}

/** By the plan alone, so that it is shown in one way from its preview to its end. */
function isWide(plan: Plan, run: Run, looked: readonly DesiredPost[]): boolean {
  const steps = stepsBlocks(plan, run, { withRecords: false });
  return posts('plan', '', steps).length + looked.length > MOST_MESSAGES;
}

function planBlocks(plan: Plan, run: Run, how: 'whole' | 'in short'): KnownBlock[] {
  const { lang } = run;
  const isWhole = how === 'whole';
  const isFolded = hasFolded(plan);
  return [
    ...paragraphs(endLines(run)),
    ...paragraphs([`*${say(W.found, lang)}*`, escaped(say(plan.because, lang), 2500)]),
    ...(isFolded || !isWhole ? laneBlocks(plan, run) : []),
    section(`*${say(stepsTitle(run), lang)}*`),
    ...(isWhole
      ? stepsBlocks(plan, run, { withRecords: true })
      : [
          section(escaped(say(everyStatementIn(fileName(run), run.state === 'waiting'), lang), 1000)),
          ...stepsInShort(plan, lang, IN_SHORT),
        ]),
    ...paragraphs([...afterLines(plan, run, isWhole ? undefined : POINTS)]),
    ...paragraphs(waitingLines(plan, run)),
    context(
      `${say(RISK[plan.risk], lang)} · ${say(W.playbook, lang)} ${escaped(plan.playbook, 80)} ${rowsText(plan.rows)}`,
    ),
    ...actions(buttons(run, ({ action }) => action !== 'take-back' || run.approvals.length > 0)),
  ];
}

/** In place of a plan that is not the one that was made. */
export function alteredPosts({ lang }: Pick<Run, 'lang'>): DesiredPost[] {
  const text = escaped(say(ALTERED, lang), 1000);
  return posts('plan', text, [section(text)]);
}

/** How it ended and who had confirmed; while it goes on, only the latter. */
function endLines(run: Run): string[] {
  const lines: string[] = [];
  if (run.state === 'ended') lines.push(`${markOf(run)} ${outcomeText(run)}`);
  lines.push(...waitsLines(run));
  if (run.outcome === 'unknown') lines.push(...lookedLines(run), say(UNKNOWN_HELP, run.lang));
  if (run.state !== 'waiting') lines.push(...confirmedLines(run));
  // Noted after Confirm, when it could not be handed on at once or an approval was taken back.
  const isBefore = run.state === 'waiting' || run.state === 'approved';
  if (isBefore && run.says && run.says.en !== run.plan?.because.en)
    lines.push(escaped(say(run.says, run.lang), 1500));
  return lines;
}

/** What a change that was put down waits for; each reader sees the times in their own zone. */
export function waitsLines(run: Run): string[] {
  const says = waitsFor(run, (iso) => `{${iso}}`);
  if (!says) return [];
  const line = escaped(say(says, run.lang), 1500);
  return [`*${line.replace(/\{(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z)\}/g, (_, iso: string) => moment(iso))}*`];
}

/** When somebody last looked what became of it, and when that is done again. */
export function lookedLines({ looked, lang }: Run): string[] {
  if (!looked) return [];
  const next = looked.next === undefined ? '' : `${comma(lang)}${say(nextLook(moment(looked.next)), lang)}`;
  return [`${say(lookedAgain(looked.times, moment(looked.at)), lang)}${next}`];
}

/** The sentence of the end; of a failure, with the word. */
function outcomeText({ outcome = 'unknown', says, lang }: Run): string {
  const label = say(OUTCOME[outcome], lang);
  if (!says) return `*${label}*`;
  const sentence = escaped(say(says, lang), 1500);
  return outcome === 'failed' ? `*${label}*${colon(lang)}${sentence}` : `*${sentence}*`;
}

function confirmedLines({ approvals, lang }: Run): string[] {
  if (approvals.length === 0) return [];
  const names = approvals.map(({ by, at }) => `${escaped(by.name, 80)}${inBrackets(moment(at), lang)}`);
  return [say(confirmedBy(listOf(names, lang)), lang)];
}

function stepsTitle({ state, outcome, steps }: Run) {
  if (state === 'running' || steps.length > 0) return W.ran;
  return state === 'ended' && outcome !== 'unknown' ? W.notRun : W.willRun;
}

/** In short: how it is verified, and how it is put back. */
function* afterLines(plan: Plan, { lang, state }: Run, most = Infinity): Iterable<string> {
  const { verify, irreversible, nothingToPutBack } = plan;
  const label = (title: string): string => `*${title}*${colon(lang)}`;
  const points = (title: Words, items: readonly string[]): readonly string[] => {
    const left = items.length - most;
    return [
      ...labelled(label(say(title, lang)), items.slice(0, most)),
      ...(left > 0 ? [say(more(left), lang)] : []),
    ];
  };
  if (verify.length > 0 && state !== 'ended')
    yield* points(
      W.verified,
      verify.map(({ title, row }) => `${escaped(say(title, lang), 500)} ${rowsText([row])}`),
    );
  if (irreversible) yield `${label(say(W.putBack, lang))}${escaped(say(irreversible, lang), 1500)}`;
  else if (plan.rollback.length > 0)
    yield* points(
      W.putBack,
      previewOf(plan).rollback.map((step) => wayBackLine(step, plan, lang)),
    );
  else if (nothingToPutBack)
    yield `${label(say(W.nothingToPutBack, lang))}${escaped(say(nothingToPutBack, lang), 1500)}`;
}

/** `Start the agent of each target again — on 28 targets: a, b, c … +25, only where a step took effect` */
function wayBackLine({ title, texts }: PreviewStep, { rollbackOf }: Plan, lang: Lang): string {
  const targets = [...new Set(texts.flatMap((text) => text.targets))];
  const line = escaped(say(title, lang), 500);
  const where = targets.length > 1 ? ` — ${escaped(say(onTargets(targets), lang), 800)}` : '';
  return rollbackOf ? `${line}${where}${comma(lang)}${say(ONLY_WHAT_TOOK_EFFECT, lang)}` : `${line}${where}`;
}

/** What to know before Confirm, who must confirm, and until when. */
function waitingLines({ warning }: Plan, run: Run): string[] {
  const { lang, approvals, notAfter } = run;
  if (run.state !== 'waiting') return [];
  const needs = say(confirmBy(run.approvalsNeeded ?? 1, approvals.length), lang);
  return [
    `*${say(W.warning, lang)}*`,
    escaped(say(warning, lang), 2500),
    `${needs}${notAfter === undefined ? '' : `${comma(lang)}${say(until(moment(notAfter)), lang)}`}`,
    ...confirmedLines(run),
  ];
}

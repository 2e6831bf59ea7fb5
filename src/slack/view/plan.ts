import type { KnownBlock } from '@slack/types';
import { say, type Step } from '../../kit/index.ts';
import { ALTERED } from '../../runs/altered.ts';
import type { Plan, Run, StepRecord } from '../../runs/run.ts';
import { actions, context, monospace, paragraphs, section } from './blocks.ts';
import { buttons } from './buttons.ts';
import { statementBlocks } from './frames.ts';
import { lookedPosts } from './looked.ts';
import { labelled } from './lists.ts';
import { markOf } from './marks.ts';
import { type DesiredPost, posts } from './post.ts';
import { rowsText } from './rows.ts';
import { statementsOf } from './statements.ts';
import { escaped, trimmed } from './text.ts';
import { moment } from './time.ts';
import {
  colon,
  comma,
  confirmBy,
  confirmedBy,
  inBrackets,
  listOf,
  OUTCOME,
  RISK,
  STEP,
  lookedAgain,
  nextLook,
  UNKNOWN_HELP,
  until,
  W,
} from './words.ts';

/** The plan of a change with its buttons at its end, then what it was decided by. Once it has ended: how it ended, first. */
export function planPosts(run: Run): DesiredPost[] {
  const { plan, lang } = run;
  if (!plan) return [];
  const blocks: KnownBlock[] = [
    ...paragraphs(endLines(run)),
    ...paragraphs([`*${say(W.found, lang)}*`, escaped(say(plan.because, lang), 2500)]),
    ...stepsBlocks(plan, run),
    ...paragraphs([...afterLines(plan, run)]),
    ...paragraphs(waitingLines(plan, run)),
    context(
      `${say(RISK[plan.risk], lang)} · ${say(W.playbook, lang)} ${escaped(plan.playbook, 80)} ${rowsText(plan.rows)}`,
    ),
    ...actions(buttons(run, ({ action }) => action !== 'take-back' || run.approvals.length > 0)),
  ];
  const text = `${escaped(say(plan.title, lang), 300)}${colon(lang)}${escaped(say(plan.because, lang), 1000)}`;
  return [...posts('plan', text, blocks), ...lookedPosts(plan, lang)];
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
  if (run.outcome === 'unknown') lines.push(...lookedLines(run), say(UNKNOWN_HELP, run.lang));
  if (run.state !== 'waiting') lines.push(...confirmedLines(run));
  // Noted after Confirm, when it could not be handed on at once.
  if (run.state === 'approved' && run.says && run.says.en !== run.plan?.because.en)
    lines.push(escaped(say(run.says, run.lang), 1500));
  return lines;
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

function stepsBlocks({ steps }: Plan, run: Run): KnownBlock[] {
  return [
    section(`*${say(stepsTitle(run), run.lang)}*`),
    ...steps.flatMap((step, index) => stepBlocks(step, index + 1, run)),
  ];
}

function stepsTitle({ state, outcome, steps }: Run) {
  if (state === 'running' || steps.length > 0) return W.ran;
  return state === 'ended' && outcome !== 'unknown' ? W.notRun : W.willRun;
}

function stepBlocks(step: Step, no: number, run: Run): KnownBlock[] {
  const { lang } = run;
  const record = run.steps.find((went) => went.no === no);
  const seen = trimmed(record?.evidence ?? '').slice(0, 1200);
  return [
    section(`${no}. ${escaped(say(step.title, lang), 500)}${record ? ` — ${went(record, run)}` : ''}`),
    ...statementBlocks(statementsOf(step, lang)),
    ...(seen ? [monospace(seen)] : []),
  ];
}

const went = ({ state, says }: StepRecord, { lang }: Run): string =>
  `*${say(STEP[state], lang)}*${says ? `${colon(lang)}${escaped(say(says, lang), 800)}` : ''}`;

/** In short: how it is verified, and how it is put back. */
function* afterLines({ verify, rollback, irreversible }: Plan, { lang, state }: Run): Iterable<string> {
  const label = (title: string): string => `*${title}*${colon(lang)}`;
  if (verify.length > 0 && state !== 'ended')
    yield* labelled(
      label(say(W.verified, lang)),
      verify.map(({ title, row }) => `${escaped(say(title, lang), 500)} ${rowsText([row])}`),
    );
  if (irreversible) yield `${label(say(W.putBack, lang))}${escaped(say(irreversible, lang), 1500)}`;
  else if (rollback.length > 0)
    yield* labelled(
      label(say(W.putBack, lang)),
      rollback.map(({ title }) => escaped(say(title, lang), 500)),
    );
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

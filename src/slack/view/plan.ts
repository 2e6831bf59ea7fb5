import type { KnownBlock } from '@slack/types';
import { say, type Step } from '../../kit/index.ts';
import type { Plan, Run, StepRecord } from '../../runs/run.ts';
import { actions, context, LIMITS, monospace, paragraphs, section } from './blocks.ts';
import { buttons } from './buttons.ts';
import { type DesiredPost, posts } from './post.ts';
import { lookedText, statementsOf, tableOf } from './statements.ts';
import { code, escaped } from './text.ts';
import { moment } from './time.ts';
import {
  colon,
  confirmBy,
  confirmedBy,
  listOf,
  more,
  OUTCOME,
  RISK,
  STEP,
  UNKNOWN_HELP,
  until,
  W,
} from './words.ts';

/** The plan of a change and, once it is confirmed, how it went: everything a person must read before and after. */
export function planPosts(run: Run): DesiredPost[] {
  const { plan, lang } = run;
  if (!plan) return [];
  const blocks: KnownBlock[] = [
    ...paragraphs([`*${say(W.found, lang)}*`, escaped(say(plan.because, lang), 2500)]),
    ...lookedBlocks(plan, run),
    ...stepsBlocks(plan, run),
    ...verifyBlocks(plan, run),
    ...putBackBlocks(plan, run),
    ...(run.state === 'waiting'
      ? paragraphs([`*${say(W.warning, lang)}*`, escaped(say(plan.warning, lang), 2500)])
      : []),
    ...standing(run),
    context(
      `${say(W.risk, lang)}${colon(lang)}${say(RISK[plan.risk], lang)} · ${code(plan.rows.join(', '), 200)} · ${code(plan.playbook, 80)}`,
    ),
    ...actions(buttons(run, () => true)),
  ];
  return posts(
    'plan',
    `${escaped(say(plan.title, lang), 300)}${colon(lang)}${escaped(say(plan.because, lang), 1000)}`,
    blocks,
  );
}

function lookedBlocks({ looked }: Plan, { lang }: Run): KnownBlock[] {
  if (looked.length === 0) return [];
  const rowsLeft = (n: number): string => say(more(n), lang);
  return looked
    .slice(0, 10)
    .flatMap((look) => [
      section(`${escaped(say(look.title, lang), 300)}  ${code(look.row, 40)}`),
      monospace(`${lookedText(look)}\n\n${tableOf(look.rows, say(W.noRows, lang), rowsLeft)}`),
    ]);
}

function stepsBlocks({ steps }: Plan, run: Run): KnownBlock[] {
  const { lang } = run;
  const begun = run.state === 'running' || run.steps.length > 0;
  return [
    section(`*${say(begun ? W.ran : W.willRun, lang)}*`),
    ...steps.flatMap((step, index) => stepBlocks(step, index + 1, run)),
  ];
}

function stepBlocks(step: Step, no: number, run: Run): KnownBlock[] {
  const { lang } = run;
  const record = run.steps.find((went) => went.no === no);
  const blocks: KnownBlock[] = [
    section(`${no}. ${escaped(say(step.title, lang), 500)}${record ? ` — ${went(record, run)}` : ''}`),
    ...statementBlocks(statementsOf(step)),
  ];
  if (record?.evidence) blocks.push(monospace(record.evidence.slice(0, 1200)));
  return blocks;
}

/** Never cut: what is confirmed is shown whole, in as many parts as it takes. */
function statementBlocks(text: string): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let part = '';
  for (const line of text.split('\n').flatMap(pieces)) {
    if (part && part.length + 1 + line.length > LIMITS.monospace) {
      blocks.push(monospace(part));
      part = '';
    }
    part = part ? `${part}\n${line}` : line;
  }
  return [...blocks, monospace(part)];
}

function pieces(line: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of line) {
    if (part.length + character.length > LIMITS.monospace) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

const went = ({ state, says }: StepRecord, { lang }: Run): string =>
  `*${say(STEP[state], lang)}*${says ? `${colon(lang)}${escaped(say(says, lang), 800)}` : ''}`;

function verifyBlocks({ verify }: Plan, { lang }: Run): KnownBlock[] {
  if (verify.length === 0) return [];
  return paragraphs([
    `*${say(W.verified, lang)}*`,
    ...verify.map(({ title, row }) => `• ${escaped(say(title, lang), 500)}  ${code(row, 40)}`),
  ]);
}

function putBackBlocks({ rollback, irreversible }: Plan, { lang }: Run): KnownBlock[] {
  const title = `*${say(W.putBack, lang)}*`;
  if (irreversible) return paragraphs([title, escaped(say(irreversible, lang), 1500)]);
  if (rollback.length === 0) return [];
  return [
    section(title),
    ...rollback.flatMap((step) => [
      ...paragraphs([`• ${escaped(say(step.title, lang), 500)}`]),
      ...statementBlocks(statementsOf(step)),
    ]),
  ];
}

/** Who must confirm and until when, who did, and how it ended. */
function standing(run: Run): KnownBlock[] {
  const { lang, approvals } = run;
  const lines: string[] = [];
  if (run.state === 'waiting') {
    const needs = say(confirmBy(run.approvalsNeeded ?? 1, approvals.length), lang);
    lines.push(
      `${needs}${run.notAfter ? `${lang === 'zh' ? ',' : ', '}${say(until(moment(run.notAfter)), lang)}` : ''}`,
    );
  }
  if (approvals.length > 0) {
    const names = listOf(
      approvals.map(({ by, at }) => `${escaped(by.name, 80)} (${moment(at)})`),
      lang,
    );
    lines.push(say(confirmedBy(names), lang));
  }
  if (run.state === 'ended') {
    lines.push(
      `*${say(OUTCOME[run.outcome ?? 'unknown'], lang)}*${run.says ? `${colon(lang)}${escaped(say(run.says, lang), 1500)}` : ''}`,
    );
    if (run.outcome === 'unknown') lines.push(say(UNKNOWN_HELP, lang));
  }
  return paragraphs(lines);
}

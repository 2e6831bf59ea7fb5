import type { KnownBlock } from '@slack/types';
import { say } from '../../kit/index.ts';
import type { Question, Report } from '../../runs/report.ts';
import type { Run } from '../../runs/run.ts';
import { actions, section } from './blocks.ts';
import { buttons } from './buttons.ts';
import type { NameOf } from './names.ts';
import { type DesiredPost, posts } from './post.ts';
import { clauses } from './rows.ts';
import { escaped } from './text.ts';
import { colon, W } from './words.ts';

/** What only a person can see in a console: where to look, what must be there, and buttons to say what was seen. */
export function questionPosts(run: Run, report: Report, name: NameOf): DesiredPost[] {
  if (report.questions.length === 0) return [];
  const { lang } = run;
  const title = say(W.lookForYourself, lang);
  const blocks: KnownBlock[] = [section(`*${title}* — ${report.questions.length}`)];
  for (const question of report.questions) {
    blocks.push(section(questionText(question, run, name)));
    blocks.push(...actions(buttons(run, ({ action, arg }) => action === 'record' && isAbout(question, arg))));
  }
  return posts('questions', `${title}${colon(lang)}${report.questions.length}`, blocks);
}

/** The argument of a `record` button: `<app>|<check>|ok` or `<app>|<check>|problem`. */
const isAbout = ({ app, check }: Question, arg: string | undefined): boolean =>
  arg === `${app}|${check}|ok` || arg === `${app}|${check}|problem`;

function questionText(question: Question, { lang }: Run, name: NameOf): string {
  return [
    `${escaped(say(name(question.app), lang), 100)} · ${escaped(say(question.title, lang), 200)} ${clauses([question], lang)}`,
    `${say(W.page, lang)}${colon(lang)}${escaped(say(question.page, lang), 800)}`,
    `${say(W.expect, lang)}${colon(lang)}${escaped(say(question.expect, lang), 800)}`,
  ].join('\n');
}

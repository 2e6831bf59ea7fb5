import type { KnownBlock } from '@slack/types';
import { say } from '../../kit/index.ts';
import { groupQuestions, type Question, type Report } from '../../runs/report.ts';
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
  const groups = groupQuestions(report.questions);
  const blocks: KnownBlock[] = [section(`*${title}* — ${groups.length}`)];
  for (const { question, apps } of groups) {
    blocks.push(section(questionText(question, apps, run, name)));
    blocks.push(...actions(buttons(run, ({ action, arg }) => action === 'record' && isAbout(question, arg))));
  }
  return posts('questions', `${title}${colon(lang)}${groups.length}`, blocks);
}

/** The argument of a `record` button: `<app>|<check>|ok` or `<app>|<check>|problem`. */
const isAbout = ({ app, check }: Question, arg: string | undefined): boolean =>
  arg === `${app}|${check}|ok` || arg === `${app}|${check}|problem`;

function questionText(question: Question, apps: readonly string[], { lang }: Run, name: NameOf): string {
  const names = apps.map((app) => say(name(app), lang)).join(lang === 'zh' ? '、' : ', ');
  return [
    `${escaped(names, 200)} · ${escaped(say(question.title, lang), 200)} ${clauses([question], lang)}`,
    `${say(W.page, lang)}${colon(lang)}${escaped(say(question.page, lang), 800)}`,
    `${say(W.expect, lang)}${colon(lang)}${escaped(say(question.expect, lang), 800)}`,
  ].join('\n');
}

import type { KnownBlock } from '@slack/types';
import { type Lang, say } from '../../kit/index.ts';
import {
  answerTo,
  type Asked,
  groupQuestions,
  type Page,
  pagesOf,
  recordArg,
  unanswered,
} from '../../runs/questions.ts';
import type { Question, Report } from '../../runs/report.ts';
import type { Run } from '../../runs/run.ts';
import { actions, paragraphs, section, smallPrint } from './blocks.ts';
import { buttons } from './buttons.ts';
import { MARK, seenText, stateText } from './lines.ts';
import { capped } from './lists.ts';
import type { NameOf } from './names.ts';
import { type DesiredPost, posts } from './post.ts';
import { clauses } from './rows.ts';
import { escaped } from './text.ts';
import { elapsedMs } from './time.ts';
import { ago, answeredOf, colon, comma, inBrackets, STATE, W } from './words.ts';

/** Questions in one message; what is asked of a system stays together where it fits. */
const IN_ONE = 12;
const APPS_NAMED = 6;

/** What only a person can see in a console: where to look, what must be there, buttons to say what was seen, and what was said. */
export function questionPosts(run: Run, report: Report, name: NameOf): DesiredPost[] {
  const pages = pagesOf(report.questions);
  const systems = new Set(pages.map(({ system }) => system));
  const title = say(W.lookForYourself, run.lang);
  return inMessages(pages).flatMap((together, at) => {
    const blocks: KnownBlock[] =
      at === 0 ? [section(`*${title}* — ${groupQuestions(report.questions).length}`)] : [];
    for (const [no, page] of together.entries()) {
      if (systems.size > 1 && together[no - 1]?.system !== page.system)
        blocks.push(
          section(`*${escaped(page.system, 40)}* ${escaped(say(name(page.system), run.lang), 100)}`),
        );
      blocks.push(...pageBlocks(run, report, page, name));
    }
    const named = [...new Set(together.map(({ system }) => system))].join(', ');
    const key = at === 0 ? 'questions' : `questions-${at + 1}`;
    return posts(key, `${title}${colon(run.lang)}${escaped(named, 200)}`, blocks);
  });
}

/** `2 of 6 answered` */
export function progressText(report: Report, lang: Lang): string {
  const asked = groupQuestions(report.questions);
  const done = asked.filter(({ question }) => answerTo(report, question)).length;
  return say(answeredOf(done, asked.length), lang);
}

/** Pages in messages of bounded size, in order. How they are shared out does not depend on what was answered. */
function inMessages(pages: readonly Page[]): Page[][] {
  const messages: Page[][] = [];
  let size = 0;
  for (const [at, page] of pages.entries()) {
    const begins = pages[at - 1]?.system !== page.system;
    const ofSystem = begins
      ? pages.filter(({ system }) => system === page.system).reduce((sum, { asked }) => sum + asked.length, 0)
      : page.asked.length;
    const last = messages.at(-1);
    if (!last || size + Math.min(ofSystem, IN_ONE) > IN_ONE) {
      messages.push([page]);
      size = page.asked.length;
    } else {
      last.push(page);
      size += page.asked.length;
    }
  }
  return messages;
}

function pageBlocks(run: Run, report: Report, page: Page, name: NameOf): KnownBlock[] {
  const { lang } = run;
  const isShared = page.asked.length > 1;
  const blocks: KnownBlock[] = isShared ? [section(pageLine(page.page, lang))] : [];
  for (const asked of page.asked) {
    const answer = answerTo(report, asked.question);
    if (asked.question.forbidden === true)
      blocks.push(...smallPrint(questionLines(asked, report, run, name, true)));
    else
      blocks.push(
        ...paragraphs(
          answer
            ? [answerLine(asked, report, run, name)]
            : questionLines(asked, report, run, name, !isShared),
        ),
        ...recordActions(run, asked.question, answer?.state === 'ok' ? ['problem'] : ['ok', 'problem']),
      );
  }
  if (unanswered(report, page).length > 1) blocks.push(...pageActions(run, page));
  return blocks;
}

const recordActions = (
  run: Run,
  question: Question,
  sayings: readonly ('ok' | 'problem')[],
): KnownBlock[] => {
  const args = sayings.map((saying) => recordArg(question, saying));
  return actions(buttons(run, ({ action, arg = '' }) => action === 'record' && args.includes(arg)));
};

const pageActions = (run: Run, { asked }: Page): KnownBlock[] => {
  const args = asked.map(({ question }) => recordArg(question, 'page'));
  return actions(buttons(run, ({ action, arg = '' }) => action === 'record' && args.includes(arg)));
};

const pageLine = (page: Question['page'], lang: Lang): string =>
  `${say(W.page, lang)}${colon(lang)}${escaped(say(page, lang), 800)}`;

function questionLines(asked: Asked, report: Report, run: Run, name: NameOf, withPage: boolean): string[] {
  const { question } = asked;
  const { lang } = run;
  return [
    `*${escaped(say(question.title, lang), 200)}* · ${appNames(asked, lang, name)} ${clauses([question], lang)}`,
    ...(withPage ? [pageLine(question.page, lang)] : []),
    `${say(W.expect, lang)}${colon(lang)}${escaped(say(question.expect, lang), 800)}`,
    ...(question.last
      ? [`${say(W.lastTime, lang)}${colon(lang)}${lastText(question.last, report, lang)}`]
      : []),
  ];
}

const appNames = ({ apps }: Asked, lang: Lang, name: NameOf): string =>
  escaped(
    capped(
      apps.map((app) => say(name(app), lang)),
      APPS_NAMED,
      lang,
    ),
    300,
  );

/** `in order, Zhao Min, 2 days ago` */
function lastText(
  { state, note, by, at }: NonNullable<Question['last']>,
  { finishedAt }: Report,
  lang: Lang,
): string {
  const seen =
    state === 'ok'
      ? say(W.inOrder, lang)
      : `${say(STATE[state], lang)}${note === undefined ? '' : inBrackets(escaped(note, 200), lang)}`;
  return [seen, escaped(by.name, 60), say(ago(elapsedMs(at, finishedAt)), lang)].join(comma(lang));
}

/** What was seen, by whom and when. */
function answerLine(asked: Asked, report: Report, { lang }: Run, name: NameOf): string {
  const { question } = asked;
  const answer = answerTo(report, question);
  if (!answer) return '';
  const { state, says, seen } = answer;
  const who = seenText(seen, lang);
  const about = `*${escaped(say(question.title, lang), 200)}* · ${appNames(asked, lang, name)}`;
  return state === 'ok'
    ? `${MARK.ok} *${say(W.inOrder, lang)}* · ${about} — ${who} ${clauses([question], lang)}`
    : `${stateText(state, lang)} · ${about} — ${escaped(say(says, lang), 600)}${inBrackets(who, lang)} ${clauses([question], lang)}`;
}

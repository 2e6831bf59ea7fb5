import type { Words } from '../kit/index.ts';
import { type Finding, isAnswer, type Question, type Report, type Seen } from './report.ts';
import type { ButtonAction } from './actions.ts';

/** A question with every app that it is about. */
export interface Asked {
  readonly question: Question;
  readonly apps: readonly string[];
}

/** A console page of one system, and everything that is to be seen there. */
export interface Page {
  readonly system: string;
  readonly page: Words;
  readonly asked: readonly Asked[];
}

/** Questions to a person, one per page that is looked at: a check of several apps is asked once, with all of them. */
export function groupQuestions(questions: readonly Question[]): readonly Asked[] {
  const groups = new Map<string, { readonly question: Question; readonly apps: string[] }>();
  for (const question of questions) {
    const key = [question.system, question.check, question.page.en].join('|');
    const group = groups.get(key);
    if (group) group.apps.push(question.app);
    else groups.set(key, { question, apps: [question.app] });
  }
  return [...groups.values()];
}

/** The pages to look at, those of one system together, in the order in which they are first asked for. */
export function pagesOf(questions: readonly Question[]): readonly Page[] {
  const systems = new Map<string, Map<string, Page & { readonly asked: Asked[] }>>();
  for (const asked of groupQuestions(questions)) {
    const { system, page } = asked.question;
    const pages = systems.get(system) ?? new Map<string, Page & { readonly asked: Asked[] }>();
    systems.set(system, pages);
    const known = pages.get(page.en);
    if (known) known.asked.push(asked);
    else pages.set(page.en, { system, page, asked: [asked] });
  }
  return [...systems.values()].flatMap((pages) => [...pages.values()]);
}

/** The answer to a question, when a person has given one. */
export const answerTo = (
  { findings }: Pick<Report, 'findings'>,
  { system, check }: Pick<Question, 'system' | 'check'>,
): (Finding & { readonly seen: Seen }) | undefined =>
  findings.filter(isAnswer).find((finding) => finding.system === system && finding.check === check);

/** What is still to be said about a page. */
export const unanswered = (report: Pick<Report, 'findings'>, { asked }: Page): readonly Asked[] =>
  asked.filter(({ question }) => question.forbidden !== true && !answerTo(report, question));

/** Each question with what was seen the last time: said about the report before, or known to it already. */
export const withLast = (
  questions: readonly Question[],
  before: Pick<Report, 'findings' | 'questions'>,
): readonly Question[] =>
  questions.map((question) => {
    const last = lastSeen(question, before);
    return last ? { ...question, last } : question;
  });

function lastSeen(
  question: Question,
  before: Pick<Report, 'findings' | 'questions'>,
): Question['last'] | undefined {
  const answer = answerTo(before, question);
  if (!answer)
    return before.questions.find(
      ({ system, check }) => system === question.system && check === question.check,
    )?.last;
  const { state, says, seen } = answer;
  return { ...seen, state, ...(state === 'ok' ? {} : { note: says.en }) };
}

/** What pressing a `record` button says: of one question, or of all on its page that nobody has answered. */
export type Saying = 'ok' | 'problem' | 'page';

export const recordArg = ({ system, check }: Pick<Question, 'system' | 'check'>, saying: Saying): string =>
  [system, check, saying].join('|');

/** The questions that a button is about, with what it says of them; undefined when the report asks nothing of the kind. */
export function aboutButton(
  { questions }: Pick<Report, 'questions'>,
  arg: string | undefined,
): { readonly saying: Saying; readonly page: Page; readonly asked: Asked } | undefined {
  for (const page of pagesOf(questions))
    for (const asked of page.asked)
      for (const saying of ['ok', 'problem', 'page'] as const)
        if (asked.question.forbidden !== true && recordArg(asked.question, saying) === arg)
          return { saying, page, asked };
  return undefined;
}

/** The buttons that the questions of a report need. What must not be done has none. */
export function recordButtons(
  questions: readonly Question[],
): readonly { readonly action: ButtonAction; readonly arg: string }[] {
  const buttons = (question: Question, sayings: readonly Saying[]) =>
    sayings.map((saying) => ({ action: 'record' as const, arg: recordArg(question, saying) }));
  return pagesOf(questions).flatMap(({ asked }) => {
    const open = asked.flatMap(({ question }) => (question.forbidden === true ? [] : [question]));
    const [first] = open;
    return [
      ...open.flatMap((question) => buttons(question, ['ok', 'problem'])),
      ...(first && open.length > 1 ? buttons(first, ['page']) : []),
    ];
  });
}

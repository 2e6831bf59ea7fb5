import {
  capture,
  captureWords,
  clean,
  type Form,
  type FormRead,
  type FormValues,
  words,
} from '../kit/index.ts';
import { changeOf } from '../inspecting/history/compare.ts';
import { EVIDENCE_CAP } from '../kit/text/evidence.ts';
import type { Answered } from '../runs/life.ts';
import type { Button } from '../runs/subject.ts';
import { aboutButton, answerTo, type Asked, unanswered } from '../runs/questions.ts';
import { type Finding, findingKey, type Report } from '../runs/report.ts';
import type { Person, Run } from '../runs/run.ts';
import { formOf } from './drawn.ts';
import { may } from './may.ts';
import type { DeskDeps } from './deps.ts';
import type { FormReply, ButtonReply, Says } from './port.ts';
import { refusedTo } from './refuse.ts';

/** What a person saw. */
interface Sight {
  readonly state: 'ok' | 'warning' | 'critical';
  /** As typed; absent when it was in order. */
  readonly note?: string;
}

/** A person says that something is in order, all of a page at once, or that it is not: then a form asks what was seen. */
export async function answerPressed(
  deps: DeskDeps,
  button: Button,
  run: Run,
  person: Person,
): Promise<ButtonReply> {
  const about = run.report && aboutButton(run.report, button.arg);
  if (!run.report || !about) return { kind: 'says', says: NOT_ASKED };
  const open = about.saying === 'page' ? unanswered(run.report, about.page) : [];
  const refused = await refusal(deps, run, [about.asked, ...open], person);
  if (refused) return refused;
  switch (about.saying) {
    case 'problem':
      return {
        kind: 'form',
        form: { of: formOf(button), form: problemForm(about.asked) },
      };
    case 'ok':
      return record(deps, run, run.report, [about.asked], { state: 'ok' }, person);
    case 'page':
      return open.length === 0
        ? { kind: 'says', says: ALL_ANSWERED }
        : record(deps, run, run.report, open, { state: 'ok' }, person);
    default:
      return about.saying satisfies never;
  }
}

/** The form was sent: what was seen, and how bad it is. */
export async function answerFilled(
  deps: DeskDeps,
  button: { readonly arg?: string },
  run: Run,
  values: FormValues,
  person: Person,
): Promise<FormReply> {
  const about = run.report && aboutButton(run.report, button.arg);
  if (!run.report || about?.saying !== 'problem') return { kind: 'says', says: NOT_ASKED };
  const refused = await refusal(deps, run, [about.asked], person);
  if (refused) return refused;
  const read = problemForm(about.asked).read(values, deps.estate);
  return read.ok
    ? record(deps, run, run.report, [about.asked], read.meant, person)
    : { kind: 'mistakes', mistakes: read.problems };
}

const NOT_ASKED = words(
  'This is not asked any more. Inspect again to be asked anew.',
  '该问题已不存在。请重新巡检。',
);
const ALL_ANSWERED = words('Everything on this page has been answered.', '该页面的各项均已作答。');

/** Recording what was seen needs the right to look at every system asked about. */
async function refusal(
  deps: DeskDeps,
  run: Run,
  asked: readonly Asked[],
  person: Person,
): Promise<Says | undefined> {
  const systems = [...new Set(asked.map(({ question }) => question.system))];
  const decision = may(deps, person, 'answer', systems);
  if (decision.verdict !== 'no') return undefined;
  const facts = { systems, checks: asked.map(({ question }) => question.check) };
  return refusedTo(deps, { actor: person, action: 'record', runId: run.id, facts }, decision.because);
}

/** Each answer is a finding of the report from now on, and a line of the record for good. */
async function record(
  deps: DeskDeps,
  run: Run,
  report: Report,
  asked: readonly Asked[],
  sight: Sight,
  person: Person,
): Promise<{ readonly kind: 'accepted' } | Says> {
  const at = new Date().toISOString();
  const said = asked.map((each) => ({
    before: answerTo(report, each.question),
    now: findingOf(each, sight, person, at),
  }));
  // A click that arrives twice is one answer.
  const news = said.filter(({ before, now }) => !before || !isSame(before, now));
  if (news.length === 0) return { kind: 'accepted' };
  const earlier = report.changes && (await deps.runs.reportBefore(run));
  const answers = news.map(({ now }): Answered => {
    const change = earlier?.finishedAt === report.changes?.since && earlier && changeOf(earlier, now);
    return { finding: now, ...(change ? { change } : {}) };
  });
  const applied = await deps.runs.apply(
    run.id,
    { kind: 'answered', answers },
    {
      actor: person,
      action: 'record',
      runId: run.id,
      decision: 'run',
      facts: {
        answers: news.map(({ before, now }) => ({
          ...told(now),
          ...(before ? { before: told(before) } : {}),
        })),
      },
    },
  );
  return applied.ok ? { kind: 'accepted' } : { kind: 'says', says: applied.because };
}

function findingOf(
  { question, apps: [app = question.app] }: Asked,
  sight: Sight,
  by: Person,
  at: string,
): Finding {
  const { system, check, title, rows, clause } = question;
  const { state, note = '' } = sight;
  return {
    system,
    app,
    check,
    title,
    state,
    says: state === 'ok' ? words('in order', '正常') : captureWords(words(note, note)),
    rows,
    clause,
    evidence: capture(note, EVIDENCE_CAP.notOk),
    overridden: [],
    seen: { by, at },
  };
}

const isSame = (a: Finding, b: Finding): boolean =>
  findingKey(a) === findingKey(b) &&
  a.state === b.state &&
  a.evidence === b.evidence &&
  a.seen?.by.id === b.seen?.by.id;

const told = ({ system, check, state, evidence, seen }: Finding) => ({
  question: `${system}|${check}`,
  state,
  ...(evidence === '' ? {} : { note: evidence }),
  by: seen?.by.id,
});

const MOST_CHARACTERS = 1000;

const problemForm = ({ question }: Asked): Form<Sight> => ({
  title: words('Not in order', '存在异常'),
  submit: words('Record', '记录'),
  says: words(
    `${question.title.en}: ${question.page.en}. Expected: ${question.expect.en}`,
    `${question.title.zh}：${question.page.zh}。应看到：${question.expect.zh}`,
  ),
  fields: [
    {
      kind: 'text',
      id: 'note',
      label: words('What was seen', '看到的情况'),
      lines: 'several',
      mostCharacters: MOST_CHARACTERS,
    },
    {
      kind: 'choice',
      id: 'state',
      label: words('How bad it is', '严重程度'),
      options: [
        { value: 'warning', title: words('Warning', '警告') },
        { value: 'critical', title: words('Critical', '严重') },
      ],
      begins: 'warning',
    },
  ],
  read: readSight,
});

function readSight(values: FormValues): FormRead<Sight> {
  const note = clean(values['note']?.[0] ?? '').trim();
  const state = values['state']?.[0];
  if (note === '')
    return {
      ok: false,
      problems: [{ field: 'note', says: words('Say what was seen.', '请填写看到的情况。') }],
    };
  if (state !== 'warning' && state !== 'critical')
    return {
      ok: false,
      problems: [{ field: 'state', says: words('Say how bad it is.', '请选择严重程度。') }],
    };
  return { ok: true, meant: { state, note: note.slice(0, MOST_CHARACTERS) } };
}

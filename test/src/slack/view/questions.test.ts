import { describe, expect, it } from 'vitest';
import { type CheckState, words } from '../../../../src/kit/index.ts';
import { groupQuestions, recordButtons } from '../../../../src/runs/questions.ts';
import type { Finding, Question, Report } from '../../../../src/runs/report.ts';
import type { Run } from '../../../../src/runs/run.ts';
import { view } from '../../../../src/slack/view/view.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import { aFinding, aQuestion, aReport, reported, wideReport, wideRun, zhao } from '../fixtures.ts';

const named = (check: string, over: Partial<Question> = {}): Question => ({
  ...aQuestion,
  check,
  title: words(check, check),
  ...over,
});
const answered = (check: string, state: CheckState, over: Partial<Finding> = {}): Finding => {
  const { host: _, ...page } = aFinding({
    check,
    state,
    title: words(check, check),
    says: words('in order', '正常'),
    seen: { by: zhao, at: '2026-11-21T02:10:00.000Z' },
    ...over,
  });
  return page;
};
const asking = (
  questions: readonly Question[],
  findings: readonly Finding[] = [],
  over: Partial<Report> = {},
): Run => {
  const report = aReport([aFinding(), ...findings], { questions, ...over });
  const buttons = recordButtons(questions).map((button, n) => ({ id: `record-${n}`, ...button }));
  return reported(report, { buttons });
};
const posts = (run: Run) => view(run).filter(({ key }) => key.startsWith('questions'));
const text = (run: Run): string => JSON.stringify(posts(run));
const labels = (run: Run): readonly string[] =>
  [...text(run).matchAll(/"type":"button".*?"text":"([^"]+)"/g)].map(([, label]) => label ?? '');

describe('what a person is asked to look at', () => {
  it('says where, what must be seen, and what was seen the last time', () => {
    const last = { state: 'ok' as const, by: zhao, at: '2026-11-19T01:00:00.000Z' };
    const shown = text(asking([named('Containers', { last })]));
    expect(shown).toContain('*Containers* · msgbroker [002 §4.6.2 · MQ-C15]');
    expect(shown).toContain('Page: Yunyou &gt; msgbroker &gt; containers');
    expect(shown).toContain('Expected: all running');
    expect(shown).toContain('Last time: in order, Zhao Min, 2 days ago');
  });

  it.each([
    ['2026-11-21T02:00:02.000Z', 'just before', '刚刚'],
    ['2026-11-21T01:59:00.000Z', '1 minute ago', '1 分钟前'],
    ['2026-11-21T01:18:00.000Z', '42 minutes ago', '42 分钟前'],
    ['2026-11-21T01:00:00.000Z', '1 hour ago', '1 小时前'],
    ['2026-11-20T03:00:00.000Z', '23 hours ago', '23 小时前'],
    ['2026-11-20T02:00:00.000Z', '1 day ago', '1 天前'],
    ['2026-10-21T02:00:00.000Z', '31 days ago', '31 天前'],
  ])('says how long ago that was: %s', (at, en, zh) => {
    const last = { state: 'critical' as const, note: 'two <down>', by: zhao, at };
    const run = asking([named('Containers', { last })]);
    expect(text(run)).toContain(`Last time: critical (two &lt;down&gt;), Zhao Min, ${en}`);
    expect(text({ ...run, lang: 'zh' })).toContain(`上次：严重（two &lt;down&gt;），Zhao Min，${zh}`);
  });

  it('has two buttons for each, and none for what must not be done in production', () => {
    const run = asking([named('Containers'), named('Release', { forbidden: true, page: words('x', 'x') })]);
    expect(labels(run)).toEqual(['In order', 'Not in order…']);
    expect(text(run)).toContain('*Release*');
  });

  it('names a page once that several things are looked at on, and has a button for all of it', () => {
    const run = asking([
      named('Containers'),
      named('Alerts'),
      named('Types', { page: words('console', '控制台') }),
    ]);
    expect(text(run).match(/Page: Yunyou/g)).toHaveLength(1);
    expect(labels(run)).toEqual([
      'In order',
      'Not in order…',
      'In order',
      'Not in order…',
      'All of this page in order',
      'In order',
      'Not in order…',
    ]);
  });

  it('calls that button by what is left, and takes it away when one or nothing is', () => {
    const questions = ['A', 'B', 'C'].map((check) => named(check));
    expect(labels(asking(questions, [answered('A', 'ok')]))).toContain('The rest of this page in order');
    const two = asking(questions, [answered('A', 'ok'), answered('B', 'ok')]);
    expect(labels(two).filter((label) => label.includes('page'))).toEqual([]);
  });
});

describe('what a person has answered', () => {
  it('stands there with name and time instead of the question; it can be answered again', () => {
    const run = asking(
      [named('Containers'), named('Alerts')],
      [
        answered('Containers', 'ok'),
        answered('Alerts', 'critical', { says: words('two <down>', 'two <down>') }),
      ],
    );
    const shown = text(run);
    expect(shown).toMatch(
      /○ \*in order\* · \*Containers\* · msgbroker — Zhao Min, <!date\^\d+\^[^>]+> \[002/,
    );
    expect(shown).toMatch(/● \*critical\* · \*Alerts\* · msgbroker — two &lt;down&gt; \(Zhao Min, <!date/);
    expect(shown).not.toContain('Expected');
    expect(labels(run)).toEqual(['Not in order…', 'In order', 'Not in order…']);
  });

  it('is in the counts, the standing and the reply of its app', () => {
    const run = asking(
      [named('Containers')],
      [answered('Containers', 'critical', { says: words('two down', '两个') })],
    );
    const top = JSON.stringify(view(run)[0]);
    expect(top).toContain('1 problem');
    expect(top).toContain('1 critical, 1 ok');
    expect(top).toContain('To look at in the console: 1 of 1 answered');
    const app = JSON.stringify(view(run).find(({ key }) => key === 'app:msgbroker'));
    expect(app).toMatch(/● \*critical\* · Containers — two down \(Zhao Min, <!date/);
  });
});

describe('many questions', () => {
  const report = wideReport(0, 0);

  it('stand by system, a dozen in a message', () => {
    const run = wideRun(report);
    expect(posts(run).length).toBeLessThanOrEqual(8);
    const headings = [...text(run).matchAll(/"\*(S\d\d)\* S\d\d"/g)].map(([, system]) => system);
    expect(headings).toEqual([...new Set(report.questions.map(({ system }) => system))]);
    expect(text(run).match(/"In order"/g)).toHaveLength(80);
  });

  it('stay in their messages whatever is answered, so that one answer repaints one of them', () => {
    const asked = wideRun(report);
    const before = posts(asked);
    // How many are answered is said in the top message alone.
    const { question } = groupQuestions(report.questions).at(-1) ?? { question: aQuestion };
    const answer = answered(question.check, 'ok', { system: question.system, app: question.app });
    const after = posts({ ...asked, report: { ...report, findings: [...report.findings, answer] } });
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
    const repainted = after.filter((post, at) => JSON.stringify(post) !== JSON.stringify(before[at]));
    expect(repainted).toHaveLength(1);
  });

  it('are split when one system alone has more than a message holds', () => {
    const run = asking(
      Array.from({ length: 40 }, (_, n) => named(`Q${n}`, { page: words(`p${n}`, `p${n}`) })),
    );
    expect(posts(run).map(({ key }) => key)).toEqual([
      'questions',
      'questions-2',
      'questions-3',
      'questions-4',
    ]);
    for (const { blocks } of posts(run)) assertBlocks(blocks);
  });
});

import { describe, expect, it } from 'vitest';
import { type CheckState, words } from '../../../src/kit/index.ts';
import {
  aboutButton,
  answerTo,
  groupQuestions,
  pagesOf,
  recordArg,
  recordButtons,
  unanswered,
  withLast,
} from '../../../src/runs/questions.ts';
import type { Finding, Question } from '../../../src/runs/report.ts';
import { captured } from '../../support/captured.ts';

const question = (app: string, check: string, over: Partial<Question> = {}): Question => ({
  system: 'MQ',
  app,
  check,
  title: words(check, check),
  rows: ['MQ-C11'],
  clause: { document: '002', section: '4.5.1.2' },
  page: words('corewatch', 'corewatch'),
  expect: words('no alert', '无告警'),
  ...over,
});
const answer = (check: string, state: CheckState, says = 'in order', system = 'MQ'): Finding => ({
  system,
  app: 'msgbroker',
  check,
  title: words(check, check),
  state,
  says: words(says, says),
  rows: ['MQ-C11'],
  clause: { document: '002', section: '4.5.1.2' },
  evidence: captured(''),
  overridden: [],
  seen: { by: { id: 'zhao', name: 'Zhao Min' }, at: '2026-11-20T08:00:00.000Z' },
});

describe('questions', () => {
  it('are asked once about a page that several apps share, in order', () => {
    const groups = groupQuestions([
      question('msgbroker', 'custom-monitoring'),
      question('msgbroker', 'container-state'),
      question('msgconsole', 'custom-monitoring'),
    ]);
    expect(groups.map(({ question: { check }, apps }) => [check, apps])).toEqual([
      ['custom-monitoring', ['msgbroker', 'msgconsole']],
      ['container-state', ['msgbroker']],
    ]);
  });

  it('stand by system, then by page', () => {
    const other = { page: words('console', '控制台') };
    const pages = pagesOf([
      question('msgbroker', 'alerts'),
      question('session', 'alerts', { system: 'REG' }),
      question('msgbroker', 'types', other),
      question('msgbroker', 'indicators'),
    ]);
    expect(
      pages.map(({ system, page, asked }) => [system, page.en, asked.map((each) => each.question.check)]),
    ).toEqual([
      ['MQ', 'corewatch', ['alerts', 'indicators']],
      ['MQ', 'console', ['types']],
      ['REG', 'corewatch', ['alerts']],
    ]);
  });

  it('know what was seen the last time, and keep it while nobody answers', () => {
    const [first] = withLast([question('msgbroker', 'alerts')], {
      findings: [answer('alerts', 'warning', 'two alerts')],
      questions: [],
    });
    const last = {
      state: 'warning',
      note: 'two alerts',
      by: { name: 'Zhao Min' },
      at: '2026-11-20T08:00:00.000Z',
    };
    expect(first?.last).toMatchObject(last);
    if (!first) return;
    const [second] = withLast([question('msgbroker', 'alerts')], { findings: [], questions: [first] });
    expect(second?.last).toMatchObject(last);
    const [third] = withLast([question('msgbroker', 'alerts')], {
      findings: [answer('alerts', 'ok')],
      questions: [first],
    });
    expect(third?.last).toMatchObject({ state: 'ok' });
    expect(third?.last).not.toHaveProperty('note');
    expect(withLast([question('msgbroker', 'other')], { findings: [], questions: [] })[0]).not.toHaveProperty(
      'last',
    );
  });
});

describe('answers', () => {
  it('belong to the question of their own system, and only what a person said is one', () => {
    const measured: Finding = { ...answer('alerts', 'critical') };
    const { seen: _, ...machine } = measured;
    const report = { findings: [machine, answer('alerts', 'ok', 'in order', 'REG')] };
    expect(answerTo(report, question('msgbroker', 'alerts'))).toBeUndefined();
    expect(answerTo(report, question('session', 'alerts', { system: 'REG' }))).toMatchObject({ state: 'ok' });
  });

  it('leave open what is not answered, but never what must not be done', () => {
    const [page] = pagesOf([
      question('msgbroker', 'alerts'),
      question('msgbroker', 'containers'),
      question('msgbroker', 'release', { forbidden: true }),
    ]);
    const open = (findings: readonly Finding[]) =>
      page && unanswered({ findings }, page).map((each) => each.question.check);
    expect(open([])).toEqual(['alerts', 'containers']);
    expect(open([answer('alerts', 'critical')])).toEqual(['containers']);
  });
});

describe('the buttons of questions', () => {
  const questions = [
    question('msgbroker', 'alerts'),
    question('msgconsole', 'alerts'),
    question('msgbroker', 'containers'),
    question('msgbroker', 'release', { forbidden: true }),
    question('session', 'alerts', { system: 'REG' }),
  ];
  const args = recordButtons(questions).map(({ arg }) => arg);

  it('are two for each, and one for a page with several; none for what must not be done', () => {
    expect(args).toEqual([
      'MQ|alerts|ok',
      'MQ|alerts|problem',
      'MQ|containers|ok',
      'MQ|containers|problem',
      'MQ|alerts|page',
      'REG|alerts|ok',
      'REG|alerts|problem',
    ]);
  });

  it('lead back to their question', () => {
    for (const arg of args) {
      const about = aboutButton({ questions }, arg);
      expect(about && recordArg(about.asked.question, about.saying)).toBe(arg);
    }
    expect(aboutButton({ questions }, 'MQ|release|ok')).toBeUndefined();
    expect(aboutButton({ questions }, 'MQ|nothing|ok')).toBeUndefined();
    expect(aboutButton({ questions }, undefined)).toBeUndefined();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import { words } from '../../../src/kit/index.ts';
import { recordButtons } from '../../../src/runs/questions.ts';
import type { Finding, Question, Report } from '../../../src/runs/report.ts';
import { newButtonId, type Run, type RunId } from '../../../src/runs/run.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';
import { captured } from '../../support/captured.ts';

let stage: DeskStage;
beforeAll(async () => {
  stage = await openDeskStage();
});
afterAll(() => stage.close());

const question = (check: string, over: Partial<Question> = {}): Question => ({
  system: 'MQ',
  app: 'msgbroker',
  check,
  title: words(check, check),
  rows: ['MQ-C15'],
  clause: { document: '002', section: '4.6.2' },
  page: words('Yunyou > containers', '云游 > 容器'),
  expect: words('all running', '全部运行中'),
  ...over,
});
const QUESTIONS = [
  question('containers'),
  question('containers', { app: 'msgconsole' }),
  question('alerts'),
  question('release', { forbidden: true }),
  question('types', { page: words('console', '控制台') }),
];
const measured: Finding = {
  system: 'MQ',
  app: 'msgbroker',
  check: 'port',
  title: words('Port', '端口'),
  state: 'ok',
  says: words('listening', '正在监听'),
  rows: ['MQ-C07'],
  clause: { document: '002', section: '4' },
  evidence: captured(''),
  overridden: [],
};

interface Reported {
  readonly id: RunId;
  readonly press: (arg: string, who?: string) => ReturnType<DeskStage['desk']['press']>;
  readonly fill: (
    arg: string,
    values: Readonly<Record<string, readonly string[]>>,
    who?: string,
  ) => ReturnType<DeskStage['desk']['fill']>;
  readonly run: () => Promise<Run>;
}

/** A finished inspection with its questions, and its buttons as a worker makes them. */
async function reported(over: Partial<Report> = {}, stale: readonly string[] = []): Promise<Reported> {
  const said = await stage.desk.ask('inspect', 'mq', from('U0LIN'));
  if (said.kind !== 'started') throw new Error('not started');
  const id = said.runId;
  const report: Report = {
    scope: { kind: 'system', ids: ['MQ'] },
    startedAt: '2026-11-21T08:00:00.000Z',
    finishedAt: '2026-11-21T08:00:03.000Z',
    hosts: 1,
    findings: [measured],
    questions: QUESTIONS,
    ...over,
  };
  const buttons = [
    ...recordButtons(report.questions),
    ...stale.map((arg) => ({ action: 'record' as const, arg })),
  ].map((button) => ({ id: newButtonId(), ...button }));
  await stage.store.buttons.create(buttons.map((button) => ({ ...button, subject: ofRun(id), once: false })));
  await stage.store.runs.apply(id, { kind: 'begun' });
  await stage.store.runs.apply(id, { kind: 'reported', report, buttons, says: words('x', 'x') });
  const buttonOf = (arg: string): string => buttons.find((button) => button.arg === arg)?.id ?? '';
  return {
    id,
    press: (arg, who = 'U0ZHAO') => stage.desk.press(buttonOf(arg), from(who)),
    fill: (arg, values, who = 'U0ZHAO') =>
      stage.desk.fill({ kind: 'button', id: buttonOf(arg) }, values, from(who)),
    async run() {
      const run = await stage.store.runs.get(id);
      if (!run) throw new Error('no run');
      return run;
    },
  };
}

const answers = ({ report }: Run) =>
  (report?.findings ?? [])
    .filter(({ seen }) => seen)
    .map(({ check, app, state, seen, evidence }) =>
      [check, app, state, seen?.by.name, evidence].join(' ').trim(),
    );

describe('what a person saw', () => {
  it('is recorded by one click when it is in order, and the counts follow', async () => {
    const on = await reported();
    expect(await on.press('MQ|containers|ok')).toEqual({ kind: 'accepted' });
    const run = await on.run();
    expect(answers(run)).toEqual(['containers msgbroker ok Zhao Min']);
    expect(run.says).toMatchObject({ en: 'All 2 checks passed.' });
    expect(run.report?.findings.at(-1)).toMatchObject({
      rows: ['MQ-C15'],
      clause: { section: '4.6.2' },
      says: words('in order', '正常'),
      seen: { by: { id: 'zhao' }, at: expect.stringMatching(/^\d{4}-.*Z$/) as string },
    });
  });

  it('is asked for in a form when it is not in order; nothing is recorded before that is sent', async () => {
    const on = await reported();
    const pressed = await on.press('MQ|alerts|problem');
    expect(pressed).toMatchObject({
      kind: 'form',
      form: {
        of: { kind: 'button' },
        form: {
          title: words('Not in order', '存在异常'),
          says: { en: expect.stringContaining('all running') as string },
        },
      },
    });
    expect(answers(await on.run())).toEqual([]);
    expect(await on.fill('MQ|alerts|problem', { note: ['two alerts'], state: ['critical'] })).toEqual({
      kind: 'accepted',
    });
    const run = await on.run();
    expect(answers(run)).toEqual(['alerts msgbroker critical Zhao Min two alerts']);
    expect(run.says).toMatchObject({ en: '1 of 2 checks needs attention.' });
  });

  it.each([
    ['nothing', { state: ['warning'] }, 'note'],
    ['only blanks', { note: [' \u200b\n '], state: ['warning'] }, 'note'],
    ['no level', { note: ['x'] }, 'state'],
    ['a level that there is not', { note: ['x'], state: ['ok'] }, 'state'],
  ])('is a mistake at its field: %s', async (_, values, field) => {
    const on = await reported();
    expect(await on.fill('MQ|alerts|problem', values)).toMatchObject({
      kind: 'mistakes',
      mistakes: [{ field }],
    });
    expect(answers(await on.run())).toEqual([]);
  });

  it('is kept without secrets and control characters, in the report and in the record', async () => {
    const on = await reported();
    const note = 'login\u001b[31m failed\u202e with password=hunter22\nsecond line';
    await on.fill('MQ|alerts|problem', { note: [note], state: ['warning'] });
    const text = JSON.stringify(await on.run());
    expect(text).toContain('login failed with password=•••');
    for (const hidden of ['hunter22', '\\u001b', '\u202e']) expect(text).not.toContain(hidden);
    const finding = (await on.run()).report?.findings.at(-1);
    expect(finding?.says.en).not.toContain('\n');
    expect(finding?.evidence).toContain('\nsecond line');
  });

  it('is replaced by answering again, with both in the record', async () => {
    const on = await reported();
    await on.press('MQ|alerts|ok', 'U0CHEN');
    const before = await stage.rows();
    await on.fill('MQ|alerts|problem', { note: ['now two alerts'], state: ['warning'] });
    await on.press('MQ|alerts|ok', 'U0LIN');
    expect(answers(await on.run())).toEqual(['alerts msgbroker ok Lin Wei']);
    expect((await stage.rows()) - before).toBe(2);
  });

  it('that arrives twice is one answer', async () => {
    const on = await reported();
    const values = { note: ['two alerts'], state: ['warning'] };
    await on.fill('MQ|alerts|problem', values);
    const before = await stage.rows();
    expect(await on.fill('MQ|alerts|problem', values)).toEqual({ kind: 'accepted' });
    expect(await stage.rows()).toBe(before);
  });

  it('counts from everybody at the same moment', async () => {
    const on = await reported();
    await Promise.all([
      on.press('MQ|alerts|ok', 'U0LIN'),
      on.press('MQ|containers|ok'),
      on.press('MQ|types|ok', 'U0CHEN'),
    ]);
    expect(answers(await on.run()).sort()).toEqual([
      'alerts msgbroker ok Lin Wei',
      'containers msgbroker ok Zhao Min',
      'types msgbroker ok Chen Bo',
    ]);
  });

  it('is not taken from whoever may not look at the system, and that is written down', async () => {
    const on = await reported();
    const before = await stage.rows();
    for (const refused of [
      await on.press('MQ|alerts|ok', 'U0GUO'),
      await on.press('MQ|alerts|problem', 'U0GUO'),
      await on.fill('MQ|alerts|problem', { note: ['x'], state: ['warning'] }, 'U0GUO'),
    ])
      expect(refused).toMatchObject({
        kind: 'says',
        says: { en: expect.stringContaining('No rule') as string },
      });
    expect((await stage.rows()) - before).toBe(3);
    expect(answers(await on.run())).toEqual([]);
  });
});

describe('a whole page', () => {
  it('is in order by one click, but for what was said of it already', async () => {
    const on = await reported();
    await on.fill('MQ|alerts|problem', { note: ['two alerts'], state: ['warning'] });
    const before = await stage.rows();
    expect(await on.press('MQ|containers|page', 'U0LIN')).toEqual({ kind: 'accepted' });
    expect(answers(await on.run())).toEqual([
      'alerts msgbroker warning Zhao Min two alerts',
      'containers msgbroker ok Lin Wei',
    ]);
    expect((await stage.rows()) - before).toBe(1);
    expect(await on.press('MQ|containers|page', 'U0LIN')).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('has been answered') as string },
    });
  });
});

describe('an answer beside the report before', () => {
  it('is a change like any other', async () => {
    const first = await reported();
    await first.press('MQ|alerts|ok');
    const before = (await first.run()).report;
    const second = await reported({ changes: { since: before?.finishedAt ?? '', entries: [] } });
    await second.fill('MQ|alerts|problem', { note: ['two alerts'], state: ['critical'] });
    await second.press('MQ|containers|ok');
    const changes = async () =>
      (await second.run()).report?.changes?.entries.map(({ kind, was, finding: { check, state } }) => [
        kind,
        was,
        check,
        state,
      ]);
    expect(await changes()).toEqual([['new', 'ok', 'alerts', 'critical']]);
    await second.press('MQ|alerts|ok');
    expect(await changes()).toEqual([]);
  });
});

describe('a button whose question is gone', () => {
  it('says so', async () => {
    const on = await reported({ questions: [question('alerts')] }, ['MQ|gone|ok']);
    const id = (await on.run()).buttons.find(({ arg }) => arg === 'MQ|gone|ok')?.id ?? '';
    const gone = { kind: 'says', says: { en: expect.stringContaining('not asked any more') as string } };
    expect(await stage.desk.press(id, from('U0LIN'))).toMatchObject(gone);
    expect(await stage.desk.fill({ kind: 'button', id }, {}, from('U0LIN'))).toMatchObject(gone);
    expect(await stage.desk.fill({ kind: 'button', id: 'made-up' }, {}, from('U0LIN'))).toMatchObject({
      kind: 'says',
    });
  });
});

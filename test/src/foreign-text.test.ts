import { describe, expect, it } from 'vitest';
import { terminalJson, terminalText } from '../../src/cli/terminal.ts';
import { runText } from '../../src/cli/text.ts';
import {
  captureSaying,
  captureWhole,
  captureWords,
  type Check,
  type CheckAnswer,
  type Estate,
  maskRow,
  sh,
  sql,
  words,
} from '../../src/kit/index.ts';
import { openLog } from '../../src/log.ts';
import { findingsOf } from '../../src/inspecting/judge.ts';
import { lookWith } from '../../src/changing/look.ts';
import { lookAtStep, performStep, writtenStep } from '../../src/kit/index.ts';
import type { ExecAnswer, OnceAnswer, OnceLook, RowsAnswer } from '../../src/kit/targets.ts';
import { isIntact, shownOf } from '../../src/runs/authority.ts';
import { capturedRun } from '../../src/runs/captured-run.ts';
import { withHash } from '../../src/runs/plan.ts';
import type { Finding } from '../../src/runs/report.ts';
import type { Looked, Plan, Run } from '../../src/runs/run.ts';
import { newRunColumns } from '../../src/store/run-row.ts';
import { evidence } from '../../src/slack/view/evidence.ts';
import { view } from '../../src/slack/view/view.ts';
import { captured } from '../support/captured.ts';
import { SECRET_SHAPES } from '../support/secret-shapes.ts';
import { aFinding, aPlan, aReport, aRun, reported } from './slack/fixtures.ts';
import { noContainers } from '../support/no-containers.ts';

/** Which canaries of these shapes are in what came out, also where it is written as JSON. */
const leaks = (out: (shape: string, canary: string) => string | Promise<string>) =>
  Promise.all(
    SECRET_SHAPES.map(async ({ text, canary }) => {
      const shown = await out(text, canary);
      const written = JSON.stringify(canary).slice(1, -1);
      return shown.includes(canary) || shown.includes(written) ? [`${text} => ${around(shown, canary)}`] : [];
    }),
  ).then((all) => all.flat());

/** The place of the leak. */
const around = (shown: string, canary: string): string => {
  const at = Math.max(shown.indexOf(canary), shown.indexOf(JSON.stringify(canary).slice(1, -1)));
  return shown.slice(Math.max(0, at - 120), at + 60);
};

const estate = {
  hosts: [{ name: 'h' }],
  apps: [{ id: 'a', paths: {} }],
  databases: [{ name: 'd' }],
  limits: {},
} as unknown as Estate;
const frame = { runId: aRun().id, no: 1, fence: 1, since: new Date(0) };
const request = {
  kind: 'request',
  method: 'POST',
  title: words('t', 't'),
  from: { host: 'h' },
  url: 'http://127.0.0.1:1/',
  body: { type: 'json', text: '{}' },
} as const;
const rowsOf = (text: string) => [{ id: '1', note: text }];

const silent = (text: string): ExecAnswer => ({
  kind: 'no-answer',
  reason: 'timeout',
  detail: text,
  stdout: text,
  sent: true,
  tookMs: 1,
});

/** As an inspection brings it: its evidence and its words are captured, its place is what the inventory says. */
const anAnswer = (text: string): CheckAnswer => ({
  ref: { system: 'DEPS', check: 'ports', on: { host: 'h' } },
  host: 'h',
  state: 'critical',
  says: captureWords(words(text, text)),
  evidence: captureWhole(text),
  title: words('t', 't'),
  rows: ['DEPS-C03'],
  command: captureWhole(text),
});
const deletion = (text: string) =>
  ({
    kind: 'delete-rows',
    title: words('t', 't'),
    database: 'd',
    table: 't',
    key: ['id'],
    rows: rowsOf(text),
  }) as const;

const posting = (answer: OnceAnswer, seen: OnceLook) =>
  ({ estate, clocks, once: { run: async () => answer, look: async () => seen }, rows: {} }) as never;
const changing = (answer: RowsAnswer, text: string) =>
  ({
    estate,
    clocks,
    once: {},
    rows: {
      deleteRows: async () => answer,
      lookAtRows: async () => ({ present: rowsOf(text), changed: rowsOf(text), absent: [] }),
    },
  }) as never;

const check = {
  id: 'c',
  title: words('c', 'c'),
  on: 'host',
  rows: ['MQ-C07'],
  clause: { document: '002', section: '1' },
} as unknown as Check;

function judged(text: string): readonly Finding[] {
  const subject = { system: 'MQ', app: { id: 'a' }, host: { name: 'h' } } as never;
  const context = { estate, app: { id: 'a' }, limits: {} } as never;
  return findingsOf(
    check,
    subject,
    context,
    { command: `sh -c '${text}'`, output: text },
    () => [{ state: 'critical', says: words(`it said ${text}`, `it said ${text}`), part: text }],
    () => undefined,
  );
}

const planWith = (text: string): Plan =>
  withHash({
    ...aPlan,
    because: captureSaying(words(text, text)),
    warning: captureSaying(words(text, text)),
    steps: [
      deletion(text),
      { ...request, url: `http://h/?x=${text}`, body: { type: 'json', text: JSON.stringify({ text }) } },
    ],
    rollback: [{ ...deletion(text), kind: 'insert-rows' }],
    looked: [
      {
        title: words('l', 'l'),
        row: 'DEPS-F05',
        database: 'd',
        statement: captured(`select '${text}'`),
        rows: rowsOf(text),
      },
    ],
  });
const planned = (text: string): Run =>
  aRun({
    ask: { kind: 'change', playbooks: ['p'], args: {} },
    state: 'waiting',
    typed: `/unstick ${text}`,
    says: words(text, text),
    plan: planWith(text),
    steps: [
      { no: 1, title: words('t', 't'), state: 'done', says: words(text, text), evidence: captured(text) },
    ],
    instead: [{ title: words(text, text), command: text }],
  });

const always = async (): Promise<boolean> => true;
const clocks = { here: () => new Date(), database: async () => new Date() };

describe('foreign text', () => {
  it('leaves a plan the one that was hashed and shown, however often it passes the door', () => {
    for (const { text } of SECRET_SHAPES) {
      const plan = planWith(text);
      const run = capturedRun(aRun({ ask: { kind: 'change', playbooks: ['p'], args: {} }, plan }));
      const again = capturedRun(run);
      if (!run.plan || !again.plan) throw new Error('no plan');
      expect([text, isIntact(run.plan), isIntact(again.plan)]).toEqual([text, true, true]);
      expect(shownOf({ id: again.id, plan: again.plan })).toBe(shownOf({ id: run.id, plan: run.plan }));
    }
  });

  it('is without secrets in what a check finds: its sentence, part, command and evidence', async () => {
    expect(await leaks((text) => JSON.stringify(judged(text)))).toEqual([]);
  });

  it('is without secrets in what a step brings back: replies, details, rows and database errors', async () => {
    const answers = (text: string) => [
      performStep(
        request,
        frame,
        always,
        posting({ kind: 'done', status: 200, body: text }, { kind: 'never' }),
      ),
      performStep(
        request,
        frame,
        always,
        posting({ kind: 'done', status: 502, body: text }, { kind: 'never' }),
      ),
      performStep(request, frame, always, posting({ kind: 'failed', detail: text }, { kind: 'never' })),
      performStep(request, frame, always, posting({ kind: 'unknown', detail: text }, { kind: 'never' })),
      lookAtStep(
        request,
        frame,
        posting({ kind: 'unknown', detail: '' }, { kind: 'happened', status: 200, body: text }),
      ),
      lookAtStep(
        request,
        frame,
        posting({ kind: 'unknown', detail: '' }, { kind: 'no-answer', detail: text }),
      ),
      performStep(deletion(text), frame, always, changing({ kind: 'done', rows: 1 }, text)),
      performStep(deletion(text), frame, always, changing({ kind: 'differs', found: rowsOf(text) }, text)),
      performStep(deletion(text), frame, always, changing({ kind: 'failed', detail: text }, text)),
      performStep(deletion(text), frame, always, changing({ kind: 'unknown', detail: text }, text)),
      lookAtStep(deletion(text), frame, changing({ kind: 'unknown', detail: '' }, text)),
    ];
    expect(await leaks(async (text) => JSON.stringify(await Promise.all(answers(text))))).toEqual([]);
  });

  it('is without secrets in what a plan looked at, while the playbook reads the exact row', async () => {
    const said = await leaks(async (text) => {
      const looked: Looked[] = [];
      const look = lookWith(
        {
          estate,
          sql: { read: async () => rowsOf(text) },
          checks: async () => [anAnswer(text)],
          exec: { run: async () => silent(text) },
          containers: {
            ...noContainers,
            onNode: async () => ({
              kind: 'seen',
              containers: new Map([['c-1', { state: 'unknown', status: text }]]),
            }),
          },
          pause: async () => undefined,
        },
        looked,
      );
      await look.checks({ refs: [anAnswer(text).ref] });
      const asked = { title: words('l', 'l'), row: 'DEPS-F05', host: 'h' } as const;
      await look.shell({ ...asked, command: sh`echo ${text.replaceAll('\0', '')}` });
      await look.page({ ...asked, url: `http://127.0.0.1/${encodeURI('a')}` });
      const log = { path: '/log', windowSeconds: 60, quiet: 'unknown', missing: 'unknown' } as const;
      await look.log({ ...asked, app: 'a', log });
      await look.containers({ hosts: ['c-1'] });
      const rows = await look.sql({
        title: words('l', 'l'),
        row: 'DEPS-F05',
        database: 'd',
        query: sql`select 1 where a = ${text}`,
      });
      expect(rows).toEqual(rowsOf(text));
      return JSON.stringify(looked);
    });
    expect(said).toEqual([]);
  });

  it('is without secrets in Slack: reports, plans, statements, evidence and files', async () => {
    const shown = (text: string): string => {
      const run = planned(text);
      return JSON.stringify([
        view(run, 'U0LIN' as never),
        view({ ...run, state: 'ended', outcome: 'done' }, 'U0LIN' as never),
        view(
          reported(aReport([aFinding({ state: 'critical', says: words(text, text), part: text })])),
          'U0LIN' as never,
        ),
        evidence(words('e', 'e'), judged(text), 'en'),
      ]);
    };
    expect(await leaks(shown)).toEqual([]);
  });

  it('is without secrets on the terminal, as text and as JSON', async () => {
    expect(await leaks((text) => terminalText(runText(planned(text), 'en')))).toEqual([]);
    expect(await leaks((text) => terminalJson(planned(text)))).toEqual([]);
  });

  it('is without secrets in a stored run, but in what is planned again, decides, is compared and is put back', async () => {
    const stored = (text: string): string => {
      const { names, values } = newRunColumns(planned(text), 'key');
      const body = JSON.parse(values[names.indexOf('body')] ?? '') as Run;
      const { facts: _facts, steps: _steps, rollback: _rollback, ...plan } = body.plan as Plan;
      return JSON.stringify({ ...body, plan });
    };
    expect(await leaks(stored)).toEqual([]);
    const exact = planned('password=hunter2');
    const { names, values } = newRunColumns(exact, 'key');
    expect((JSON.parse(values[names.indexOf('body')] ?? '') as Run).plan?.steps).toEqual(
      exact.plan?.steps.map(writtenStep),
    );
  });

  it('is without secrets in the log: messages, facts, errors with their causes, children', async () => {
    const logged = (text: string): string => {
      let out = '';
      const log = openLog('trace', { write: (line: string) => (out += line) });
      const error = Object.assign(new Error(`failed: ${text}`, { cause: new Error(text) }), {
        code: 'ER_X',
        sql: `select '${text}'`,
        config: { text },
      });
      log.error({ err: error, error, text, list: [text], deep: { text } }, text);
      log.error(error);
      log.child({ where: text }).warn(`a ${text}`);
      return out;
    };
    expect(await leaks(logged)).toEqual([]);
  });

  it('is logged without the values that a database quotes in its messages', () => {
    let out = '';
    const log = openLog('trace', { write: (line: string) => (out += line) });
    const message = "Duplicate entry 'Zq7-lin@example' for key 'name'";
    log.error(
      {
        err: Object.assign(new Error(message), {
          code: 'ER_DUP_ENTRY',
          sqlMessage: message,
          sql: "insert 'Zq7'",
        }),
      },
      'x',
    );
    expect(out).not.toContain('Zq7');
    expect(out).toContain('ER_DUP_ENTRY');
  });

  it('is left out by the name of its column, and by the name beside a value', () => {
    expect(maskRow({ id: '1', password: 'x', note: null })).toEqual({
      id: '1',
      password: '\u2022\u2022\u2022',
      note: null,
    });
    expect(maskRow({ name: 'db.password', value: 'x', at: '2026' })).toEqual({
      name: 'db.password',
      value: '\u2022\u2022\u2022',
      at: '2026',
    });
    expect(maskRow({ name: 'db.size', value: 'x' })).toEqual({ name: 'db.size', value: 'x' });
  });

  it('says under a statement that a value is not shown and is used exactly', () => {
    const run = planned('password=hunter2');
    expect(terminalText(runText(run, 'en'))).toContain('used exactly as it is');
    expect(JSON.stringify(view(run, 'U0LIN' as never))).toContain('used exactly as it is');
  });

  it('reaches no terminal with what would act there, and its JSON stays the same data', () => {
    const nasty = 'x\u001b[2K\rnothing will be deleted\u202e\u009b2J\u0007\u2028\u200b';
    const text = terminalText(runText(planned(nasty), 'en'));
    expect(text).not.toMatch(/(?!\n|\t)[\p{Cc}\p{Cf}\u2028\u2029]/u);
    const json = terminalJson({ a: 'x\u0085y', b: 'plain' });
    expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u);
    expect(JSON.parse(terminalJson({ a: '\ue000\ud83d\ude00' }))).toEqual({ a: '\ue000\ud83d\ude00' });
    expect(sh`echo ${'a'}`).toBe('echo a');
  });
});

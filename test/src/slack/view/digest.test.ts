import { describe, expect, it } from 'vitest';
import { words } from '../../../../src/kit/index.ts';
import { withMissed } from '../../../../src/runs/missed.ts';
import type { Report } from '../../../../src/runs/report.ts';
import type { Run } from '../../../../src/runs/run.ts';
import { view } from '../../../../src/slack/view/view.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import { cameFrom } from '../../../support/schedules.ts';
import { aFinding, aQuestion, aReport, aRun, reported } from '../fixtures.ts';

const schedule = cameFrom();
const SINCE = '2026-11-19T23:30:12.000Z';
const since = '<!date^1795131012^{date_short_pretty} {time}|2026-11-19 23:30 UTC>';
const systems = ['MQ', 'REG', 'DEPS', 'IAM'];
const names: Readonly<Record<string, string>> = { MQ: 'Message queue', REG: 'Registry' };
const look = { nameOf: (id: string) => (names[id] === undefined ? undefined : words(names[id], id)) };

/** One app of each system with two checks. */
const findings = (bad: Readonly<Record<string, 'warning' | 'critical'>> = {}) =>
  systems.flatMap((system) =>
    ['port', 'process'].map((check) =>
      aFinding({
        system,
        app: `app-${system}`,
        host: `${system}-1`,
        check,
        title: words(check, check),
        state: bad[`${system} ${check}`] ?? 'ok',
      }),
    ),
  );

const told = (report: Report, over: Partial<Run> = {}): Run =>
  reported(report, {
    schedule,
    requestedBy: { id: 'fettle', name: 'Fettle (Lin Wei)' },
    typed: '/inspect all',
    buttons: [
      { id: 'b-all', action: 'evidence' },
      { id: 'b-again', action: 'again' },
    ],
    ...over,
  });
const same = aReport(findings(), { changes: { since: SINCE, entries: [] } });
const keys = (run: Run) => view(run, look).map(({ key }) => key);
const post = (run: Run, key = 'top') =>
  JSON.stringify(view(run, look).find((one) => one.key === key) ?? 'absent');
const textOf = (run: Run): string =>
  (view(run, look)[0]?.blocks ?? [])
    .flatMap((block) => (block.type === 'section' ? [block.text?.text ?? ''] : []))
    .join('\n');

describe('a scheduled inspection', () => {
  it('is one line when all is well and nothing changed, with the evidence one press away', () => {
    const run = told(same);
    expect(keys(run)).toEqual(['top']);
    expect(view(run, look)[0]?.blocks).toEqual([
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `○ *Daily patrol* — 4 systems in order, nothing changed since ${since}`,
          verbatim: true,
        },
        accessory: expect.objectContaining({
          value: 'b-all',
          text: expect.objectContaining({ text: 'All evidence' }),
        }),
      },
    ]);
    expect(textOf(told(same, { lang: 'zh' }))).toBe(
      `○ *Daily patrol* — 4 个系统正常，与上次巡检（${since}）相比无变化`,
    );
  });

  it('is one line the first time, too', () => {
    const { changes: _, ...first } = same;
    expect(textOf(told(first))).toBe('○ *Daily patrol* — 4 systems in order, nothing to compare with yet');
  });

  it('tells the difference, what stays bad in one line a system, and what is well in one line', () => {
    const now = findings({ 'MQ port': 'critical', 'MQ process': 'warning', 'REG port': 'warning' });
    const [port] = now;
    if (!port) throw new Error('there is no finding');
    const mended = aFinding({
      system: 'IAM',
      app: 'app-IAM',
      host: 'IAM-1',
      check: 'port',
      title: words('port', 'port'),
    });
    const run = told(
      aReport(now, {
        changes: {
          since: SINCE,
          entries: [
            { kind: 'new', finding: port, was: 'ok' },
            { kind: 'gone', finding: mended, was: 'critical' },
          ],
        },
      }),
    );
    expect(textOf(run).split('\n')).toEqual([
      `● *Daily patrol* — 3 problems, 2 changes since ${since}`,
      '• new: MQ-1 · port: ok → critical [002 §4.2.2.1 · MQ-C07]',
      '• ok again: IAM-1 · port: critical → ok [002 §4.2.2.1 · MQ-C07]',
      '• as before: Message queue · 1 warning',
      '• as before: Registry · 1 warning',
      '2 systems in order: DEPS, IAM',
    ]);
    expect(keys(run)).toEqual(['top', 'app:app-MQ', 'app:app-REG']);
    expect(post(run)).toContain('Asked by Fettle (Lin Wei) · `/inspect all`');
    expect(post(run)).toMatch(/"value":"b-all".*"value":"b-again"/);
  });

  it('keeps what is the same every time in the thread', () => {
    const run = told({ ...same, absent: ['dsrconsole'], hidden: ['IAM'], questions: [aQuestion] });
    expect(keys(run)).toEqual(['top', 'notes', 'questions']);
    expect(textOf(run).split('\n')).toHaveLength(1);
    expect(post(run, 'notes')).toContain('dsrconsole');
    expect(post(run, 'notes')).toContain('Hidden: you have no permission: IAM');
  });

  it('tells what grows towards a limit, and leaves hosts unlike their peers to the thread', () => {
    const [one] = findings();
    if (!one) throw new Error('there is no finding');
    const finding = { ...one, value: 61, unit: '%' };
    const grows = told({ ...same, forecasts: [{ finding, perDay: 13, fullAt: '2026-11-24T02:00:03.400Z' }] });
    expect(textOf(grows)).toContain('• MQ-1 · port: full in about 3 days');
    expect(keys(grows)).toEqual(['top']);
    const unlike = told({ ...same, outliers: [{ finding, value: 61, median: 12, peers: 5 }] });
    expect(textOf(unlike).split('\n')).toHaveLength(1);
    expect(post(unlike, 'notes')).toContain('MQ-1 · port: 61 %, the median of 5 hosts is 12 %');
  });

  it('says that it is late, why, and what was missed', () => {
    const late = { ...schedule, late: { because: 'stopped' as const } };
    const missed = { count: 3, from: '2026-11-17T23:30:00.000Z', to: '2026-11-19T23:30:00.000Z' };
    const run = told(withMissed(same, { ...late, missed }, 'Asia/Shanghai'), {
      schedule: { ...late, missed },
    });
    expect(textOf(run).split('\n')).toEqual([
      `● *Daily patrol* — 1 problem, nothing changed since ${since}`,
      'Due at <!date^1795217400^{date_short} {time}|2026-11-20 23:30 UTC>, begun late: Fettle was not running',
      '◌ *unknown* · missed 3 inspections from 2026-11-18 07:30 to 2026-11-20 07:30',
    ]);
    expect(keys(run)).toEqual(['top', 'app:Daily patrol']);
  });

  it('names a host that did not answer once, and calls no system of it in order', () => {
    const silent = aFinding({
      system: 'MQ',
      app: 'app-MQ',
      host: 'MQ-1',
      check: 'answers',
      state: 'unknown',
      standsFor: [
        { system: 'MQ', app: 'app-MQ' },
        { system: 'REG', app: 'app-REG' },
      ],
    });
    const others = findings().filter(({ system }) => system !== 'MQ');
    const run = told(aReport([silent, ...others], { changes: { since: SINCE, entries: [] } }));
    expect(textOf(run).split('\n')).toEqual([
      `● *Daily patrol* — 1 problem, nothing changed since ${since}`,
      '• as before: ◌ *unknown* · 1 host did not answer: MQ-1',
      '2 systems in order: DEPS, IAM',
    ]);
    expect(keys(run)).toEqual(['top', 'hosts']);
  });

  it('is told host by host when somebody cancelled it', () => {
    const report = aReport(findings(), {
      stopped: { hosts: systems.map((name) => ({ name: `${name}-1`, fate: 'answered' as const })) },
    });
    const by = { id: 'U2', name: 'Zhao Min' };
    const run = told(report, {
      outcome: 'cancelled',
      cancelled: { by, at: '2026-11-20T23:30:05.000Z' },
    });
    expect(textOf(run)).toContain('○ *Daily patrol* — cancelled by Zhao Min');
    expect(textOf(run)).not.toContain('systems in order');
    expect(keys(run)).toEqual(['top', 'hosts']);
  });

  it('shows that it goes on, and that it was not carried out and why, under its name', () => {
    expect(post(aRun({ schedule, state: 'preparing' }))).toContain('◐ *Daily patrol* — inspecting');
    const says = words('The inspection of 07:30 is skipped: the one before has not ended yet.', '已跳过。');
    const skipped = post(aRun({ schedule, state: 'ended', outcome: 'refused', says }));
    expect(skipped).toContain('● *Daily patrol* — not carried out in time');
    expect(skipped).toContain(says.en);
  });

  it.each(['en', 'zh'] as const)('stays within the limits of Slack however much changed (%s)', (lang) => {
    const long = '很长 & <long> '.repeat(60);
    const many = Array.from({ length: 400 }, (_, n) =>
      aFinding({
        system: `SYSTEM-${n % 60}`,
        app: `app-${n}`,
        host: `host-${n}-${'x'.repeat(60)}`,
        title: words(long, long),
        says: words(long, long),
        state: n % 3 === 0 ? 'critical' : 'ok',
      }),
    );
    const entries = many
      .slice(0, 200)
      .map((finding) => ({ kind: 'worse' as const, finding, was: 'warning' as const }));
    const run = told(
      aReport(many, {
        changes: { since: SINCE, entries },
        absent: many.map(({ app }) => app),
        hidden: [long],
      }),
      { lang, schedule: { ...schedule, name: '<&>'.repeat(13), late: {} } },
    );
    for (const { blocks } of view(run)) assertBlocks(blocks);
    expect(textOf(run)).toContain(lang === 'en' ? '… and 185 more' : '……另有 185 项');
  });
});

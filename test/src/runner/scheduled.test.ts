import { describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { compareReports } from '../../../src/inspecting/history/compare.ts';
import { performRead, type Reading } from '../../../src/runner/read.ts';
import { isMissedFinding, withMissed } from '../../../src/runs/missed.ts';
import { next } from '../../../src/runs/life.ts';
import type { Report } from '../../../src/runs/report.ts';
import type { Run } from '../../../src/runs/run.ts';
import { aRun } from '../../support/runs.ts';
import { cameFrom } from '../../support/schedules.ts';
import { aFinding, aReport } from '../slack/fixtures.ts';

const schedule = cameFrom();
const missed = { count: 3, from: '2026-11-17T23:30:00.000Z', to: '2026-11-19T23:30:00.000Z' };
const found = aReport([
  aFinding({ app: 'msgbroker' }),
  aFinding({ app: 'msgconsole', host: 'msgconsole-1', state: 'critical', says: words('down', '宕') }),
]);

const unused = (): never => {
  throw new Error('an inspection does not need this');
};

/** The run after a worker has inspected it. */
async function inspected(over: Partial<Run>, before?: Report, now: Report = found): Promise<Run> {
  let run = aRun({ ask: { kind: 'inspect', scope: { kind: 'system', ids: ['MQ'] } }, ...over });
  const { changes: _, ...fresh } = now;
  const deps: Reading = {
    runs: {
      get: async () => run,
      apply: async (_, event) => {
        const after = next(run, event, '2026-11-20T23:30:09.000Z');
        if (after.ok) run = { ...after.run, revision: run.revision + 1 };
        return { ok: true, run };
      },
      reportBefore: async () => before,
      create: unused,
      undelivered: unused,
      overdue: unused,
      unshown: unused,
      recent: unused,
    },
    inspect: async () => fresh,
    follow: () => ({
      tell: () => undefined,
      cancelled: new AbortController().signal,
      end: async () => undefined,
    }),
    withForecasts: async (report) => report,
    compare: compareReports,
    makeButtons: async (_, wanted) => wanted.map((each, n) => ({ ...each, id: `b-${n}` })),
    timeZone: 'Asia/Shanghai',
    prepare: unused,
    decide: unused,
    readOnly: unused,
    confirmMinutes: unused,
    settle: unused,
    now: unused,
  };
  await performRead(run.id, deps, new AbortController().signal);
  return run;
}

describe('a scheduled inspection', () => {
  it('offers the evidence of what is not in order, and of everything', async () => {
    const run = await inspected({ schedule });
    expect(run.buttons.map(({ action, arg }) => [action, arg])).toEqual([
      ['evidence', 'msgconsole'],
      ['evidence', undefined],
      ['again', undefined],
    ]);
    const typed = await inspected({});
    expect(typed.buttons.map(({ action, arg }) => [action, arg])).toEqual([
      ['evidence', 'msgbroker'],
      ['evidence', 'msgconsole'],
      ['again', undefined],
    ]);
  });

  it('offers the evidence of hosts that did not answer, for all their apps at once', async () => {
    const silent = aFinding({
      app: 'msgbroker',
      host: 'msgbroker-2',
      check: 'answers',
      state: 'unknown',
      standsFor: [{ system: 'MQ', app: 'msgbroker' }],
    });
    const fine = found.findings.filter(({ state }) => state === 'ok');
    const run = await inspected({ schedule }, undefined, aReport([...fine, aFinding({ app: 'x' }), silent]));
    expect(run.buttons.map(({ action, arg }) => [action, arg])).toEqual([
      ['evidence', 'msgbroker'],
      ['evidence', '*hosts'],
      ['evidence', undefined],
      ['again', undefined],
    ]);
  });

  it('has what was missed as an unknown finding, which is no change of the estate', async () => {
    const before = withMissed(found, { ...schedule, missed: { ...missed, count: 9 } }, 'UTC');
    const run = await inspected({ schedule: { ...schedule, missed } }, before);
    expect(run.report?.findings.filter(isMissedFinding)).toMatchObject([
      {
        state: 'unknown',
        says: { en: 'missed 3 inspections from 2026-11-18 07:30 to 2026-11-20 07:30' },
      },
    ]);
    expect(run.report?.changes?.entries).toEqual([]);
    expect(run.says?.en).toBe('2 of 3 checks need attention.');
  });
});

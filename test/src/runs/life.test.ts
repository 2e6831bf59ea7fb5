import { describe, expect, it } from 'vitest';
import { next, type RunEvent } from '../../../src/runs/life.ts';
import type { Finding, Report } from '../../../src/runs/report.ts';
import type { Outcome, Run, RunState } from '../../../src/runs/run.ts';
import { words } from '../../../src/kit/index.ts';
import { aRun } from '../../support/runs.ts';
import { captured } from '../../support/captured.ts';

const says = words('x', 'x');
const run = aRun;
const now = '2026-11-21T00:05:00.000Z';
const waiting = (over: Partial<Run> = {}): Run =>
  run({
    state: 'waiting',
    notAfter: '2026-11-21T00:10:00.000Z',
    approvalsNeeded: 1,
    plan: { hash: 'h' } as Run['plan'] & object,
    ...over,
  });
const approval = (id: string, hash = 'h') => ({
  kind: 'approved' as const,
  approval: { by: { id, name: id }, at: now, hash },
});

describe('the life of a run', () => {
  it('goes from queued through waiting and approved to done', () => {
    const begun = next(run(), { kind: 'begun' }, now);
    expect(begun).toMatchObject({ ok: true, run: { state: 'preparing' } });
    const agreed = next(waiting(), approval('U2'), now);
    expect(agreed).toMatchObject({ ok: true, run: { state: 'approved' } });
    expect(next(run({ state: 'approved' }), { kind: 'claimed' }, now)).toMatchObject({
      ok: true,
      run: { state: 'running' },
    });
    expect(next(run({ state: 'running' }), { kind: 'ended', outcome: 'done', says }, now)).toMatchObject({
      ok: true,
      run: { state: 'ended', outcome: 'done', endedAt: now },
    });
  });

  it('waits until enough different people have agreed', () => {
    const first = next(waiting({ approvalsNeeded: 2 }), approval('U2'), now);
    expect(first).toMatchObject({ ok: true, run: { state: 'waiting' } });
    if (!first.ok) return;
    expect(next(first.run, approval('U2'), now)).toMatchObject({ ok: false });
    expect(next(first.run, approval('U3'), now)).toMatchObject({ ok: true, run: { state: 'approved' } });
  });

  it('shows no button that does nothing: Confirm goes with the last approval, Cancel stays while it runs', () => {
    const buttons = (['confirm', 'cancel'] as const).map((action) => ({ id: action, action }));
    const first = next(waiting({ approvalsNeeded: 2, buttons }), approval('U2'), now);
    expect(first).toMatchObject({ ok: true, run: { buttons } });
    if (!first.ok) return;
    const agreed = next(first.run, approval('U3'), now);
    expect(agreed).toMatchObject({ ok: true, run: { buttons: [{ id: 'cancel' }] } });
    if (!agreed.ok) return;
    expect(next(agreed.run, { kind: 'claimed' }, now)).toMatchObject({
      ok: true,
      run: { buttons: [{ id: 'cancel' }] },
    });
  });

  it.each([
    ['late', waiting({ notAfter: '2026-11-21T00:04:59.999Z' }), approval('U2')],
    ['for another plan', waiting(), approval('U2', 'other')],
    ['before there is a plan', run({ state: 'preparing' }), approval('U2')],
    ['after the end', run({ state: 'ended', outcome: 'cancelled' }), approval('U2')],
  ])('refuses an approval %s', (_, before, event) => {
    expect(next(before, event, now)).toMatchObject({ ok: false });
  });

  it('does not cancel or expire what already runs', () => {
    for (const outcome of ['cancelled', 'expired'] as const) {
      expect(next(run({ state: 'running' }), { kind: 'ended', outcome, says }, now)).toMatchObject({
        ok: false,
      });
    }
  });

  it('lets only an unknown end be settled later', () => {
    expect(
      next(run({ state: 'ended', outcome: 'unknown' }), { kind: 'ended', outcome: 'done', says }, now),
    ).toMatchObject({ ok: true });
    expect(
      next(run({ state: 'ended', outcome: 'done' }), { kind: 'ended', outcome: 'failed', says }, now),
    ).toMatchObject({ ok: false });
  });
});

const zhao = { id: 'zhao', name: 'Zhao Min' };
const finding = (check: string, over: Partial<Finding> = {}): Finding => ({
  system: 'MQ',
  app: 'msgbroker',
  check,
  title: words(check, check),
  state: 'ok',
  says: words('x', 'x'),
  rows: ['MQ-C15'],
  clause: { document: '002', section: '4' },
  evidence: captured(''),
  overridden: [],
  ...over,
});
const report = (over: Partial<Report> = {}): Report => ({
  scope: { kind: 'all' },
  startedAt: now,
  finishedAt: now,
  hosts: 2,
  findings: [finding('port'), finding('disk', { state: 'critical' })],
  questions: [],
  ...over,
});
const STATES: readonly RunState[] = ['queued', 'preparing', 'waiting', 'approved', 'running', 'ended'];
const OUTCOMES: readonly Outcome[] = ['done', 'refused', 'failed', 'cancelled', 'expired', 'unknown'];
const inspection: Run['ask'] = { kind: 'inspect', scope: { kind: 'all' } };
const ASKS: readonly Run['ask'][] = [
  inspection,
  { kind: 'change', playbooks: ['p'], args: {} },
  { kind: 'rollback', of: aRun().id },
];
/** Every state that a run can be in, asked for in every way; ended ones with every outcome. */
const everywhere: readonly Run[] = ASKS.flatMap((ask) =>
  STATES.flatMap((state) =>
    state === 'ended'
      ? OUTCOMES.map((outcome) => run({ ask, state, outcome }))
      : [run({ ask, state, ...(state === 'waiting' ? waiting() : {}) }), run({ ask, state })],
  ).map((each) => ({ ...each, ask })),
);
const called = ({ ask, state, outcome }: Run): string => [ask.kind, state, outcome].filter(Boolean).join(' ');

describe('an unknown run of which a look has just shown how its step ended', () => {
  const title = words('s', 's');
  const plan = { hash: 'h', steps: [{}, {}] } as Run['plan'] & object;
  const shown = (second: 'done' | 'failed'): Run =>
    run({
      state: 'ended',
      outcome: 'unknown',
      plan,
      steps: [
        { no: 1, title, state: 'done' },
        { no: 2, title, state: second },
      ],
    });
  const decided = (tookEffect: boolean): RunEvent => ({
    kind: 'decided',
    by: { id: 'U2', name: 'U2' },
    tookEffect,
    reason: 'r',
    buttons: [],
  });

  it('is not done by the word of a person against it', () => {
    expect(next(shown('failed'), decided(true), now)).toMatchObject({ ok: false });
    expect(next(shown('done'), decided(true), now)).toMatchObject({ ok: true, run: { outcome: 'done' } });
  });

  it('still ends by the look, or by a person when it only lacks its verification', () => {
    expect(next(shown('failed'), { kind: 'ended', outcome: 'failed', says }, now)).toMatchObject({
      ok: true,
    });
    expect(next(shown('done'), decided(false), now)).toMatchObject({ ok: true, run: { outcome: 'failed' } });
  });
});

describe('giving up', () => {
  it.each(['queued', 'preparing'] as const)('ends what is %s', (state) => {
    expect(next(run({ state }), { kind: 'given-up', says }, now)).toMatchObject({
      ok: true,
      run: { state: 'ended', outcome: 'failed', endedAt: now },
    });
  });

  it.each(['waiting', 'approved', 'running', 'ended'] as const)('leaves alone what is %s', (state) => {
    const outcome: Outcome = 'unknown';
    const given = run({ state, ...(state === 'ended' ? { outcome } : {}) });
    expect(next(given, { kind: 'given-up', says }, now)).toMatchObject({ ok: false });
  });
});

describe('cancelling', () => {
  const cancelled = (before: Run) => next(before, { kind: 'cancelled', by: zhao }, now);
  const isOver = ({ state }: Run): boolean => state === 'running' || state === 'ended';
  const isUnderWay = ({ ask, state }: Run): boolean => ask.kind === 'inspect' && state === 'preparing';
  const named = (which: (run: Run) => boolean) =>
    everywhere.filter(which).map((before) => [called(before), before] as const);

  it.each(named(isOver))('is refused when it is %s', (_, before) => {
    expect(cancelled(before)).toMatchObject({ ok: false });
  });

  it.each(named(isUnderWay))('only asks to stop what is %s', (_, before) => {
    expect(cancelled(before)).toMatchObject({
      ok: true,
      run: { state: 'preparing', cancelled: { by: zhao, at: now } },
    });
  });

  it.each(named((each) => !isOver(each) && !isUnderWay(each)))('ends at once what is %s', (_, before) => {
    const says =
      before.ask.kind === 'inspect' ? 'before it began. No host was asked.' : 'Nothing was changed.';
    expect(cancelled(before)).toMatchObject({
      ok: true,
      run: {
        state: 'ended',
        outcome: 'cancelled',
        endedAt: now,
        cancelled: { by: zhao, at: now },
        buttons: [],
        says: { en: expect.stringMatching(new RegExp(`^Cancelled by Zhao Min.*${says}$`)) as string },
      },
    });
  });

  const buttons = (['cancel', 'evidence'] as const).map((action) => ({ id: action, action }));
  const stopping = (): Omit<Run, 'revision'> => {
    const after = next(
      run({ ask: inspection, state: 'preparing', buttons }),
      { kind: 'cancelled', by: zhao },
      now,
    );
    if (!after.ok) throw new Error('not stopping');
    return after.run;
  };

  it('takes the button away at once, and says who was first to whoever is second', () => {
    expect(stopping().buttons).toEqual([{ id: 'evidence', action: 'evidence' }]);
    const second = next(stopping(), { kind: 'cancelled', by: { id: 'lin', name: 'Lin Wei' } }, now);
    expect(second).toMatchObject({
      ok: false,
      because: { en: expect.stringContaining('Zhao Min has cancelled') as string },
    });
  });

  it('lets progress be told and a lost worker be followed by another, and ends with the report', () => {
    const progress = { done: 1, total: 2, waitingFor: [] };
    const events: readonly RunEvent[] = [
      { kind: 'progressed', progress },
      { kind: 'begun' },
      { kind: 'reported', report: report({ stopped: { hosts: [] } }), buttons: [], says },
    ];
    let ongoing: Omit<Run, 'revision'> = stopping();
    for (const event of events) {
      const after = next(ongoing, event, now);
      if (!after.ok) throw new Error(`${event.kind} was refused`);
      expect(after.run.cancelled).toMatchObject({ by: zhao });
      ongoing = after.run;
    }
    expect(ongoing).toMatchObject({ state: 'ended', outcome: 'cancelled', report: { hosts: 2 } });
  });

  it('that came too late leaves a whole report as it is', () => {
    const whole = next(stopping(), { kind: 'reported', report: report(), buttons: [], says }, now);
    expect(whole).toMatchObject({ ok: true, run: { outcome: 'done', cancelled: { by: zhao } } });
  });

  it('can end without a report, when what was found is lost', () => {
    const lost = next(stopping(), { kind: 'ended', outcome: 'cancelled', says }, now);
    expect(lost).toMatchObject({ ok: true, run: { state: 'ended', outcome: 'cancelled' } });
  });
});

describe('a report', () => {
  it.each(everywhere.map((before) => [called(before), before] as const))(
    'ends an inspection only while it is prepared: %s',
    (_, before) => {
      const after = next(before, { kind: 'reported', report: report(), buttons: [], says }, now);
      expect(after.ok).toBe(before.state === 'preparing' && before.ask.kind === 'inspect');
    },
  );
});

describe('answers of people', () => {
  const answer = (check: string, over: Partial<Finding> = {}) => ({
    finding: finding(check, { seen: { by: zhao, at: now }, ...over }),
  });

  it.each(everywhere.map((before) => [called(before), before] as const))(
    'belong to a report that is there: %s',
    (_, before) => {
      const event = { kind: 'answered' as const, answers: [answer('container-state')] };
      expect(next(before, event, now).ok).toBe(false);
      expect(next({ ...before, report: report() }, event, now).ok).toBe(before.state === 'ended');
    },
  );

  it('are findings of the report, the newest of each question, and its sentence follows', () => {
    const ended = run({ state: 'ended', outcome: 'done', report: report() });
    const first = next(
      ended,
      { kind: 'answered', answers: [answer('containers'), answer('alerts', { state: 'warning' })] },
      now,
    );
    if (!first.ok) throw new Error('refused');
    expect(first.run.report?.findings.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'port ok',
      'disk critical',
      'containers ok',
      'alerts warning',
    ]);
    expect(first.run.says?.en).toBe('2 of 4 checks need attention.');
    const again = next(first.run, { kind: 'answered', answers: [answer('alerts')] }, now);
    if (!again.ok) throw new Error('refused');
    expect(again.run.report?.findings.filter(({ check }) => check === 'alerts')).toMatchObject([
      { state: 'ok' },
    ]);
    expect(again.run.says?.en).toBe('1 of 4 checks needs attention.');
    expect(again.run.report).not.toHaveProperty('changes');
  });

  it('replace what was said to have changed in the same question, and nothing else', () => {
    const changes = {
      since: now,
      entries: [
        { kind: 'new' as const, finding: finding('disk', { state: 'critical' }) },
        { kind: 'new' as const, finding: finding('alerts', { state: 'critical' }) },
      ],
    };
    const ended = run({ state: 'ended', outcome: 'done', report: report({ changes }) });
    const { finding: alerts } = answer('alerts', { state: 'warning' });
    const answers = [
      { finding: alerts, change: { kind: 'better' as const, finding: alerts, was: 'critical' as const } },
    ];
    const after = next(ended, { kind: 'answered', answers }, now);
    if (!after.ok) throw new Error('refused');
    expect(
      after.run.report?.changes?.entries.map(({ kind, finding: { check } }) => `${kind} ${check}`),
    ).toEqual(['better alerts', 'new disk']);
    const undone = next(after.run, { kind: 'answered', answers: [answer('alerts')] }, now);
    expect(undone.ok && undone.run.report?.changes?.entries).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { ANSWER_WORDS, words } from '../../../src/kit/index.ts';
import { next, type RunEvent } from '../../../src/runs/life.ts';
import { newRunId, type Outcome, type Plan, type Run, type Suspension } from '../../../src/runs/run.ts';
import { aRun } from '../../support/runs.ts';

type Life = Omit<Run, 'revision'>;

/** The same numbers every time: a run that fails can be seen again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const step = (no: number) => ({
  kind: 'request' as const,
  method: 'POST' as const,
  title: words(`Step ${no}`, `第 ${no} 步`),
  from: { host: 'h' },
  url: 'http://127.0.0.1:1/',
  body: { type: 'json' as const, text: String(no) },
});
const plan: Plan = {
  playbook: 'p',
  args: {},
  title: words('P', 'P'),
  risk: 'risky',
  rows: ['DEPS-F06'],
  because: words('b', 'b'),
  warning: words('w', 'w'),
  facts: {},
  steps: [step(1), step(2)],
  verify: [],
  rollback: [],
  looked: [],
  hash: 'h',
};
const OTHER = newRunId();
const OUTCOMES: readonly Outcome[] = ['done', 'refused', 'failed', 'cancelled', 'expired', 'unknown'];
const STATES = ['begun', 'done', 'failed', 'unknown', 'not-started'] as const;
const people = ['lin', 'zhao', 'chen'].map((id) => ({ id, name: id }));
const report: Extract<RunEvent, { kind: 'reported' }>['report'] = {
  scope: { kind: 'all' },
  startedAt: '2026-11-21T00:00:00.000Z',
  finishedAt: '2026-11-21T00:00:01.000Z',
  hosts: 1,
  findings: [],
  questions: [],
};

function anyEvent(pick: (below: number) => number, at: number): RunEvent {
  const one = <T>(of: readonly T[]): T => of[pick(of.length)] as T;
  const by = one(people);
  const says = words(`event ${at}`, `事件 ${at}`);
  const notAfter = '2026-11-21T01:00:00.000Z';
  const kinds: readonly (() => RunEvent)[] = [
    () => ({ kind: 'begun' }),
    () => ({ kind: 'progressed', progress: { done: 1, total: 2, waitingFor: [] } }),
    () => ({ kind: 'reported', report, buttons: [], says }),
    () => ({ kind: 'planned', plan, approvalsNeeded: 1 + pick(2), notAfter, buttons: [], says }),
    () => ({ kind: 'approved', approval: { by, at: says.en, hash: one(['h', 'h', 'other']) } }),
    () => ({ kind: 'taken-back', by, buttons: [] }),
    () => ({ kind: 'rejected', by, reason: says.en }),
    () => ({ kind: 'claimed' }),
    () => ({
      kind: 'suspended',
      waiting: one<Suspension>([
        { for: 'person', step: 1 + pick(2) },
        { for: 'time', until: notAfter },
        { for: 'readonly', by: 'b', reason: 'r' },
      ]),
      says,
      buttons: [],
      ...(pick(8) === 0 ? { halted: { outcome: 'failed', says } } : {}),
    }),
    () => ({ kind: 'blocked', waiting: { for: 'lock', of: 'site:a', heldBy: OTHER }, says }),
    () => ({ kind: 'blocked', waiting: { for: 'readonly', by: 'b', reason: 'r' }, says }),
    () => ({ kind: 'deferred', opens: notAfter, says }),
    () => ({
      kind: 'replied',
      reply: {
        step: 1 + pick(2),
        by,
        at: notAfter,
        word: one(ANSWER_WORDS),
        saw: says.en,
        signature: { key: 'k', value: 'v' },
      },
    }),
    () => ({ kind: 'stopping', by }),
    () => ({ kind: 'cancelled', by }),
    () => ({ kind: 'answered', answers: [] }),
    () => ({
      kind: 'stepped',
      step: { no: 1 + pick(2), title: says, state: one(STATES), says },
    }),
    () => ({ kind: 'noted', says }),
    () => ({ kind: 'looked', says, ...(pick(2) === 0 ? {} : { next: notAfter }) }),
    () => ({
      kind: 'decided',
      by,
      tookEffect: pick(2) === 0,
      reason: says.en,
      ...(pick(2) === 0 ? {} : { step: 1 + pick(2) }),
      buttons: [],
    }),
    () => ({ kind: 'given-up', says }),
    () => ({ kind: 'ended', outcome: one(OUTCOMES), says }),
  ];
  return one(kinds)();
}

/** Leads somewhere more often than chance would. */
const COURSE: readonly RunEvent['kind'][] = [
  'begun',
  'planned',
  'approved',
  'approved',
  'claimed',
  'stepped',
];

type Rule = (before: Life, after: Life, event: RunEvent) => boolean;

const stayed: Rule = (before, after) =>
  before.steps.every(
    ({ no, state }) =>
      (state !== 'done' && state !== 'failed') || after.steps.find((step) => step.no === no)?.state === state,
  );

/** What must hold whenever an event was taken. */
const RULES: Readonly<Record<string, Rule>> = {
  'an end that is known stays, but for answers to its report': (before, _, event) =>
    before.state !== 'ended' || before.outcome === 'unknown' || event.kind === 'answered',
  'an unknown end is settled by an end or a person, as done or failed': (before, after, event) =>
    before.outcome !== 'unknown' ||
    after.outcome === 'unknown' ||
    (['ended', 'decided'].includes(event.kind) && ['done', 'failed'].includes(after.outcome ?? '')),
  'what has ended has an outcome, and nothing else has': (_, after) =>
    (after.state === 'ended') === (after.outcome !== undefined),
  'what has ended stays so': (before, after) => before.state !== 'ended' || after.state === 'ended',
  'approvals are given while it waits': (before, after) =>
    after.approvals.length <= before.approvals.length || before.state === 'waiting',
  'an approval is taken back by whoever gave it, before it runs; then it waits': (before, after, event) =>
    after.approvals.length >= before.approvals.length ||
    (event.kind === 'taken-back' &&
      after.state === 'waiting' &&
      ['waiting', 'approved'].includes(before.state) &&
      before.approvals.length === after.approvals.length + 1 &&
      !after.approvals.some(({ by }) => by.id === event.by.id)),
  'what is rejected was neither begun nor over': (before, after, event) =>
    event.kind !== 'rejected' ||
    (['waiting', 'approved'].includes(before.state) && after.outcome === 'refused'),
  'enough different people have agreed': (before, after) =>
    after.state !== 'approved' ||
    before.state === 'approved' ||
    new Set(after.approvals.map(({ by }) => by.id)).size === after.approvalsNeeded,
  'what is given up has neither begun nor been planned': (before, _, event) =>
    event.kind !== 'given-up' || ['queued', 'preparing'].includes(before.state),
  'only what was approved runs': (before, after) =>
    after.state !== 'running' || ['approved', 'running', 'suspended'].includes(before.state),
  'only what runs is put down': (before, after) =>
    after.state !== 'suspended' || ['running', 'suspended'].includes(before.state),
  'what is put down says what it waits for, and nothing else does but what is approved and waits for its window':
    (_, after) =>
      (after.state === 'suspended') === (after.waiting !== undefined) ||
      (after.state === 'approved' && after.waiting?.for === 'window'),
  'what waits for its window has not begun': (_, after, event) =>
    event.kind !== 'deferred' || after.steps.length === 0,
  'a person answers the step that waits for one, and no other': (_, after, event) =>
    event.kind !== 'replied' ||
    (after.state === 'suspended' && after.replies?.[0]?.step === event.reply.step),
  'what somebody cancelled waits for nobody': (_, after) =>
    after.cancelled === undefined ||
    after.waiting === undefined ||
    ['time', 'readonly'].includes(after.waiting.for),
  'what stays halted is not begun again': (before, after) =>
    before.halted === undefined || after.halted !== undefined,
  'an outcome is known only when every step is': (before, after, event) =>
    event.kind !== 'decided' ||
    after.outcome === 'unknown' ||
    after.steps.every(({ state }) => state !== 'unknown' && state !== 'begun'),
  'a change is done, or unknown, only when it ran': (before, after) =>
    after.ask.kind === 'inspect' ||
    !['done', 'unknown'].includes(after.outcome ?? '') ||
    ['running', 'ended'].includes(before.state),
  'what has begun ends as cancelled only by its worker, when somebody cancelled it': (before, after, event) =>
    !['running', 'suspended'].includes(before.state) ||
    after.outcome !== 'cancelled' ||
    before.steps.length === 0 ||
    (event.kind === 'ended' && before.cancelled !== undefined),
  'what has begun does not expire': (before, after) =>
    !['running', 'suspended'].includes(before.state) || after.outcome !== 'expired',
  'a plan stays the plan': (before, after) => before.plan === undefined || after.plan === before.plan,
  'results of steps stay': stayed,
  'steps begin while it runs': (before, after) =>
    after.steps.length === before.steps.length || before.state === 'running',
};

const brokenBy = (before: Life, after: Life, event: RunEvent): readonly string[] =>
  Object.entries(RULES).flatMap(([rule, holds]) =>
    holds(before, after, event) ? [] : [`${rule}: ${before.state} ${before.outcome ?? ''} ${event.kind}`],
  );

describe('a run, whatever happens to it in whatever order', () => {
  it('keeps its end, its approvals and the results of its steps', () => {
    const reached = new Set<string>();
    const broken: string[] = [];
    for (let seed = 1; seed <= 8000; seed += 1) {
      const pick = numbers(seed * 7919);
      const ask: Run['ask'] =
        seed % 3 === 0
          ? { kind: 'inspect', scope: { kind: 'all' } }
          : { kind: 'change', playbooks: ['p'], args: {} };
      let run: Life = aRun({ ask, state: 'queued' });
      for (let at = 0; at < 40; at += 1) {
        let event = anyEvent(pick, at);
        const wanted = COURSE[at];
        while (wanted !== undefined && pick(4) > 0 && event.kind !== wanted) event = anyEvent(pick, at);
        const stepped = next(run, event, `2026-11-21T00:${String(at).padStart(2, '0')}:00.000Z`);
        if (!stepped.ok) continue;
        broken.push(...brokenBy(run, stepped.run, event));
        run = stepped.run;
        reached.add(`${run.state} ${run.outcome ?? ''}`.trim());
      }
    }
    expect(broken.slice(0, 10)).toEqual([]);
    // It came everywhere, or it proves nothing.
    expect([...reached].sort()).toEqual(
      [
        'approved',
        ...OUTCOMES.map((outcome) => `ended ${outcome}`),
        'preparing',
        'queued',
        'running',
        'suspended',
        'waiting',
      ].sort(),
    );
  });

  it('that has ended is not overwritten by a note that comes late', () => {
    const ended = aRun({
      state: 'ended',
      outcome: 'done',
      says: words('Done and verified.', '已完成并验证。'),
    });
    expect(next(ended, { kind: 'noted', says: words('The queue is away', '队列不可用') }, 'now').ok).toBe(
      false,
    );
  });
});

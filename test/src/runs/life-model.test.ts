import { describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { next, type RunEvent } from '../../../src/runs/life.ts';
import type { Outcome, Plan, Run } from '../../../src/runs/run.ts';
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
  kind: 'post' as const,
  title: words(`Step ${no}`, `第 ${no} 步`),
  host: 'h',
  url: 'http://127.0.0.1:1/',
  body: String(no),
});
const plan: Plan = {
  playbook: 'p',
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
const OUTCOMES: readonly Outcome[] = ['done', 'refused', 'failed', 'cancelled', 'expired', 'unknown'];
const STATES = ['begun', 'done', 'failed', 'unknown'] as const;
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
    () => ({ kind: 'claimed' }),
    () => ({ kind: 'cancelled', by }),
    () => ({ kind: 'answered', answers: [] }),
    () => ({
      kind: 'stepped',
      step: { no: 1 + pick(2), title: says, state: one(STATES), says },
    }),
    () => ({ kind: 'noted', says }),
    () => ({ kind: 'looked', says, ...(pick(2) === 0 ? {} : { next: notAfter }) }),
    () => ({ kind: 'decided', by, tookEffect: pick(2) === 0, reason: says.en, buttons: [] }),
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

const SETTLES: ReadonlySet<RunEvent['kind']> = new Set(['ended', 'decided']);

function check(before: Life, event: RunEvent, after: Life): void {
  const seen = JSON.stringify({ before: before.state, outcome: before.outcome, event });
  if (before.state === 'ended' && before.outcome !== 'unknown' && event.kind !== 'answered')
    expect.fail(`an ended run was changed: ${seen}`);
  if (before.outcome === 'unknown' && after.outcome !== 'unknown') {
    expect(SETTLES.has(event.kind), seen).toBe(true);
    expect(['done', 'failed'], seen).toContain(after.outcome);
  }
  expect(after.state === 'ended', seen).toBe(after.outcome !== undefined);
  if (before.state === 'ended') expect(after.state, seen).toBe('ended');
  if (after.approvals.length !== before.approvals.length) expect(before.state, seen).toBe('waiting');
  if (after.state === 'approved' && before.state !== 'approved')
    expect(new Set(after.approvals.map(({ by }) => by.id)).size, seen).toBe(after.approvalsNeeded ?? 1);
  if (after.state === 'running') expect(['approved', 'running'], seen).toContain(before.state);
  if (after.outcome === 'done' && after.ask.kind !== 'inspect')
    expect(['running', 'ended'], seen).toContain(before.state);
  if (after.outcome === 'unknown') expect(['running', 'ended'], seen).toContain(before.state);
  if (after.outcome === 'cancelled' || after.outcome === 'expired')
    expect(before.state, seen).not.toBe('running');
  if (before.plan) expect(after.plan, seen).toBe(before.plan);
  for (const { no, state } of before.steps)
    if (state === 'done' || state === 'failed')
      expect(after.steps.find((each) => each.no === no)?.state, seen).toBe(state);
  if (after.steps.length > before.steps.length) expect(before.state, seen).toBe('running');
}

describe('a run, whatever happens to it in whatever order', () => {
  it('keeps its end, its approvals and the results of its steps', () => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= 4000; seed += 1) {
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
        check(run, event, stepped.run);
        run = stepped.run;
        reached.add(`${run.state} ${run.outcome ?? ''}`.trim());
      }
    }
    // It came everywhere, or it proves nothing.
    expect([...reached].sort()).toEqual(
      [
        'approved',
        ...OUTCOMES.map((outcome) => `ended ${outcome}`),
        'preparing',
        'queued',
        'running',
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

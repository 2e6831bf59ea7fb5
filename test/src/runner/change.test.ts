import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Step, words } from '../../../src/kit/index.ts';
import { firstDifference, performChange } from '../../../src/runner/change.ts';
import type { Changing } from '../../../src/runner/changing.ts';
import type { PreparedRun } from '../../../src/runner/prepare.ts';
import { reconcile, settle } from '../../../src/runner/reconcile.ts';
import type { StepAnswer } from '../../../src/runner/steps.ts';
import { hashPlan } from '../../../src/runs/plan.ts';
import { newRunId, type Plan, type Run, type RunId } from '../../../src/runs/run.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { freshSchema } from '../../support/mysql.ts';
import { captured } from '../../support/captured.ts';

const LEASE_SECONDS = 1;
const lin = { id: 'lin', name: 'Lin Wei' };
const never = new AbortController().signal;
const done: StepAnswer = { kind: 'done', says: words('done', '完成'), evidence: captured('e') };
const notDone: StepAnswer = { kind: 'not-done', says: words('not done', '未完成'), evidence: captured('') };
const unknown: StepAnswer = { kind: 'unknown', says: words('who knows', '未知'), evidence: captured('') };

let store: Store;
let drop: () => Promise<void>;
let performed: number[];
let answers: StepAnswer[];
let seen: StepAnswer[];
let again: (run: Run) => PreparedRun;
let verified: boolean;

const steps: readonly Step[] = [1, 2].map((no) => ({
  kind: 'post',
  title: words(`Step ${no}`, `步骤 ${no}`),
  host: 'h',
  url: 'http://127.0.0.1:1/',
  body: String(no),
}));
const planOf = (facts: unknown = { x: 1 }, its = steps): Plan => ({
  playbook: 'p',
  title: words('P', 'P'),
  risk: 'risky',
  rows: ['DEPS-F06'],
  because: words('b', 'b'),
  warning: words('w', 'w'),
  facts,
  steps: its,
  verify: [],
  rollback: [],
  looked: [],
  hash: hashPlan({ playbook: 'p', args: { order: 'o' }, facts, steps: its }),
});

function parts(owner = 'worker-1'): Changing {
  return {
    owner,
    runs: store.runs,
    journal: store.journal,
    prepare: async (run) => again(run),
    verifications: () => [
      {
        title: words('v', 'v'),
        row: 'DEPS-F06',
        withinSeconds: 0,
        look: async () => ({ state: 'ok', says: words('v', 'v') }),
      },
    ],
    mayStillRun: () => ({ ok: true }),
    perform: async (_, { no }) => {
      performed.push(no);
      return answers.shift() ?? done;
    },
    lookAt: async () => seen.shift() ?? unknown,
    verify: async () => ({ ok: verified, says: words(verified ? 'verified' : 'not verified', '验证') }),
    buttons: async (_, actions) => actions.map((action) => ({ id: action, action })),
    pause: async () => undefined,
    now: () => new Date(),
  };
}

async function approvedRun(order = newRunId().slice(0, 8)): Promise<RunId> {
  const plan = planOf();
  const { run } = await store.runs.create(
    {
      id: newRunId(),
      ask: { kind: 'change', playbooks: ['p'], args: { order } },
      state: 'queued',
      lang: 'en',
      requestedBy: lin,
      origin: { surface: 'cli' },
      typed: '/unstick',
      approvals: [],
      steps: [],
      buttons: [],
    },
    newRunId(),
    { actor: lin, action: 'ask' },
  );
  await store.runs.apply(run.id, { kind: 'begun' });
  await store.runs.apply(run.id, {
    kind: 'planned',
    plan,
    approvalsNeeded: 1,
    notAfter: new Date(Date.now() + 600_000).toISOString(),
    buttons: [],
    says: plan.because,
  });
  await store.runs.apply(run.id, {
    kind: 'approved',
    approval: { by: lin, at: new Date().toISOString(), hash: plan.hash },
  });
  return run.id;
}

const ended = async (id: RunId): Promise<Run> => {
  const run = await store.runs.get(id);
  if (!run) throw new Error('the run is gone');
  return run;
};

/** A worker that claims, begins step `no` and is never heard of again. */
async function lostAt(id: RunId, no: number): Promise<void> {
  const claim = await store.journal.claim(id, 'lost', 'worker-lost');
  if (!claim) throw new Error('nothing to claim');
  for (let each = 1; each <= no; each += 1) {
    await store.journal.begin(claim, each, steps[each - 1] as Step);
    if (each < no) await store.journal.finish(claim, each, 'done', captured(''));
  }
}

async function whenLapsed(id: RunId): Promise<void> {
  const until = Date.now() + 15_000;
  while (Date.now() < until) {
    if ((await store.journal.lapsed()).includes(id)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the lease did not lapse');
}

beforeAll(async () => {
  const schema = await freshSchema();
  drop = schema.drop;
  store = await openStore({
    host: '127.0.0.1',
    port: schema.port,
    user: 'root',
    password: '',
    database: schema.schema,
    leaseSeconds: LEASE_SECONDS,
  });
});
afterAll(async () => {
  await store.close();
  await drop();
});
beforeEach(() => {
  performed = [];
  answers = [];
  seen = [];
  verified = true;
  again = () => ({ ok: true, plan: planOf() });
});

describe('performing an approved change', () => {
  it('performs every step once, in order, and verifies', async () => {
    const id = await approvedRun();
    await performChange(id, parts(), never);
    expect(performed).toEqual([1, 2]);
    expect(await ended(id)).toMatchObject({
      outcome: 'done',
      steps: [
        { no: 1, state: 'done' },
        { no: 2, state: 'done' },
      ],
    });
  });

  it('does nothing for a second delivery, even at the same moment', async () => {
    const id = await approvedRun();
    await Promise.all([
      performChange(id, parts(), never),
      performChange(id, parts('worker-2'), never),
      performChange(id, parts('worker-3'), never),
    ]);
    await performChange(id, parts(), never);
    expect(performed).toEqual([1, 2]);
  });

  it('refuses when the state is not what was shown, and says where it differs', async () => {
    const id = await approvedRun();
    again = () => ({ ok: true, plan: planOf({ x: 2 }) });
    await performChange(id, parts(), never);
    expect(performed).toEqual([]);
    expect(await ended(id)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining('x: 1 → 2') },
    });
  });

  it('refuses when there is nothing to do any more', async () => {
    const id = await approvedRun();
    again = () => ({ ok: false, says: words('It moves.', '正在推进。'), instead: [] });
    await performChange(id, parts(), never);
    expect(performed).toEqual([]);
    expect(await ended(id)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining('It moves.') },
    });
  });

  it('refuses when whoever confirmed may not any more', async () => {
    const id = await approvedRun();
    await performChange(
      id,
      { ...parts(), mayStillRun: () => ({ ok: false, because: words('Left.', '已离职。') }) },
      never,
    );
    expect(performed).toEqual([]);
    expect(await ended(id)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining('Left.') },
    });
  });

  it('stops at the first step that was not done, and says how far it came', async () => {
    const id = await approvedRun();
    answers = [done, notDone];
    await performChange(id, parts(), never);
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('1 of 2 steps took effect') },
    });
  });

  it('looks when an answer is lost, and goes on when the step took effect', async () => {
    const id = await approvedRun();
    answers = [unknown, done];
    seen = [done];
    await performChange(id, parts(), never);
    expect(performed).toEqual([1, 2]);
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
  });

  it('stops with unknown, and offers to look again, when looking does not tell', async () => {
    const id = await approvedRun();
    answers = [unknown];
    await performChange(id, parts(), never);
    expect(performed).toEqual([1]);
    expect(await ended(id)).toMatchObject({ outcome: 'unknown', buttons: [{ action: 'look-again' }] });
  });

  it('is failed, not done, when the verification does not hold', async () => {
    const id = await approvedRun();
    verified = false;
    await performChange(id, parts(), never);
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('not verified') },
    });
  });

  it('begins no further step once it is asked to stop', async () => {
    const id = await approvedRun();
    const stop = new AbortController();
    const base = parts();
    const perform: Changing['perform'] = async (step, frame) => {
      stop.abort();
      return base.perform(step, frame);
    };
    await performChange(id, { ...base, perform }, stop.signal);
    expect(performed).toEqual([1]);
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('1 of 2') },
    });
  });
});

describe('a worker that is lost', () => {
  it('before any step leaves nothing changed', async () => {
    const id = await approvedRun();
    await lostAt(id, 0);
    await whenLapsed(id);
    await reconcile(parts('reconciler'));
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('Nothing was changed') },
    });
  });

  it('inside the last step is unknown, then settled by looking; nothing is performed', async () => {
    const id = await approvedRun();
    await lostAt(id, 2);
    await whenLapsed(id);
    seen = [done];
    await reconcile(parts('reconciler'));
    expect(performed).toEqual([]);
    expect(await ended(id)).toMatchObject({
      outcome: 'done',
      says: { en: expect.stringContaining('every step took effect') },
    });
  });

  it('inside a step that did not take effect is failed with how far it came', async () => {
    const id = await approvedRun();
    await lostAt(id, 2);
    await whenLapsed(id);
    seen = [notDone];
    await reconcile(parts('reconciler'));
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('1 of 2') },
    });
  });

  it('stays unknown when looking does not tell, until somebody looks again', async () => {
    const id = await approvedRun();
    await lostAt(id, 2);
    await whenLapsed(id);
    await reconcile(parts('reconciler'));
    expect(await ended(id)).toMatchObject({ outcome: 'unknown' });
    seen = [done];
    await settle(await ended(id), parts());
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
    expect(performed).toEqual([]);
  });

  it('can do nothing more when it comes back', async () => {
    const id = await approvedRun();
    const claim = await store.journal.claim(id, 'zombie', 'worker-1');
    if (!claim) throw new Error('nothing to claim');
    await store.journal.begin(claim, 1, steps[0] as Step);
    await whenLapsed(id);
    await reconcile(parts('reconciler'));
    expect(await store.journal.begin(claim, 2, steps[1] as Step)).toBe(false);
    expect(await store.journal.finish(claim, 1, 'done', captured(''))).toBe(false);
  });
});

describe('the difference that is shown', () => {
  it.each([
    [{ a: { b: 1 } }, { a: { b: 2 } }, 'a.b: 1 → 2'],
    [{ tasks: [1, 2] }, { tasks: [1] }, 'tasks: 2 → 1'],
    [{ a: 1 }, { a: 1, c: 'x' }, 'c: null → "x"'],
    [{ a: 1 }, { a: 1 }, undefined],
  ])('of %j and %j is %j', (before, now, difference) =>
    expect(firstDifference(before, now)).toBe(difference),
  );
});

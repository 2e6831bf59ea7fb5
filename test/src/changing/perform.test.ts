import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOTHING_CAPTURED, type Step, words } from '../../../src/kit/index.ts';
import { firstDifference, performChange } from '../../../src/changing/perform.ts';
import type { Changing } from '../../../src/changing/changing.ts';
import type { PreparedRun } from '../../../src/changing/prepare.ts';
import { openReconciler, settle } from '../../../src/changing/reconcile.ts';
import type { PersonAnswer, StepAnswer } from '../../../src/kit/index.ts';
import { withHash } from '../../../src/runs/plan.ts';
import { newRunId, type Plan, type Run, type RunId } from '../../../src/runs/run.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { freshSchema } from '../../support/mysql.ts';
import { anyWarrant } from '../../support/signed.ts';
import { captured } from '../../support/captured.ts';

const LEASE_SECONDS = 1;
const lin = { id: 'lin', name: 'Lin Wei' };
const never = new AbortController().signal;
const done: StepAnswer = { kind: 'done', says: words('done', '完成'), evidence: captured('e') };
const notDone: StepAnswer = {
  kind: 'without-effect',
  says: words('not done', '未完成'),
  evidence: captured(''),
};
const unknown: StepAnswer = { kind: 'unknown', says: words('who knows', '未知'), evidence: captured('') };

let store: Store;
let options: Parameters<typeof openStore>[0];
let drop: () => Promise<void>;
let performed: number[];
let resumed: (readonly [number, PersonAnswer | undefined])[];
let reply: PersonAnswer | undefined;
let answers: StepAnswer[];
let seen: StepAnswer[];
/** The run that was lost last. */
let lost: RunId | undefined;
let again: (run: Run) => PreparedRun;
let verified: boolean;

const steps: readonly Step[] = [1, 2].map((no) => ({
  kind: 'request',
  method: 'POST',
  title: words(`Step ${no}`, `步骤 ${no}`),
  from: { host: 'h' },
  url: 'http://127.0.0.1:1/',
  body: { type: 'json', text: String(no) },
}));
const planOf = (facts: unknown = { x: 1 }, its = steps): Plan =>
  withHash({
    playbook: 'p',
    args: { order: 'o' },
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
  });

function deps(owner = 'worker-1'): Changing {
  return {
    owner,
    runs: store.runs,
    journal: store.journal,
    unknown: store.unknown,
    prepare: async (run) => again(run),
    verifications: () => [
      {
        title: words('v', 'v'),
        row: 'DEPS-F06',
        withinSeconds: 0,
        look: async () => ({ state: 'ok', says: words('v', 'v') }),
      },
    ],
    warrant: async () => anyWarrant,
    confirmedPlan: async (run) => run.plan,
    touched: () => [],
    perform: async (_, { no }) => {
      performed.push(no);
      return answers.shift() ?? done;
    },
    // Runs of earlier tests are looked at again, too, and see nothing.
    lookAt: async ({ id }) => (lost === undefined || lost === id ? seen.shift() : undefined) ?? unknown,
    verify: async () => ({ ok: verified, says: words(verified ? 'verified' : 'not verified', '验证') }),
    resume: async (_, { no }, answer) => {
      resumed.push([no, answer]);
      return answers.shift() ?? done;
    },
    replyTo: async () => reply,
    follow: () => ({ cancelled: new AbortController().signal, end: async () => undefined }),
    buttons: async (_, wanted) =>
      wanted.map(({ action, arg }) => ({ id: `${action}${arg ?? ''}`, action, ...(arg ? { arg } : {}) })),
    pause: async () => undefined,
    now: async () => new Date(),
    log: { warn: () => undefined },
  };
}

async function approvedRun(order = newRunId().slice(0, 8), plan = planOf()): Promise<RunId> {
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
  lost = id;
  const claim = await store.journal.claim(id, () => [], 'worker-lost', anyWarrant);
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

/** Another worker takes the run over. */
async function whenSealed(id: RunId): Promise<void> {
  await whenLapsed(id);
  if (!(await store.journal.seal(id, 'another'))) throw new Error('not sealed');
}

beforeAll(async () => {
  const schema = await freshSchema();
  drop = schema.drop;
  options = {
    host: '127.0.0.1',
    port: schema.port,
    user: 'root',
    password: '',
    database: schema.schema,
    leaseSeconds: LEASE_SECONDS,
  };
  store = await openStore(options);
});
afterAll(async () => {
  await store.close();
  await drop();
});
beforeEach(() => {
  performed = [];
  resumed = [];
  reply = undefined;
  answers = [];
  seen = [];
  lost = undefined;
  verified = true;
  again = () => ({ ok: true, plan: planOf() });
});

describe('performing an approved change', () => {
  it('performs every step once, in order, and verifies', async () => {
    const id = await approvedRun();
    await performChange(id, deps(), never);
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
      performChange(id, deps(), never),
      performChange(id, deps('worker-2'), never),
      performChange(id, deps('worker-3'), never),
    ]);
    await performChange(id, deps(), never);
    expect(performed).toEqual([1, 2]);
  });

  it('refuses when the state is not what was shown, and says where it differs', async () => {
    const id = await approvedRun();
    again = () => ({ ok: true, plan: planOf({ x: 2 }) });
    await performChange(id, deps(), never);
    expect(performed).toEqual([]);
    expect(await ended(id)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining('x: 1 → 2') },
    });
  });

  it('refuses when there is nothing to do any more', async () => {
    const id = await approvedRun();
    again = () => ({ ok: false, says: words('It moves.', '正在推进。'), instead: [] });
    await performChange(id, deps(), never);
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
      { ...deps(), warrant: async () => () => ({ kind: 'lapsed', says: words('Left.', '已离职。') }) },
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
    await performChange(id, deps(), never);
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('1 of 2 steps took effect') },
    });
  });

  it('looks when an answer is lost, and goes on when the step took effect', async () => {
    const id = await approvedRun();
    answers = [unknown, done];
    seen = [done];
    await performChange(id, deps(), never);
    expect(performed).toEqual([1, 2]);
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
  });

  it('stops with unknown, and offers to look again, when looking does not tell', async () => {
    const id = await approvedRun();
    answers = [unknown];
    await performChange(id, deps(), never);
    expect(performed).toEqual([1]);
    expect(await ended(id)).toMatchObject({
      outcome: 'unknown',
      buttons: [{ action: 'look-again' }, { action: 'took-effect' }, { action: 'no-effect' }],
    });
  });

  it('is failed, not done, when the verification does not hold', async () => {
    const id = await approvedRun();
    verified = false;
    await performChange(id, deps(), never);
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('not verified') },
    });
  });

  it.each([
    ['back', -3],
    ['forward', 3],
  ])('verifies for as long as it has, though the clock is set %s meanwhile', async (_, hours) => {
    const id = await approvedRun();
    let looks = 0;
    vi.useFakeTimers({ toFake: ['Date'] });
    const base = deps();
    try {
      await performChange(
        id,
        {
          ...base,
          verifications: () => [
            {
              title: words('v', 'v'),
              row: 'DEPS-F06',
              withinSeconds: 1,
              look: async () => ({ state: 'ok', says: words('v', 'v') }),
            },
          ],
          verify: async () => {
            looks += 1;
            if (looks === 1) vi.setSystemTime(Date.now() + hours * 3_600_000);
            return { ok: looks > 2 && hours > 0, says: words('seen', '已看') };
          },
          pause: () => new Promise((resolve) => setTimeout(resolve, looks > 20 ? 3000 : 100)),
        },
        never,
      );
    } finally {
      vi.useRealTimers();
    }
    expect(await ended(id)).toMatchObject({ outcome: hours > 0 ? 'done' : 'failed' });
    expect(looks).toBeLessThan(20);
  });

  it('begins no further step once it is asked to stop: another worker goes on with the next one', async () => {
    const id = await approvedRun();
    const stop = new AbortController();
    const base = deps();
    const perform: Changing['perform'] = async (step, frame, permit) => {
      stop.abort();
      return base.perform(step, frame, permit);
    };
    await performChange(id, { ...base, perform }, stop.signal);
    expect(performed).toEqual([1]);
    expect(await ended(id)).toMatchObject({
      state: 'suspended',
      waiting: { for: 'time' },
      steps: [{ no: 1, state: 'done' }],
    });
    again = () => ({ ok: false, says: words('changed', '已变化'), instead: [] });
    await performChange(id, deps('another'), never);
    expect(performed).toEqual([1, 2]);
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
  });

  it('that waits for a person is put down, and goes on by what they said', async () => {
    const id = await approvedRun();
    const waits: StepAnswer = {
      kind: 'waits',
      waiting: { for: 'person' },
      says: words('enable it', '请启用'),
      evidence: captured(''),
    };
    answers = [waits, done];
    await performChange(id, deps(), never);
    expect(await ended(id)).toMatchObject({
      state: 'suspended',
      waiting: { for: 'person', step: 1 },
      says: { en: 'enable it' },
      steps: [{ no: 1, state: 'begun' }],
    });
    expect(await store.journal.lapsed()).toEqual([]);
    reply = { by: lin, at: new Date(), word: 'done', saw: 'it is on' };
    await performChange(id, deps('another'), never);
    expect(resumed).toEqual([[1, reply]]);
    expect(performed).toEqual([1, 2]);
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
  });

  it('that somebody cancelled begins no further step, and is told as it is', async () => {
    const id = await approvedRun();
    const base = deps();
    const perform: Changing['perform'] = async (step, frame, permit) => {
      const by = { id: 'ben', name: 'Ben' };
      await store.runs.apply(id, { kind: 'stopping', by }, { actor: by, action: 'stop', runId: id });
      return base.perform(step, frame, permit);
    };
    await performChange(id, { ...base, perform }, never);
    expect(performed).toEqual([1]);
    expect(await ended(id)).toMatchObject({
      outcome: 'cancelled',
      says: { en: 'Cancelled by Ben. 1 of 2 steps took effect: Step 1.' },
    });
  });
});

describe('a change whose estate is another one by now', () => {
  it('says once that nothing was changed', async () => {
    again = () => ({
      ok: false,
      says: words('h is down. Nothing was changed.', 'h 不可用。未做任何变更。'),
      instead: [],
    });
    const id = await approvedRun();
    await performChange(id, deps(), never);
    expect((await ended(id)).says).toEqual({
      en: 'The state changed since the preview. h is down. Nothing was changed.',
      zh: '预览之后状态已发生变化。h 不可用。未做任何变更。',
    });
  });
});

describe('a step that was carried out and did not succeed', () => {
  it('is told apart from one that certainly changed nothing', async () => {
    const says = words('Ended with exit code 3.', '执行结束，退出码 3。');
    const ends = async (kind: 'failed' | 'without-effect') => {
      const id = await approvedRun();
      const answer = async () => ({ kind, says, evidence: NOTHING_CAPTURED });
      await performChange(id, { ...deps(), perform: answer, lookAt: answer }, never);
      return (await ended(id)).says?.en;
    };
    expect(await ends('failed')).toBe('Ended with exit code 3. Nothing else was changed.');
    expect(await ends('without-effect')).toBe('Ended with exit code 3. Nothing was changed.');
  });
});

describe('what a run has opened', () => {
  /** Opens, does something, looks whether it may be closed, closes. */
  const [OPEN, WORK, LOOK, CLOSE] = [1, 2, 3, 4];
  const all = [OPEN, WORK, LOOK, CLOSE].map(
    (no): Step => ({
      kind: 'request',
      method: 'POST',
      title: words(`Step ${no}`, `步骤 ${no}`),
      from: { host: 'h' },
      url: `http://127.0.0.1:1/${no}`,
    }),
  );
  const { hash: _, ...flat } = planOf({ x: 1 }, all);
  const plan = withHash({
    ...flat,
    stages: [{ atOnce: 1, lanes: [{ target: 'h', steps: [OPEN, WORK] }] }],
    always: [LOOK, CLOSE].map((step) => ({ step, closes: OPEN })),
  });
  const opening = async (): Promise<RunId> => {
    again = () => ({ ok: true, plan });
    return approvedRun(undefined, plan);
  };
  const waits: StepAnswer = {
    kind: 'waits',
    waiting: { for: 'time', until: new Date(0) },
    says: words('later', '稍后'),
    evidence: captured(''),
  };

  it('is not closed when the look before that does not hold', async () => {
    answers = [done, done, notDone];
    const id = await opening();
    await performChange(id, deps(), never);
    expect(performed).toEqual([OPEN, WORK, LOOK]);
    expect(await ended(id)).toMatchObject({ outcome: 'failed' });
  });

  it('is closed only when the look before that, which another worker goes on with, holds', async () => {
    answers = [done, notDone, waits];
    const id = await opening();
    await performChange(id, deps(), never);
    expect(performed).toEqual([OPEN, WORK, LOOK]);
    expect(await ended(id)).toMatchObject({ state: 'suspended', waiting: { for: 'time' } });
    answers = [done];
    await performChange(id, deps('another'), never);
    expect(resumed.map(([no]) => no)).toEqual([LOOK]);
    expect(performed).toEqual([OPEN, WORK, LOOK, CLOSE]);
    expect(await ended(id)).toMatchObject({ outcome: 'failed' });
  });

  it('is closed to the end also when somebody has cancelled the run', async () => {
    const id = await opening();
    const base = deps();
    const cancelling = new AbortController();
    const stopped: (boolean | undefined)[] = [];
    const perform: Changing['perform'] = async (step, frame, permit) => {
      if (frame.no === WORK) {
        await store.runs.apply(
          id,
          { kind: 'stopping', by: lin },
          { actor: lin, action: 'stop', runId: id, decision: 'run' },
        );
        cancelling.abort();
      }
      stopped.push(frame.stopping?.aborted);
      return base.perform(step, frame, permit);
    };
    answers = [done, done, waits];
    const follow: Changing['follow'] = () => ({ cancelled: cancelling.signal, end: async () => undefined });
    await performChange(id, { ...base, perform, follow }, never);
    expect(stopped).toEqual([false, true, false]);
    expect(await ended(id)).toMatchObject({ state: 'suspended' });
    answers = [done];
    await performChange(id, deps('another'), never);
    expect(resumed.map(([no]) => no)).toEqual([LOOK]);
    expect(performed).toEqual([OPEN, WORK, LOOK, CLOSE]);
    expect(await ended(id)).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('a worker that is lost', () => {
  it('before any step leaves nothing changed', async () => {
    const id = await approvedRun();
    await lostAt(id, 0);
    await whenLapsed(id);
    await openReconciler(deps('reconciler')).sweep();
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
    await openReconciler(deps('reconciler')).sweep();
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
    await openReconciler(deps('reconciler')).sweep();
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('1 of 2') },
    });
  });

  it('stays unknown when looking does not tell, until somebody looks again', async () => {
    const id = await approvedRun();
    await lostAt(id, 2);
    await whenLapsed(id);
    await openReconciler(deps('reconciler')).sweep();
    expect(await ended(id)).toMatchObject({ outcome: 'unknown' });
    seen = [done];
    await settle(await ended(id), deps());
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
    expect(performed).toEqual([]);
  });

  it('can do nothing more when it comes back', async () => {
    const id = await approvedRun();
    const claim = await store.journal.claim(id, () => [], 'worker-1', anyWarrant);
    if (!claim) throw new Error('nothing to claim');
    await store.journal.begin(claim, 1, steps[0] as Step);
    await whenLapsed(id);
    await openReconciler(deps('reconciler')).sweep();
    expect(await store.journal.begin(claim, 2, steps[1] as Step)).toBe(false);
    expect(await store.journal.finish(claim, 1, 'done', captured(''))).toBe(false);
  });
});

describe('several that are lost', () => {
  it('are all found, however many in front of them cannot be taken over', { timeout: 30_000 }, async () => {
    const bad = new Set<RunId>();
    for (let n = 0; n < 9; n += 1) bad.add(await approvedRun());
    const id = await approvedRun();
    for (const each of [...bad, id]) await lostAt(each, 1);
    for (const each of [...bad, id]) await whenLapsed(each);
    seen = [done];
    const base = deps('reconciler');
    const seal: Changing['journal']['seal'] = async (each, owner) => {
      if (bad.has(each)) throw new Error('its row cannot be read');
      return store.journal.seal(each, owner);
    };
    const told: unknown[] = [];
    const warn = (facts: object): void => void told.push(Reflect.get(facts, 'runId'));
    const reconciler = openReconciler({ ...base, journal: { ...store.journal, seal }, log: { warn } });
    for (let sweep = 0; sweep < 6; sweep += 1) await reconciler.sweep();
    expect(await ended(id)).toMatchObject({ state: 'ended' });
    expect(told.filter((each) => bad.has(each as RunId))).toHaveLength(bad.size);
    for (const each of bad)
      await store.runs.apply(each, { kind: 'ended', outcome: 'failed', says: words('x', 'x') });
  });

  it('come to an end although their verification takes longer than the lease, with two workers that look', {
    timeout: 30_000,
  }, async () => {
    const id = await approvedRun();
    await lostAt(id, 2);
    await whenLapsed(id);
    const patient = await openStore({ ...options, leaseSeconds: 3 });
    let looks = 0;
    const slow = (owner: string): Changing => ({
      ...deps(owner),
      runs: patient.runs,
      journal: patient.journal,
      lookAt: async () => done,
      verify: async () => {
        looks += 1;
        await new Promise((resolve) => setTimeout(resolve, 5000));
        return { ok: true, says: words('verified', '已验证') };
      },
    });
    const [one, two] = [openReconciler(slow('one')), openReconciler(slow('two'))];
    await one.sweep();
    await vi.waitFor(
      async () => {
        await two.sweep();
        expect(await ended(id)).toMatchObject({ outcome: 'done' });
      },
      { timeout: 15_000, interval: 100 },
    );
    await patient.close();
    expect(looks).toBe(1);
  });

  it('do not hold one another up when one throws or hangs', async () => {
    const ids = [await approvedRun(), await approvedRun(), await approvedRun()];
    for (const id of ids) await lostAt(id, 2);
    for (const id of ids) await whenLapsed(id);
    const [throwing, hanging, well] = ids;
    const base = deps('reconciler');
    const reconciler = openReconciler({
      ...base,
      lookAt: async (run) => {
        if (run.id === throwing) throw new Error('the database refuses');
        if (run.id === hanging) await new Promise(() => undefined);
        return done;
      },
    });
    await reconciler.sweep();
    expect(await ended(well as RunId)).toMatchObject({ outcome: 'done' });
    expect(await ended(throwing as RunId)).toMatchObject({
      outcome: 'unknown',
      says: { en: expect.stringContaining('the database refuses') },
    });
    // Said after a few seconds, while the look goes on.
    await vi.waitFor(
      async () => expect(await ended(hanging as RunId)).toMatchObject({ outcome: 'unknown' }),
      {
        timeout: 10_000,
      },
    );
    await reconciler.sweep();
    expect(performed).toEqual([]);
  });

  it('are looked at again by itself until it is known, with what was seen as the newest sentence', async () => {
    const id = await approvedRun();
    await lostAt(id, 2);
    await whenLapsed(id);
    seen = [{ ...unknown, says: words('refused at first', '首次被拒绝') }];
    const base = deps('reconciler');
    const reconciler = openReconciler(base);
    await reconciler.sweep();
    expect(await ended(id)).toMatchObject({
      outcome: 'unknown',
      says: { en: expect.stringContaining('refused at first') },
    });
    seen = [{ ...unknown, says: words('refused again', '再次被拒绝') }, done];
    await vi.waitFor(
      async () => {
        await reconciler.sweep();
        expect(await ended(id)).toMatchObject({
          outcome: 'unknown',
          looked: { times: 1, next: expect.any(String) },
          says: { en: expect.stringContaining('refused again') },
        });
      },
      { timeout: 20_000, interval: 500 },
    );
    await settle(await ended(id), base);
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
  });

  it('are verified later when they cannot be verified at once, and fail only when the time for that is over', async () => {
    const id = await approvedRun();
    await lostAt(id, 2);
    await whenLapsed(id);
    seen = [done];
    verified = false;
    const slow = (withinSeconds: number): Changing => ({
      ...deps('reconciler'),
      verifications: () => [
        {
          title: words('v', 'v'),
          row: 'DEPS-F06',
          withinSeconds,
          look: async () => ({ state: 'ok', says: words('v', 'v') }),
        },
      ],
    });
    await openReconciler(slow(600)).sweep();
    expect(await ended(id)).toMatchObject({
      outcome: 'unknown',
      says: { en: expect.stringContaining('Not verified yet') },
    });
    await settle(await ended(id), slow(600));
    expect(await ended(id)).toMatchObject({ outcome: 'unknown' });
    await settle(await ended(id), slow(0));
    expect(await ended(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('not verified') },
    });
  });
});

describe('a change that loses its claim', () => {
  it('stops before the next effect', async () => {
    const id = await approvedRun();
    let permitted = true;
    const base = deps();
    const perform: Changing['perform'] = async (step, frame, permit) => {
      if (frame.no === 1) {
        await whenSealed(id);
        permitted = await permit();
      }
      return base.perform(step, frame, permit);
    };
    const mute = { ...base.journal, hold: async () => true };
    await performChange(id, { ...base, perform, journal: mute }, never);
    expect(permitted).toBe(false);
    expect(performed).toEqual([1]);
    expect((await ended(id)).state).toBe('running');
  });

  it('stops as well when it is told so by the sign of life', async () => {
    const id = await approvedRun();
    const base = deps();
    const perform: Changing['perform'] = async (step, frame, permit) => {
      await new Promise((resolve) => setTimeout(resolve, 2500));
      return base.perform(step, frame, permit);
    };
    await performChange(
      id,
      { ...base, perform, journal: { ...base.journal, hold: async () => false } },
      never,
    );
    expect(performed).toEqual([1]);
  });

  it('begins nothing when the step cannot be shown as begun', async () => {
    const id = await approvedRun();
    const base = deps();
    const runs: Changing['runs'] = {
      ...base.runs,
      apply: async (...args) =>
        args[1].kind === 'stepped'
          ? { ok: false, run: await ended(id), because: words('taken over', '已被接管') }
          : base.runs.apply(...args),
    };
    await performChange(id, { ...base, runs }, never);
    expect(performed).toEqual([]);
  });

  it('writes its result once the store is back, as long as nobody has taken it over', async () => {
    const id = await approvedRun();
    const base = deps();
    let away = 1;
    const journal: Changing['journal'] = {
      ...base.journal,
      finish: async (...args) => {
        away -= 1;
        if (away >= 0) throw Object.assign(new Error('away'), { name: 'StoreUnavailable' });
        return base.journal.finish(...args);
      },
    };
    await performChange(id, { ...base, journal }, never);
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
    expect(performed).toEqual([1, 2]);
  });
});

describe('a worker that is asked to stop', () => {
  it('puts a change down of which it has begun no step, and another carries it out', async () => {
    const id = await approvedRun();
    const stop = new AbortController();
    const plan = again;
    again = (run) => {
      stop.abort();
      return plan(run);
    };
    await performChange(id, deps(), stop.signal);
    expect((await ended(id)).state).toBe('suspended');
    await performChange(id, deps('stopping, too'), stop.signal);
    expect((await ended(id)).state).toBe('suspended');
    expect(performed).toEqual([]);
    await performChange(id, deps('another'), never);
    expect(performed).toEqual([1, 2]);
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
  });

  it('leaves a verification to another one, who tells the end', async () => {
    const id = await approvedRun();
    const stop = new AbortController();
    const base = deps();
    const verify: Changing['verify'] = async () => {
      stop.abort();
      return { ok: false, says: words('not yet', '尚未') };
    };
    await performChange(id, { ...base, verify }, stop.signal);
    expect(await ended(id)).toMatchObject({ state: 'suspended', waiting: { for: 'time' } });
    await performChange(id, deps('another'), never);
    expect(await ended(id)).toMatchObject({ outcome: 'done' });
    expect(performed).toEqual([1, 2]);
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

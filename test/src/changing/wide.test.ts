import { randomBytes } from 'node:crypto';
import { runSource } from '../../../src/slack/sources.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Changing } from '../../../src/changing/changing.ts';
import { performChange } from '../../../src/changing/perform.ts';
import { words } from '../../../src/kit/index.ts';
import { newRunId, type Plan, type Run, type RunId } from '../../../src/runs/run.ts';
import type { Delivery } from '../../../src/slack/deliver.ts';
import { createRenderer } from '../../../src/slack/renderer.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { captured } from '../../support/captured.ts';
import { freshSchema } from '../../support/mysql.ts';
import { anyWarrant } from '../../support/signed.ts';
import { inOneList, planOf, staged } from '../../support/wide-plans.ts';
import { countWritten } from '../../support/written-bytes.ts';
import { rememberingLog } from '../slack/harness.ts';

const EVIDENCE = 2000;
const lin = { id: 'lin', name: 'Lin Wei' };

let store: Store;
/** A bot has connections of its own. */
let ofBot: Store;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshSchema();
  drop = fresh.drop;
  const open = () =>
    openStore({
      host: '127.0.0.1',
      port: fresh.port,
      user: 'root',
      password: '',
      database: fresh.schema,
      leaseSeconds: 60,
    });
  store = await open();
  ofBot = await open();
});
afterAll(async () => {
  await Promise.all([store.close(), ofBot.close()]);
  await drop();
});

async function approved(plan: Plan): Promise<RunId> {
  const id = newRunId();
  const key = newRunId();
  await store.runs.create(
    {
      id,
      ask: { kind: 'change', playbooks: ['p'], args: { id } },
      state: 'queued',
      lang: 'en',
      requestedBy: lin,
      origin: { surface: 'slack', team: 'T', channel: 'C' },
      typed: '/run p all',
      approvals: [],
      steps: [],
      buttons: [],
    },
    key,
    { actor: lin, action: 'ask' },
  );
  await store.runs.apply(id, { kind: 'begun' });
  await store.runs.apply(id, {
    kind: 'planned',
    plan,
    approvalsNeeded: 1,
    notAfter: new Date(Date.now() + 600_000).toISOString(),
    buttons: [{ id: 'c', action: 'confirm' }],
    says: plan.because,
  });
  const at = new Date().toISOString();
  await store.runs.apply(id, { kind: 'approved', approval: { by: lin, at, hash: plan.hash } });
  return id;
}

const evidence = () => captured(`HTTP 200\n${randomBytes(EVIDENCE / 2).toString('hex')}`);

const deps = (plan: Plan): Changing => ({
  owner: 'worker-1',
  runs: store.runs,
  journal: store.journal,
  unknown: store.unknown,
  prepare: async () => ({ ok: true, plan }),
  verifications: () => [],
  warrant: async () => anyWarrant,
  confirmedPlan: async (run: Run) => run.plan,
  perform: async () => ({
    kind: 'done',
    says: words('Answered HTTP 200.', '应答 HTTP 200。'),
    evidence: evidence(),
  }),
  touched: (of) =>
    of.steps.flatMap((step) =>
      step.kind === 'request' && step.from !== 'worker' ? [`site:a/host:${step.from.host}` as const] : [],
    ),
  resume: () => Promise.reject(new Error('no step waits')),
  replyTo: async () => undefined,
  follow: () => ({ cancelled: new AbortController().signal, end: async () => undefined }),
  lookAt: () => Promise.reject(new Error('every step says how it went')),
  verify: async () => ({ ok: true, says: words('v', 'v') }),
  buttons: async (_, wanted) => wanted.map((each, at) => ({ id: String(at), ...each })),
  pause: async () => undefined,
  now: async () => new Date(),
  log: { warn: () => undefined },
});

/** Slack as far as it counts what it is asked to do. */
function countingSlack() {
  const calls = { post: 0, update: 0, file: 0 };
  const sent = async (call: keyof typeof calls) => {
    calls[call] += 1;
    return { kind: 'sent', ts: `${calls[call]}.1` } as const;
  };
  const delivery: Delivery = {
    post: () => sent('post'),
    update: () => sent('update'),
    file: () => sent('file'),
    remove: () => Promise.reject(new Error('nothing is removed')),
    find: async () => ({ kind: 'absent' }),
    findFile: async () => ({ kind: 'absent' }),
  };
  return { calls, delivery };
}

describe('a change of 200 targets with three steps each', () => {
  it('writes less than 5 MB, and asks little of Slack', { timeout: 300_000 }, async () => {
    const plan = planOf(staged(200, 10));
    const remembered = rememberingLog();
    const { calls, delivery } = countingSlack();
    const written = countWritten();
    const id = await approved(plan);
    const renderer = createRenderer({
      delivery,
      sources: [runSource(ofBot.runs)],
      posts: ofBot.posts,
      notifier: { notify: () => undefined, onNotify: () => () => undefined },
      log: remembered.log,
      owner: 'bot-1',
      outsidersSee: async () => false,
    });
    const began = performance.now();
    try {
      await performChange(id, deps(plan), new AbortController().signal);
      await expect.poll(async () => (await store.runs.unshown(10)).length, { timeout: 60_000 }).toBe(0);
    } finally {
      await renderer.stop();
      written.stop();
    }
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `${plan.steps.length} steps in ${seconds.toFixed(1)} s: ${(written.bytes() / 1e6).toFixed(2)} MB written, Slack ${JSON.stringify(calls)}`,
    );
    expect(remembered.lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    expect(written.bytes()).toBeGreaterThan(plan.steps.length * EVIDENCE);
    expect(written.bytes()).toBeLessThan(5_000_000);
    expect(calls.post + calls.file).toBeLessThanOrEqual(3);
    // Two messages change, at most every two seconds.
    expect(calls.update).toBeLessThanOrEqual(2 * (seconds / 2 + 2));

    const run = await store.runs.get(id);
    expect(run).toMatchObject({ state: 'ended', outcome: 'done', plan });
    expect(run?.steps).toHaveLength(600);
    expect(run?.steps.every((step) => step.state === 'done' && (step.evidence?.length ?? 0) > EVIDENCE)).toBe(
      true,
    );
    expect((await store.audit.verify()).problems).toEqual([]);
  });
});

describe('a plan in one list of many steps', () => {
  it('is written once, and read as it was', async () => {
    const plan = planOf(inOneList(200));
    const written = countWritten();
    const id = await approved(plan);
    const after = written.bytes();
    await store.runs.apply(id, { kind: 'noted', says: words('later', '稍后') });
    const again = written.bytes() - after;
    written.stop();
    expect(again).toBeLessThan(3000);
    expect((await store.runs.get(id))?.plan).toEqual(plan);
    const [listed] = (await store.runs.recent(5)).filter((run) => run.id === id);
    expect(listed?.plan).toEqual(plan);
  });
});

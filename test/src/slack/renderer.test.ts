import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import { runSource } from '../../../src/slack/sources.ts';
import { startWorkspace, type Workspace } from '../../../lab/workspace/index.ts';
import type { RunNotifier } from '../../../src/runs/ports.ts';
import type { RunEvent } from '../../../src/runs/life.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { createClient } from '../../../src/slack/client.ts';
import { createDelivery } from '../../../src/slack/deliver.ts';
import { createRateLimit } from '../../../src/slack/rate-limit.ts';
import { createRenderer, type Renderer } from '../../../src/slack/renderer.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { freshSchema } from '../../support/mysql.ts';
import { aFinding, aPlan, aReport, aRun, lin } from './fixtures.ts';
import { type Line, rememberingLog } from './harness.ts';

let store: Store;
let drop: () => Promise<void>;
beforeAll(async () => {
  const schema = await freshSchema();
  drop = schema.drop;
  store = await openStore({
    host: '127.0.0.1',
    port: schema.port,
    user: 'root',
    password: '',
    database: schema.schema,
  });
});
afterAll(async () => {
  await store.close();
  await drop();
});

let workspace: Workspace;
let lines: Line[];
let renderers: Renderer[];
let listeners: ((id: RunId) => void)[];
/** The channel in which another organisation reads along. */
let seenByOthers: string | undefined;
beforeEach(async () => {
  workspace = await startWorkspace();
  lines = [];
  renderers = [];
  listeners = [];
  seenByOthers = undefined;
});
afterEach(async () => {
  for (const renderer of renderers) await renderer.stop();
  // What one test leaves unshown is not the next one's.
  for (const run of await store.runs.unshown(500)) {
    await store.posts.take(ofRun(run.id), 'cleanup', 1);
    await store.posts.shown(ofRun(run.id), 'cleanup', run.revision);
  }
  await workspace.stop();
});

const notifier: RunNotifier = {
  notify: (id) => {
    for (const listener of listeners) listener(id);
  },
  onNotify(listener) {
    listeners.push(listener);
    return () => undefined;
  },
};

function render(
  owner = 'a',
  everyMs = 100,
  outsidersSee: (channel: string) => Promise<boolean | undefined> = async (channel) =>
    channel === seenByOthers,
): Renderer {
  const { log, lines: own } = rememberingLog();
  lines = own;
  const client = createClient({
    token: workspace.botToken,
    log,
    slackApiUrl: workspace.apiUrl,
    timeoutMs: 700,
  });
  const delivery = createDelivery({ client, rateLimit: createRateLimit(Date.now), log });
  const renderer = createRenderer({
    delivery,
    sources: [runSource(store.runs)],
    posts: store.posts,
    notifier,
    log,
    owner,
    outsidersSee,
    everyMs,
  });
  renderers.push(renderer);
  return renderer;
}

const audit = { actor: lin, action: 'test' };
async function ask(over: Partial<Run> = {}): Promise<RunId> {
  const run = aRun(over);
  await store.runs.create(run, run.id, audit);
  notifier.notify(run.id);
  return run.id;
}

async function happen(id: RunId, ...events: RunEvent[]): Promise<void> {
  for (const event of events) {
    const applied = await store.runs.apply(id, event, audit);
    expect(applied.ok).toBe(true);
    notifier.notify(id);
  }
}

const says = { en: 'x', zh: 'x' };
const report: RunEvent = {
  kind: 'reported',
  report: aReport([aFinding({ state: 'critical' })]),
  buttons: [],
  says,
};

/** Until nothing is left to show. */
async function allShown(): Promise<void> {
  const until = Date.now() + 15_000;
  while ((await store.runs.unshown(10)).length > 0) {
    if (Date.now() > until) throw new Error('not everything was shown');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const posted = (text: RegExp) => workspace.client.waitForMessage({ channel: 'C0OPS', says: text });
const inChannel = async (channel = 'C0OPS'): Promise<readonly Record<string, unknown>[]> =>
  (await workspace.client.read({ as: 'U0LIN', channel })).filter((message) => message['user'] === 'U0FETTLE');
const threadOf = async (ts: string): Promise<string> =>
  workspace.client.text({ as: 'U0LIN', channel: 'C0OPS', threadTs: ts });

describe('the renderer', () => {
  it('keeps one living message and puts the details into its thread', async () => {
    render();
    const id = await ask();
    await posted(/in the queue/);
    await happen(
      id,
      { kind: 'begun' },
      { kind: 'progressed', progress: { done: 1, total: 2, waitingFor: [{ name: 'mq-2', seconds: 0 }] } },
    );
    await posted(/1 of 2 hosts answered/);
    await happen(id, report);
    await allShown();
    const messages = await inChannel();
    expect(messages).toHaveLength(1);
    expect(JSON.stringify(messages[0])).toContain('1 problem');
    const thread = await threadOf(String(messages[0]?.['ts']));
    expect(thread).toContain('critical');
    expect(thread).toContain('MQ-C07');
  });

  it('says one sentence, and nothing of the run, where another organisation reads along', async () => {
    seenByOthers = 'C0OPS';
    render();
    const id = await ask();
    await happen(id, { kind: 'begun' }, report);
    await allShown();
    const [top, ...more] = await inChannel();
    expect(JSON.stringify(top)).toContain('shared with another organisation');
    expect(await threadOf(String(top?.['ts']))).not.toMatch(/critical|Lin Wei|in the queue/);
    expect(more).toEqual([]);
  });

  it('takes away what a channel showed once it is shared with others', async () => {
    render();
    const id = await ask();
    await posted(/in the queue/);
    seenByOthers = 'C0OPS';
    await happen(id, { kind: 'begun' }, report);
    await allShown();
    const [top] = await inChannel();
    expect(await threadOf(String(top?.['ts']))).not.toMatch(/critical|Lin Wei|in the queue/);
  });

  it('waits while Slack does not say who reads along, and shows it then', async () => {
    let answer: boolean | undefined;
    render('a', 50, async () => answer);
    const id = await ask();
    await happen(id, { kind: 'begun' }, report);
    await expect.poll(() => lines.some(({ msg }) => msg === 'not shown yet')).toBe(true);
    expect(await inChannel()).toEqual([]);
    answer = false;
    await allShown();
    expect(await inChannel()).toHaveLength(1);
  });

  it('answers a mention inside the thread where it was said', async () => {
    const asked = await workspace.client.type('U0LIN', 'C0OPS', 'hello');
    const threadTs = asked.ok && asked.ts ? asked.ts : '';
    render();
    const id = await ask({ origin: { surface: 'slack', team: 'T0PRACTICE', channel: 'C0OPS', threadTs } });
    await happen(id, { kind: 'begun' }, report);
    await allShown();
    expect(await inChannel()).toEqual([]);
    expect(await threadOf(threadTs)).toContain('1 problem');
  });

  it('shows the last state even when it came while an earlier one was being written', async () => {
    await workspace.client.inject({ kind: 'delay', method: 'chat.postMessage', times: 1, ms: 300 });
    render();
    const id = await ask();
    await happen(id, { kind: 'begun' });
    await workspace.client.waitFor(
      (change) => change.type === 'api_call' && change.method === 'chat.postMessage',
    );
    await happen(id, report);
    await allShown();
    expect(JSON.stringify(await inChannel())).toContain('1 problem');
  });

  it('waits as long as a 429 says, while other channels go on', async () => {
    await workspace.client.inject({ kind: '429', method: 'chat.postMessage', times: 1, retryAfter: 2 });
    render();
    const began = Date.now();
    await ask();
    await workspace.client.waitFor(
      (change) => change.type === 'api_call' && change.method === 'chat.postMessage',
    );
    await ask({ origin: { surface: 'slack', team: 'T0PRACTICE', channel: 'C0MQ' }, typed: '/inspect other' });
    await workspace.client.waitForMessage({ channel: 'C0MQ', says: /in the queue/ });
    expect(Date.now() - began).toBeLessThan(1500);
    await allShown();
    expect(Date.now() - began).toBeGreaterThanOrEqual(1900);
    expect(await inChannel()).toHaveLength(1);
  });

  it.each([
    ['the answer is a 500', { kind: '500' as const }],
    ['no answer comes', { kind: 'hang' as const }],
  ])('posts once when the message was taken but %s', async (_, fault) => {
    await workspace.client.inject({ ...fault, method: 'chat.postMessage', times: 1, afterEffect: true });
    render();
    const id = await ask();
    await happen(id, { kind: 'begun' }, report);
    await allShown();
    const messages = await inChannel();
    expect(messages).toHaveLength(1);
    expect(JSON.stringify(messages)).toContain('1 problem');
  });

  it('posts once when a reply in the thread was taken but its answer lost', async () => {
    render();
    const id = await ask();
    await posted(/in the queue/);
    await allShown();
    await workspace.client.inject({ kind: '500', method: 'chat.postMessage', times: 1, afterEffect: true });
    await happen(id, { kind: 'begun' }, report);
    await allShown();
    const [top] = await inChannel();
    const thread = await workspace.client.read({
      as: 'U0LIN',
      channel: 'C0OPS',
      threadTs: String(top?.['ts']),
    });
    expect(thread).toHaveLength(2);
  });

  it('posts again when a 500 meant that nothing was taken', async () => {
    await workspace.client.inject({ kind: '500', method: 'chat.postMessage', times: 1, afterEffect: false });
    render();
    await ask();
    await allShown();
    expect(await inChannel()).toHaveLength(1);
  });

  it('delivers a finished result after Slack was away, with another process and nothing in memory', async () => {
    await workspace.client.inject({ kind: '500', method: '*', times: 10_000, afterEffect: false });
    const first = render('a');
    const id = await ask();
    await happen(id, { kind: 'begun' }, report);
    await workspace.client.waitFor(
      (change) => change.type === 'api_call' && change.method === 'chat.postMessage',
    );
    await first.stop();
    expect(await store.runs.unshown(10)).toHaveLength(1);
    await workspace.client.clearFaults();
    render('b');
    await allShown();
    const messages = await inChannel();
    expect(messages).toHaveLength(1);
    expect(JSON.stringify(messages)).toContain('1 problem');
  });

  it('shows a run once though two processes would', async () => {
    render('a');
    render('b');
    const ids = await Promise.all(Array.from({ length: 4 }, (_, n) => ask({ typed: `/inspect ${n}` })));
    await allShown();
    for (const id of ids) await happen(id, { kind: 'begun' }, report);
    await allShown();
    expect(await inChannel()).toHaveLength(4);
  });

  it('reads of all that waits no more than it can show, whatever happens meanwhile', async () => {
    for (let n = 0; n < 30; n += 1) await ask({ typed: `/inspect ${n}` });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const never = async () => {
      await gate;
      return { kind: 'later', afterMs: 60_000, because: 'closed', fault: false } as const;
    };
    const unasked = () => Promise.reject(new Error('not asked'));
    let begun = 0;
    let read = 0;
    const post = () => {
      begun += 1;
      return never();
    };
    const unshown: Store['runs']['unshown'] = async (...of) => {
      const runs = await store.runs.unshown(...of);
      read += runs.length;
      return runs;
    };
    const renderer = createRenderer({
      delivery: { post, update: post, file: post, remove: unasked, find: unasked, findFile: unasked },
      sources: [runSource({ unshown })],
      posts: store.posts,
      notifier,
      log: rememberingLog().log,
      owner: 'a',
      outsidersSee: async () => false,
      everyMs: 20,
    });
    try {
      const ring = async () => {
        notifier.notify(await ask());
        return begun;
      };
      await expect.poll(ring, { timeout: 10_000 }).toBe(8);
      for (let n = 0; n < 10; n += 1) await ring();
      expect(read).toBeLessThanOrEqual(36);
    } finally {
      open();
      await renderer.stop();
    }
  });

  it('posts anew, with its thread, when somebody deleted the message', async () => {
    render();
    const id = await ask();
    await happen(id, { kind: 'begun' }, report);
    await allShown();
    const [top] = await inChannel();
    await fetch(`${workspace.apiUrl}chat.delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'C0OPS', ts: top?.['ts'] }),
    });
    await happen(id, {
      kind: 'answered',
      answers: [{ finding: aFinding({ check: 'seen', state: 'warning' }) }],
    });
    await allShown();
    const posts = await store.posts.posts(ofRun(id));
    const anew = posts.find(({ key }) => key === 'top')?.ts ?? '';
    expect(anew).not.toBe(top?.['ts']);
    expect(await threadOf(anew)).toContain('MQ-C07');
  });

  it('gives up with a reason in the log when it may not write to the channel', async () => {
    render();
    await ask({ origin: { surface: 'slack', team: 'T0PRACTICE', channel: 'C0RANDOM' } });
    await allShown();
    expect(lines.find(({ msg }) => msg.includes('given up'))).toMatchObject({ because: 'not_in_channel' });
  });

  it('brings the words when Slack does not take the blocks', async () => {
    await workspace.client.inject({
      kind: 'error',
      method: 'chat.postMessage',
      times: 1,
      error: 'invalid_blocks',
    });
    render();
    await ask();
    await allShown();
    expect(await inChannel()).toHaveLength(1);
    expect(lines.some(({ msg }) => msg.includes('sent as words'))).toBe(true);
  });

  it('takes the buttons away when the run no longer has them', async () => {
    render();
    const id = await ask({ ask: { kind: 'change', playbooks: ['release-locks'], args: {} } });
    const buttons = [{ id: 'b1', action: 'confirm' as const }];
    const notAfter = new Date(Date.now() + 600_000).toISOString();
    await happen(
      id,
      { kind: 'begun' },
      { kind: 'planned', plan: aPlan, approvalsNeeded: 1, notAfter, buttons, says },
    );
    await allShown();
    const [top] = await inChannel();
    expect(await threadOf(String(top?.['ts']))).toContain('[Confirm]');
    await happen(id, { kind: 'ended', outcome: 'cancelled', says });
    await allShown();
    expect(await threadOf(String(top?.['ts']))).not.toContain('[Confirm]');
  });

  it('updates one message at most once in its interval, however many notifications come', async () => {
    render('a', 500);
    const id = await ask();
    await allShown();
    await happen(id, { kind: 'begun' });
    const began = Date.now();
    for (let done = 0; done < 30; done += 1)
      await happen(id, { kind: 'progressed', progress: { done, total: 30, waitingFor: [] } });
    await allShown();
    const updates = await workspace.client.calls('chat.update');
    expect(updates.length).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 500) + 1);
    expect(JSON.stringify(await inChannel())).toContain('29 of 30');
  });

  it('marks runs of the command line as shown and writes nothing', async () => {
    render();
    await ask({ origin: { surface: 'cli' } });
    await allShown();
    expect(await workspace.client.calls('chat.postMessage')).toEqual([]);
  });
});

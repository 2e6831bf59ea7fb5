import mysql, { type RowDataPacket } from 'mysql2/promise';
import pino from 'pino';
import { SSH_PORT } from '../lab/estate/plan.ts';
import { startMariaDb } from '../lab/services.ts';
import { startWorkspace, type Workspace } from '../lab/workspace/index.ts';
import type { Changing } from '../src/changing/changing.ts';
import { performChange } from '../src/changing/perform.ts';
import {
  type Estate,
  type Hands,
  hostNamed,
  onEach,
  performStep,
  resourcesOf,
  sh,
  type Step,
  words,
} from '../src/kit/index.ts';
import { laidOut } from '../src/runs/layout.ts';
import { withHash } from '../src/runs/plan.ts';
import { newRunId, type Plan, type RunId } from '../src/runs/run.ts';
import { createClient } from '../src/slack/client.ts';
import { createDelivery } from '../src/slack/deliver.ts';
import { createRateLimit } from '../src/slack/rate-limit.ts';
import { createRenderer } from '../src/slack/renderer.ts';
import { runSource } from '../src/slack/sources.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { openTargets } from '../src/targets/index.ts';
import type { Benchmark, Setting } from './benchmark.ts';
import { digits, printAim, printTable } from './figures.ts';
import { startBenchHosts } from './hosts.ts';
import { estateOf } from './script.ts';

const TARGETS = 200;
/** Targets beside each other, after the first alone. */
const BATCH = 10;
const URL_THERE = 'http://127.0.0.1:9500/checkService';
const MOST_MB = 5;
const MOST_MESSAGES = 3;
const by = { id: 'measured', name: 'Measurement' };

/** A change of many targets by the engine with its store and its messages, beside nothing but its requests. */
export const wide: Benchmark = {
  name: 'wide',
  says: `a change of ${TARGETS} targets`,
  async run(setting) {
    const { hosts: count = TARGETS } = setting;
    const { hosts, keyFile, knownHosts } = await startBenchHosts(setting, count);
    const estate = estateOf(hosts, SSH_PORT);
    const names = hosts.map(({ name }) => name);
    const targets = openTargets({
      ssh: {
        client: 'ssh2',
        user: 'admin',
        login: { kind: 'key-file', path: keyFile },
        hostKeys: { knownHosts },
      },
      databases: { accounts: () => undefined },
    });
    setting.started(() => targets.close());
    const bare = async (name: string): Promise<number> => {
      const host = hostNamed(estate, name);
      if (!host) throw new Error(`there is no host ${name}`);
      const began = performance.now();
      const answer = await targets.exec.run(host, sh`curl -s -m 10 -o /dev/null ${URL_THERE}`, {
        timeoutSeconds: 30,
        outputCapBytes: 4096,
      });
      if (answer.kind !== 'answered' || answer.exitCode !== 0)
        throw new Error(`the request on ${name} went wrong: ${JSON.stringify(answer)}`);
      return (performance.now() - began) / 1000;
    };
    // Both find connections: a plan has looked before.
    await inLanes(names, bare);
    const [aloneSeconds, each] = await timed(() => inLanes(names, bare));
    const change = await changeOf(setting, estate, names, targets);

    const sum = each.reduce((all, one) => all + one, 0);
    printTable(
      ['', ''],
      [
        ['targets', String(names.length)],
        ['the change, wall s', digits(change.seconds)],
        ['its requests alone, as many beside each other, wall s', digits(aloneSeconds)],
        ['its requests alone, one after another, s', digits(sum)],
        ['the change ÷ its requests, as many beside each other', digits(change.seconds / aloneSeconds)],
        ['the change ÷ its requests, one after another', digits(change.seconds / sum)],
        ['sent to MySQL, MB', digits(change.megabytes)],
        ['messages and files in Slack', String(change.messages)],
        ['edits of them', String(change.edits)],
      ],
    );
    printAim('sent to MySQL, statements and all', change.megabytes, MOST_MB, 'MB');
    printAim('messages of the change', change.messages, MOST_MESSAGES, 'messages');
  },
};

async function timed<T>(work: () => Promise<T>): Promise<readonly [seconds: number, answer: T]> {
  const began = performance.now();
  const answer = await work();
  return [(performance.now() - began) / 1000, answer];
}

/** As the change has them: the first alone, then so many beside each other. */
async function inLanes<T>(
  names: readonly string[],
  work: (name: string) => Promise<T>,
): Promise<readonly T[]> {
  const [first, ...others] = names;
  const answers = first === undefined ? [] : [await work(first)];
  for (let at = 0; at < others.length; at += BATCH)
    answers.push(...(await Promise.all(others.slice(at, at + BATCH).map(work))));
  return answers;
}

interface Wide {
  readonly seconds: number;
  /** Received by the server, reads included. */
  readonly megabytes: number;
  readonly messages: number;
  readonly edits: number;
}

async function changeOf(
  { folder, started }: Setting,
  estate: Estate,
  names: readonly string[],
  targets: ReturnType<typeof openTargets>,
): Promise<Wide> {
  const server = await startMariaDb(folder);
  started(server.stop);
  const where = { host: '127.0.0.1', port: server.port, user: 'root' };
  const root = await mysql.createConnection(where);
  started(() => root.end());
  await root.query('create database fettle character set utf8mb4 collate utf8mb4_bin');
  const store = await openStore({ ...where, password: '', database: 'fettle' });
  started(store.close);
  const workspace = await startWorkspace();
  started(workspace.stop);
  const received = async (): Promise<number> => {
    const [[row]] = await root.query<RowDataPacket[]>("show global status like 'Bytes_received'");
    return Number(row?.['Value']);
  };

  const before = await received();
  const id = await approved(store, planOn(names));
  const renderer = showing(workspace, store);
  try {
    const [seconds] = await timed(() =>
      performChange(id, changing(store, estate, targets), new AbortController().signal),
    );
    const run = await store.runs.get(id);
    if (run?.outcome !== 'done') throw new Error(`the change ended as ${run?.outcome}: ${run?.says?.en}`);
    while ((await store.runs.unshown(1)).length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const calls = (await workspace.client.events(0, 0)).flatMap(({ change }) =>
      change.type === 'api_call' ? [change.method] : [],
    );
    const made = (...methods: readonly string[]): number =>
      calls.filter((method) => methods.includes(method)).length;
    return {
      seconds,
      megabytes: ((await received()) - before) / 1e6,
      messages: made('chat.postMessage', 'files.completeUploadExternal'),
      edits: made('chat.update'),
    };
  } finally {
    await renderer.stop();
  }
}

const requestOn = (host: string): Step => ({
  kind: 'request',
  title: words(`Ask ${host} how it is`, `查询 ${host} 状态`),
  from: { host },
  method: 'GET',
  url: URL_THERE,
});

const planOn = (names: readonly string[]): Plan =>
  withHash({
    playbook: 'measured',
    args: {},
    title: words('A measurement', '测量'),
    risk: 'low',
    rows: ['MQ-C01'],
    because: words('It is measured.', '用于测量。'),
    warning: words('Nothing is changed.', '不做任何变更。'),
    facts: {},
    ...laidOut(onEach(names, { canary: 1, batch: BATCH }, (host) => ({ steps: [requestOn(host)] }))),
    verify: [],
    looked: [],
  });

/** A run with this plan, as it is when somebody has confirmed it. */
async function approved(store: Store, plan: Plan): Promise<RunId> {
  const id = newRunId();
  const asked = {
    id,
    ask: { kind: 'change', playbooks: [plan.playbook], args: {} },
    state: 'queued',
    lang: 'en',
    requestedBy: by,
    origin: { surface: 'slack', team: 'T0PRACTICE', channel: 'C0OPS' },
    typed: '/run measured',
    approvals: [],
    steps: [],
    buttons: [],
  } as const;
  await store.runs.create(asked, id, { actor: by, action: 'ask', runId: id });
  const at = new Date();
  await store.runs.apply(id, { kind: 'begun' });
  await store.runs.apply(id, {
    kind: 'planned',
    plan,
    approvalsNeeded: 1,
    notAfter: new Date(at.getTime() + 600_000).toISOString(),
    buttons: [{ id: newRunId(), action: 'confirm' }],
    says: plan.because,
  });
  await store.runs.apply(id, { kind: 'approved', approval: { by, at: at.toISOString(), hash: plan.hash } });
  return id;
}

const quiet = pino({ level: 'warn' });

/** The parts that a worker performs with. Signatures are left out: they cost the same for one target as for many. */
function changing(store: Store, estate: Estate, targets: ReturnType<typeof openTargets>): Changing {
  const unasked = (): Promise<never> => Promise.reject(new Error('the measurement does not ask for this'));
  const hands: Hands = {
    estate,
    rows: targets.rows,
    once: targets.once,
    requests: targets.requests,
    containers: targets.containers,
    tell: { send: unasked, seen: unasked, told: unasked },
    clocks: { here: () => new Date(), database: store.now },
    holds: unasked,
  };
  return {
    owner: 'worker-1',
    runs: store.runs,
    journal: store.journal,
    unknown: store.unknown,
    async prepare({ plan }) {
      return plan ? { ok: true, plan } : unasked();
    },
    verifications: () => [],
    warrant: async () => () => ({ kind: 'good', facts: {} }),
    confirmedPlan: async ({ plan }) => plan,
    touched: ({ steps }) => resourcesOf(steps, estate),
    perform: (step, frame, permit) => performStep(step, frame, permit, hands),
    resume: unasked,
    replyTo: async () => undefined,
    follow: () => ({ cancelled: new AbortController().signal, end: async () => undefined }),
    lookAt: unasked,
    verify: unasked,
    buttons: async (_, wanted) => wanted.map((each) => ({ id: newRunId(), ...each })),
    pause: async () => undefined,
    now: store.now,
    log: quiet,
  };
}

function showing(workspace: Workspace, store: Store): ReturnType<typeof createRenderer> {
  const client = createClient({ token: workspace.botToken, log: quiet, slackApiUrl: workspace.apiUrl });
  return createRenderer({
    delivery: createDelivery({
      client,
      rateLimit: createRateLimit(Date.now),
      log: quiet,
      slackApiUrl: workspace.apiUrl,
    }),
    sources: [runSource(store.runs)],
    posts: store.posts,
    notifier: { notify: () => undefined, onNotify: () => () => undefined },
    log: quiet,
    owner: 'bot-1',
    outsidersSee: async () => false,
  });
}

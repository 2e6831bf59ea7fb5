import { appendFileSync, closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Catalog } from '../../src/catalog/catalog.ts';
import {
  bracket,
  definePlaybook,
  inOrder,
  type ManualStep,
  type RequestStep,
  words,
} from '../../src/kit/index.ts';
import type { Targets } from '../../src/kit/targets.ts';
import { openRunner, type Runner } from '../../src/runner/worker.ts';
import { RunId } from '../../src/runs/run.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { POLICY } from './dying-worker.ts';
import { estateOf } from './estates.ts';
import { HostOrders, hostCourse, onRealHost } from './host-course.ts';
import { noContainers } from './no-containers.ts';
import { keysOf } from './signed.ts';
import { depsOf, SILENT } from './worker-deps.ts';
import { isProgram } from './is-program.ts';

/** Where a worker dies or freezes: before the intent of a step is written, before its effect, after it, before its result is written. */
export const Boundary = z.enum(['before intent', 'before effect', 'after effect', 'before result']);
export type Boundary = z.infer<typeof Boundary>;

/** What a worker of the pilot course is told, as its one argument. */
export const CourseOrders = z.object({
  runId: RunId.optional(),
  mysqlPort: z.number(),
  ownSchema: z.string(),
  publicPem: z.string(),
  /** The host's side: a marker a step, and a line for every effect. */
  folder: z.string(),
  /** Where the steps of the host course are carried out: a real host. */
  sshd: HostOrders.optional(),
  leaseSeconds: z.number().default(6),
  at: z
    .object({ boundary: Boundary, step: z.number(), how: z.enum(['SIGKILL', 'SIGSTOP', 'SIGTERM']) })
    .optional(),
  /** Seconds that the effect of a step takes. */
  slowStep: z.object({ step: z.number(), seconds: z.number() }).optional(),
});
export type CourseOrders = z.input<typeof CourseOrders>;

const request = (host: string, does: string): RequestStep => ({
  kind: 'request',
  title: words(does, does),
  from: { host },
  method: 'PUT',
  url: `http://127.0.0.1/${does}`,
});
const looked = (host: string): ManualStep => ({
  kind: 'manual',
  title: words('Look at the console', '查看控制台'),
  page: words(`Console of ${host}`, `${host} 的控制台`),
  do: words('Enable the channel', '启用通道'),
  expect: words('The channel is enabled', '通道已启用'),
  changes: true,
});

/** A change keeps its host to itself, so each test has one of its own. */
export const HOSTS = 100;

/** open, first, a person, last; close whatever happens. */
const pilot = definePlaybook({
  name: 'pilot',
  system: 'DEPS',
  title: words('Pilot', '试点'),
  rows: ['DEPS-F06'],
  clause: { document: '001', section: '2.5' },
  risk: 'risky',
  args: z.object({ host: z.string() }),
  examples: [{ host: 'h-1' }],
  observe: async ({ host }) => ({ applies: true, because: words('b', 'b'), facts: { host } }),
  warning: () => words('w', 'w'),
  steps: ({ host }) =>
    bracket(host, {
      open: request(host, 'open'),
      around: inOrder(host, [request(host, 'first'), looked(host), request(host, 'last')]),
      close: [request(host, 'close')],
    }),
  verify: () => [],
  rollback: { nothing: words('n', 'n') },
});

const catalog: Catalog = {
  commands: new Map(),
  inspections: new Map(),
  playbooks: new Map([
    [pilot.name, pilot],
    [hostCourse.name, hostCourse],
  ]),
};

export interface CourseWorker {
  readonly runner: Runner;
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** A whole worker whose one host is a folder: an effect leaves a line there, and a marker refuses a second one. */
export async function openCourseWorker(given: CourseOrders): Promise<CourseWorker> {
  const orders = CourseOrders.parse(given);
  const store = await openStore({
    host: '127.0.0.1',
    port: orders.mysqlPort,
    user: 'root',
    password: '',
    database: orders.ownSchema,
    leaseSeconds: orders.leaseSeconds,
  });
  let struck = false;
  const strike = async (boundary: Boundary, step: number): Promise<void> => {
    const { at } = orders;
    if (struck || at?.boundary !== boundary || at.step !== step) return;
    struck = true;
    process.kill(process.pid, at.how);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const real = orders.sshd && onRealHost(orders.sshd, orders.folder, strike);
  const runner = openRunner({
    ...depsOf(store),
    owner: `worker-${process.pid}`,
    estate: estateOf({
      hosts: Array.from({ length: HOSTS }, (_, at) => ({
        name: `h-${at + 1}`,
        app: 'a',
        site: 's',
        address: '127.0.0.1',
        port: orders.sshd?.port ?? 22,
      })),
    }),
    catalog,
    policy: () => POLICY,
    journal: {
      ...store.journal,
      async begin(claim, step, what) {
        await strike('before intent', step);
        return store.journal.begin(claim, step, what);
      },
      async finish(claim, step, result, evidence) {
        await strike('before result', step);
        return store.journal.finish(claim, step, result, evidence);
      },
    },
    keys: async () => keysOf(orders),
    log: SILENT,
    targets: { ...nothingElse, once: real ?? hostIn(orders.folder, strike, orders.slowStep) },
  });
  return {
    runner,
    store,
    close: () => {
      real?.close();
      return store.close();
    },
  };
}

const unused = (): never => {
  throw new Error('the pilot course asks nothing else');
};
const nothingElse: Omit<Targets, 'once'> = {
  exec: { run: unused },
  sql: { read: unused },
  rows: { deleteRows: unused, insertRows: unused, lookAtRows: unused },
  http: { get: unused },
  requests: { send: unused },
  containers: noContainers,
};

function hostIn(
  folder: string,
  strike: (boundary: Boundary, step: number) => Promise<void>,
  slow: { readonly step: number; readonly seconds: number } | undefined,
): Targets['once'] {
  const isTaken = (name: string): boolean => {
    try {
      closeSync(openSync(path.join(folder, name), 'wx'));
      return false;
    } catch {
      return true;
    }
  };
  return {
    async run(_, effect, { runId, no }) {
      if (effect.kind !== 'request') return unused();
      await strike('before effect', no);
      if (isTaken(`${runId}-${no}`)) return { kind: 'refused', because: 'already' };
      if (slow?.step === no) await new Promise((resolve) => setTimeout(resolve, slow.seconds * 1000));
      appendFileSync(path.join(folder, 'effects'), `${effect.url.split('/').at(-1)}\n`);
      isTaken(`${runId}-${no}-done`);
      await strike('after effect', no);
      return { kind: 'done', status: 200, body: 'ok' };
    },
    async look(_, { runId, no }) {
      if (!isTaken(`${runId}-${no}`)) return { kind: 'never' };
      return isDone(folder, `${runId}-${no}-done`)
        ? { kind: 'happened', status: 200, body: 'ok' }
        : { kind: 'begun' };
    },
    cancel: unused,
  };
}

function isDone(folder: string, name: string): boolean {
  try {
    closeSync(openSync(path.join(folder, name), 'r'));
    return true;
  } catch {
    return false;
  }
}

const told = process.argv[2];
if (isProgram(import.meta.url) && told !== undefined) {
  const orders = CourseOrders.parse(JSON.parse(told));
  const { runner, close } = await openCourseWorker(orders);
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort());
  process.stdout.write('ready\n');
  if (orders.runId) await runner.change(orders.runId, stopping.signal);
  await close();
}

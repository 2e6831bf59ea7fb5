import { setMaxListeners } from 'node:events';
import {
  type App,
  type Check,
  type Estate,
  type HostCheck,
  type Inspection,
  type PersonCheck,
  type Scope,
  type Words,
  words,
} from '../kit/index.ts';
import type { Finding, Question, Report } from '../runs/report.ts';
import type { Progress } from '../runs/run.ts';
import { oneLine } from './evidence.ts';
import { type AppWork, inspectApp, unansweredApp } from './inspect-app.ts';
import { type HostWork, inspectHost, untriedHost } from './inspect-host.ts';
import { type ResolvedScope, resolveScope } from './scope.ts';
import type { Targets } from './targets.ts';

export interface Inspecting {
  readonly scope: Scope;
  readonly estate: Estate;
  readonly inspections: readonly Inspection[];
  readonly targets: Pick<Targets, 'exec' | 'sql' | 'http'>;
  /** Hosts, pages and databases asked at one time. */
  readonly concurrency?: number;
  /** Wall-clock limit of connecting to a host and running all its checks. */
  readonly perHostTimeoutSeconds?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Once aborted nothing more is asked; what has answered stays in the report. */
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

/** Something that is asked as one: the checks of a host, a page, a database. */
interface Task {
  readonly name: string;
  readonly ask: (signal: AbortSignal) => Promise<readonly Finding[]>;
  /** The findings when it was not asked, or could not be. */
  readonly unasked: (says: Words) => readonly Finding[];
}

const CONCURRENCY = 32;
const HOST_SECONDS = 60;
const MOST_NAMES = 5;

/** Performs every check of a scope, hosts side by side. One that does not answer delays no other and becomes an unknown. */
export async function inspect(inspecting: Inspecting): Promise<Report> {
  const { scope, estate, inspections, onProgress = () => undefined } = inspecting;
  const { concurrency = CONCURRENCY, now = () => new Date() } = inspecting;
  const signal = AbortSignal.any(inspecting.signal ? [inspecting.signal] : []);
  // One listener for each question under way.
  setMaxListeners(0, signal);
  const startedAt = now().toISOString();
  const resolved = resolveScope(scope, estate);
  const tasks = resolved.apps.flatMap((each) => tasksOf(each, inspecting));
  const findings = await askAll(tasks, Math.max(1, concurrency), signal, onProgress);
  return {
    scope,
    startedAt,
    finishedAt: now().toISOString(),
    hosts: resolved.hosts.length,
    findings: findings.flat(),
    questions: inspections.flatMap((inspection) => questionsOf(inspection, resolved)),
  };
}

type AppInScope = ResolvedScope['apps'][number];

function tasksOf({ app, hosts, whole }: AppInScope, inspecting: Inspecting): readonly Task[] {
  const { estate, inspections, targets, perHostTimeoutSeconds = HOST_SECONDS } = inspecting;
  const inspection = inspections.find(({ system }) => system.id === app.system);
  if (!inspection) return [];
  const checks = inspection.checks.filter((check) => check.apps.includes(app.id));
  const [first, ...others] = checks.filter(isHostCheck);
  const { id: system } = inspection.system;
  const tasks: Task[] = [];
  for (const host of first ? hosts : []) {
    if (!first) break;
    const work: HostWork = { system, app, host, checks: [first, ...others] };
    tasks.push({
      name: host.name,
      ask: (signal) => inspectHost(work, estate, targets.exec, perHostTimeoutSeconds, signal),
      unasked: (says) => [untriedHost(work, says)],
    });
  }
  if (!whole) return tasks;
  for (const check of checks) {
    if (check.on !== 'page' && check.on !== 'database') continue;
    const work: AppWork = { system, app, check };
    tasks.push({
      name: check.on === 'page' ? `${app.id} ${check.id}` : check.database,
      ask: () => inspectApp(work, estate, targets),
      unasked: (says) => unansweredApp(work, estate, says),
    });
  }
  return tasks;
}

/** Asks so many at a time, in order, and keeps the order of the answers. */
async function askAll(
  tasks: readonly Task[],
  concurrency: number,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<readonly (readonly Finding[])[]> {
  const answers: (readonly Finding[])[] = tasks.map(() => []);
  const running = new Set<string>();
  let next = 0;
  let done = 0;
  const tell = (): void =>
    onProgress({ done, total: tasks.length, waitingFor: [...running].slice(0, MOST_NAMES) });
  const lane = async (): Promise<void> => {
    for (;;) {
      const no = next;
      next += 1;
      const task = tasks[no];
      if (!task) return;
      running.add(task.name);
      answers[no] = await askOne(task, signal);
      running.delete(task.name);
      done += 1;
      tell();
    }
  };
  const lanes = Array.from({ length: Math.min(concurrency, tasks.length) }, lane);
  tell();
  await Promise.all(lanes);
  return answers;
}

async function askOne(task: Task, signal: AbortSignal): Promise<readonly Finding[]> {
  if (signal.aborted) return task.unasked(CANCELLED);
  let stop: () => void = () => undefined;
  const cancelled = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    const asked = task.ask(signal);
    // A host knows of the cancelling and brings what it has; a page or database is left alone.
    return (await Promise.race([asked, cancelled.then(() => settledSoon(asked))])) ?? task.unasked(CANCELLED);
  } catch (error) {
    // A fault of one check or target must not cost the answers of all others.
    const detail = oneLine(error instanceof Error ? error.message : String(error));
    return task.unasked(words(`could not be asked: ${detail}`, `检查无法执行:${detail}`));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const CANCELLED = words('cancelled', '已取消');
const CANCEL_MS = 2000;

/** What a cancelled question still brings within two seconds. */
async function settledSoon<T>(asked: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), CANCEL_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

const isHostCheck = (check: Check): check is HostCheck => check.on === 'host';
const isPersonCheck = (check: Check): check is PersonCheck => check.on === 'person';

/** Asked once for all apps of a check that are in the scope. */
function questionsOf({ system, checks }: Inspection, { apps }: ResolvedScope): readonly Question[] {
  const inScope = (id: string): App | undefined =>
    apps.find(({ app, whole }) => whole && app.id === id && app.system === system.id)?.app;
  return checks.filter(isPersonCheck).flatMap((check) => {
    const [app] = check.apps.map(inScope).filter((each) => each !== undefined);
    if (!app) return [];
    const { id, title, rows, clause, page, expect } = check;
    return [{ system: system.id, app: app.id, check: id, title, rows, clause, page, expect }];
  });
}

import { setMaxListeners } from 'node:events';
import { type Check, type Estate, type HostCheck, type Inspection, type Scope, words } from '../kit/index.ts';
import type { Finding, Question, Report } from '../runs/report.ts';
import type { Progress } from '../runs/run.ts';
import { askAll, type Task, type Told } from './ask-all.ts';
import { cutMiddle } from './evidence.ts';
import { type AppWork, inspectApp, unansweredApp } from './inspect-app.ts';
import { type HostWork, inspectHost, untriedHost } from './inspect-host.ts';
import type { OnBug } from './judge.ts';
import { missingFindings } from './missing.ts';
import { type AppInScope, resolveScope } from './scope.ts';
import type { Targets } from './targets.ts';

export interface Inspecting {
  readonly scope: Scope;
  readonly estate: Estate;
  readonly inspections: readonly Inspection[];
  readonly targets: Pick<Targets, 'exec' | 'sql' | 'http'>;
  /** Hosts asked at one time; 32 unless set. */
  readonly concurrency?: number;
  /** The longest that connecting to a host and running all its checks may take; 45 unless set. */
  readonly perHostTimeoutSeconds?: number;
  /** Called at the start and at each host's end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Once aborted nothing more is asked; what has answered stays in the report. */
  readonly signal?: AbortSignal;
  readonly onBug?: OnBug;
  readonly now?: () => Date;
}

const HOSTS_AT_ONCE = 32;
const HOST_SECONDS = 45;
/** Pages and databases, asked beside the hosts. */
const PLACES_AT_ONCE = 8;
const MOST_NAMES = 5;
/** Characters of evidence and commands in one report: it must fit a row of the store. */
const REPORT_CAP = 4_000_000;

/** Performs every check of a scope, hosts side by side. One that does not answer delays no other and becomes an unknown. */
export async function inspect(inspecting: Inspecting): Promise<Report> {
  const { scope, estate, inspections, now = () => new Date() } = inspecting;
  const signal = AbortSignal.any(inspecting.signal ? [inspecting.signal] : []);
  // One listener for each question under way.
  setMaxListeners(0, signal);
  const startedAt = now().toISOString();
  const resolved = resolveScope(scope, estate);
  const apps = resolved.apps.map((each) => ({ ...each, checks: checksOf(each.app.id, inspections) }));
  const hosts = apps.flatMap((each) => hostTasks(each, inspecting));
  const places = apps.flatMap((each) => placeTasks(each, inspecting));
  const tell: Told = (done, total, underWay) =>
    inspecting.onProgress?.({ done, total, waitingFor: underWay.slice(0, MOST_NAMES) });
  const silent: Told = () => undefined;
  const [ofHosts, ofPlaces] = await Promise.all([
    askAll(hosts, inspecting.concurrency ?? HOSTS_AT_ONCE, signal, hosts.length > 0 ? tell : silent),
    askAll(places, PLACES_AT_ONCE, signal, silent),
  ]);
  return {
    scope,
    startedAt,
    finishedAt: now().toISOString(),
    hosts: resolved.hosts.length,
    findings: withinCap([
      ...missingFindings(scope, estate, inspections),
      ...ofHosts.flat(),
      ...ofPlaces.flat(),
    ]),
    questions: apps.flatMap(questionsOf),
  };
}

type AppWithChecks = AppInScope & { readonly checks: readonly Check[] };

const checksOf = (app: string, inspections: readonly Inspection[]): readonly Check[] =>
  inspections.flatMap(({ checks }) => checks.filter(({ apps }) => apps.includes(app)));

function hostTasks(
  { app, hosts, checks }: AppWithChecks,
  inspecting: Inspecting,
): readonly Task<readonly Finding[]>[] {
  const { estate, targets, onBug = () => undefined } = inspecting;
  const { perHostTimeoutSeconds = HOST_SECONDS } = inspecting;
  const [first, ...others] = checks.filter((check): check is HostCheck => check.on === 'host');
  if (!first) return [];
  return hosts.map((host) => {
    const work: HostWork = { system: app.system, app, host, checks: [first, ...others] };
    return {
      name: host.name,
      ask: (signal) => inspectHost(work, estate, targets.exec, perHostTimeoutSeconds, signal, onBug),
      cancelled: () => [untriedHost(work, CANCELLED)],
      failed: (error) => {
        onBug(error, { check: 'host', place: host.name });
        return [untriedHost(work, FAILED)];
      },
    };
  });
}

/** Pages and databases belong to the app as a whole: a host or a site alone does not ask for them. */
function placeTasks(
  { app, whole, checks }: AppWithChecks,
  inspecting: Inspecting,
): readonly Task<readonly Finding[]>[] {
  const { estate, targets, onBug = () => undefined } = inspecting;
  if (!whole) return [];
  return checks.flatMap((check): readonly Task<readonly Finding[]>[] => {
    if (check.on !== 'page' && check.on !== 'database') return [];
    const work: AppWork = { system: app.system, app, check };
    return [
      {
        name: `${app.id} ${check.id}`,
        ask: () => inspectApp(work, estate, targets, onBug),
        cancelled: () => unansweredApp(work, estate, CANCELLED),
        failed: (error) => {
          onBug(error, { check: check.id, place: app.id });
          return unansweredApp(work, estate, FAILED);
        },
      },
    ];
  });
}

const CANCELLED = words('cancelled', '已取消');
const FAILED = words(
  'not asked: something in Fettle itself went wrong; its log says what',
  '未执行：Fettle 内部出错，详见其日志',
);

/** One for each app of a check. */
const questionsOf = ({ app, whole, checks }: AppWithChecks): readonly Question[] =>
  checks.flatMap((check): readonly Question[] => {
    if (!whole || check.on !== 'person') return [];
    const { id, title, rows, clause, page, expect } = check;
    return [{ system: app.system, app: app.id, check: id, title, rows, clause, page, expect }];
  });

/** With very many findings each keeps less, so that a report of a whole estate can be kept at all. */
function withinCap(findings: readonly Finding[]): readonly Finding[] {
  const size = findings.reduce(
    (sum, { evidence, command = '' }) => sum + evidence.length + command.length,
    0,
  );
  if (size <= REPORT_CAP) return findings;
  const each = Math.max(200, Math.floor(REPORT_CAP / findings.length / 2));
  return findings.map((finding) => ({
    ...finding,
    evidence: cutMiddle(finding.evidence, each),
    ...(finding.command === undefined ? {} : { command: cutMiddle(finding.command, each) }),
  }));
}

import { cutMiddle, type Estate, type Inspection, type Scope, words } from '../kit/index.ts';
import type { Fate, Finding, Question, Report } from '../runs/report.ts';
import { askAll, type Task, type Told } from './ask-all.ts';
import { type Conclude, concludeHere } from './conclude.ts';
import { clustersOf, judgeClusters, readClusterDatabase, type Cluster } from './inspect-cluster.ts';
import { inspectApp, unansweredApp } from './inspect-app.ts';
import { type FromHost, type HostAsk, type HostWork, inspectHost, untriedHost } from './inspect-host.ts';
import type { OnBug } from './judge.ts';
import { absentApps, missingFindings, unaskedSystems } from './not-in-inventory.ts';
import { type Look, looksOf, systemsOf } from './scope.ts';
import type { Targets } from '../kit/targets.ts';

export interface Inspecting {
  readonly scope: Scope;
  /** Systems that may be looked at; all of them unless set. */
  readonly only?: readonly string[];
  readonly estate: Estate;
  readonly inspections: readonly Inspection[];
  readonly targets: Pick<Targets, 'exec' | 'sql' | 'http'>;
  /** Hosts asked at one time; 32 unless set. */
  readonly concurrency?: number;
  /** The longest that connecting to a host and running all its checks may take; 45 unless set. */
  readonly perHostTimeoutSeconds?: number;
  /** Asks the hosts together with other workers; alone unless set. */
  readonly share?: (
    hosts: readonly Task<FromHost>[],
    signal: AbortSignal,
    told: Told,
  ) => Promise<readonly FromHost[]>;
  /** Called at the start and at each host's end. */
  readonly onProgress?: Told;
  /** Once aborted nothing more is asked; what has answered stays in the report. */
  readonly signal?: AbortSignal;
  readonly onBug?: OnBug;
  /** Judges in another thread; here unless set. */
  readonly conclude?: Conclude;
  readonly now?: () => Date;
}

/** Everything but what is asked for. */
export type Asking = Omit<Inspecting, 'scope' | 'only'>;

export const HOSTS_AT_ONCE = 32;
const HOST_SECONDS = 45;
/** Pages and databases, asked beside the hosts. */
const PLACES_AT_ONCE = 8;
/** Characters of evidence and commands in one report: it must fit a row of the store. */
const REPORT_CAP = 4_000_000;

/** Performs every check of a scope, hosts side by side. One that does not answer delays no other and becomes an unknown. */
export async function inspect(given: Inspecting): Promise<Report> {
  const { scope, only, estate, inspections, now = () => new Date() } = given;
  const startedAt = now().toISOString();
  const looks = looksOf(scope, estate, inspections, only);
  const { findings, stopped } = await findingsOfLooks(looks, given);
  const absent = absentApps(scope, estate, inspections, only);
  const unasked = unaskedSystems(scope, inspections, only);
  const hidden = only ? systemsOf(scope, estate, inspections).filter((system) => !only.includes(system)) : [];
  return {
    scope,
    startedAt,
    finishedAt: now().toISOString(),
    hosts: new Set(looks.flatMap((look) => look.hosts)).size,
    findings: withinCap([...missingFindings(scope, looks, estate, inspections), ...findings]),
    // After a cancellation no person is asked anything.
    questions: stopped ? [] : looks.flatMap((look) => questionsOf(look, estate)),
    ...(absent.length > 0 ? { absent } : {}),
    ...(unasked.length > 0 ? { unasked } : {}),
    ...(hidden.length > 0 ? { hidden } : {}),
    ...(stopped ? { stopped } : {}),
  };
}

/** Findings of these looks; `stopped` when a cancellation has kept some of it from being asked or answered. */
export async function findingsOfLooks(
  looks: readonly Look[],
  given: Asking,
): Promise<Pick<Report, 'findings' | 'stopped'>> {
  const { estate } = given;
  const conclude = given.conclude ?? concludeHere(estate, given.onBug ?? (() => undefined));
  const inspecting = { ...given, conclude };
  const signal = given.signal ?? new AbortController().signal;
  const hosts = worksOf(looks).map((work) => hostTask(work, inspecting));
  const askHosts =
    inspecting.share ??
    ((tasks, aborted, told) => askAll(tasks, inspecting.concurrency ?? HOSTS_AT_ONCE, aborted, told));
  const clusters = clustersOf(looks);
  const places = [
    ...looks.flatMap((look) => placeTask(look, inspecting)),
    ...clusters.flatMap((cluster) => databaseTask(cluster, inspecting)),
  ];
  const silent: Told = () => undefined;
  const tell = inspecting.onProgress ?? silent;
  const [ofHosts, ofPlaces] = await Promise.all([
    askHosts(hosts, signal, hosts.length > 0 ? tell : silent),
    askAll(places, PLACES_AT_ONCE, signal, silent),
  ]);
  const answers = ofHosts.flatMap((each) => each.answers);
  const isStopped =
    signal.aborted && (ofPlaces.some(({ isCut }) => isCut) || ofHosts.some(({ fate }) => WAS_CUT[fate]));
  const ofClusters = await judgeClusters(clusters, answers, { estate, cancelled: isStopped, conclude });
  return {
    findings: [
      ...ofHosts.flatMap(({ findings }) => findings),
      ...ofPlaces.flatMap(({ findings }) => findings),
      ...ofClusters,
    ],
    ...(isStopped
      ? { stopped: { hosts: ofHosts.map(({ fate }, at) => ({ name: hosts[at]?.name ?? '', fate })) } }
      : {}),
  };
}

/** What a cancellation has kept from being asked or answered. */
const WAS_CUT: Readonly<Record<Fate, boolean>> = {
  answered: false,
  silent: false,
  ended: true,
  closed: true,
  'not-asked': true,
};

/** The hosts of a scope, for a worker that helps with somebody else's inspection. */
export const hostTasks = (inspecting: Inspecting): readonly Task<FromHost>[] =>
  worksOf(looksOf(inspecting.scope, inspecting.estate, inspecting.inspections, inspecting.only)).map((work) =>
    hostTask(work, inspecting),
  );

/** What every host is asked, all apps and systems together: one script a host. */
function worksOf(looks: readonly Look[]): readonly HostWork[] {
  const works = new Map<string, { readonly host: HostWork['host']; readonly asks: HostAsk[] }>();
  for (const { system, app, check, hosts, whole } of looks) {
    if (check.on !== 'host' && !(check.on === 'cluster' && whole)) continue;
    for (const host of hosts) {
      const work = works.get(host.name);
      if (work) work.asks.push({ system, app, check });
      else works.set(host.name, { host, asks: [{ system, app, check }] });
    }
  }
  return [...works.values()].flatMap(({ host, asks: [first, ...others] }) =>
    first ? [{ host, asks: [first, ...others] }] : [],
  );
}

function hostTask(work: HostWork, inspecting: Asking): Task<FromHost> {
  const { estate, targets, onBug = () => undefined } = inspecting;
  const { perHostTimeoutSeconds = HOST_SECONDS } = inspecting;
  const { host } = work;
  return {
    name: host.name,
    ask: (signal) =>
      inspectHost(work, estate, targets.exec, perHostTimeoutSeconds, signal, onBug, inspecting.conclude),
    cancelled: (begun) => untriedHost(work, CANCELLED, begun ? 'closed' : 'not-asked'),
    failed: (error) => {
      onBug(error, { check: 'host', place: host.name });
      return untriedHost(work, FAILED, 'silent');
    },
  };
}

/** What a page or a database brought, or that it was cancelled before it could. */
interface FromPlace {
  readonly findings: readonly Finding[];
  readonly isCut: boolean;
}

/** Pages and databases belong to the app as a whole: a host or a site alone does not ask for them. */
function placeTask(
  { system, app, check, whole }: Look,
  inspecting: Asking & { readonly conclude: Conclude },
): readonly Task<FromPlace>[] {
  const { estate, targets, onBug = () => undefined } = inspecting;
  if (!whole || (check.on !== 'page' && check.on !== 'database')) return [];
  const work = { system, app, check };
  return [
    {
      name: `${app.id} ${check.id}`,
      ask: async () => brought(await inspectApp(work, estate, targets, inspecting.conclude)),
      cancelled: () => ({ findings: unansweredApp(work, estate, CANCELLED), isCut: true }),
      failed: (error) => {
        onBug(error, { check: check.id, place: app.id });
        return brought(unansweredApp(work, estate, FAILED));
      },
    },
  ];
}

const brought = (findings: readonly Finding[]): FromPlace => ({ findings, isCut: false });

/** The database of a cluster check answers into the cluster; what it lacks shows when the cluster is judged. */
function databaseTask(
  cluster: Cluster,
  { estate, targets, onBug = () => undefined }: Asking,
): readonly Task<FromPlace>[] {
  if (!cluster.check.database) return [];
  return [
    {
      name: `${cluster.app.id} ${cluster.check.id}`,
      ask: async () => {
        await readClusterDatabase(cluster, estate, targets.sql);
        return brought([]);
      },
      cancelled: () => ({ findings: [], isCut: true }),
      failed: (error) => {
        onBug(error, { check: cluster.check.id, place: cluster.app.id });
        return brought([]);
      },
    },
  ];
}

const CANCELLED = words('cancelled', '已取消');
const FAILED = words(
  'not asked: something in Fettle itself went wrong; its log says what',
  '未执行：Fettle 内部出错，详见其日志',
);

/** One for each app of a check. What would change something is not asked for in production. */
function questionsOf(
  { system, app, whole, check }: Look,
  { environment, domain }: Estate,
): readonly Question[] {
  if (!whole || check.on !== 'person') return [];
  const { id, title, rows, clause, page, expect } = check;
  const forbidden = check.changes === true && environment === 'production';
  const here = (text: string): string => text.replaceAll('{domain}', domain);
  return [
    {
      system,
      app: app.id,
      check: id,
      title,
      rows,
      clause,
      page: words(here(page.en), here(page.zh)),
      expect: forbidden ? NOT_IN_PRODUCTION : expect,
      ...(forbidden ? { forbidden } : {}),
    },
  ];
}

const NOT_IN_PRODUCTION = words(
  'not to be done in production: it changes something (red line POL-RED-04)',
  '生产环境禁止执行：该检查会产生变更（红线 POL-RED-04）',
);

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

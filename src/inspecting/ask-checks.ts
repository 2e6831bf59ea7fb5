import {
  type App,
  type Check,
  type CheckAnswer,
  type CheckRef,
  type CheckState,
  type Estate,
  hostNamed,
  hostsOf,
  NOTHING_CAPTURED,
  sentences,
  type Words,
  words,
} from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { HOST_CHECK } from './history/compare.ts';
import { type Remembering, withThePast } from './history/past-values.ts';
import { type Asking, findingsOfLooks } from './inspect.ts';
import type { Look } from './scope.ts';

/** Performs exactly these checks on exactly these hosts, as an inspection does, and nothing else. What cannot be asked is unknown, with the reason. */
export async function askChecks(
  refs: readonly CheckRef[],
  asking: Asking,
  remembering?: Remembering,
): Promise<readonly CheckAnswer[]> {
  const meant = refs.map((ref) => ({ ref, ...meaningOf(ref, asking) }));
  const looks = together(meant.flatMap((each) => each.looks));
  const found = looks.length === 0 ? { findings: [] } : await findingsOfLooks(looks, asking);
  const { findings } = remembering ? await withThePast(found, remembering) : found;
  return meant.flatMap(({ ref, check, looks: own, why }) =>
    why || !check ? [notAsked(ref, check, why ?? NO_ANSWER)] : answersOf(ref, check, own, findings),
  );
}

/** The estate in which these checks look at logs of the last seconds only. */
export function withinSeconds(
  seconds: number,
  refs: readonly Pick<CheckRef, 'system' | 'check'>[],
  { estate, inspections }: Pick<Asking, 'estate' | 'inspections'>,
): Estate {
  const checks = refs.flatMap(({ system, check: id }) =>
    inspections
      .filter((each) => each.system.id === system)
      .flatMap(({ checks: all }) => all.filter((each) => each.id === id)),
  );
  const rows = checks.flatMap((check) => check.rows);
  const limits = rows.map((row) => [row, { ...estate.limits[row], windowSeconds: seconds }] as const);
  return { ...estate, limits: { ...estate.limits, ...Object.fromEntries(limits) } };
}

interface Meaning {
  readonly check?: Check;
  readonly looks: readonly Look[];
  /** Why it cannot be asked. */
  readonly why?: Words;
}

function meaningOf({ system, check: id, on }: CheckRef, { estate, inspections }: Asking): Meaning {
  const inspection = inspections.find((each) => each.system.id === system);
  const check = inspection?.checks.find((each) => each.id === id);
  if (!check) return { looks: [], why: noCheck(system, id) };
  const apps = estate.apps.filter(({ kind }) => check.apps.includes(kind));
  return { check, ...('host' in on ? onHost(on.host, check, apps) : onApp(on.app, check, apps)) };

  function onHost(name: string, asked: Check, among: readonly App[]): Omit<Meaning, 'check'> {
    const host = hostNamed(estate, name);
    if (!host) return { looks: [], why: noHost(name) };
    if (asked.on !== 'host') return { looks: [], why: NOT_OF_A_HOST[asked.on] };
    const own = among.filter(({ hosts }) => hosts.includes(name));
    if (own.length === 0) return { looks: [], why: notThere(name) };
    return { looks: own.map((app) => ({ system, app, check: asked, hosts: [host], whole: false })) };
  }

  function onApp(name: string, asked: Check, among: readonly App[]): Omit<Meaning, 'check'> {
    if (asked.on === 'person') return { looks: [], why: NOT_OF_A_HOST.person };
    const named = estate.apps.filter((app) => app.id === name || app.kind === name);
    if (named.length === 0) return { looks: [], why: noApp(name) };
    const own = among.filter((app) => named.includes(app));
    if (own.length === 0) return { looks: [], why: notThere(name) };
    // A cluster is judged from all its hosts: half of them agree on nothing.
    const asks = asked.on === 'cluster' ? among : own;
    const looks = asks.map((app): Look => whole(system, app, asked, estate));
    const isEmpty =
      asked.on !== 'page' && asked.on !== 'database' && looks.some(({ hosts }) => hosts.length === 0);
    return isEmpty ? { looks: [], why: noHosts(name) } : { looks };
  }
}

const whole = (system: string, app: App, check: Check, estate: Estate): Look => ({
  system,
  app,
  check,
  hosts: hostsOf(estate, app),
  whole: true,
});

/** Each check of an app once, with all hosts on which somebody wants it. */
function together(looks: readonly Look[]): readonly Look[] {
  const all = new Map<Check, Map<App, Look>>();
  for (const look of looks) {
    const ofCheck = all.get(look.check) ?? new Map<App, Look>();
    const before = ofCheck.get(look.app);
    ofCheck.set(look.app, {
      ...look,
      hosts: [...new Set([...(before?.hosts ?? []), ...look.hosts])],
      whole: look.whole || before?.whole === true,
    });
    all.set(look.check, ofCheck);
  }
  return [...all.values()].flatMap((ofCheck) => [...ofCheck.values()]);
}

function answersOf(
  ref: CheckRef,
  check: Check,
  looks: readonly Look[],
  findings: readonly Finding[],
): readonly CheckAnswer[] {
  const apps = new Set(looks.map(({ app }) => app.id));
  const own = findings
    .filter((each) => each.system === ref.system && each.check === check.id)
    .filter(({ app }) => apps.has(app));
  if (check.on !== 'host') return [worst(ref, check, undefined, own)];
  const hosts = new Set(looks.flatMap((look) => look.hosts.map(({ name }) => name)));
  return [...hosts].map((host) => {
    const here = own.filter((each) => each.host === host);
    // A host that did not answer says nothing of the check, however grave that is.
    const silent = findings
      .filter((each) => each.check === HOST_CHECK && each.host === host)
      .map((each) => ({ ...each, state: 'unknown' as const }));
    return worst(ref, check, host, [...here, ...silent]);
  });
}

const GRAVITY: readonly CheckState[] = ['critical', 'unknown', 'warning', 'ok'];

function worst(
  ref: CheckRef,
  check: Check,
  host: string | undefined,
  findings: readonly Finding[],
): CheckAnswer {
  const state = GRAVITY.find((each) => findings.some((finding) => finding.state === each));
  const [first, ...others] = findings.filter((finding) => finding.state === state);
  if (!state || !first) return notAsked(ref, check, NO_ANSWER, host);
  return {
    ref,
    ...(host === undefined ? {} : { host }),
    state,
    says: state === 'ok' ? partSays(first) : sentences(...[first, ...others].map(partSays)),
    evidence: first.evidence,
    title: check.title,
    rows: check.rows,
    command: first.command ?? NOTHING_CAPTURED,
    ...valuesOf(findings),
  };
}

function valuesOf(findings: readonly Finding[]): Pick<CheckAnswer, 'values'> {
  const known = findings.flatMap(({ part = '', value, state }) =>
    value === undefined || state === 'unknown' ? [] : [[part, value] as const],
  );
  return known.length > 0 ? { values: Object.fromEntries(known) } : {};
}

const partSays = ({ part, says }: Finding): Words =>
  part === undefined ? says : words(`${part}: ${says.en}`, `${part}：${says.zh}`);

const notAsked = (ref: CheckRef, check: Check | undefined, says: Words, host?: string): CheckAnswer => ({
  ref,
  ...(host === undefined ? {} : { host }),
  state: 'unknown',
  says,
  evidence: NOTHING_CAPTURED,
  title: check?.title ?? words(ref.check, ref.check),
  rows: check?.rows ?? [],
  command: NOTHING_CAPTURED,
});

const noCheck = (system: string, id: string): Words =>
  words(`the inspection of ${system} has no check "${id}"`, `${system} 的巡检中没有检查项“${id}”`);

const noHost = (name: string): Words =>
  words(`the inventory has no host ${name}`, `资产清单中没有主机 ${name}`);

const noApp = (name: string): Words =>
  words(`the inventory has no app ${name}`, `资产清单中没有应用 ${name}`);

const noHosts = (name: string): Words =>
  words(`the inventory names no host of ${name}`, `资产清单中没有 ${name} 的主机`);

const notThere = (name: string): Words =>
  words(`this check does not concern ${name}`, `该检查项不适用于 ${name}`);

const NO_ANSWER = words('there was no answer to this check', '该检查项没有返回结果');

const NOT_OF_A_HOST: Readonly<Record<Exclude<Check['on'], 'host'>, Words>> = {
  cluster: words(
    'this check judges the hosts of an app together; it cannot be asked of one host',
    '该检查项针对应用的全部主机，不能只查一台主机',
  ),
  page: words('this check is about the app, not about one host', '该检查项针对应用，而非单台主机'),
  database: words('this check is about the app, not about one host', '该检查项针对应用，而非单台主机'),
  person: words('only a person at the console can see this', '该检查项只能由人在控制台查看'),
};

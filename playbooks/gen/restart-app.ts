import {
  type App,
  arg,
  args,
  type CheckAnswer,
  type CheckRef,
  type Condition,
  type ContainerSeen,
  checksGreen,
  consoleWay,
  definePlaybook,
  type Host,
  hostsMeant,
  hostsOf,
  type ManualStep,
  type Observation,
  onHosts,
  oneByOne,
  plural,
  refuse,
  sayAnswers,
  sentences,
  type Step,
  type Verification,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { ELSEWHERE, type Green, greenOf, RESTARTS } from './restart-table.ts';

/** A restart takes about ten minutes in the manuals' own sample (POL-CONV-02). */
const GREEN_SECONDS = 600;
const AGAIN_SECONDS = 5;

type Place = Extract<Step, { kind: 'container' }>['place'];

interface ConsoleSteps {
  readonly restart: Pick<ManualStep, 'page' | 'do' | 'expect'>;
  /** Where a container that does not come back is started. */
  readonly start: Pick<ManualStep, 'page' | 'do' | 'expect'> | undefined;
}

interface Target {
  readonly host: string;
  /** Undefined: a person restarts it in the console. */
  readonly place?: Place;
  readonly way?: ConsoleSteps;
  /** Others that must be well before it is touched, as long as it is not down itself. */
  readonly others: readonly string[];
  readonly needs: number;
}

interface Restarting {
  readonly app: string;
  readonly targets: readonly Target[];
  readonly checks: Pick<Green, 'system' | 'onHost' | 'onApp'>;
  readonly looks: readonly Pick<ManualStep, 'title' | 'page' | 'expect'>[];
  /** Other hosts of the app without a critical check now. */
  readonly well: readonly string[];
  /** Nobody else serves the app meanwhile. */
  readonly isAlone: boolean;
  readonly note?: Words;
  /** Steps of the manuals that the restart carries out, and the look at what came back. */
  readonly cites: { readonly restart: readonly string[]; readonly back: readonly string[] };
}

export default definePlaybook({
  name: 'restart-app',
  system: 'GEN',
  title: words('Restart the container of an app', '重启应用容器'),
  rows: [
    'YUN-PR09',
    'MS-A02',
    'MS-A03',
    'MS-A04',
    'MS-F01',
    'MS-F02',
    'MS-F06',
    'MS-PR01',
    'MS-PR02',
    'MS-PR03',
    'DDS-A01',
    'DDS-A02',
    'DDS-A04',
    'DDS-PR01',
    'MQ-A03',
    'MQ-F01',
    'MQ-F02',
    'MQ-PR01',
    'MQ-PR02',
    'DTX-A03',
    'DTX-F01',
    'DTX-F02',
    'DTX-PR01',
    'DTX-PR02',
    'DBP-PR06',
  ],
  clause: { document: '002', section: '7.3.4.2' },
  args: args({ app: arg.app(), hosts: arg.hosts({ of: 'app', default: 'red' }) }),
  examples: [
    { app: 'msgbroker', hosts: ['msgbroker-1'] },
    { app: 'dsrconsole', hosts: 'red' },
    { app: 'drmdata', hosts: 'all' },
  ],

  async observe({ app: typed, hosts: wanted }, look): Promise<Observation<Restarting>> {
    const { estate } = look;
    const app = estate.apps.find(({ id }) => id === typed);
    if (!app) return refuse('not-found', unknownApp(typed));
    const elsewhere = ELSEWHERE.get(app.kind);
    if (elsewhere) {
      const command = elsewhere.command?.(typeof wanted === 'string' ? '' : wanted.join(' '));
      return refuse('unsafe', elsewhere.because, command === undefined ? [] : [instead(command)]);
    }
    const documented = RESTARTS.get(app.kind);
    if (!documented) return refuse('unsafe', notDocumented(app.id));
    const all = hostsOf(estate, app);

    const green = greenOf(documented, app, estate);
    const refs = refsOn(green, namesOf(all));
    const answers = refs.length === 0 ? [] : await look.checks({ title: words('Before', '重启前'), refs });
    const isDown = ({ name }: Host): boolean =>
      ofHost(answers, name).some(({ state }) => state === 'critical');
    const isWell = ({ name }: Host): boolean =>
      ofHost(answers, name).length > 0 && ofHost(answers, name).every(({ state }) => state === 'ok');
    const chosen = hostsMeant(wanted, all, namesOf(all.filter(isDown)));
    if (chosen.length === 0) return refuse('not-needed', nothingDown(app.id, answers));
    // Those that are down come first: the first of them is the canary.
    const targets = [...chosen.filter(isDown), ...chosen.filter((host) => !isDown(host))];

    const seen = await look.containers({ hosts: namesOf(targets) });
    const ways = targets.map((host) =>
      wayOf(
        host,
        app,
        seen.find((each) => each.host === host.name),
      ),
    );
    const blocked = ways.find((each) => 'because' in each);
    if (blocked && 'because' in blocked) return refuse('unsafe', blocked.because);

    const plans: Target[] = [];
    for (const [at, host] of targets.entries()) {
      const { others, needs } = keptBeside(host, all);
      const before = targets.slice(0, at);
      const counted = others.filter((other) => isWell(other) || (isDown(other) && before.includes(other)));
      if (!isDown(host) && all.length > 1 && counted.length < needs)
        return refuse('unsafe', tooFew(host.name, counted.length, needs, sayAnswers(notOk(answers, others))));
      const way = ways[at];
      if (way && !('because' in way)) plans.push({ ...way, host: host.name, others: namesOf(others), needs });
    }
    const { system, onHost, onApp, byPerson } = green;
    return {
      applies: true,
      because: sentences(
        words(
          `Restart ${plural(plans.length, 'container')} of ${app.id}, one after another: ${namesOf(targets).join(', ')}.`,
          `逐台重启 ${app.id} 的 ${plans.length} 个容器：${namesOf(targets).join('、')}。`,
        ),
        ...(notOk(answers, targets).length > 0 ? [sayAnswers(notOk(answers, targets))] : []),
      ),
      facts: {
        app: app.id,
        targets: plans,
        checks: { system, onHost, onApp },
        looks: byPerson.map(({ title, page, expect }) => ({ title, page, expect })),
        well: namesOf(all.filter((host) => !chosen.includes(host) && !isDown(host))),
        isAlone: all.length === 1,
        ...(documented.note ? { note: documented.note } : {}),
        cites: {
          restart: ['YUN-PR09.1', ...(documented.cites?.restart ?? [])],
          back: documented.cites?.back ?? [],
        },
      },
    };
  },

  risk: { floor: 'risky', of: ({ isAlone }) => (isAlone ? 'dangerous' : 'risky') },
  warning: ({ isAlone, app, note }) =>
    sentences(
      words('A restart may interrupt the business for about ten minutes.', '重启可能影响业务约十分钟。'),
      ...(isAlone
        ? [
            words(
              `${app} has one instance: the app is down meanwhile.`,
              `${app} 仅有一个实例：期间应用不可用。`,
            ),
          ]
        : []),
      ...(note ? [note] : []),
    ),
  steps: ({ app, targets, checks, looks, cites }) => {
    const course = oneByOne(
      targets.map(({ host }) => host),
      (name) => {
        const target = targets.find(({ host }) => host === name);
        if (!target) throw new Error(`${name} is no target`);
        return {
          steps: [restartOf(app, target, checks, cites.restart), ...backOf(target, checks, cites.back)],
          undo: startOf(app, target),
        };
      },
    );
    const byPerson = looks.map(
      (each): Step => ({
        kind: 'manual',
        ...each,
        do: words('Look at it', '查看'),
        changes: false,
      }),
    );
    return byPerson.length === 0
      ? course
      : { ...course, stages: [...course.stages, { lanes: [{ target: app, steps: byPerson }] }] };
  },
  verify: ({ targets, checks, well }) => {
    const hosts = targets.map(({ host }) => host);
    const refs = [...refsOn(checks, hosts), ...checks.onApp];
    return [
      ...(refs.length > 0
        ? [checksGreen<'YUN-PR09'>(refs, { row: 'YUN-PR09', withinSeconds: GREEN_SECONDS })]
        : []),
      ...othersStay(checks, well),
    ];
  },
  rollback: {
    nothing: words('The cluster starts another pod by itself.', '集群会自动重新拉起 Pod。'),
  },
});

const namesOf = (hosts: readonly Host[]): readonly string[] => hosts.map(({ name }) => name);

const refsOn = (
  { system, onHost }: Pick<Green, 'system' | 'onHost'>,
  hosts: readonly string[],
): readonly CheckRef[] => onHosts(system, onHost, hosts);

const ofHost = (answers: readonly CheckAnswer[], name: string): readonly CheckAnswer[] =>
  answers.filter(({ ref: { on } }) => 'host' in on && on.host === name);

const notOk = (answers: readonly CheckAnswer[], hosts: readonly Host[]): readonly CheckAnswer[] =>
  hosts.flatMap(({ name }) => ofHost(answers, name)).filter(({ state }) => state !== 'ok');

/** Half of the app's instances of the site stay; of an app with one instance in a site, half of all. */
function keptBeside(
  host: Host,
  all: readonly Host[],
): { readonly others: readonly Host[]; readonly needs: number } {
  const here = all.filter(({ site }) => site === host.site);
  const group = here.length > 1 ? here : all;
  return { others: group.filter((each) => each !== host), needs: Math.ceil(group.length / 2) };
}

type Way = Pick<Target, 'place' | 'way'> | { readonly because: Words };

/** How the container is restarted, or why it is not. */
function wayOf(host: Host, app: App, seen: ContainerSeen | undefined): Way {
  if (!host.container) {
    const restart = consoleWay('restart', host, app.id);
    if (!restart) return { because: nowhere(host.name) };
    return { way: { restart, start: consoleWay('start', host, app.id) } };
  }
  const { state, says, start } = seen ?? { state: 'unknown', says: words('not seen', '未查到') };
  if (state === 'busy')
    return {
      because: words(
        `Somebody else works on the container of ${host.name}: ${says.en}. Wait until it is over.`,
        `${host.name} 的容器正在被操作：${says.zh}。请等待其结束。`,
      ),
    };
  if (!start || state === 'unknown' || state === 'absent')
    return {
      because: words(
        `The container of ${host.name} is not known: ${says.en.replace(/\.$/, '')}. Nothing is restarted unseen.`,
        `无法确认 ${host.name} 的容器：${says.zh.replace(/\u3002$/, '')}。未确认状态不予重启。`,
      ),
    };
  if (start.adapter === 'kubernetes') {
    const { namespace, name, uid } = start;
    return { place: { of: 'pod', namespace, name, uid } };
  }
  const { node, container, id, startedAt } = start;
  return { place: { of: 'docker', node, container, id, startedAt, ran: state !== 'stopped' } };
}

function restartOf(
  app: string,
  { host, place, way, others, needs }: Target,
  checks: Restarting['checks'],
  cites: readonly string[],
): Step {
  const before: readonly Condition[] =
    others.length === 0 || checks.onHost.length === 0
      ? []
      : [
          {
            kind: 'quorum',
            needs,
            hosts: others,
            system: checks.system,
            checks: checks.onHost,
            unlessRed: host,
          },
        ];
  const facts = {
    title: words(`Restart the container of ${host}`, `重启 ${host} 的容器`),
    cites,
    ...(before.length > 0 ? { before } : {}),
  };
  if (place) return { kind: 'container', ...facts, do: 'restart', host, app, place };
  if (!way) throw new Error(`nobody knows the container of ${host}`);
  return { kind: 'manual', ...facts, ...way.restart, changes: true, host };
}

/** The next host is touched only when this one is back. Where nothing can be looked at, the person who restarts it says so. */
function backOf(
  { host, place }: Target,
  checks: Restarting['checks'],
  cites: readonly string[],
): readonly Step[] {
  const refs = refsOn(checks, [host]);
  const conditions: readonly Condition[] = [
    ...(place ? [{ kind: 'container', host, state: 'restarted' } as const] : []),
    ...(refs.length > 0 ? [{ kind: 'checks', checks: refs } as const] : []),
  ];
  const facts = {
    title: words(`${host} is back`, `${host} 恢复正常`),
    ...(cites.length > 0 ? { cites } : {}),
  };
  const times = { withinSeconds: GREEN_SECONDS, everySeconds: AGAIN_SECONDS };
  return conditions.length === 0 ? [] : [{ kind: 'wait', ...facts, conditions, ...times }];
}

/** A restart must not take another host of the app with it. */
function othersStay(
  checks: Restarting['checks'],
  well: readonly string[],
): readonly Verification<'YUN-PR09'>[] {
  const refs = refsOn(checks, well);
  if (refs.length === 0) return [];
  return [
    {
      title: words('No other host has become critical', '其他主机没有新增严重项'),
      row: 'YUN-PR09',
      withinSeconds: 60,
      async look(look) {
        const down = (await look.checks({ refs })).filter(({ state }) => state === 'critical');
        return down.length === 0
          ? { state: 'ok', says: words('No other host is critical.', '其他主机无严重项。') }
          : { state: 'critical', says: sayAnswers(down) };
      },
    },
  ];
}

/** A pod needs none: its workload starts another. */
function startOf(app: string, { host, place, way }: Target): readonly Step[] {
  const title = words(`Start the container of ${host} if it does not run`, `${host} 的容器未运行时启动它`);
  if (place?.of === 'docker') return [{ kind: 'container', title, do: 'start', host, app, place }];
  return way?.start ? [{ kind: 'manual', title, ...way.start, changes: true, host }] : [];
}

const instead = (command: string) => ({ title: words('Run this instead', '改为执行'), command });

const unknownApp = (typed: string): Words =>
  words(`There is no app ${typed} in the inventory.`, `资产清单中没有应用 ${typed}。`);

const notDocumented = (app: string): Words =>
  words(`The manuals do not restart ${app} by its container.`, `手册中没有 ${app} 的容器重启操作。`);

const nowhere = (host: string): Words =>
  words(
    `The inventory does not say where the container of ${host} is: add node and container, namespace and workload, or search.`,
    `资产清单未说明 ${host} 的容器位置：请补充 node 与 container、namespace 与 workload，或 search。`,
  );

const nothingDown = (app: string, answers: readonly CheckAnswer[]): Words =>
  sentences(
    words(`No host of ${app} is down.`, `${app} 没有故障主机。`),
    ...(answers.some(({ state }) => state !== 'ok')
      ? [sayAnswers(answers.filter(({ state }) => state !== 'ok'))]
      : []),
    words('Name the hosts, or all, to restart them all the same.', '如仍需重启，请指定主机或 all。'),
  );

const tooFew = (host: string, well: number, needs: number, says: Words): Words =>
  sentences(
    words(
      `${host} is well, and only ${well} of its peers ${well === 1 ? 'is' : 'are'}; ${needs} must be before it is touched.`,
      `${host} 正常，而同组正常的仅 ${well} 台；至少 ${needs} 台正常时才可操作。`,
    ),
    says,
  );

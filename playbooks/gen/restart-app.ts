import {
  allGreen,
  arg,
  args,
  backSteps,
  type CheckAnswer,
  type CheckRef,
  type Condition,
  checksGreen,
  definePlaybook,
  type Host,
  hostsMeant,
  hostsOf,
  keepHalf,
  type ManualStep,
  type Observation,
  onHosts,
  oneByOne,
  plural,
  type Quorum,
  refuse,
  restartStep,
  sayAnswers,
  sentences,
  startSteps,
  type Step,
  type ToRestart,
  type Verification,
  wayToRestart,
  type Words,
  words,
  wouldHold,
} from '../../src/kit/index.ts';
import { ELSEWHERE, type Green, greenOf, RESTARTS } from './restart-table.ts';

/** A restart takes about ten minutes in the manuals' own sample (POL-CONV-02). */
const GREEN_SECONDS = 600;

interface Target extends ToRestart {
  /** Half of the others must be well before it is touched, as long as it is not down itself. */
  readonly before: readonly Quorum[];
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
      const command = elsewhere.command?.(app.id, wanted);
      return refuse('unsafe', elsewhere.because, command === undefined ? [] : [instead(command)]);
    }
    const documented = RESTARTS.get(app.kind);
    if (!documented) return refuse('unsafe', notDocumented(app.id));
    const all = hostsOf(estate, app);

    const green = greenOf(documented, app, estate);
    const refs = refsOn(green, namesOf(all));
    const answers = refs.length === 0 ? [] : await look.checks({ title: words('Before', '重启前'), refs });
    const isDown = (name: string): boolean => ofHost(answers, name).some(({ state }) => state === 'critical');
    const isWell = (name: string): boolean => allGreen(ofHost(answers, name));
    const chosen = hostsMeant(wanted, all, namesOf(all).filter(isDown));
    if (chosen.length === 0) return refuse('not-needed', nothingDown(app.id, answers));
    // Those that are down come first: the first of them is the canary.
    const targets = [
      ...chosen.filter(({ name }) => isDown(name)),
      ...chosen.filter(({ name }) => !isDown(name)),
    ];

    const seen = await look.containers({ hosts: namesOf(targets) });
    const { system, onHost, onApp, byPerson } = green;
    const plans: Target[] = [];
    for (const [at, host] of targets.entries()) {
      const way = wayToRestart(
        host,
        app,
        seen.find((each) => each.host === host.name),
      );
      if ('because' in way) return refuse('unsafe', way.because);
      const before = keepHalf(estate, {
        app: app.id,
        target: host.name,
        system,
        checks: onHost,
        alone: 'may-be-down',
      });
      for (const quorum of before) {
        const earlier = namesOf(targets.slice(0, at));
        const { holds, well } = wouldHold(quorum, { isWell, isRed: isDown, before: earlier });
        const says = sayAnswers(notOk(answers, quorum.hosts));
        if (!holds) return refuse('unsafe', tooFew(host.name, well, quorum.needs, says));
      }
      plans.push({ ...way, before });
    }
    const bad = notOk(answers, namesOf(targets));
    return {
      applies: true,
      because: sentences(
        words(
          `Restart ${plural(plans.length, 'container')} of ${app.id}, one after another: ${namesOf(targets).join(', ')}.`,
          `逐台重启 ${app.id} 的 ${plans.length} 个容器：${namesOf(targets).join('、')}。`,
        ),
        ...(bad.length > 0 ? [sayAnswers(bad)] : []),
      ),
      facts: {
        app: app.id,
        targets: plans,
        checks: { system, onHost, onApp },
        looks: byPerson.map(({ title, page, expect }) => ({ title, page, expect })),
        well: namesOf(all.filter((host) => !chosen.includes(host) && !isDown(host.name))),
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
      (host) => {
        const target = targets.find((each) => each.host === host);
        if (!target) throw new Error(`${host} is no target`);
        return {
          steps: [
            restartStep(app, target, { before: target.before, cites: cites.restart }),
            ...backSteps(target, greenOn(checks, host), cites.back),
          ],
          undo: startSteps(app, target),
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

const notOk = (answers: readonly CheckAnswer[], hosts: readonly string[]): readonly CheckAnswer[] =>
  hosts.flatMap((host) => ofHost(answers, host)).filter(({ state }) => state !== 'ok');

/** What shows that a host is back; nothing where its app has no check of its hosts. */
function greenOn(checks: Restarting['checks'], host: string): readonly Condition[] {
  const refs = refsOn(checks, [host]);
  return refs.length > 0 ? [{ kind: 'checks', checks: refs }] : [];
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

const instead = (command: string) => ({ title: words('Run this instead', '改为执行'), command });

const unknownApp = (typed: string): Words =>
  words(`There is no app ${typed} in the inventory.`, `资产清单中没有应用 ${typed}。`);

const notDocumented = (app: string): Words =>
  words(`The manuals do not restart ${app} by its container.`, `手册中没有 ${app} 的容器重启操作。`);

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

import {
  arg,
  args,
  backSteps,
  bracket,
  type CheckRef,
  checksGreen,
  type Condition,
  definePlaybook,
  inTurn,
  type Observation,
  onApps,
  onHosts,
  oneByOne,
  type Quorum,
  restartStep,
  sentences,
  type Step,
  type ToRestart,
  words,
} from '../../src/kit/index.ts';
import { recovered } from './counts.ts';
import { type PushSwitch, resumePush, saysStopped, sees, stopPush } from './push.ts';
import { askCluster, chooseNodes } from './registry-nodes.ts';
import { type Role, ROLE_APPS } from './roles.ts';
import { guardsOf, leaderOf, seePush, seeContainers, seeCounts } from './restart-guards.ts';

/** As long as the manuals' sample takes (POL-CONV-02), and as the counts have to come back (REG-M23: 3 to 10 minutes). */
const BACK_SECONDS = 600;
/** The longest that push-stop allows. */
const MOST_MINUTES = 120;

interface Restarting {
  readonly role: Role;
  readonly push: PushSwitch;
  /** The meta servers that answer now: a dead one learns of the switch when it starts. */
  readonly answering: readonly string[];
  readonly targets: readonly (ToRestart & { readonly quorum: readonly Quorum[] })[];
  /** The last target that is not well now: from then on a cluster of meta servers has one leader again. */
  readonly lastRed: number;
  /** Push is resumed only when these are well. */
  readonly ready: { readonly data: readonly string[]; readonly session: readonly string[] };
  /** Publishers, subscribers and watchers that must be there again. */
  readonly counts: Condition;
}

export default definePlaybook({
  name: 'registry-restart',
  system: 'REG',
  title: words('Restart registry nodes with push stopped', '重启注册中心节点（关闭推送）'),
  rows: ['REG-PR08', 'REG-PR09', 'REG-PR10', 'REG-A04', 'REG-A10', 'REG-A08'],
  looksAt: [
    'REG-C05',
    'REG-C06',
    'REG-C07',
    'REG-C10',
    'REG-C11',
    'REG-C12',
    'REG-C13',
    'REG-C14',
    'REG-C16',
    'REG-C17',
  ],
  heals: [
    ...Object.values(ROLE_APPS).flatMap(({ checks }) => checks),
    'leader',
    'meta-quorum',
    'data-quorum',
  ].map((check) => ({ system: 'REG', check })),
  clause: { document: '002', section: '7.4.6' },
  risk: 'dangerous',
  args: args({
    role: arg.optional(
      arg.app({ among: ['metaserver', 'dataserver', 'sessionserver'], title: words('Role', '角色') }),
    ),
    hosts: arg.hosts({ app: ['metaserver', 'dataserver', 'sessionserver'], default: 'red' }),
  }),
  examples: [{ hosts: ['dataserver-2'] }, { role: 'sessionserver', hosts: 'red' }],

  async observe({ role: named, hosts: wanted }, look): Promise<Observation<Restarting>> {
    const { estate } = look;
    const asked = await askCluster(named, wanted, look);
    if ('applies' in asked) return asked;
    const chosen = chooseNodes(asked, wanted, estate);
    if ('applies' in chosen) return chosen;
    const { role, cluster, targets } = chosen;

    const push = await seePush(chosen, look);
    if ('applies' in push) return push;
    const leader = await leaderOf(chosen, push.push, look);
    if ('applies' in leader) return leader;
    // Those that are not well come first; the leader last, when the others are well again.
    const order = [
      ...targets.filter(({ name }) => chosen.isRed(name)),
      ...targets.filter(({ name }) => !chosen.isRed(name) && name !== leader.name),
      ...targets.filter(({ name }) => !chosen.isRed(name) && name === leader.name),
    ];
    const guards = guardsOf(chosen, order, estate);
    if ('applies' in guards) return guards;
    const counted = await seeCounts(chosen, look);
    if ('applies' in counted) return counted;
    const ways = await seeContainers(order, role, look);
    if ('applies' in ways) return ways;

    const { meta, data, session } = cluster;
    const names = order.map(({ name }) => name);
    return {
      applies: true,
      because: sentences(
        words(
          `Restart ${names.join(', ')} of the registry of ${push.push.cluster}, one after another, while push is stopped.`,
          `关闭推送后，逐台重启 ${push.push.cluster} 注册中心的 ${names.join('、')}。`,
        ),
        words(
          `${leader.name} leads ${meta.length} meta servers; ${counted.says.en} are to be there again.`,
          `${meta.length} 个 Meta 节点的 Leader 为 ${leader.name}；重启后须恢复 ${counted.says.zh}。`,
        ),
      ),
      facts: {
        role,
        push: push.push,
        answering: push.answering,
        targets: ways.map((way, at) => ({ ...way, quorum: guards[at] ?? [] })),
        lastRed: order.findLastIndex(({ name }) => chosen.isRed(name)),
        ready: { data: data.map(({ name }) => name), session: session.map(({ name }) => name) },
        counts: recovered(estate, session[0]?.name ?? '', counted.counts),
      },
    };
  },

  warning: ({ push, targets }) =>
    sentences(
      words(
        'This concerns every application of the room. Push that is on meanwhile would empty the lists of all subscribers; while it is stopped nobody learns of new or lost addresses.',
        '影响机房内所有应用。期间若推送打开，可能向所有订阅方推空；推送关闭期间，应用无法获知地址的新增与下线。',
      ),
      words(
        `Push is resumed at the end, also after a failure or Cancel, but only when all data and session servers are well: otherwise it stays stopped, and people are called every 5 minutes until ${push.cluster} pushes again, and after ${minutesFor(targets)} minutes in any case.`,
        `结束时恢复推送，失败或取消后亦然，但仅当 Data、Session 节点全部正常；否则保持关闭，并每 5 分钟提醒一次，直至 ${push.cluster} 恢复推送；超过 ${minutesFor(targets)} 分钟也会提醒。`,
      ),
      words(
        'Afterwards have somebody see that an RPC call between business applications succeeds (REG-C08).',
        '完成后请安排确认业务应用间 RPC 调用成功（REG-C08）。',
      ),
    ),
  steps: ({ role, push, answering, targets, lastRed, ready, counts }) => {
    const isReady: readonly Condition[] = [{ kind: 'checks', checks: readyRefs(ready) }];
    const [open, opened] = stopPush({ ...push, metas: answering }, minutesFor(targets));
    const restarts = oneByOne(
      targets.map(({ host }) => host),
      (host) => {
        const at = targets.findIndex((each) => each.host === host);
        const target = targets[at];
        if (!target) throw new Error(`${host} is no target`);
        const before = [...saysStopped(push, answering), ...target.quorum];
        return {
          steps: [
            restartStep(`${role}server`, target, { before, cites: [RESTARTS[role]] }),
            ...backSteps(target, backConditions(role, host, at >= lastRed, push)),
          ],
        };
      },
    );
    return bracket(push.cluster, {
      open,
      opened: [opened],
      around: inTurn(restarts, {
        stages: [{ lanes: [{ target: push.cluster, steps: [cameBack(counts)] }] }],
      }),
      close: [isReadyIn(isReady), ...resumePush(push, isReady)],
    });
  },
  verify: ({ role, push, targets }) => [
    checksGreen(
      [
        ...onHosts(
          'REG',
          ROLE_APPS[role].checks,
          targets.map(({ host }) => host),
        ),
        ...onApps('REG', ['leader', 'meta-quorum'], ['metaserver']),
        ...onApps('REG', ['data-quorum'], ['dataserver']),
      ],
      { row: ROLE_APPS[role].health.row, withinSeconds: 60 },
    ),
    sees(push, false, 'REG-C10'),
  ],
  rollback: {
    irreversible: words(
      'A restart cannot be taken back; push is resumed by the last steps.',
      '重启无法撤销；推送由最后的步骤恢复。',
    ),
  },
});

/** The step of the manual that is the restart itself. */
const RESTARTS: Readonly<Record<Role, string>> = {
  meta: 'REG-PR08.2',
  data: 'REG-PR09.2',
  session: 'REG-PR10.2',
};

/** Each node may take ten minutes, and what all of them serve together as long again. */
const minutesFor = (targets: readonly unknown[]): number => Math.min(MOST_MINUTES, 20 + 10 * targets.length);

const readyRefs = ({ data, session }: Restarting['ready']): readonly CheckRef[] => [
  ...onHosts('REG', ['data-health'], data),
  ...onHosts('REG', ['session-health'], session),
];

/** The health check of a node cannot be skipped (POL-OPS-12). A meta server has heard of the switch, and is the leader or follows it. */
function backConditions(
  role: Role,
  host: string,
  isLastRed: boolean,
  push: PushSwitch,
): readonly Condition[] {
  const health: Condition = {
    kind: 'checks',
    checks: onHosts('REG', [ROLE_APPS[role].health.check], [host]),
  };
  if (role !== 'meta') return [health];
  const leader: Condition = { kind: 'checks', checks: onApps('REG', ['leader'], ['metaserver']) };
  return [health, ...saysStopped(push, [host]), ...(isLastRed ? [leader] : [])];
}

const TIMES = { withinSeconds: BACK_SECONDS, everySeconds: 5 } as const;

const cameBack = (counts: Condition): Step => ({
  kind: 'wait',
  title: words(
    'At least 90 % of publishers, subscribers and watchers are there again',
    '发布者、订阅者与 watcher 数恢复到 90% 以上',
  ),
  conditions: [counts],
  ...TIMES,
});

const isReadyIn = (conditions: readonly Condition[]): Step => ({
  kind: 'wait',
  title: words('All data and session servers are well', 'Data、Session 节点全部正常'),
  conditions,
  ...TIMES,
});

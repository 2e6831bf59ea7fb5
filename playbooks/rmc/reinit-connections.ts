import {
  arg,
  args,
  type CheckRef,
  checksGreen,
  definePlaybook,
  hostsOf,
  type Observation,
  oneByOne,
  refuse,
  sayAnswer,
  sentences,
  sh,
  type ShellCommand,
  type Step,
  words,
} from '../../src/kit/index.ts';
import { CONNECTOR_LOGS } from './connector-log.ts';
import { FAILED_CALL } from './logs.ts';

const APP = 'aciaasconnectore';
/** For so long no call to the cloud may fail after the connections were opened anew. */
const QUIET_SECONDS = 30;

interface Connectors {
  readonly hosts: readonly string[];
}

export default definePlaybook({
  name: 'reinit-connections',
  system: 'RMC',
  title: words('Initialise the IaaS connections again on every node', '重新初始化 IaaS 连接'),
  rows: ['RMC-F03', 'RMC-PR01'],
  looksAt: ['BASIC-C04', 'BASIC-C08', 'RMC-C09', 'RMC-L04'],
  heals: [{ system: 'RMC', check: 'cloud-calls' }],
  clause: { document: '001', section: '3.5' },
  risk: 'low',
  args: args({
    hosts: arg.hosts({ app: APP, default: 'all' }),
    reason: arg.optional(arg.reason()),
  }),
  examples: [{ hosts: 'all' }, { hosts: [`${APP}-2`], reason: 'the others were restarted today' }],

  async observe({ hosts: asked, reason }, look): Promise<Observation<Connectors>> {
    const app = look.estate.apps.find(({ kind }) => kind === APP);
    const all = app ? hostsOf(look.estate, app).map(({ name }) => name) : [];
    if (all.length === 0)
      return refuse(
        'not-found',
        words(`The inventory has no host of ${APP}.`, `资产清单中没有 ${APP} 的主机。`),
      );
    if (asked === 'red')
      return refuse(
        'unsafe',
        words(
          'A node that is not well makes the result incomplete. Take all, or name the nodes.',
          '异常节点会使结果不完整。请选择全部，或指定节点。',
        ),
      );
    const hosts = asked === 'all' ? all : all.filter((name) => asked.includes(name));
    const missing = asked === 'all' ? [] : asked.filter((name) => !all.includes(name));
    if (missing.length > 0)
      return refuse(
        'not-found',
        words(`No host of ${APP}: ${missing.join(', ')}.`, `不是 ${APP} 的主机：${missing.join('、')}。`),
      );
    if (hosts.length < all.length && reason === undefined)
      return refuse(
        'unsafe',
        words(
          `A host that is left out keeps the old address. Give a reason, or take all: ${all.join(', ')}.`,
          `未包含的主机会继续使用旧地址。请填写原因，或选择全部：${all.join('、')}。`,
        ),
      );
    const answers = await look.checks({
      title: words('Every node works', '各节点工作正常'),
      refs: hosts.flatMap((host) => [
        { system: 'BASIC', check: 'iaasconnector-ports', on: { host } },
        healthOf(host),
      ]),
    });
    const bad = answers.filter(({ state }) => state !== 'ok');
    if (answers.length < 2 * hosts.length || bad.length > 0)
      return refuse(
        'unsafe',
        sentences(
          words('All nodes or none: the result would be incomplete.', '须在全部节点上执行，否则结果不完整。'),
          ...bad.slice(0, 5).map(sayAnswer),
        ),
      );
    return {
      applies: true,
      because: words(
        `All ${hosts.length} nodes work: ${hosts.join(', ')}.`,
        `${hosts.length} 个节点均正常：${hosts.join('、')}。`,
      ),
      facts: { hosts } satisfies Connectors,
    };
  },

  warning: () =>
    words(
      'Connections are opened anew; calls under way may be tried again. Afterwards look at the page 环境资源管理 of the new room: the new address must be used.',
      '连接将重新建立，正在进行的调用可能会重试。完成后请在新机房的“环境资源管理”页面确认新地址已生效。',
    ),

  steps: ({ hosts }) => oneByOne(hosts, (host) => ({ steps: reinit(host) })),

  verify: ({ hosts }) => [
    checksGreen(hosts.map(healthOf), {
      row: 'BASIC-C08',
      withinSeconds: 30,
      title: words('Every node is healthy', '各节点健康检查正常'),
    }),
  ],

  rollback: {
    irreversible: words(
      'The connections are initialised anew; the manual’s alternative is to restart aciaasconnectore.',
      '连接已重新初始化，无法回退；手册的替代方式是重启 aciaasconnectore。',
    ),
  },
});

const reinit = (host: string): readonly Step[] => [
  {
    kind: 'request',
    title: words(`Initialise the connections of ${host}`, `重新初始化 ${host} 的连接`),
    cites: ['RMC-PR01.1', 'RMC-F03.1'],
    from: { host },
    method: 'PUT',
    url: 'http://localhost:8341/privateapi/conns/reinit',
  },
  {
    kind: 'wait',
    title: words(`${host} is healthy`, `${host} 健康检查正常`),
    conditions: [{ kind: 'checks', checks: [healthOf(host)] }],
    withinSeconds: 30,
    everySeconds: 5,
  },
  {
    kind: 'shell',
    title: words(
      `No call of ${host} to the cloud fails for ${QUIET_SECONDS} s`,
      `${host} 在 ${QUIET_SECONDS} 秒内没有失败的云 API 调用`,
    ),
    host,
    command: quietCommand(CONNECTOR_LOGS, QUIET_SECONDS),
    timeoutSeconds: QUIET_SECONDS + 30,
  },
];

const healthOf = (host: string): CheckRef => ({ system: 'BASIC', check: 'health', on: { host } });

/** Reads only: fails with the lines that came into the log meanwhile and tell of a failed call. Without a log nobody can tell. */
export function quietCommand(logs: readonly [string, ...string[]], seconds: number): ShellCommand {
  const [one, two = one, three = one, four = one] = logs;
  return sh`for log in ${one} ${two} ${three} ${four}; do [ ! -f "$log" ] || break; done
[ -r "$log" ] || { echo "no log can be read: $log"; exit 1; }
before=$(wc -c <"$log") && sleep ${seconds} && now=$(wc -c <"$log") || exit 1
[ "$now" -ge "$before" ] || before=0
tail -c "+$((before + 1))" "$log" | awk ${`{ call = ${FAILED_CALL}; if (call != "") { print; bad = 1 } } END { exit bad }`}`;
}

import {
  arg,
  args,
  allGreen,
  type CheckRef,
  definePlaybook,
  hostNamed,
  type Look,
  type ManualStep,
  refuse,
  sayAnswers,
  words,
} from '../../src/kit/index.ts';

type Row = 'STAR-C02' | 'STAR-C05' | 'STAR-C06' | 'STAR-C08' | 'STAR-C10' | 'STAR-C11' | 'STAR-C12';
type Eyes = Look<'DEPS-P01' | 'DEPS-F04' | 'STAR-PR01' | Row>;

interface Undelivered {
  readonly host: string;
  readonly console: string;
}

export default definePlaybook({
  name: 'task-delivery',
  system: 'DEPS',
  title: words(
    'Operation tasks do not reach the hosts: GW, channels, agents',
    '运维任务下发失败：GW、通道、Agent',
  ),
  rows: ['DEPS-P01', 'DEPS-F04', 'STAR-PR01'],
  looksAt: ['STAR-C02', 'STAR-C05', 'STAR-C06', 'STAR-C08', 'STAR-C10', 'STAR-C11', 'STAR-C12'],
  clause: { document: '001', section: '2.7.1' },
  risk: 'low',
  args: args({ host: arg.host() }),
  examples: [{ host: 'ledger-1' }],

  async observe({ host }, look: Eyes) {
    if (!hostNamed(look.estate, host))
      return refuse(
        'not-found',
        words(`There is no host ${host} in the inventory.`, `资产清单中没有主机 ${host}。`),
      );
    const server = await look.checks({
      title: words('Pipeline server: ports', '运维管道服务端：端口'),
      refs: [{ system: 'STAR', check: 'starserver-ports', on: { app: 'acstarserver2' } }],
    });
    const seen = sayAnswers(server);
    if (!allGreen(server))
      return refuse(
        'unsafe',
        words(`The pipeline server comes first: ${seen.en}`, `请先处理运维管道服务端：${seen.zh}`),
        [{ title: words('Restart it', '重启服务端'), command: '/run restart-app acstarserver2' }],
      );
    const agent = await look.checks({
      title: words('Agent of the host', '主机上的 Agent'),
      refs: [{ system: 'STAR', check: 'agent-process', on: { host } }],
    });
    const process = sayAnswers(agent);
    if (!allGreen(agent))
      return refuse(
        'unsafe',
        words(
          `The agent of ${host} comes first: ${process.en}`,
          `请先处理 ${host} 上的 Agent：${process.zh}`,
        ),
        [{ title: words('Restart the agent', '重启 Agent'), command: `/run restart-staragent ${host}` }],
      );
    const connection = sayAnswers(
      await look.checks({
        title: words('Connection of the agent', 'Agent 的连接'),
        refs: [connectionOf(host)],
      }),
    );
    return {
      applies: true,
      because: words(
        `The pipeline server listens and the agent of ${host} runs. ${connection.en}`,
        `运维管道服务端端口正常，${host} 上的 Agent 正在运行。${connection.zh}`,
      ),
      facts: {
        host,
        console: look.estate.addresses[CONSOLE] ?? CONSOLE,
      },
    };
  },

  warning: ({ host }) =>
    words(
      `Persons carry this out on the console: enabling a GW or channel reaches all its hosts, not ${host} alone. The order is sent again only when everything before is in order.`,
      `由人工在控制台执行：启用 GW 或通道会影响其下所有主机，而不仅是 ${host}。前面各项均正常后才可重新下发。`,
    ),
  steps: (facts) => [
    container,
    gateway(facts),
    channel(facts),
    heartbeat(facts),
    {
      kind: 'wait',
      title: words(`The agent of ${facts.host} is connected`, `${facts.host} 的 Agent 已连接`),
      conditions: [{ kind: 'checks', checks: [connectionOf(facts.host)] }],
      withinSeconds: 300,
      everySeconds: 5,
    },
    resend,
  ],
  verify: ({ host }) => [
    {
      title: words('Connection of the agent', 'Agent 的连接'),
      row: 'STAR-C08',
      withinSeconds: 60,
      async look(look) {
        const answers = await look.checks({ refs: [connectionOf(host)] });
        return { state: allGreen(answers) ? 'ok' : 'critical', says: sayAnswers(answers) };
      },
    },
  ],
  rollback: (facts) => [asItWas(facts, 'channel'), asItWas(facts, 'gateway')],
});

const CONSOLE = 'acstarserver2_internet_vip';

const connectionOf = (host: string): CheckRef => ({
  system: 'STAR',
  check: 'agent-connection',
  on: { host },
});

const container: ManualStep = {
  kind: 'manual',
  title: words('Container of the pipeline server', '运维管道服务端的容器'),
  cites: ['DEPS-P01.1'],
  page: words('Yunyou (云游) > 容器 > starserver2', '云游 > 容器 > starserver2'),
  do: words('Look at the state of the container', '查看容器状态'),
  expect: words(
    'It is healthy (健康); otherwise answer Not done and restart acstarserver2 first',
    '状态为健康；否则请答复未执行，并先重启 acstarserver2',
  ),
  changes: false,
};

const gateway = ({ console: address }: Undelivered): ManualStep => ({
  kind: 'manual',
  title: words('GW', 'GW 管理'),
  cites: ['DEPS-P01.2', 'DEPS-P01.3', 'STAR-PR01.1'],
  page: words(`starserver2 console (${address}) > GW 管理`, `starserver2 控制台（${address}）> GW 管理`),
  do: words(
    'Note the state of the GW. Where it is not normal, set it to 启用 (enabled)',
    '记录 GW 的状态；若不正常，设置为启用',
  ),
  expect: words(
    'The GW is there and enabled (启用). Say what its state was before',
    'GW 存在，状态为启用。请说明其原先的状态',
  ),
  changes: true,
});

const channel = ({ console: address }: Undelivered): ManualStep => ({
  kind: 'manual',
  title: words('Channels', '通道管理'),
  cites: ['DEPS-P01.4', 'DEPS-P01.5', 'STAR-PR01.2'],
  page: words(`starserver2 console (${address}) > 通道管理`, `starserver2 控制台（${address}）> 通道管理`),
  do: words(
    'Note channel state, real-time state and the number of agents. Where it is not normal, set the channel to 启用 (enabled), refresh, and look again',
    '记录通道状态、实时状态与 Agent 连接个数；若不正常，设置为启用，刷新后再次确认',
  ),
  expect: words(
    'The GW is there; channel state and real-time state are normal. Say what they were before',
    'GW 存在，通道状态与实时状态正常。请说明其原先的状态',
  ),
  changes: true,
});

const heartbeat = ({ host, console: address }: Undelivered): ManualStep => ({
  kind: 'manual',
  title: words('Heartbeat', '心跳时间'),
  cites: ['DEPS-P01.6'],
  page: words(`starserver2 console (${address}) > 通道管理`, `starserver2 控制台（${address}）> 通道管理`),
  do: words(`Look at the heartbeat of ${host}`, `查看 ${host} 的心跳时间`),
  expect: words(
    `It is less than 1 minute old; otherwise it is the network or the agent: answer Not done, and restart the agent with /run restart-staragent ${host}`,
    `小于 1 分钟；否则可能存在网络或 Agent 问题：请答复未执行，并执行 /run restart-staragent ${host}`,
  ),
  changes: false,
});

const resend: ManualStep = {
  kind: 'manual',
  title: words('Send the order again', '重新下发发布单'),
  cites: ['DEPS-P01.7'],
  page: words('Release page of the order', '发布单详情页'),
  do: words('Send the failed step again', '重新下发失败的步骤'),
  expect: words('The step passes within 15 minutes', '该步骤在 15 分钟内通过'),
  changes: true,
};

function asItWas({ console: address }: Undelivered, which: 'gateway' | 'channel'): ManualStep {
  const page = which === 'gateway' ? 'GW 管理' : '通道管理';
  const name = which === 'gateway' ? words('GW', 'GW') : words('channel', '通道');
  return {
    kind: 'manual',
    title: words(`Put the ${name.en} back`, `恢复${name.zh}`),
    page: words(`starserver2 console (${address}) > ${page}`, `starserver2 控制台（${address}）> ${page}`),
    do: words(
      `Set the ${name.en} to the state that was noted before it was changed`,
      `将${name.zh}恢复为变更前记录的状态`,
    ),
    expect: words('The state is as noted', '状态与记录一致'),
    changes: true,
  };
}

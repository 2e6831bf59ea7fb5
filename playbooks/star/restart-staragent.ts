import {
  allGreen,
  arg,
  args,
  type CheckAnswer,
  type CheckRef,
  checksGreen,
  definePlaybook,
  type Estate,
  hostNamed,
  type Look,
  type Observation,
  onEach,
  onHosts,
  placeOf,
  type Refusal,
  refuse,
  sayAnswer,
  sentences,
  sh,
  sql,
  type Step,
  words,
} from '../../src/kit/index.ts';
import { agentIsIdle } from './agent-idle.ts';

/** Of all agents, so many may be restarted beside each other. */
const SHARE = 0.3;
const AGENT_CHECKS = ['agent-process', 'agent-connection', 'agent-errors'] as const;

interface RedAgents {
  readonly hosts: readonly string[];
  /** Restarted beside each other at most. */
  readonly atOnce: number;
}

export default definePlaybook({
  name: 'restart-staragent',
  system: 'STAR',
  title: words('Restart staragent on a host', '重启 staragent'),
  rows: ['STAR-F01', 'STAR-PR02', 'STAR-A03', 'DEPS-F17'],
  looksAt: ['STAR-C02', 'STAR-C07', 'STAR-C08', 'STAR-C09', 'DEPS-C22'],
  heals: AGENT_CHECKS.map((check) => ({ system: 'STAR', check })),
  clause: { document: '004', section: '4.3.5' },
  risk: 'low',
  args: args({ hosts: arg.hosts({ default: 'red' }) }),
  examples: [{ hosts: ['ledger-1'] }, { hosts: 'all' }],

  async observe({ hosts }, look): Promise<Observation<RedAgents>> {
    const all = agentHosts(look.estate);
    const missing = typeof hosts === 'string' ? [] : hosts.filter((name) => !all.includes(name));
    if (missing.length > 0)
      return refuse(
        'not-found',
        words(`There is no staragent on ${missing.join(', ')}.`, `${missing.join('、')} 上没有 staragent。`),
      );
    const server = await look.checks({
      title: words('The pipeline server', '运维管道服务端'),
      refs: [{ system: 'STAR', check: 'starserver-ports', on: { app: 'acstarserver2' } }],
    });
    if (!allGreen(server))
      return refuse(
        'unsafe',
        sentences(
          words(
            'The pipeline server must be well first: an agent cannot mend it.',
            '须先恢复运维管道服务端：重启 Agent 无法解决服务端问题。',
          ),
          ...server
            .filter(({ state }) => state !== 'ok')
            .slice(0, 1)
            .map(sayAnswer),
        ),
      );
    const asked = typeof hosts === 'string' ? all : hosts;
    const answers = await look.checks({
      title: words('The agents', 'Agent 状态'),
      refs: refsOn(asked, AGENT_CHECKS),
    });
    const red = asked.filter((host) =>
      answers.some((answer) => placeOf(answer) === host && answer.state === 'critical'),
    );
    if (red.length === 0) return noneIsRed(asked, answers);
    for (const host of red) {
      const busy = await runningTasks(host, look);
      if (busy !== undefined) return busy;
    }
    return {
      applies: true,
      because: sentences(
        words(`staragent is not well on ${red.join(', ')}.`, `${red.join('、')} 上的 staragent 异常。`),
        ...answers
          .filter(({ state }) => state === 'critical')
          .slice(0, 2)
          .map(sayAnswer),
      ),
      facts: { hosts: red, atOnce: Math.max(1, Math.floor(all.length * SHARE)) } satisfies RedAgents,
    };
  },

  warning: ({ hosts }) =>
    words(
      `A task of the platform that runs on ${hosts.length === 1 ? 'the host' : 'these hosts'} would fail; the run stops where one does. Afterwards the heartbeat in the console (通道管理) must be less than 1 minute old.`,
      '主机上正在执行的平台任务会失败；发现任务时运行即停止。完成后请在控制台“通道管理”确认心跳时间小于 1 分钟。',
    ),

  /** One canary, then batches; each agent must be well again before the next begin. */
  steps: ({ hosts, atOnce }) =>
    onEach(hosts, { canary: 1, batch: atOnce }, (host) => ({ steps: restart(host) })),

  verify: ({ hosts }) => [
    checksGreen(refsOn(hosts, ['agent-process', 'agent-connection']), {
      row: 'STAR-C07',
      withinSeconds: 60,
      title: words('The agents run and are connected', 'Agent 运行且连接正常'),
    }),
    checksGreen(refsOn(hosts, ['agent-errors']), {
      row: 'STAR-C09',
      // As far back as the check looks, and a minute more.
      withinSeconds: 360,
      title: words('No new error in their logs', '日志中没有新的错误'),
    }),
  ],

  rollback: {
    irreversible: words(
      'Tasks that run on the host are lost; it is looked before that there is none.',
      '主机上正在执行的任务会丢失，执行前会确认没有任务。',
    ),
  },
});

const restart = (host: string): readonly Step[] => [
  agentIsIdle(host),
  {
    kind: 'shell',
    title: words(`Restart staragent on ${host}`, `重启 ${host} 上的 staragent`),
    cites: ['STAR-PR02.1', 'STAR-F01.4', 'STAR-A03.2', 'DEPS-F17.2'],
    host,
    user: 'root',
    command: sh`/home/staragent/bin/agent.sh restart`,
    timeoutSeconds: 60,
    probe: wellAgain(host),
  },
  {
    kind: 'wait',
    title: words(`staragent on ${host} runs and is connected`, `${host} 上的 staragent 运行且连接正常`),
    cites: ['STAR-PR02.2'],
    conditions: [wellAgain(host)],
    withinSeconds: 60,
    everySeconds: 5,
  },
];

const wellAgain = (host: string) =>
  ({ kind: 'checks', checks: refsOn([host], ['agent-process', 'agent-connection']) }) as const;

const refsOn = (
  hosts: readonly string[],
  checks: readonly (typeof AGENT_CHECKS)[number][],
): readonly CheckRef[] => onHosts('STAR', checks, hosts);

/** An agent stands beside the apps of its hosts. */
const agentHosts = ({ apps }: Estate): readonly string[] =>
  apps.filter(({ kind }) => kind === 'staragent').flatMap(({ hosts }) => hosts);

/** Refuses while the platform itself says that a task runs on the host: one without an exit code has not ended. */
async function runningTasks(name: string, look: Look<'DEPS-C22'>): Promise<Refusal | undefined> {
  const address = hostNamed(look.estate, name)?.address;
  const rows = await look.sql({
    title: words(`Tasks sent to ${name}`, `下发到 ${name} 的任务`),
    row: 'DEPS-C22',
    database: 'opswareexecutor',
    query: sql`select id, command, status, exit_code from executor_bash_task where private_ip = ${address ?? ''} order by id desc limit 10`,
  });
  const running = rows.filter((row) => row['exit_code'] === null || row['exit_code'] === undefined);
  return running.length === 0
    ? undefined
    : refuse(
        'unsafe',
        words(
          `The platform runs task ${running[0]?.['id'] ?? ''} on ${name}. Ask again when it has ended.`,
          `平台正在 ${name} 上执行任务 ${running[0]?.['id'] ?? ''}，请待其结束后重新发起。`,
        ),
      );
}

function noneIsRed(hosts: readonly string[], answers: readonly CheckAnswer[]): Refusal {
  const unknown = answers.filter(({ state }) => state === 'unknown');
  return unknown.length > 0
    ? refuse(
        'unsafe',
        sentences(
          words('No agent is known to be down.', '没有确认异常的 Agent。'),
          ...unknown.slice(0, 3).map(sayAnswer),
        ),
      )
    : refuse(
        'not-needed',
        words(`staragent is well on ${hosts.join(', ')}.`, `${hosts.join('、')} 上的 staragent 正常。`),
      );
}

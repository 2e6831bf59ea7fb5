import {
  agentProcess,
  type Check,
  type Estate,
  type HostContext,
  type Judgement,
  notUnderstood,
  optionOf,
  part,
  pathOf,
  type ShellAnswer,
  type ShellCommand,
  sh,
  type Words,
  words,
} from '../../src/kit/index.ts';

const clause = { document: '002', section: '6.4.1' } as const;
const agent = agentProcess('ant_cloud_agent');

/**
 * Trace logs are collected by ilogtaild where they are stored in SLS, by ant_cloud_agent where in ALS. The manual asks for the
 * one that is used; where the inventory does not say which, one of them is enough, but what is installed must run.
 */
export const storage = {
  title: words('Trace log storage', 'Trace 日志存储'),
  values: ['either', 'sls', 'als', 'both'],
  usual: 'either',
} as const;

export const collection: readonly Check[] = [
  {
    id: 'sls-client',
    title: words('ilogtaild process', 'ilogtaild 进程'),
    apps: ['ilogtaild'],
    rows: ['DST-C12'],
    clause,
    literal: 'sudo /etc/init.d/ilogtaild status',
    on: 'host',
    command: askClients,
    judge(answer, context) {
      const seen = readClients(answer, context);
      if (!seen) return notUnderstood();
      return [{ ...judgeSls(seen, storageOf(context)), evidence: seen.said }];
    },
  },
  {
    id: 'als-agent',
    title: words('ant_cloud_agent process', 'ant_cloud_agent 进程'),
    apps: ['ant_cloud_agent'],
    rows: ['DST-C13'],
    clause,
    on: 'host',
    command: askClients,
    judge(answer, context) {
      const seen = readClients(answer, context);
      return seen ? [judgeAls(seen, storageOf(context))] : notUnderstood();
    },
  },
];

const storageOf = ({ estate }: { readonly estate: Estate }): string => optionOf(estate, 'DST', 'storage');

/** Both are looked at together: whether one must be there depends on the other. */
function askClients(context: HostContext): ShellCommand {
  return sh`
f=${pathOf(context.app, '/etc/init.d/ilogtaild')}
if [ ! -e "$f" ]; then echo not-installed
elif [ "$(id -u)" = 0 ]; then "$f" status 2>&1; echo "code $?"
elif command -v sudo >/dev/null 2>&1; then sudo -n "$f" status 2>&1; echo "code $?"
else echo no-sudo
fi
echo '==='
${part(agent.command(context))}`;
}

type SlsClient = 'runs' | 'stopped' | 'not-installed' | 'no-right' | 'not-understood';

interface Clients {
  readonly sls: SlsClient;
  /** What was said about ilogtaild. */
  readonly said: string;
  readonly als: Judgement;
}

function readClients(answer: ShellAnswer, context: HostContext): Clients | undefined {
  const split = answer.output.indexOf('===\n');
  if (split === -1) return undefined;
  const said = answer.output.slice(0, split).trim();
  const [als] = agent.judge({ ...answer, output: answer.output.slice(split + 4) }, context);
  return als && { sls: readStatus(said), said, als };
}

/** What `status` says: its exit code as init scripts have it, and its words. */
export function readStatus(said: string): SlsClient {
  if (said === 'not-installed') return said;
  if (said === 'no-sudo' || REFUSED.test(said)) return 'no-right';
  const [, code] = /^code (\d+)$/m.exec(said) ?? [];
  // Where systemd answers for the script, older stops stand in the lines of its journal behind this one.
  if (code === '0' && /^ *Active: active \(running\)/m.test(said)) return 'runs';
  const isStopped = /not running|stopped|\bdead\b|未运行|已停止/i.test(said);
  if (code === '0' && !isStopped && /running|运行/i.test(said)) return 'runs';
  return isStopped || code === '3' ? 'stopped' : 'not-understood';
}

/** How sudo says no; what else it says, like that it cannot resolve its host, stops nothing. */
const REFUSED =
  /(password|terminal|tty) is required|is not allowed to|not in the sudoers|must have a tty|sudo: sorry/i;

function judgeSls({ sls, als }: Clients, used: string): Judgement {
  if (used === 'als') return notUsed('ilogtaild', 'ALS');
  switch (sls) {
    case 'runs':
      return { state: 'ok', value: 1, says: words('ilogtaild runs', 'ilogtaild 正在运行') };
    case 'stopped':
      return {
        state: 'critical',
        value: 0,
        says: words('ilogtaild is installed and does not run', 'ilogtaild 已安装，未运行'),
      };
    case 'not-installed':
      if (used === 'either' && als.state === 'ok') return collectedBy('ilogtaild', 'ant_cloud_agent');
      return {
        state: used === 'either' && als.state === 'unknown' ? 'unknown' : 'critical',
        value: 0,
        says: words(
          'ilogtaild is not installed: trace logs of this host are not collected',
          'ilogtaild 未安装，本机的 Trace 日志未被采集',
        ),
      };
    case 'no-right':
      return { state: 'unknown', says: NO_RIGHT };
    case 'not-understood':
      return {
        state: 'unknown',
        says: words('the status of ilogtaild could not be understood', '无法识别 ilogtaild 的状态'),
      };
    default:
      return sls satisfies never;
  }
}

const NO_RIGHT: Words = words(
  'the status of ilogtaild needs sudo: allow `sudo /etc/init.d/ilogtaild status` without a password',
  '查看 ilogtaild 状态需要 sudo 权限，请允许免密执行 sudo /etc/init.d/ilogtaild status',
);

function judgeAls({ sls, als }: Clients, used: string): Judgement {
  if (used === 'sls') return notUsed('ant_cloud_agent', 'SLS');
  if (als.state === 'ok' || used !== 'either') return als;
  if (sls === 'runs') return collectedBy('ant_cloud_agent', 'ilogtaild');
  const isKnown = sls === 'stopped' || sls === 'not-installed';
  return isKnown ? als : { ...als, state: 'unknown' };
}

const notUsed = (client: string, store: string): Judgement => ({
  state: 'ok',
  says: words(
    `${client} is not needed: trace logs are stored in ${store}`,
    `Trace 日志存储在 ${store}，不需要 ${client}`,
  ),
});

const collectedBy = (client: string, other: string): Judgement => ({
  state: 'ok',
  says: words(`no ${client} here; ${other} collects the logs`, `本机没有 ${client}，日志由 ${other} 采集`),
});

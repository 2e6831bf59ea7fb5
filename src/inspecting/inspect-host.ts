import {
  type App,
  type CheckState,
  type ClusterCheck,
  capture,
  captureLine,
  type Estate,
  type Host,
  type HostCheck,
  type HostContext,
  quote,
  type ShellCommand,
  type Words,
  words,
} from '../kit/index.ts';
import type { Fate, Finding } from '../runs/report.ts';
import { askBatch } from './ask-batch.ts';
import { type BatchAnswer, capped } from './batch.ts';
import { HOST_CHECK } from './history/compare.ts';
import { EVIDENCE_CAP } from '../kit/text/evidence.ts';
import type { ClusterAnswer } from './inspect-cluster.ts';
import { type Conclude, concludeHere } from './conclude.ts';
import { contextOf, type OnBug, type Subject, unansweredFinding } from './judge.ts';
import type { ExecAnswer, NoAnswer, RemoteExec } from '../kit/targets.ts';

/** One thing that a host is asked for one of its apps. */
export interface HostAsk {
  readonly system: string;
  readonly app: App;
  readonly check: HostCheck | ClusterCheck;
}

/** Everything that one host is asked: one script, one connection. */
export interface HostWork {
  readonly host: Host;
  readonly asks: readonly [HostAsk, ...HostAsk[]];
}

/** What came of it: findings of the host's own checks, answers to those that are judged together with other hosts. */
export interface FromHost {
  readonly findings: readonly Finding[];
  readonly answers: readonly ClusterAnswer[];
  readonly fate: Fate;
}

const CHECK_SECONDS = 10;
/** Room for connecting, beside what the checks may take. */
const CONNECT_SECONDS = 10;

/** Runs the checks of a host and judges what came back, all of it or a part. Never throws for what a host does. */
export async function inspectHost(
  work: HostWork,
  estate: Estate,
  exec: RemoteExec,
  mostSeconds: number,
  signal: AbortSignal,
  onBug: OnBug,
  conclude: Conclude = concludeHere(estate, onBug),
): Promise<FromHost> {
  const asked = work.asks.map((ask) => ({ ask, command: commandOf(ask, work.host, estate, onBug) }));
  const items = itemsOf(asked);
  if (items.size === 0)
    return {
      ...(await judgeAll(work, asked, () => ({ kind: 'not-begun' }), undefined, estate, conclude)),
      fate: 'answered',
    };
  const atMost = [...items.values()].reduce((sum, seconds) => sum + seconds, CONNECT_SECONDS);
  const { answers, whole } = await askBatch(
    work.host,
    [...items].map(([command, timeoutSeconds]) => ({ command, timeoutSeconds })),
    exec,
    Math.min(mostSeconds, atMost),
    signal,
  );
  const fate = fateOf(whole);
  if (answers.every(({ kind }) => kind === 'not-begun'))
    return { findings: [silentHost(work, whole)], answers: unansweredBy(work, asked), fate };
  const byCommand = new Map([...items.keys()].map((command, no) => [command, answers[no]]));
  const answerTo = (command: ShellCommand): BatchAnswer => byCommand.get(command) ?? { kind: 'not-begun' };
  return { ...(await judgeAll(work, asked, answerTo, whole, estate, conclude)), fate };
}

function fateOf(whole: ExecAnswer): Fate {
  if (whole.kind === 'answered') return 'answered';
  if (whole.reason === 'closed') return whole.sent ? 'closed' : 'silent';
  if (whole.reason !== 'cancelled') return 'silent';
  if (!whole.sent) return 'not-asked';
  return whole.ended ? 'ended' : 'closed';
}

/** A host of which nothing is known: its checks were not even tried, or brought nothing when they were cut off. */
export const untriedHost = (work: HostWork, says: Words, fate: Fate): FromHost => ({
  findings: [hostFinding(work, 'unknown', says, '')],
  answers: unansweredBy(
    work,
    work.asks.map((ask) => ({ ask, command: undefined })),
  ),
  fate,
});

interface Asked {
  readonly ask: HostAsk;
  /** Undefined when it could not be made from the inventory. */
  readonly command: ShellCommand | undefined;
}

/** Each command once, with the longest time that one of its checks allows: what several checks ask alike runs once. */
function itemsOf(asked: readonly Asked[]): ReadonlyMap<ShellCommand, number> {
  const items = new Map<ShellCommand, number>();
  for (const { ask, command } of asked) {
    if (command === undefined) continue;
    items.set(command, Math.max(items.get(command) ?? 0, secondsOf(ask.check)));
  }
  return items;
}

const secondsOf = ({ timeoutSeconds }: HostAsk['check']): number => timeoutSeconds ?? CHECK_SECONDS;

/** A check that cannot make its command costs only itself. */
function commandOf(
  { app, check }: HostAsk,
  host: Host,
  estate: Estate,
  onBug: OnBug,
): ShellCommand | undefined {
  try {
    return check.command({ ...contextOf(check, app, estate), host });
  } catch (error) {
    onBug(error, { check: check.id, place: host.name });
    return undefined;
  }
}

async function judgeAll(
  { host }: HostWork,
  asked: readonly Asked[],
  answerTo: (command: ShellCommand) => BatchAnswer,
  whole: ExecAnswer | undefined,
  estate: Estate,
  conclude: Conclude,
): Promise<Omit<FromHost, 'fate'>> {
  const findings: Promise<readonly Finding[]>[] = [];
  const answers: ClusterAnswer[] = [];
  for (const { ask, command } of asked) {
    const { system, app, check } = ask;
    const subject: Subject = { system, app, host };
    const context = contextOf(check, app, estate);
    const answer = command === undefined ? undefined : answerTo(command);
    if (check.on === 'cluster') {
      answers.push({
        check,
        host,
        command: command ?? '',
        ...(answer?.kind === 'answered' && !answer.answer.timedOut
          ? { answer: answer.answer, ...(answer.ranBetween ? { ranBetween: answer.ranBetween } : {}) }
          : {}),
      });
    } else if (command === undefined || answer === undefined || whole === undefined) {
      const none = { command: '', output: '' };
      findings.push(Promise.resolve(unansweredFinding(check, subject, context, none, NO_COMMAND)));
    } else {
      findings.push(judgeOne(check, subject, { ...context, host }, command, answer, whole, conclude));
    }
  }
  return { findings: (await Promise.all(findings)).flat(), answers };
}

const unansweredBy = ({ host }: HostWork, asked: readonly Asked[]): readonly ClusterAnswer[] =>
  asked.flatMap(({ ask: { check }, command = '' }) =>
    check.on === 'cluster' ? [{ check, host, command }] : [],
  );

const NO_COMMAND = words('the command could not be made from the inventory', '无法根据资产清单生成检查命令');

async function judgeOne(
  check: HostCheck,
  subject: Subject,
  context: HostContext,
  command: string,
  answer: BatchAnswer,
  whole: ExecAnswer,
  conclude: Conclude,
): Promise<readonly Finding[]> {
  const unanswered = (output: string, says: Words): readonly Finding[] =>
    unansweredFinding(check, subject, context, { command, output }, says);
  switch (answer.kind) {
    case 'answered': {
      const { output, timedOut } = answer.answer;
      if (timedOut) return unanswered(output, stopped(secondsOf(check)));
      const came = { on: 'host', check, host: context.host, answer: answer.answer } as const;
      return conclude({ subject, command, output, came });
    }
    case 'broken-off':
      return unanswered(answer.output, brokenOff(whole, true));
    case 'not-begun':
      return unanswered('', brokenOff(whole, false));
    default:
      return answer satisfies never;
  }
}

const stopped = (seconds: number): Words =>
  words(`stopped at its limit of ${seconds} s`, `超过 ${seconds} 秒时限，已停止`);

function brokenOff(whole: ExecAnswer, begun: boolean): Words {
  const why = whole.kind === 'no-answer' ? whyNot(whole) : words('the script ended early', '脚本提前结束');
  return begun
    ? words(`not answered: ${why.en} while this ran`, `未返回结果：执行过程中${why.zh}`)
    : words(`not answered: ${why.en} before this ran`, `未返回结果：执行之前${why.zh}`);
}

/** One finding for the whole host: nothing of what was asked came back. */
function silentHost(work: HostWork, answer: ExecAnswer): Finding {
  if (answer.kind === 'answered') {
    const code = answer.exitCode ?? '?';
    return hostFinding(
      work,
      'unknown',
      words(
        `the host let Fettle in but ran nothing (exit code ${code})`,
        `可以登录主机，但检查没有执行（退出码 ${code}）`,
      ),
      `${capped(answer.stderr).output}\n${capped(answer.stdout).output}`,
    );
  }
  if (answer.reason === 'host-key-changed') return hostFinding(work, 'critical', KEY_CHANGED, answer.detail);
  const why = whyNot(answer);
  const detail = captureLine(answer.detail);
  return hostFinding(
    work,
    'unknown',
    detail === '' || answer.reason === 'cancelled'
      ? why
      : words(`${why.en}: ${detail}`, `${why.zh}：${detail}`),
    answer.detail,
  );
}

const KEY_CHANGED = words(
  'the host shows another host key than the pinned one. Nobody should log in until its keeper has confirmed the new fingerprint by another way (at its console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub); then write it as the fingerprint of this host in inventory.yaml, or replace its line in known_hosts',
  '主机密钥与已登记的不一致。请先通过其他途径向主机负责人核实新指纹（在主机控制台执行 ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub），核实前请勿登录；核实后将其写入 inventory.yaml 中该主机的 fingerprint，或替换 known_hosts 中的对应行',
);

function hostFinding({ host, asks }: HostWork, state: CheckState, says: Words, detail: string): Finding {
  const [{ system, app, check }] = asks;
  return {
    system,
    app: app.id,
    host: host.name,
    check: HOST_CHECK,
    title: words('Host answers', '主机可达'),
    state,
    says,
    rows: [...new Set(asks.flatMap((ask) => ask.check.rows))],
    clause: check.clause,
    command: captureLine(`ssh ${quote(host.address)} -p ${host.port}`),
    evidence: capture(detail, EVIDENCE_CAP.notOk),
    overridden: [],
    standsFor: [
      ...new Map(
        asks.map((ask) => [`${ask.system}|${ask.app.id}`, { system: ask.system, app: ask.app.id }]),
      ).values(),
    ],
  };
}

/** Why a host gave no answer. */
export function whyNot({ reason, tookMs }: Extract<ExecAnswer, { kind: 'no-answer' }>): Words {
  const seconds = Math.max(1, Math.round(tookMs / 1000));
  return reason === 'timeout'
    ? words(`the host did not answer within ${seconds} s`, `主机 ${seconds} 秒内未返回结果`)
    : NO_ANSWER[reason];
}

const NO_ANSWER: Readonly<Record<Exclude<NoAnswer, 'timeout'>, Words>> = {
  unreachable: words('the host cannot be reached', '主机不可达'),
  refused: words('the host refuses the connection', '主机拒绝连接'),
  'host-key-changed': words('the host shows another host key', '主机密钥发生变化'),
  'host-key-unknown': words(
    'the host key is not pinned yet; write its fingerprint into inventory.yaml',
    '主机密钥尚未登记，请将其指纹写入 inventory.yaml',
  ),
  'login-refused': words('the host refuses the login', '主机拒绝登录'),
  closed: words('the connection was closed', '连接被关闭'),
  cancelled: words('cancelled', '已取消'),
};

import {
  type App,
  type CheckState,
  type Estate,
  type Host,
  type HostCheck,
  quote,
  sh,
  type ShellAnswer,
  type Words,
  words,
} from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { batchCapBytes, type BatchAnswer, readBatch, writeBatch } from './batch.ts';
import { HOST_CHECK } from './compare.ts';
import { asEvidence, oneLine } from './evidence.ts';
import { contextOf, findingsOf, unansweredFinding } from './judge.ts';
import type { ExecAnswer, NoAnswer, RemoteExec } from './targets.ts';

/** The checks of one host: one script, one connection. */
export interface HostWork {
  readonly system: string;
  readonly app: App;
  readonly host: Host;
  readonly checks: readonly [HostCheck, ...HostCheck[]];
}

const CHECK_SECONDS = 10;

/** Runs the checks of a host and judges what came back, all of it or a part. Never throws for what a host does. */
export async function inspectHost(
  work: HostWork,
  estate: Estate,
  exec: RemoteExec,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { app, host, checks } = work;
  const commands = checks.map((check) => check.command({ ...contextOf(check, app, estate), host }));
  const batch = writeBatch(
    checks.map((check, i) => ({
      command: commands[i] ?? sh`false`,
      timeoutSeconds: check.timeoutSeconds ?? CHECK_SECONDS,
    })),
  );
  const answer = await exec.run(
    host,
    batch.script,
    { timeoutSeconds, outputCapBytes: batchCapBytes(checks.length) },
    signal,
  );
  const answers = readBatch(batch, answer.stdout);
  if (answers.every(({ kind }) => kind === 'not-begun')) return [silentHost(work, answer)];
  return checks.flatMap((check, i) =>
    judgeOne(work, check, commands[i] ?? '', answers[i] ?? { kind: 'not-begun' }, answer, estate),
  );
}

/** A host whose checks were not even tried. */
export const untriedHost = (work: HostWork, says: Words): Finding => hostFinding(work, 'unknown', says, '');

function judgeOne(
  work: HostWork,
  check: HostCheck,
  command: string,
  answer: BatchAnswer,
  whole: ExecAnswer,
  estate: Estate,
): readonly Finding[] {
  const context = contextOf(check, work.app, estate);
  const unanswered = (output: string, says: Words): readonly Finding[] =>
    unansweredFinding(check, work, context, { command, output }, says);
  switch (answer.kind) {
    case 'answered': {
      const { output } = answer.answer;
      if (answer.answer.timedOut) return unanswered(output, stopped(check.timeoutSeconds ?? CHECK_SECONDS));
      return findingsOf(check, work, context, { command, output }, () =>
        check.judge(answer.answer satisfies ShellAnswer, { ...context, host: work.host }),
      );
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
  words(`stopped at its limit of ${seconds} s`, `超过 ${seconds} 秒时限,已停止`);

function brokenOff(whole: ExecAnswer, begun: boolean): Words {
  const why =
    whole.kind === 'no-answer' ? NO_ANSWER[whole.reason] : words('the script ended early', '脚本提前结束');
  return begun
    ? words(`no result, ${why.en} while this ran`, `执行过程中${why.zh},没有结果`)
    : words(`not run: ${why.en}`, `未执行:${why.zh}`);
}

/** One finding for the whole host: nothing of what was asked came back. */
function silentHost(work: HostWork, answer: ExecAnswer): Finding {
  if (answer.kind === 'answered') {
    const code = answer.exitCode ?? '?';
    return hostFinding(
      work,
      'unknown',
      words(`the host ran nothing (exit code ${code})`, `主机没有执行任何检查(退出码 ${code})`),
      `${answer.stderr}\n${answer.stdout}`,
    );
  }
  if (answer.reason === 'host-key-changed') {
    return hostFinding(
      work,
      'critical',
      words(
        'the host shows another host key than before; verify the new key with its keeper by another way before anybody logs in',
        '主机密钥与之前不一致;请先通过其他途径向主机负责人核实新密钥,核实前不要登录',
      ),
      answer.detail,
    );
  }
  const why = NO_ANSWER[answer.reason];
  const detail = oneLine(answer.detail);
  return hostFinding(
    work,
    'unknown',
    detail === '' ? why : words(`${why.en}: ${detail}`, `${why.zh}:${detail}`),
    answer.detail,
  );
}

function hostFinding(
  { system, app, host, checks }: HostWork,
  state: CheckState,
  says: Words,
  detail: string,
): Finding {
  return {
    system,
    app: app.id,
    host: host.name,
    check: HOST_CHECK,
    title: words('Host', '主机'),
    state,
    says,
    rows: [...new Set(checks.flatMap(({ rows }) => rows))],
    clause: checks[0].clause,
    command: `ssh ${quote(host.address)} -p ${host.port}`,
    evidence: asEvidence(detail),
    overridden: [],
  };
}

const NO_ANSWER: Readonly<Record<NoAnswer, Words>> = {
  unreachable: words('the host cannot be reached', '主机不可达'),
  refused: words('the host refuses the connection', '主机拒绝连接'),
  timeout: words('the host did not answer in time', '主机未在时限内应答'),
  'host-key-changed': words('the host shows another host key', '主机密钥发生变化'),
  'host-key-unknown': words('the host key is not known yet', '主机密钥尚未登记'),
  'login-refused': words('the host refuses the login', '主机拒绝登录'),
  closed: words('the connection was closed', '连接被关闭'),
  cancelled: words('cancelled', '已取消'),
};

import {
  type App,
  type CheckState,
  type Estate,
  type Host,
  type HostCheck,
  quote,
  type ShellCommand,
  type Words,
  words,
} from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { batchCapBytes, type BatchAnswer, readBatch, writeBatch } from './batch.ts';
import { HOST_CHECK } from './compare.ts';
import { asEvidence, EVIDENCE_CAP, oneLine } from './evidence.ts';
import { contextOf, findingsOf, type OnBug, unansweredFinding } from './judge.ts';
import type { ExecAnswer, NoAnswer, RemoteExec } from './targets.ts';

/** The checks of one host: one script, one connection. */
export interface HostWork {
  readonly system: string;
  readonly app: App;
  readonly host: Host;
  readonly checks: readonly [HostCheck, ...HostCheck[]];
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
): Promise<readonly Finding[]> {
  const asked = work.checks.map((check) => ({ check, command: commandOf(check, work, estate, onBug) }));
  const items = asked.flatMap(({ check, command }) =>
    command === undefined ? [] : [{ command, timeoutSeconds: check.timeoutSeconds ?? CHECK_SECONDS }],
  );
  if (items.length === 0) return asked.flatMap(({ check }) => notAsked(check, work, estate));
  const batch = writeBatch(items);
  const atMost = items.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, CONNECT_SECONDS);
  const answer = await exec.run(
    work.host,
    batch.script,
    { timeoutSeconds: Math.min(mostSeconds, atMost), outputCapBytes: batchCapBytes(items.length) },
    signal,
  );
  const answers = readBatch(batch, answer.stdout);
  if (answers.every(({ kind }) => kind === 'not-begun')) return [silentHost(work, answer)];
  const left = answers[Symbol.iterator]();
  return asked.flatMap(({ check, command }) => {
    if (command === undefined) return notAsked(check, work, estate);
    const next: BatchAnswer | undefined = left.next().value;
    return judgeOne(work, check, command, next ?? { kind: 'not-begun' }, answer, estate, onBug);
  });
}

/** A host whose checks were not even tried. */
export const untriedHost = (work: HostWork, says: Words): Finding => hostFinding(work, 'unknown', says, '');

/** A check that cannot make its command costs only itself. */
function commandOf(
  check: HostCheck,
  { app, host }: HostWork,
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

const notAsked = (check: HostCheck, work: HostWork, estate: Estate): readonly Finding[] =>
  unansweredFinding(
    check,
    work,
    contextOf(check, work.app, estate),
    { command: '', output: '' },
    words('the command could not be made from the inventory', '无法根据资产清单生成检查命令'),
  );

function judgeOne(
  work: HostWork,
  check: HostCheck,
  command: string,
  answer: BatchAnswer,
  whole: ExecAnswer,
  estate: Estate,
  onBug: OnBug,
): readonly Finding[] {
  const context = contextOf(check, work.app, estate);
  const unanswered = (output: string, says: Words): readonly Finding[] =>
    unansweredFinding(check, work, context, { command, output }, says);
  switch (answer.kind) {
    case 'answered': {
      const { output, timedOut } = answer.answer;
      if (timedOut) return unanswered(output, stopped(check.timeoutSeconds ?? CHECK_SECONDS));
      const judge = () => check.judge(answer.answer, { ...context, host: work.host });
      return findingsOf(check, work, context, { command, output }, judge, onBug);
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
      `${answer.stderr}\n${answer.stdout}`,
    );
  }
  if (answer.reason === 'host-key-changed') return hostFinding(work, 'critical', KEY_CHANGED, answer.detail);
  const why = whyNot(answer);
  const detail = oneLine(answer.detail);
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
    title: words('Host answers', '主机可达'),
    state,
    says,
    rows: [...new Set(checks.flatMap(({ rows }) => rows))],
    clause: checks[0].clause,
    command: `ssh ${quote(host.address)} -p ${host.port}`,
    evidence: asEvidence(detail, EVIDENCE_CAP.notOk),
    overridden: [],
  };
}

function whyNot({ reason, tookMs }: Extract<ExecAnswer, { kind: 'no-answer' }>): Words {
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

import { withHash } from '../../../src/runs/plan.ts';
import { words, type CheckState, type RowId } from '../../../src/kit/index.ts';
import { recordButtons } from '../../../src/runs/questions.ts';
import { evidenceArgs, type Finding, type Question, type Report } from '../../../src/runs/report.ts';
import { newRunId, type Plan, type Run } from '../../../src/runs/run.ts';
import { captured } from '../../support/captured.ts';

export const lin = { id: 'U0LIN', name: 'Lin Wei' };
export const zhao = { id: 'U0ZHAO', name: 'Zhao Min' };

export const aRun = (over: Partial<Run> = {}): Run => ({
  id: newRunId(),
  ask: { kind: 'inspect', scope: { kind: 'system', ids: ['MQ'] } },
  state: 'queued',
  lang: 'en',
  typed: '/inspect mq',
  requestedBy: lin,
  origin: { surface: 'slack', team: 'T0PRACTICE', channel: 'C0OPS' },
  createdAt: new Date().toISOString(),
  approvals: [],
  steps: [],
  buttons: [],
  revision: 1,
  ...over,
});

export const aFinding = (over: Partial<Finding> = {}): Finding => ({
  system: 'MQ',
  app: 'msgbroker',
  host: 'msgbroker-1',
  check: 'port-9529',
  title: words('Port 9529', '9529 端口'),
  state: 'ok',
  says: words('listening', '正在监听'),
  rows: ['MQ-C07'],
  clause: { document: '002', section: '4.2.2.1' },
  command: captured('netstat -ano | grep LISTEN | grep 9529'),
  evidence: captured('tcp 0 0 0.0.0.0:9529 0.0.0.0:* LISTEN'),
  overridden: [],
  ...over,
});

const CHECKS: readonly (readonly [string, string, string, RowId, string])[] = [
  ['port-9529', 'Port 9529', '9529 端口', 'MQ-C07', '4.2.2.1'],
  ['process', 'Broker process', 'broker 进程', 'MQ-C08', '4.2.2.1'],
  ['database', 'Database connections', '数据库连接', 'MQ-C16', '4.6.2'],
  ['heartbeat', 'Heartbeat lines', '心跳日志', 'MQ-C18', '4.2.1.2'],
  ['datasource', 'Data source health', '数据源健康', 'MQ-C19', '4.4.4'],
];

/** Five checks on each of four brokers and two on the consoles, all ok. */
export function healthyFindings(): Finding[] {
  const brokers = [1, 2, 3, 4].flatMap((n) =>
    CHECKS.map(([check, en, zh, row, section]) =>
      aFinding({
        host: `msgbroker-${n}`,
        check,
        title: words(en, zh),
        rows: [row],
        clause: { document: '002', section },
      }),
    ),
  );
  const consoles = [1, 2].map((n) =>
    aFinding({
      app: 'msgconsole',
      host: `msgconsole-${n}`,
      check: 'health',
      title: words('Health check', '健康检查'),
      says: words('passed:true', 'passed:true'),
      rows: ['MQ-C06'],
      clause: { document: '002', section: '4.5.2' },
    }),
  );
  return [...brokers, ...consoles];
}

export const aQuestion: Question = {
  system: 'MQ',
  app: 'msgbroker',
  check: 'container-state',
  title: words('Container state', '容器状态'),
  rows: ['MQ-C15'],
  clause: { document: '002', section: '4.6.2' },
  page: words('Yunyou > msgbroker > containers', '云游 > msgbroker > 容器'),
  expect: words('all running', '全部运行中'),
};

export const aReport = (findings: readonly Finding[], over: Partial<Report> = {}): Report => ({
  scope: { kind: 'system', ids: ['MQ'] },
  startedAt: '2026-11-21T02:00:00.000Z',
  finishedAt: '2026-11-21T02:00:03.400Z',
  hosts: 6,
  findings,
  questions: [],
  changes: { since: '2026-11-20T02:00:00.000Z', entries: [] },
  ...over,
});

export const reported = (report: Report, over: Partial<Run> = {}): Run =>
  aRun({
    state: 'ended',
    outcome: 'done',
    endedAt: report.finishedAt,
    report,
    buttons: [
      { id: 'b-again', action: 'again' },
      { id: 'b-broker', action: 'evidence', arg: 'msgbroker' },
      { id: 'b-console', action: 'evidence', arg: 'msgconsole' },
    ],
    ...over,
  });

/** A broker whose port is closed, another that does not answer, and one heartbeat that is slow. */
export function troubledRun(over: Partial<Run> = {}): Run {
  const findings = healthyFindings().map((finding) => {
    if (finding.host === 'msgbroker-2' && finding.check === 'port-9529')
      return change(
        finding,
        'critical',
        'nothing listens on 9529; it must be in LISTEN',
        '9529 没有监听，应处于 LISTEN',
      );
    if (finding.host === 'msgbroker-3' && finding.check === 'heartbeat')
      return change(finding, 'warning', '9 lines a minute, normal is 12', '每分钟 9 行，正常为 12 行');
    if (finding.host === 'msgconsole-2')
      return change(finding, 'unknown', 'the host did not answer within 10 s', '主机 10 秒内无响应');
    return finding;
  });
  const bad = findings.filter(({ state }) => state !== 'ok');
  return reported(
    aReport(findings, {
      questions: [aQuestion],
      changes: {
        since: '2026-11-20T02:00:00.000Z',
        entries: bad.slice(0, 2).map((finding, index) => ({
          kind: index === 0 ? 'new' : 'worse',
          finding,
          was: 'ok',
        })),
      },
    }),
    over,
  );
}

const change = (finding: Finding, state: CheckState, en: string, zh: string): Finding => ({
  ...finding,
  state,
  says: words(en, zh),
});

const lockRow = {
  id: '8841',
  target: 'zone-a/msgbroker',
  holder: 'CNHZ_58201812212200583197',
  gmt_create: '2026-11-21 01:12:09',
};

export const aPlan: Plan = withHash({
  playbook: 'release-locks',
  args: { order: 'CNHZ_58201812212200583197' },
  title: words('Delete the control locks of a dead release order', '删除已失效发布单的互斥锁'),
  risk: 'dangerous',
  rows: ['DEPS-F05'],
  because: words(
    'Order CNHZ_58201812212200583197 holds 1 control lock, and no task of its flow is active.',
    '发布单 CNHZ_58201812212200583197 仍持有 1 个互斥锁，而其流程已没有活动任务。',
  ),
  warning: words(
    'Confirm only if the order itself cannot be completed on its release page.',
    '仅当该发布单在发布页面上确实无法完成时才可确认。',
  ),
  facts: {},
  steps: [
    {
      kind: 'delete-rows',
      title: words('Delete 1 control lock', '删除 1 个互斥锁'),
      database: 'opswareorchestration',
      table: 'control_lock',
      key: ['id'],
      rows: [lockRow],
    },
    {
      kind: 'request',
      method: 'POST',
      title: words('Signal the flow engine', '通知流程引擎'),
      from: { host: 'acopswareorchestration-1' },
      url: 'http://127.0.0.1:8341/privateapi/orch/signal',
      body: { type: 'json', text: '{"executionId":"77012","result":"it\'s done"}' },
    },
  ],
  verify: [{ title: words('The deleted lock is gone', '已删除的锁不再存在'), row: 'DEPS-F05' }],
  rollback: [
    {
      kind: 'insert-rows',
      title: words('Put 1 control lock back', '恢复 1 个互斥锁'),
      database: 'opswareorchestration',
      table: 'control_lock',
      key: ['id'],
      rows: [lockRow],
    },
  ],
  looked: [
    {
      title: words('The node of the order', '发布单对应的节点'),
      row: 'DEPS-C18',
      database: 'opswareapiserver',
      statement: captured(
        "select a.node_id from ops_process_definition as a where b.time_series_id = 'CNHZ_58201812212200583197'",
      ),
      rows: [{ node_id: '0000000012190487' }],
    },
    {
      title: words('Active tasks of the flow', '流程中处于活动状态的任务'),
      row: 'DEPS-C21',
      database: 'opswareorchestration',
      statement: captured(
        "select ID_, ACT_ID_ from act_ru_execution where PROC_INST_ID_ = '5530021' and IS_ACTIVE_ = 1",
      ),
      rows: [],
    },
  ],
});

export const waitingRun = (over: Partial<Run> = {}): Run =>
  aRun({
    ask: { kind: 'change', playbooks: ['release-locks'], args: { order: 'CNHZ_58201812212200583197' } },
    typed: '/unstick CNHZ_58201812212200583197',
    state: 'waiting',
    plan: aPlan,
    approvalsNeeded: 2,
    notAfter: '2026-11-21T02:30:00.000Z',
    buttons: [
      { id: 'b-confirm', action: 'confirm' },
      { id: 'b-cancel', action: 'cancel' },
    ],
    ...over,
  });

export const doneRun = (over: Partial<Run> = {}): Run =>
  waitingRun({
    state: 'ended',
    outcome: 'done',
    endedAt: '2026-11-21T02:12:00.000Z',
    approvals: [{ by: zhao, at: '2026-11-21T02:11:40.000Z', hash: aPlan.hash }],
    steps: [
      {
        no: 1,
        title: words('Delete 1 control lock', '删除 1 个互斥锁'),
        state: 'done',
        says: words('1 row deleted', '已删除 1 行'),
      },
      {
        no: 2,
        title: words('Signal the flow engine', '通知流程引擎'),
        state: 'done',
        says: words('HTTP 200', 'HTTP 200'),
      },
    ],
    buttons: [{ id: 'b-back', action: 'put-back' }],
    says: words('Verified: none of the deleted locks is in the table.', '已验证：锁表中已没有被删除的锁。'),
    ...over,
  });

/** A report of a whole estate: 20 systems with 3 apps each, 40 checks on each of 4 hosts of an app, 80 questions. `bad`: apps that are not in order. */
export function wideReport(bad: number, silent = 3): Report {
  const apps = Array.from({ length: 60 }, (_, n) => ({
    system: `S${String(Math.floor(n / 3) + 1).padStart(2, '0')}`,
    app: `app-${n + 1}`,
    no: n,
  }));
  const states: readonly CheckState[] = ['critical', 'warning', 'unknown'];
  const findings = apps.flatMap(({ system, app, no }) =>
    Array.from({ length: 4 }, (_, h) => h + 1).flatMap((h) =>
      Array.from({ length: 40 }, (_, c) => {
        const isBad = no < bad && (c + no) % 7 === 0;
        const state = isBad ? (states[(c + no) % 3] ?? 'warning') : 'ok';
        return aFinding({
          system,
          app,
          host: `${app}-${h}`,
          check: `check-${c + 1}`,
          title: words(`Documented check number ${c + 1}`, `手册检查项 ${c + 1}`),
          state,
          says: isBad
            ? words(`seen ${c} of at most 80 on this host`, `当前 ${c}，阈值 80`)
            : words('as documented', '符合手册'),
          rows: [`${system}-C${String(c + 1).padStart(2, '0')}` as RowId],
          clause: { document: '002', section: `4.${(c % 9) + 1}.${(no % 5) + 1}` },
        });
      }),
    ),
  );
  const unanswered = Array.from({ length: silent }, (_, n) =>
    aFinding({
      system: 'S20',
      app: 'app-60',
      host: `shared-${n + 1}`,
      check: 'host',
      title: words('Host answers', '主机可达'),
      state: 'unknown',
      says: words('the host did not answer within 12 s', '主机 12 秒内未返回结果'),
      rows: ['S20-C01' as RowId],
      standsFor: [
        { system: 'S20', app: 'app-60' },
        { system: 'S19', app: 'app-57' },
      ],
    }),
  );
  const questions = Array.from({ length: 80 }, (_, n): Question => {
    const { system, app } = apps[(n * 3) % 60] ?? { system: 'S01', app: 'app-1' };
    return {
      ...aQuestion,
      system,
      app,
      check: `look-${n + 1}`,
      title: words(`Monitoring page ${n + 1}`, `监控页面 ${n + 1}`),
      page: words(`Corewatch > Shared middleware > ${system}`, `Corewatch > 共享中间件 > ${system}`),
      expect: words(
        'no abnormal alert; otherwise contact Ant technical support',
        '无异常告警；如有异常，联系蚂蚁技术支持',
      ),
    };
  });
  return aReport([...findings, ...unanswered], {
    scope: { kind: 'all' },
    hosts: 240 + silent,
    questions,
    unasked: ['APPM', 'GEN'],
    absent: ['opsware', 'dtap'],
    hidden: ['IAM'],
  });
}

/** Its run, with every button that a worker makes for it. */
export const wideRun = (report: Report, over: Partial<Run> = {}): Run =>
  reported(report, {
    ask: { kind: 'inspect', scope: report.scope },
    typed: '/inspect all',
    buttons: [
      ...evidenceArgs(report).map((arg) => ({ action: 'evidence' as const, arg })),
      ...recordButtons(report.questions),
      { action: 'again' as const },
    ].map((button, no) => ({ id: `button-${no}`, ...button })),
    ...over,
  });

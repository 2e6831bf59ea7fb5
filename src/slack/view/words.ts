import { words, type CheckState, type Lang, type Risk, type Words } from '../../kit/index.ts';
import type { Change } from '../../runs/report.ts';
import type { ButtonAction, Outcome, StepRecord } from '../../runs/run.ts';

/** Every fixed sentence and label of the Slack surface, in both languages. */
export const W = {
  inspection: words('Inspection', '巡检'),
  everything: words('everything', '全部'),
  inspecting: words('inspecting', '正在巡检'),
  looking: words('looking, nothing is changed', '正在查看,不做任何更改'),
  queued: words('in the queue', '排队中'),
  waiting: words('waits for Confirm', '等待确认'),
  approved: words('confirmed, about to start', '已确认,即将执行'),
  running: words('running', '正在执行'),
  allOk: words('nothing to report', '未发现问题'),
  noAnswers: words('nothing was checked', '没有执行任何检查'),
  waitingFor: words('Waiting for', '等待'),
  changed: words('Changed since', '与上次相比有变化,上次为'),
  unchanged: words('No change since', '与上次相比无变化,上次为'),
  firstTime: words(
    'First inspection of this scope; there is nothing to compare with.',
    '该范围首次巡检,暂无可比较的结果。',
  ),
  askedBy: words('Asked by', '发起人'),
  run: words('run', '任务'),
  found: words('What was found', '查看结果'),
  lookedAt: words('What was looked at', '查看了什么'),
  noRows: words('no rows', '无记录'),
  willRun: words('What will run, exactly this and in this order', '将要执行的内容,仅此并按此顺序'),
  ran: words('What ran', '执行过程'),
  verified: words('What is verified afterwards', '执行后如何验证'),
  putBack: words('How it is put back', '如何恢复'),
  warning: words('Before you confirm', '确认前须知'),
  risk: words('Risk', '风险'),
  lookForYourself: words('To look at in the console', '请在控制台查看'),
  page: words('Page', '页面'),
  expect: words('Expected', '应看到'),
  instead: words('Try instead', '可改用'),
  seenOk: words('Seen: ok', '已看:正常'),
  seenProblem: words('Seen: problem', '已看:异常'),
  inventoryLimit: words('limit set by the inventory', '阈值由清单设定'),
  noFindings: words('Without findings', '无异常的应用'),
  confirmTitle: words('Run this now?', '现在执行?'),
  confirmYes: words('Run it', '执行'),
  confirmNo: words('Not now', '暂不'),
  whatToType: words('What you can type', '可以输入的命令'),
  fixes: words('Documented fixes', '文档化的修复'),
  scopes: words('What can be inspected', '可巡检的范围'),
  recent: words('Recent runs', '最近的任务'),
  noneYet: words('None yet.', '暂无。'),
  inThread: words('The plan is in the thread.', '方案见消息列内回复。'),
  inTheManual: words('In the manual', '手册原文'),
} as const satisfies Record<string, Words>;

export const STATE: Readonly<Record<CheckState, Words>> = {
  critical: words('critical', '严重'),
  warning: words('warning', '警告'),
  unknown: words('unknown', '未知'),
  ok: words('ok', '正常'),
};

export const OUTCOME: Readonly<Record<Outcome, Words>> = {
  done: words('done', '完成'),
  refused: words('not carried out', '未执行'),
  failed: words('failed', '失败'),
  cancelled: words('cancelled, nothing was changed', '已取消,未做任何更改'),
  expired: words('nobody confirmed in time, nothing was changed', '未在时限内确认,未做任何更改'),
  unknown: words('outcome not known, a person must look', '结果未知,需要人工查看'),
};

export const STEP: Readonly<Record<StepRecord['state'], Words>> = {
  begun: words('under way', '进行中'),
  done: words('done', '完成'),
  failed: words('failed', '失败'),
  'not-started': words('not started', '未开始'),
  unknown: words('not known whether it took effect', '不确定是否已生效'),
};

export const CHANGE: Readonly<Record<Change['kind'], Words>> = {
  new: words('new', '新增'),
  worse: words('worse', '变差'),
  better: words('better', '好转'),
  gone: words('gone', '消失'),
};

export const RISK: Readonly<Record<Risk, Words>> = {
  'read-only': words('read-only', '只读'),
  low: words('low', '低'),
  risky: words('risky', '有风险'),
  dangerous: words('dangerous', '危险'),
};

export const BUTTON: Readonly<Record<ButtonAction, Words>> = {
  confirm: words('Confirm', '确认执行'),
  cancel: words('Cancel', '取消'),
  'put-back': words('Put back', '恢复'),
  again: words('Again', '再来一次'),
  evidence: words('Evidence', '查看证据'),
  'look-again': words('Look again', '重新查看'),
  record: words('Seen', '已看'),
  ask: words('Ask', '执行命令'),
};

/** The sentence for a person when a run ended without anybody knowing its effect. */
export const UNKNOWN_HELP = words(
  'Nothing is repeated by itself. Look at the rows or the host named above; Look again asks the system whether the step took effect.',
  '系统不会自动重试。请检查上面列出的记录或主机;点击“重新查看”会查询该步骤是否已生效。',
);

export const more = (n: number): Words => words(`… and ${n} more`, `……另有 ${n} 项`);
export const andMore = (n: number): Words => words(`and ${n} more`, `等另外 ${n} 个`);
export const hosts = (n: number): Words => words(n === 1 ? '1 host' : `${n} hosts`, `${n} 台主机`);
export const checks = (n: number): Words => words(n === 1 ? '1 check' : `${n} checks`, `${n} 项检查`);
export const problems = (n: number): Words => words(n === 1 ? '1 problem' : `${n} problems`, `${n} 个问题`);
export const answered = (done: number, total: number): Words =>
  words(`${done} of ${total} hosts answered`, `${total} 台主机中已有 ${done} 台返回`);
export const stepOf = (no: number, total: number): Words =>
  words(`step ${no} of ${total}`, `第 ${no}/${total} 步`);
export const okOn = (count: number, onHosts: number): Words =>
  onHosts === 0
    ? words(`${checks(count).en} ok`, `${count} 项检查正常`)
    : words(`${checks(count).en} ok on ${hosts(onHosts).en}`, `${onHosts} 台主机上 ${count} 项检查正常`);
export const confirmBy = (needed: number, given: number): Words =>
  needed === 1
    ? words('One person must confirm', '需要一人确认')
    : words(
        `${needed} different people must confirm; ${given} so far`,
        `需要 ${needed} 位不同人员确认;已有 ${given} 位`,
      );
export const planInThread = (time: string): Words =>
  words(`The plan is in the thread; Confirm counts until ${time}.`, `方案见消息列内回复;确认截止 ${time}。`);
export const until = (time: string): Words => words(`until ${time}`, `截止 ${time}`);
export const confirmedBy = (names: string): Words => words(`Confirmed by ${names}`, `确认人:${names}`);
export const rowsBack = (n: number): Words => words(n === 1 ? '1 row' : `${n} rows`, `${n} 条记录`);
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;

/** `title: text` with the language's own colon. */
export const colon = (lang: Lang): string => (lang === 'zh' ? ':' : ': ');
export const listOf = (items: readonly string[], lang: Lang): string =>
  items.join(lang === 'zh' ? '、' : ', ');

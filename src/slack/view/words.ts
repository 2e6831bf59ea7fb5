import { words, type CheckState, type Lang, type Risk, type Words } from '../../kit/index.ts';
import type { LaneProgress } from '../../runs/lanes.ts';
import type { Change, Fate } from '../../runs/report.ts';
import type { ButtonAction } from '../../runs/actions.ts';
import type { Outcome, StepRecord } from '../../runs/run.ts';

/** Every fixed sentence and label of the Slack surface, in both languages. */
export const W = {
  thatMessage: words('see its message', '查看该消息'),
  inspection: words('Inspection', '巡检'),
  okAgain: words('ok again', '恢复'),
  inspectionOfAll: words('Inspection of everything', '全量巡检'),
  everything: words('everything', '全部'),
  inspecting: words('inspecting', '正在巡检'),
  looking: words('looking, nothing is changed', '正在查询，不做任何变更'),
  queued: words('in the queue', '排队中'),
  waiting: words('waits for Confirm', '等待确认'),
  approved: words('confirmed, about to start', '已确认，即将执行'),
  waitsForWindow: words('confirmed, waits for its window', '已确认，等待变更窗口'),
  running: words('running', '正在执行'),
  suspended: words('under way, waits', '正在执行，等待中'),
  stopped: words('put down: read-only is on', '已暂停：只读模式已开启'),
  allOk: words('nothing to report', '未发现问题'),
  noAnswers: words('nothing was checked: no check is defined for it', '未执行任何检查：尚未定义相应的检查'),
  byEyeOnly: words('nothing to measure: to look at in the console', '无可测量的检查项，请在控制台查看'),
  waitingFor: words('Waiting for', '尚未返回'),
  firstTime: words(
    'First inspection of this scope; there is nothing to compare with.',
    '首次巡检该范围，暂无历史结果可比较。',
  ),
  unlike: words('Unlike their peers', '与同类主机差异明显'),
  ahead: words('Growing', '持续增长'),
  notYet: words('No earlier value to compare with yet', '暂无历史值可比较'),
  absent: words('Not in the inventory', '资产清单中没有'),
  unasked: words('Nothing that Fettle can look at by itself', '无可自动检查的项目'),
  hidden: words('Hidden: you have no permission', '未包含（您没有查看权限）'),
  askedBy: words('Asked by', '发起人'),
  run: words('run', '任务'),
  found: words('What was found', '诊断结论'),
  lookedAt: words('How this was found', '诊断依据'),
  noRows: words('no rows', '无记录'),
  willRun: words('What will run, exactly this and in this order', '将按以下顺序执行，且仅执行以下内容'),
  ran: words('What ran', '执行过程'),
  notRun: words('What was planned; none of it ran', '原定方案，均未执行'),
  verified: words('Verified afterwards', '执行后验证'),
  putBack: words('Rollback', '回滚方案'),
  nothingToPutBack: words('Nothing to roll back', '无需回滚'),
  putBackExactly: words('What the rollback would run', '回滚时将执行的内容'),
  step: words('step', '步骤'),
  restInFile: words(
    '… The rest is in the file above, word for word and with every target.',
    '……其余内容见上方文件，含每条语句的原文及全部目标。',
  ),
  playbook: words('playbook', '预案'),
  warning: words('Before you confirm', '确认前须知'),
  lookForYourself: words('To look at in the console', '请在控制台查看'),
  page: words('Page', '页面'),
  expect: words('Expected', '应看到'),
  instead: words('Try instead', '可改用'),
  seenOk: words('In order', '正常'),
  seenProblem: words('Not in order…', '异常…'),
  pageOk: words('All of this page in order', '本页全部正常'),
  restOk: words('The rest of this page in order', '本页其余均正常'),
  inOrder: words('in order', '正常'),
  lastTime: words('Last time', '上次'),
  fineHere: words('In order', '正常'),
  partlyFine: words('In order as far as hosts answered', '已返回部分正常'),
  fineSoFar: words('In order as far as it was asked', '已访问部分正常'),
  silentHosts: words('Hosts that did not answer', '未返回结果的主机'),
  whenCancelled: words('Hosts when it was cancelled', '取消时各主机的情况'),
  evidenceOf: words('Evidence of …', '查看证据……'),
  stopping: words('being stopped', '正在停止'),
  tooLate: words('Cancel came when everything had answered.', '取消时各项均已返回结果。'),
  inventoryLimit: words('limit set by the inventory', '阈值由资产清单设定'),
  noFindings: words('Apps in order', '正常的应用'),
  confirmTitle: words('Run this now?', '现在执行？'),
  confirmYes: words('Run it', '执行'),
  confirmNo: words('Not now', '暂不'),
  whatToType: words('What you can type', '可以输入的命令'),
  fixes: words('Documented fixes', '手册中的处理方法'),
  scopes: words('What can be inspected', '可巡检的范围'),
  recent: words('Recent runs', '最近的任务'),
  ofNewerVersion: words('Written by a newer version of Fettle', '由更新版本的 Fettle 写入'),
  cannotBeRead: words('Cannot be read by this version of Fettle', '当前版本的 Fettle 无法读取'),
  noneYet: words('None yet.', '暂无。'),
  inThread: words('The plan is in the thread.', '方案见消息列内回复。'),
  inTheManual: words('manual', '手册原文'),
  close: words('Close', '关闭'),
  typeAName: words('Type a name', '输入名称'),
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
  cancelled: words('cancelled', '已取消'),
  expired: words('not confirmed in time', '超时未确认'),
  unknown: words('outcome not known, a person must look', '结果未知，需人工核实'),
};

export const STEP: Readonly<Record<StepRecord['state'], Words>> = {
  begun: words('under way', '进行中'),
  done: words('done', '完成'),
  failed: words('failed', '失败'),
  'not-started': words('not started', '未开始'),
  unknown: words('not known whether it took effect', '不确定是否已生效'),
};

/** How one target of a change stands. */
export const LANE: Readonly<Record<LaneProgress['state'], Words>> = {
  done: words('done', '完成'),
  failed: words('failed', '失败'),
  unknown: words('not known whether it took effect', '不确定是否已生效'),
  'under-way': words('under way', '进行中'),
  waits: words('waits', '等待中'),
  stopped: words('stopped on the way', '中途停止'),
  'not-begun': words('not begun', '未开始'),
};

export const CHANGE: Readonly<Record<Change['kind'], Words>> = {
  new: words('new', '新增'),
  worse: words('worse', '变差'),
  better: words('better', '好转'),
  gone: words('gone', '消失'),
};

export const FATE: Readonly<Record<Fate, Words>> = {
  answered: words('Answered', '已返回'),
  silent: words('Did not answer', '未返回结果'),
  ended: words('Ended on the host', '已在主机上终止'),
  closed: words('Connection closed', '连接已断开'),
  'not-asked': words('Not asked', '未访问'),
};

/** What the closing of a connection leaves behind. */
export const CLOSED_HELP = words(
  'where it still runs, it ends at its own limit',
  '若命令仍在执行，到时限自行终止',
);

export const RISK: Readonly<Record<Risk, Words>> = {
  'read-only': words('read-only', '只读'),
  low: words('low risk', '低风险'),
  risky: words('risky', '有风险'),
  dangerous: words('dangerous', '高风险'),
};

export const BUTTON: Readonly<Record<ButtonAction, Words>> = {
  confirm: words('Confirm', '确认执行'),
  reject: words('Reject…', '驳回…'),
  'take-back': words('Take approval back', '撤回确认'),
  cancel: words('Cancel', '取消'),
  'put-back': words('Roll back', '回滚'),
  again: words('Again', '再次执行'),
  evidence: words('Evidence', '查看证据'),
  'look-again': words('Re-check', '重新检查'),
  'took-effect': words('Took effect…', '已生效…'),
  'no-effect': words('Did not take effect…', '未生效…'),
  'step-done': words('Done…', '已完成…'),
  'step-not-done': words('Not done…', '未执行…'),
  'step-could-not': words('Could not…', '无法完成…'),
  'step-taken': words('Taken…', '已受理…'),
  'step-not-taken': words('Not taken…', '未受理…'),
  record: words('Seen', '已查看'),
  close: words('Close it…', '关闭…'),
};

/** The sentence for a person when a run ended without anybody knowing its effect. */
export const UNKNOWN_HELP = words(
  'Nothing is repeated by itself. It is looked at again by itself, and at once with Re-check. Where no look can tell, somebody who may confirm such a plan looks at the rows or the host named here and says what became of it.',
  '系统不会重复执行。系统会自动再次核对，点击“重新检查”可立即核对。若始终无法判断，请由有权确认此类方案的人员核实本消息列中列出的记录或主机，并说明结果。',
);
export const lookedAgain = (times: number, at: string): Words =>
  words(
    times === 1 ? `Looked once, at ${at}` : `Looked ${times} times, last at ${at}`,
    `已核对 ${times} 次，最近一次 ${at}`,
  );
export const nextLook = (at: string): Words => words(`next look by itself at ${at}`, `下次自动核对 ${at}`);

/** Heading of a list that is longer than what a menu can show. */
export const firstOf = (shown: number, all: number): Words =>
  words(
    `${shown} of ${all}: type a name to see the others`,
    `共 ${all} 项，仅显示前 ${shown} 项，请输入名称`,
  );
export const more = (n: number): Words => words(`… and ${n} more`, `……另有 ${n} 项`);
export const andMore = (n: number): Words => words(`and ${n} more`, `等另外 ${n} 个`);
/** Why a report holds no finding, by how many questions it leaves to a person. */
export const noFinding = (questions: number): Words => (questions > 0 ? W.byEyeOnly : W.noAnswers);

export const hosts = (n: number): Words => words(n === 1 ? '1 host' : `${n} hosts`, `${n} 台主机`);
export const checks = (n: number): Words => words(n === 1 ? '1 check' : `${n} checks`, `${n} 项检查`);
export const problems = (n: number): Words => words(n === 1 ? '1 problem' : `${n} problems`, `${n} 个问题`);
export const answered = (done: number, total: number): Words =>
  words(`${done} of ${total} hosts answered`, `共 ${total} 台主机，已返回 ${done} 台`);
export const answeredOf = (done: number, total: number): Words =>
  words(`${done} of ${total} answered`, `共 ${total} 项，已作答 ${done} 项`);
export const cancelledBy = (name: string): Words => words(`cancelled by ${name}`, `已由 ${name} 取消`);
export const isStopping = (name: string): Words =>
  words(
    `Cancelled by ${name}. What still runs on the hosts is being ended.`,
    `已由 ${name} 取消，正在终止主机上仍在执行的命令。`,
  );
/** How long before: minutes, hours or days, whichever is the largest whole one. */
export function ago(ms: number): Words {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return words('just before', '刚刚');
  if (minutes < 60)
    return words(`${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ago`, `${minutes} 分钟前`);
  const hoursAgo = Math.floor(minutes / 60);
  if (hoursAgo < 24)
    return words(`${hoursAgo} ${hoursAgo === 1 ? 'hour' : 'hours'} ago`, `${hoursAgo} 小时前`);
  const days = Math.floor(hoursAgo / 24);
  return words(`${days} ${days === 1 ? 'day' : 'days'} ago`, `${days} 天前`);
}
export const stepOf = (no: number, total: number): Words =>
  words(`step ${no} of ${total}`, `第 ${no}/${total} 步`);
export const lanesDone = (done: number, of: number): Words =>
  words(`${done} of ${of} targets done`, `共 ${of} 个目标，已完成 ${done} 个`);
export const since = (time: string): Words => words(`since ${time}`, `（自 ${time} 起）`);
/** Beside a text that is one of several that differ. */
export const moreTexts = (n: number): Words =>
  words(
    n === 1 ? 'this text, and 1 that differs, in the file' : `this text, and ${n} that differ, in the file`,
    `另有 ${n} 条内容不同的语句，见文件`,
  );
export const everyStatementIn = (file: string, isToBeConfirmed: boolean): Words =>
  words(
    `Every statement, word for word and with every target, is in ${file} above.${isToBeConfirmed ? ' Read it before you confirm.' : ''}`,
    `每条语句的原文及全部目标见上方文件 ${file}${isToBeConfirmed ? '，请在确认前阅读' : ''}。`,
  );
export const okOn = (count: number, onHosts: number): Words =>
  onHosts === 0
    ? words(`${checks(count).en} ok`, `${count} 项检查正常`)
    : words(`${checks(count).en} ok on ${hosts(onHosts).en}`, `${onHosts} 台主机上 ${count} 项检查正常`);
export const confirmBy = (needed: number, given: number): Words =>
  needed === 1
    ? words('One person must confirm', '需要一人确认')
    : words(
        `${needed} different people must confirm; ${given} so far`,
        `需要 ${needed} 位不同人员确认，已有 ${given} 位`,
      );
export const planInThread = (time: string): Words =>
  words(`The plan is in the thread; Confirm counts until ${time}.`, `方案见消息列，请在 ${time} 前确认。`);
export const until = (time: string): Words => words(`until ${time}`, `${time} 前有效`);
export const confirmedBy = (names: string): Words => words(`Confirmed by ${names}`, `确认人：${names}`);
export const rowsBack = (n: number): Words => words(n === 1 ? '1 row' : `${n} rows`, `${n} 条记录`);
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;

export const changedSince = (time: string): Words =>
  words(`Changed since ${time}`, `与上次巡检（${time}）相比有变化`);
export const unchangedSince = (time: string): Words =>
  words(`No change since ${time}`, `与上次巡检（${time}）相比无变化`);
export const comparedFrom = (time: string): Words => words(`from ${time} on`, `${time} 起可比较`);
export const lookedTimes = (n: number): Words =>
  n === 2
    ? words('looked at twice, the same rows', '两次查询结果相同')
    : words(`looked at ${n} times, the same rows`, `${n} 次查询结果相同`);
export const sameOnHosts = (n: number): Words =>
  words(`ok on ${n} more ${n === 1 ? 'host' : 'hosts'}`, `另有 ${n} 台主机同样正常`);
export const moreLines = (n: number): Words =>
  words(n === 1 ? '… 1 more line' : `… ${n} more lines`, `……另有 ${n} 行`);
/** `title: text` with the language's own colon. */
export const colon = (lang: Lang): string => (lang === 'zh' ? '：' : ': ');
export const listOf = (items: readonly string[], lang: Lang): string =>
  items.join(lang === 'zh' ? '、' : ', ');
export const comma = (lang: Lang): string => (lang === 'zh' ? '，' : ', ');
/** What follows a name: with a space before it where the language has one. */
export const inBrackets = (text: string, lang: Lang): string =>
  lang === 'zh' ? `（${text}）` : ` (${text})`;

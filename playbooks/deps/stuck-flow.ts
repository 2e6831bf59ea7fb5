import {
  arg,
  args,
  definePlaybook,
  type Judgement,
  type Look,
  plural,
  refuse,
  type Row,
  sql,
  type Step,
  words,
} from '../../src/kit/index.ts';
import { platformWell } from './environment.ts';
import { activeTasks, findNode, isNode } from './order.ts';

/** Signals sent by one plan at most; a wider standstill is a case for the platform's developers. */
const MOST_TASKS = 20;
/** Between two looks at the same tasks: a flow that moves in this time is not stuck. */
const WATCH_SECONDS = 3;
/** `_0000000012190439_w`: the node id between prefix and suffix. */
const TASK_NODE = /^_(\d{16})_w$/;

interface Task {
  readonly executionId: string;
  readonly actId: string;
  readonly nodeId: string;
  readonly revision: string;
}

interface StuckFlow {
  readonly order: string;
  readonly nodeId: string;
  readonly namespace: string;
  readonly processInstanceId: string;
  readonly host: string;
  readonly tasks: readonly Task[];
}

export default definePlaybook({
  name: 'stuck-flow',
  system: 'DEPS',
  title: words('Retry the stuck tasks of a release order', '重试发布单中卡住的任务'),
  rows: ['DEPS-F06', 'DEPS-P02'],
  looksAt: ['DEPS-C18', 'DEPS-C20', 'DEPS-C21'],
  clause: { document: '001', section: '2.7.2' },
  risk: 'risky',
  args: args({ order: arg.order() }),
  examples: [{ order: 'r1_201905060583197' }, { order: 'CNHZ_58201812212200583197' }],
  requires: platformWell,

  async observe({ order }, look) {
    const node = await findNode(order, 'DEPS-C20', look);
    if (!isNode(node)) return node;
    if (!/^\d{1,20}$/.test(node.processInstanceId) || !/^\d{1,20}$/.test(node.namespace)) {
      return refuse(
        'not-needed',
        words(
          `Node ${node.nodeId} of order ${order} has no running process, so no task can be stuck.`,
          `发布单 ${order} 的节点 ${node.nodeId} 没有运行中的流程实例，不存在卡住的任务。`,
        ),
      );
    }
    const rows = await activeTasks(node.processInstanceId, look);
    if (rows.length === 0) {
      return refuse(
        'not-needed',
        words(
          `Order ${order} has no active task: its flow is not stuck.`,
          `发布单 ${order} 没有活动任务，流程没有卡住。`,
        ),
      );
    }
    if (rows.length > MOST_TASKS) {
      return refuse(
        'unsafe',
        words(
          `Order ${order} has ${rows.length} active tasks; Fettle retries ${MOST_TASKS} at most. Nothing is done; give this to the release platform's developers.`,
          `发布单 ${order} 有 ${rows.length} 个活动任务，Fettle 最多重试 ${MOST_TASKS} 个。未做任何操作，请联系发布平台研发。`,
        ),
      );
    }
    await look.pause(WATCH_SECONDS);
    const again = await activeTasks(node.processInstanceId, look);
    if (JSON.stringify(rows) !== JSON.stringify(again)) {
      return refuse(
        'unsafe',
        words(
          `The flow of order ${order} moves: its tasks changed within ${WATCH_SECONDS} seconds. It is not stuck; nothing is done.`,
          `发布单 ${order} 的流程正在推进：${WATCH_SECONDS} 秒内任务发生了变化。流程没有卡住，未做任何操作。`,
        ),
      );
    }
    const tasks = rows.map(taskOf);
    const odd = tasks.find((task) => task.nodeId === '' || !/^[0-9a-f-]{1,64}$/.test(task.executionId));
    if (odd) {
      return refuse(
        'unsafe',
        words(
          `Task ${odd.executionId} has ACT_ID_ "${odd.actId}", not the documented form _<16 digits>_w. Nothing is done.`,
          `任务 ${odd.executionId} 的 ACT_ID_ 为“${odd.actId}”，不是手册中的 _<16 位数字>_w 形式。未做任何操作。`,
        ),
      );
    }
    const host = look.estate.apps.find(({ id }) => id === 'acopswareorchestration')?.hosts[0];
    if (host === undefined) {
      return refuse(
        'unsafe',
        words(
          'The inventory names no acopswareorchestration host to send the signal from.',
          '资产清单中没有 acopswareorchestration 主机，无法发送信号。',
        ),
      );
    }
    return {
      applies: true,
      because: words(
        `Stuck flow: ${plural(tasks.length, 'task')} of process ${node.processInstanceId} did not move in ${WATCH_SECONDS} seconds.`,
        `流程卡住：流程实例 ${node.processInstanceId} 的 ${tasks.length} 个任务在 ${WATCH_SECONDS} 秒内没有变化。`,
      ),
      facts: {
        order,
        nodeId: node.nodeId,
        namespace: node.namespace,
        processInstanceId: node.processInstanceId,
        host,
        tasks,
      } satisfies StuckFlow,
    };
  },

  warning: ({ tasks, order }) =>
    words(
      `Confirm only if the release page of ${order} shows exactly ${machines(tasks.length)} stuck. A signal cannot be taken back; the task on the machine starts again.`,
      `仅当 ${order} 的发布页面恰好显示 ${tasks.length} 台机器卡住时才可确认。信号发出后无法撤回，机器上的任务会重新开始执行。`,
    ),

  steps: (flow) => flow.tasks.map((task) => signal(flow, task)),

  verify: (flow) => [
    {
      title: words('The stuck tasks start again', '卡住的任务重新开始执行'),
      row: 'DEPS-P02',
      withinSeconds: 60,
      look: (look) => moved(flow, look),
    },
  ],

  tookEffect(flow, no) {
    const task = flow.tasks[no - 1];
    return task
      ? {
          title: words('The task goes on', '任务继续执行'),
          row: 'DEPS-P02',
          look: (look) => moved({ ...flow, tasks: [task] }, look),
        }
      : undefined;
  },

  rollback: {
    irreversible: words(
      'A signal cannot be taken back; the manual gives no rollback.',
      '信号无法撤回，手册未提供回滚方式。',
    ),
  },
});

const signal = ({ namespace, host }: StuckFlow, task: Task): Step => ({
  kind: 'request',
  title: words(`Signal task ${task.executionId}`, `向任务 ${task.executionId} 发送信号`),
  from: { host },
  method: 'POST',
  url: 'http://127.0.0.1:8341/privateapi/orch/signal',
  body: {
    type: 'json',
    text: JSON.stringify({ executionId: task.executionId, namespace, nodeId: task.nodeId, condition: 0 }),
  },
});

/** Every signalled task is gone, inactive, or at a later revision. */
async function moved({ processInstanceId, tasks }: StuckFlow, look: Look<'DEPS-C21'>): Promise<Judgement> {
  const rows = await look.sql({
    title: words('The tasks now', '任务现状'),
    row: 'DEPS-C21',
    database: 'opswareorchestration',
    query: sql`select ID_, ACT_ID_, IS_ACTIVE_, REV_ from act_ru_execution where PROC_INST_ID_ = ${processInstanceId} order by ID_`,
  });
  const still = tasks.filter((task) =>
    rows.some(
      (row) =>
        row['ID_'] === task.executionId &&
        row['REV_'] === task.revision &&
        row['ACT_ID_'] === task.actId &&
        row['IS_ACTIVE_'] === '1',
    ),
  );
  return still.length === 0
    ? {
        state: 'ok',
        says: words(`${plural(tasks.length, 'task')} moved on.`, `${tasks.length} 个任务已继续执行。`),
      }
    : {
        state: 'critical',
        says: words(
          `Not moved yet: ${still.map(({ executionId }) => executionId).join(', ')}.`,
          `尚未继续执行：${still.map(({ executionId }) => executionId).join('、')}。`,
        ),
      };
}

const taskOf = (row: Row): Task => ({
  executionId: row['ID_'] ?? '',
  actId: row['ACT_ID_'] ?? '',
  nodeId: TASK_NODE.exec(row['ACT_ID_'] ?? '')?.[1] ?? '',
  revision: row['REV_'] ?? '',
});

const machines = (count: number): string => plural(count, 'machine');

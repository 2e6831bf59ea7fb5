import type { Pool } from 'mysql2/promise';
import type { OrderDatabase } from './schema.ts';

/** A release order as it is written into the release platform's databases. Ids have 16 digits. */
export interface ReleaseOrder {
  readonly no: string;
  readonly name: string;
  readonly planId: string;
  readonly rootId: string;
  readonly nodeId: string;
  readonly namespace: string;
  readonly processInstanceId: string;
  /** What it controls alone while it runs, one node each. */
  readonly targets: readonly { readonly nodeId: string; readonly ref: string }[];
  /** Machines whose task is active, one node and one execution each. */
  readonly tasks: readonly { readonly nodeId: string; readonly executionId: string; readonly host: string }[];
  readonly holdsLocks: boolean;
  readonly status: 'RUNNING' | 'BLOCKED' | 'SUCCESS';
}

/** Root first: `("0000000010949638","0000000010949636")`. */
export const nodePath = (...ids: readonly string[]): string => `(${ids.map((id) => `"${id}"`).join(',')})`;

/** Writes an order in place of one with the same number. */
export async function putOrder(database: OrderDatabase, order: ReleaseOrder): Promise<void> {
  await removeOrder(database, order);
  const { pool, api, orchestration } = database;
  const { no, planId, nodeId, rootId, namespace, processInstanceId } = order;
  await insert(pool, api, 'ops_plan', {
    id: planId,
    time_series_id: no,
    name: order.name,
    plan_type: 'RELEASE',
    status: order.status,
    creator: 'release.operator',
  });
  await insert(pool, api, 'ops_process_definition', {
    id: planId,
    plan_id: planId,
    node_id: nodeId,
    version: '1',
  });
  const node = (id: string, path: string, name: string, ref: string | null): Promise<void> =>
    insert(pool, orchestration, 'ops_action_node', {
      id,
      node_path: path,
      name,
      state: order.status,
      namespace,
      process_instance_id: processInstanceId,
      exclusive_control_ref: ref,
    });
  await node(nodeId, nodePath(rootId, nodeId), order.name, null);
  for (const target of order.targets) {
    await node(
      target.nodeId,
      nodePath(rootId, nodeId, target.nodeId),
      'acquire exclusive control',
      target.ref,
    );
  }
  for (const task of order.tasks) {
    await node(task.nodeId, nodePath(rootId, nodeId, task.nodeId), `release ${task.host}`, null);
  }
  if (order.holdsLocks) await takeLocks(database, order);
  if (order.status === 'SUCCESS') return;
  await putExecution(database, order, processInstanceId, null);
  for (const task of order.tasks) {
    await putExecution(database, order, task.executionId, `_${task.nodeId}_w`);
  }
}

export async function removeOrder(
  { pool, api, orchestration }: OrderDatabase,
  order: ReleaseOrder,
): Promise<void> {
  await pool.execute(`delete from \`${orchestration}\`.control_lock where time_series_id = ?`, [order.no]);
  await pool.execute(`delete from \`${orchestration}\`.act_ru_execution where PROC_INST_ID_ = ?`, [
    order.processInstanceId,
  ]);
  await pool.execute(`delete from \`${orchestration}\`.ops_action_node where process_instance_id = ?`, [
    order.processInstanceId,
  ]);
  await pool.execute(
    `delete from \`${api}\`.ops_process_definition where plan_id in (select id from \`${api}\`.ops_plan where time_series_id = ?)`,
    [order.no],
  );
  await pool.execute(`delete from \`${api}\`.ops_plan where time_series_id = ?`, [order.no]);
}

export async function takeLocks({ pool, orchestration }: OrderDatabase, order: ReleaseOrder): Promise<void> {
  for (const { ref } of order.targets) {
    await insert(pool, orchestration, 'control_lock', {
      target: ref,
      plan_id: order.planId,
      time_series_id: order.no,
      namespace: order.namespace,
    });
  }
}

/** The order has ended well: nothing of its flow runs, its locks are free. */
export async function finishOrder(
  { pool, api, orchestration }: OrderDatabase,
  order: ReleaseOrder,
): Promise<void> {
  await pool.execute(`delete from \`${orchestration}\`.act_ru_execution where PROC_INST_ID_ = ?`, [
    order.processInstanceId,
  ]);
  await pool.execute(`delete from \`${orchestration}\`.control_lock where time_series_id = ?`, [order.no]);
  await setStatus({ pool, api, orchestration }, order, 'SUCCESS');
}

export async function setStatus(
  { pool, api, orchestration }: Pick<OrderDatabase, 'pool' | 'api' | 'orchestration'>,
  order: ReleaseOrder,
  status: ReleaseOrder['status'],
): Promise<void> {
  await pool.execute(
    `update \`${orchestration}\`.ops_action_node set state = ? where process_instance_id = ?`,
    [status, order.processInstanceId],
  );
  await pool.execute(`update \`${api}\`.ops_plan set status = ? where time_series_id = ?`, [
    status,
    order.no,
  ]);
}

/** One row of the flow engine. The row without a parent is the process itself; it is never active, nor are tasks that wait for a lock. */
async function putExecution(
  { pool, orchestration }: OrderDatabase,
  order: ReleaseOrder,
  id: string,
  activity: string | null,
): Promise<void> {
  const process = order.processInstanceId;
  const isTask = activity !== null;
  await insert(pool, orchestration, 'act_ru_execution', {
    ID_: id,
    REV_: '2',
    PROC_INST_ID_: process,
    BUSINESS_KEY_: isTask ? null : order.no,
    PARENT_ID_: isTask ? process : null,
    PROC_DEF_ID_: `release:1:${order.planId}`,
    ACT_ID_: activity,
    IS_ACTIVE_: isTask && order.status === 'RUNNING' ? '1' : '0',
    IS_CONCURRENT_: isTask ? '1' : '0',
    IS_SCOPE_: isTask ? '0' : '1',
    IS_EVENT_SCOPE_: '0',
    SUSPENSION_STATE_: '1',
    CACHED_ENT_STATE_: isTask ? '2' : '0',
  });
}

async function insert(
  pool: Pool,
  schema: string,
  table: string,
  row: Readonly<Record<string, string | null>>,
): Promise<void> {
  const columns = Object.keys(row);
  await pool.execute(
    `insert into \`${schema}\`.${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  );
}

import { type Look, nearest, type Refusal, refuse, type Row, sql, words } from '../../src/kit/index.ts';

export interface OrderNode {
  readonly nodeId: string;
  readonly planId: string;
  readonly nodePath: string;
  readonly namespace: string;
  readonly processInstanceId: string;
}

/**
 * From the order number to its node in the flow engine, by the documented statements. The manual reads the node's path
 * (DEPS-C19) and its process (DEPS-C20) from the same row: `nodeRow` is the one that the caller came for.
 */
export async function findNode<NodeRow extends 'DEPS-C19' | 'DEPS-C20'>(
  order: string,
  nodeRow: NodeRow,
  look: Look<'DEPS-C18' | NodeRow>,
): Promise<OrderNode | Refusal> {
  const plans = await look.sql({
    title: words('The node of the order', '发布单对应的节点'),
    row: 'DEPS-C18',
    database: 'opswareapiserver',
    query: sql`select a.node_id, b.id as plan_id, b.time_series_id from ops_process_definition as a
      inner join ops_plan as b on a.plan_id = b.id and b.time_series_id = ${order}`,
  });
  // The column's collation may ignore case or trailing blanks; an order number is exact.
  const exact = plans.filter((row) => row['time_series_id'] === order);
  if (exact.length === 0) return orderNotFound(order, look);
  const nodeIds = new Set(exact.map((row) => row['node_id']));
  if (nodeIds.size > 1) {
    return refuse(
      'unsafe',
      words(
        `Order ${order} has ${nodeIds.size} nodes (${[...nodeIds].join(', ')}); the manual expects one. Nothing is done; give this to the release platform's developers.`,
        `发布单 ${order} 对应 ${nodeIds.size} 个节点（${[...nodeIds].join('、')}），手册要求只有一个。未做任何操作，请联系发布平台研发。`,
      ),
    );
  }
  const nodeId = exact[0]?.['node_id'] ?? '';
  const nodes = await look.sql({
    title: words('The path and process of the node', '节点的路径与流程实例'),
    row: nodeRow,
    database: 'opswareorchestration',
    query: sql`select id, node_path, namespace, process_instance_id from ops_action_node where id = ${nodeId}`,
  });
  const node = nodes.find((row) => row['id'] === nodeId);
  if (nodes.length !== 1 || !node) {
    return refuse(
      'unsafe',
      words(
        `Node ${nodeId} of order ${order} is not in ops_action_node (${nodes.length} rows). Nothing is done.`,
        `ops_action_node 中找不到发布单 ${order} 的节点 ${nodeId}（${nodes.length} 行）。未做任何操作。`,
      ),
    );
  }
  return {
    nodeId,
    planId: exact[0]?.['plan_id'] ?? '',
    nodePath: node['node_path'] ?? '',
    namespace: node['namespace'] ?? '',
    processInstanceId: node['process_instance_id'] ?? '',
  };
}

/** The tasks of the flow that are active now (DEPS-C21). REV_ grows with every move of an execution. */
export const activeTasks = (processInstanceId: string, look: Look<'DEPS-C21'>): Promise<readonly Row[]> =>
  look.sql({
    title: words('Active tasks of the flow', '流程中处于活动状态的任务'),
    row: 'DEPS-C21',
    database: 'opswareorchestration',
    query: sql`select ID_, ACT_ID_, PROC_INST_ID_, IS_ACTIVE_, REV_ from act_ru_execution
      where PROC_INST_ID_ = ${processInstanceId} and IS_ACTIVE_ = 1 order by ID_`,
  });

export const isNode = (found: OrderNode | Refusal): found is OrderNode => 'nodeId' in found;

async function orderNotFound(order: string, look: Look<'DEPS-C18'>): Promise<Refusal> {
  const recent = await look.sql({
    title: words('Recent orders', '近期的发布单'),
    row: 'DEPS-C18',
    database: 'opswareapiserver',
    query: sql`select time_series_id from ops_plan order by id desc limit 200`,
  });
  const near = nearest(
    order,
    recent.map((row) => row['time_series_id'] ?? ''),
    3,
  );
  return refuse(
    'not-found',
    words(
      near.length > 0
        ? `There is no release order ${order}. Did you mean:`
        : `There is no release order ${order}, and none like it among the last ${recent.length}.`,
      near.length > 0
        ? `没有发布单 ${order}。您是否要找：`
        : `没有发布单 ${order}，最近 ${recent.length} 个发布单中也没有相近的。`,
    ),
    near.map((command) => ({ title: words('This one', '这一个'), command: `/unstick ${command}` })),
  );
}

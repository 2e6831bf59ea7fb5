import type { RowDataPacket } from 'mysql2';
import { type Answer, escapeHtml, page } from '../service.ts';
import type { OrderDatabase } from './schema.ts';

/** The release orders with their state; an order's own page also names the order that blocks it. */
export async function releasePage(database: OrderDatabase, no: string | undefined): Promise<Answer> {
  const { pool, api } = database;
  const [orders] = await pool.query<RowDataPacket[]>(
    `select time_series_id as no, name, status from \`${api}\`.ops_plan ${no === undefined ? '' : 'where time_series_id = ?'} order by gmt_create desc, id desc limit 100`,
    no === undefined ? [] : [no],
  );
  if (no !== undefined && orders.length === 0) return page(404, '404', `<p>${escapeHtml(no)}</p>`);
  const rows = orders.map((order) => {
    const [number, name, status] = ['no', 'name', 'status'].map((column) =>
      escapeHtml(String(order[column])),
    );
    const link = no === undefined ? `release/${number}` : number;
    return `<tr><td><a href="${link}">${number}</a></td><td>${name}</td><td>${status}</td></tr>`;
  });
  const table = `<table><tr><th>发布单</th><th>应用</th><th>状态</th></tr>${rows.join('')}</table>`;
  return page(200, '发布部署服务', table + (no === undefined ? '' : await orderDetail(database, no)));
}

async function orderDetail({ pool, api, orchestration }: OrderDatabase, no: string): Promise<string> {
  const [nodes] = await pool.query<RowDataPacket[]>(
    `select n.process_instance_id as id from \`${api}\`.ops_plan p
     join \`${api}\`.ops_process_definition d on d.plan_id = p.id join \`${orchestration}\`.ops_action_node n on n.id = d.node_id
     where p.time_series_id = ?`,
    [no],
  );
  const process = nodes[0]?.['id'] ?? '';
  const [tasks] = await pool.query<RowDataPacket[]>(
    `select n.name from \`${orchestration}\`.act_ru_execution e join \`${orchestration}\`.ops_action_node n on e.ACT_ID_ = concat('_', n.id, '_w')
     where e.PROC_INST_ID_ = ? and e.IS_ACTIVE_ = 1`,
    [process],
  );
  const [blockers] = await pool.query<RowDataPacket[]>(
    `select distinct l.time_series_id as no from \`${orchestration}\`.ops_action_node n
     join \`${orchestration}\`.control_lock l on l.target = n.exclusive_control_ref
     where n.process_instance_id = ? and n.state = 'BLOCKED' and l.time_series_id <> ?`,
    [process, no],
  );
  const running = tasks.map((task) => `<li>${escapeHtml(String(task['name']))}: 执行中</li>`).join('');
  const blocked = blockers.map((by) => `<p>被发布单 ${escapeHtml(String(by['no']))} 阻塞</p>`).join('');
  return `<ul>${running}</ul>${blocked}`;
}

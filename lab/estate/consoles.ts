import http from 'node:http';
import type net from 'node:net';
import type { RowDataPacket } from 'mysql2';
import type { Hosts } from './hosts.ts';
import type { OrderDatabase } from './orders/schema.ts';

export interface Consoles {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

interface ConsolesSetting {
  readonly hosts: Hosts;
  readonly database: OrderDatabase;
  readonly port: number;
}

/**
 * The web entrance of the estate on loopback: `sofa-mq.…` or /sofa-mq/ is the MQ console, passed on to port 80 of a
 * console host; anything else is the release page.
 */
export async function startConsoles(setting: ConsolesSetting): Promise<Consoles> {
  const server = http.createServer((request, response) => {
    const path = request.url ?? '/';
    const isMq = path.startsWith('/sofa-mq') || (request.headers.host ?? '').startsWith('sofa-mq.');
    const answer = isMq ? mqConsole(setting) : releasePage(setting, path);
    answer
      .catch((error: unknown) => ({ status: 502, body: html('502', `<p>${escape(String(error))}</p>`) }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
        response.end(body);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(setting.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Page {
  readonly status: number;
  readonly body: string;
}

const NOBODY: Page = { status: 502, body: html('502 Bad Gateway', '<p>no console host answers</p>') };

/** Asks one console host after the other, as the load balancer in front of them does. */
async function mqConsole({ hosts }: ConsolesSetting): Promise<Page> {
  for (const host of hosts.all.filter(({ plan }) => plan.app.id === 'msgconsole')) {
    if (!host.serves(80)) continue;
    const page = await fetchThrough(() => hosts.dial(host, 80)).catch(() => undefined);
    if (page) return page;
  }
  return NOBODY;
}

async function fetchThrough(dial: () => Promise<net.Socket>): Promise<Page> {
  const socket = await dial();
  return new Promise((resolve, reject) => {
    const request = http.get(
      { path: '/', createConnection: () => socket, timeout: 5000, headers: { host: 'localhost' } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 502, body }));
        response.on('error', reject);
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}

/** The release orders with their state; an order's own page also names the order that blocks it. */
async function releasePage({ hosts, database }: ConsolesSetting, path: string): Promise<Page> {
  const up = hosts.all.some((host) => host.plan.app.id === 'apopswareapiserver' && host.serves(8341));
  if (!up) return NOBODY;
  const { pool, api } = database;
  const no = /\/release\/(\w+)/.exec(path)?.[1];
  const [orders] = await pool.query<RowDataPacket[]>(
    `select time_series_id as no, name, status from \`${api}\`.ops_plan ${no === undefined ? '' : 'where time_series_id = ?'} order by gmt_create desc, id desc limit 100`,
    no === undefined ? [] : [no],
  );
  if (no !== undefined && orders.length === 0) return { status: 404, body: html('404', `<p>${no}</p>`) };
  const rows = orders.map(
    (order) =>
      `<tr><td><a href="/consoleng/release/${escape(String(order['no']))}">${escape(String(order['no']))}</a></td><td>${escape(String(order['name']))}</td><td>${escape(String(order['status']))}</td></tr>`,
  );
  const table = `<table><tr><th>发布单</th><th>应用</th><th>状态</th></tr>${rows.join('')}</table>`;
  const detail = no === undefined ? '' : await orderDetail(database, no);
  return { status: 200, body: html('发布部署服务', table + detail) };
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
  const running = tasks.map((task) => `<li>${escape(String(task['name']))}: 执行中</li>`).join('');
  const blocked = blockers.map((by) => `<p>被发布单 ${escape(String(by['no']))} 阻塞</p>`).join('');
  return `<ul>${running}</ul>${blocked}`;
}

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

function html(title: string, body: string): string {
  return `<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>\n`;
}

import { readBody, writeBody } from './run-body.ts';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { inject } from 'vitest';
import { type Catalog, loadCatalog } from '../../src/catalog/catalog.ts';
import { openDesk } from '../../src/desk/desk.ts';
import type { Arrival, Desk, ButtonReply } from '../../src/desk/port.ts';
import type { Estate, Row } from '../../src/kit/index.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { openRunner, type Runner } from '../../src/runner/worker.ts';
import { canonicalJson } from '../../src/kit/canonical.ts';
import { type KeyPair, makeKeyPair, type PublicKeys, readSigningKey } from '../../src/runs/keys.ts';
import { newRunId, type Run, type RunId } from '../../src/runs/run.ts';
import { readValue } from '../../src/slack/view/buttons.ts';
import { view } from '../../src/slack/view/view.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openTargets } from '../../src/targets/index.ts';
import { estateOf } from './estates.ts';
import { auditSchemaOf, type AuditTables, auditTables } from '../../src/store/audit-table.ts';
import { freshSchema } from './mysql.ts';
import { releasePlatform } from './release-platform.ts';
import { keysOf } from './signed.ts';
import { depsOf } from './worker-deps.ts';

/** Orders that hold one forgotten lock each. */
export const ORDER = 'CNHZ_58201812212200583197';
export const OTHER_ORDER = 'CNHZ_58201812212200583198';

const rule = { approvals: 1, roles: ['approver'], self: false };
export const ONE_APPROVAL: Policy = {
  version: 'one',
  people: [
    { key: 'lin', name: 'Lin Wei', slack: 'U0LIN' },
    { key: 'zhao', name: 'Zhao Min', slack: 'U0ZHAO' },
    { key: 'qian', name: 'Qian Yu', slack: 'U0QIAN' },
    { key: 'guo', name: 'Guo Yi', slack: 'U0GUO' },
  ],
  roles: { operator: ['lin'], approver: ['zhao', 'qian'], viewer: ['guo'] },
  everyone: [],
  allow: [{ roles: ['operator', 'approver'], actions: ['inspect', 'change'], systems: ['*'] }],
  deny: [],
  confirm: { low: rule, risky: rule, dangerous: rule },
  confirmMinutes: 10,
};
const two = { ...rule, approvals: 2 };
export const TWO_APPROVALS: Policy = {
  ...ONE_APPROVAL,
  version: 'two',
  confirm: { low: two, risky: two, dangerous: two },
};

export type Body = Record<string, unknown> & {
  plan: Record<string, unknown> & { hash: string };
  approvals: Record<string, unknown>[];
};

/** What somebody can do who has the service's own account of the database, and no key. */
export interface Attacker {
  readonly query: (sql: string, values?: readonly (string | number | null)[]) => Promise<void>;
  readonly rows: (sql: string, values?: readonly string[]) => Promise<readonly Record<string, unknown>[]>;
  /** Edits the stored run; its state column follows the body. */
  readonly edit: (id: RunId, change: (body: Body) => void) => Promise<void>;
  readonly body: (id: RunId) => Promise<Body>;
  /** Appends a line to the audit chain as a program would that knows how lines are hashed. */
  readonly append: (line: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Edits lines and chains all of them anew. */
  readonly rechain: (
    change: (lines: Record<string, unknown>[]) => readonly Record<string, unknown>[],
  ) => Promise<void>;
  /** Removes every run and every line. */
  readonly forget: () => Promise<void>;
}

export interface ForgeryStage {
  readonly store: Store;
  readonly desk: Desk;
  readonly runner: Runner;
  readonly attacker: Attacker;
  /** The keys of the bot, and those that the worker knows. */
  readonly pair: KeyPair;
  known: PublicKeys;
  policy: Policy;
  /** Whether the bot has its private key. */
  canSign: boolean;
  /** What was logged as an error. */
  readonly errors: { readonly runId?: unknown; readonly message: string }[];
  /** Requests that arrived anywhere, and rows that are not as they were. */
  readonly effects: () => Promise<readonly string[]>;
  /** Changes the release platform's tables. */
  readonly edit: (statement: string) => Promise<void>;
  /** Puts rows of the lock table there again. */
  readonly restore: (rows: readonly Row[]) => Promise<void>;
  /** From now on this is how things are. */
  readonly settle: () => Promise<void>;
  /** Where a service listens that must never be asked. */
  readonly url: string;
  /** Asks for a change as this person and lets a worker plan it. */
  readonly planned: (order?: string, who?: string) => Promise<Run>;
  /** Presses a button as it is drawn. */
  readonly press: (run: Run, action: string, who: string) => Promise<ButtonReply>;
  /** Asked, planned and confirmed. */
  readonly confirmed: (order?: string, who?: string) => Promise<Run>;
  readonly get: (id: RunId) => Promise<Run>;
  /** Everything that a queue can bring to a worker, whoever forged the jobs. */
  readonly drive: (id: RunId) => Promise<void>;
  readonly close: () => Promise<void>;
}

export const at = (slackId: string): Arrival => ({
  key: newRunId(),
  person: { id: slackId, name: slackId },
  origin: { surface: 'slack', team: 'T', channel: 'C' },
  lang: 'en',
});

export async function openForgeryStage(): Promise<ForgeryStage> {
  const platform = await releasePlatform();
  await fill(platform.run);
  const own = await freshSchema();
  const port = inject('mysqlPort');
  const root = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
  await root.query(`create user ${own.schema}@'127.0.0.1' identified by 'service'`);
  for (const schema of [own.schema, auditSchemaOf(own.schema)])
    await root.query(`grant all on ${schema}.* to ${own.schema}@'127.0.0.1'`);
  const account = { host: '127.0.0.1', port, user: own.schema, password: 'service', database: own.schema };
  const store = await openStore({ ...account, leaseSeconds: 1 });
  const sql = await mysql.createConnection({ ...account, dateStrings: true, multipleStatements: true });

  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/internal/delete-everything`;

  const rootAccount = { user: 'root', password: '' };
  const targets = openTargets({
    ssh: { client: 'ssh2', user: 'nobody', login: { kind: 'agent', socket: '/nonexistent' }, hostKeys: {} },
    databases: { accounts: () => ({ read: rootAccount, change: rootAccount }) },
  });
  const locks = async (): Promise<readonly string[]> => {
    const [rows] = await root.query<mysql.RowDataPacket[]>(
      `select id, target, order_no from ${platform.schema}.control_lock order by id`,
    );
    return rows.map((row) => JSON.stringify(row));
  };
  let before = await locks();
  const pair = makeKeyPair();
  const signing = readSigningKey(pair.privatePem);
  const catalog = await withoutEnvironmentCheck();
  const estate = estateWith(port, platform.schema);
  const errors: ForgeryStage['errors'] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (facts: object, message: string) => void errors.push({ ...facts, message }),
  };
  const shared = { estate, catalog, runs: store.runs, buttons: store.buttons, history: store.history, log };
  const runner = openRunner({
    ...depsOf(store),
    ...shared,
    owner: 'worker-1',
    policy: () => stage.policy,
    keys: async () => stage.known,
    targets: {
      ...targets,
      once: {
        async run(_, step) {
          if (step.kind !== 'request') throw new Error('only requests are sent here');
          const response = await fetch(step.url, { method: 'POST', body: step.body?.text ?? null });
          return { kind: 'done', status: response.status, body: await response.text() };
        },
        look: async () => ({ kind: 'never' }),
        cancel: async () => ({ kind: 'never' }),
      },
    },
  });
  const desk = openDesk({
    ...shared,
    policy: () => stage.policy,
    audit: store.audit,
    now: store.now,
    schedules: store.schedules,
    locks: store.locks,
    brackets: store.brackets,
    readOnly: store.readOnly,

    canShow: async () => true,
    systemsOf: () => ['DEPS'],
    authority: {
      signer: async () =>
        stage.canSign
          ? { ok: true, key: signing }
          : { ok: false, because: { en: 'no key here', zh: '没有密钥' } },
      keys: async () => keysOf(pair),
    },
    dispatch: { send: async () => undefined },
  });
  const get = async (id: RunId): Promise<Run> => {
    const run = await store.runs.get(id);
    if (!run) throw new Error(`run ${id} is gone`);
    return run;
  };
  const never = new AbortController().signal;
  const stage: ForgeryStage = {
    store,
    desk,
    runner,
    attacker: attackerOn(sql, auditTables(auditSchemaOf(own.schema))),
    pair,
    known: keysOf(pair),
    policy: ONE_APPROVAL,
    canSign: true,
    errors,
    effects: async () => {
      const now = await locks();
      return [
        ...hits,
        ...before.filter((row) => !now.includes(row)).map((row) => `gone: ${row}`),
        ...now.filter((row) => !before.includes(row)).map((row) => `new: ${row}`),
      ];
    },
    edit: platform.run,
    async restore(rows) {
      for (const { id = null, target = null, order_no = null, gmt_create = null } of rows)
        await root.query(`insert ignore into ${platform.schema}.control_lock values (?, ?, ?, ?)`, [
          id,
          target,
          order_no,
          gmt_create,
        ]);
    },
    async settle() {
      before = await locks();
    },
    url,
    async planned(order = ORDER, who = 'U0LIN') {
      const said = await desk.ask('unstick', order, at(who));
      if (said.kind !== 'started') throw new Error(`not started: ${JSON.stringify(said)}`);
      await runner.read(said.runId, never);
      const run = await get(said.runId);
      if (run.state !== 'waiting') throw new Error(`no plan: ${run.says?.en}`);
      return run;
    },
    press: (run, action, who) => {
      const value = drawn(run, action);
      if (value === undefined) throw new Error(`no button ${action} is drawn`);
      const { id, shown } = readValue(value);
      return desk.press(id, at(who), shown);
    },
    async confirmed(order, who = 'U0ZHAO') {
      const run = await stage.planned(order);
      const pressed = await stage.press(run, 'confirm', who);
      if (pressed.kind !== 'accepted') throw new Error(JSON.stringify(pressed));
      return get(run.id);
    },
    get,
    async drive(id) {
      for (let round = 0; round < 2; round += 1) {
        await runner.change(id, never).catch(() => undefined);
        await runner.read(id, never).catch(() => undefined);
        await runner.sweep().catch(() => undefined);
        await runner.tidy().catch(() => undefined);
      }
    },
    async close() {
      await targets.close();
      await store.close();
      await sql.end();
      await root.query(`drop user ${own.schema}@'127.0.0.1'`);
      await root.end();
      server.close();
      await platform.close();
      await own.drop();
    },
  };
  return stage;
}

/** The value of a button as it stands in Slack. */
export function drawn(run: Run, action: string): string | undefined {
  const buttons = JSON.stringify(view(run)).matchAll(
    /"action_id":"fettle:([\w-]+):\d+".*?"value":"([^"]+)"/g,
  );
  for (const [, each, value] of buttons) if (each === action) return value;
  return undefined;
}

async function fill(run: (statement: string) => Promise<void>): Promise<void> {
  for (const [no, order] of [ORDER, OTHER_ORDER].entries()) {
    const node = `000000001094963${no}`;
    const path_ = `("0000000010949638","${node}"`;
    await run(`insert into ops_plan values (${no + 1}, '${order}')`);
    await run(`insert into ops_process_definition (plan_id, node_id) values (${no + 1}, '${node}')`);
    await run(`insert into ops_action_node values
      ('${node}', '${path_})', '1', '7${no}', null),
      ('000000001094970${no}', '${path_},"000000001094970${no}")', '1', null, 'group:${no}')`);
    await run(`insert into control_lock values (1${no}, 'group:${no}', '${order}', 't')`);
  }
  await run("insert into control_lock values (99, 'group:z', 'r1_999999999999999', 't')");
}

async function withoutEnvironmentCheck(): Promise<Catalog> {
  const catalog = await loadCatalog(path.resolve(import.meta.dirname, '../..'));
  return {
    ...catalog,
    playbooks: new Map(
      [...catalog.playbooks].map(([name, playbook]) => [name, { ...playbook, requirements: () => [] }]),
    ),
  };
}

function estateWith(port: number, schema: string): Estate {
  const where = { host: '127.0.0.1', port, schema };
  return estateOf({
    databases: [
      { name: 'opswareapiserver', ...where },
      { name: 'opswareorchestration', ...where },
    ],
    hosts: [{ name: 'h-1', app: 'acopswareorchestration', site: 'a', address: '127.0.0.1', port: 22 }],
  });
}

function attackerOn(sql: mysql.Connection, tables: AuditTables): Attacker {
  const query: Attacker['query'] = async (text, values = []) => void (await sql.query(text, [...values]));
  const rows: Attacker['rows'] = async (text, values = []) => {
    const [found] = await sql.query<mysql.RowDataPacket[]>(text, [...values]);
    return found;
  };
  const body: Attacker['body'] = async (id) => (await readBody(rows, id)) as Body;
  const rechain: Attacker['rechain'] = async (change) => {
    const lines = change([...(await rows(`select * from ${tables.lines} order by n`))]);
    await query(`delete from ${tables.lines}; delete from ${tables.heads}`);
    let prev = '0'.repeat(64);
    for (const [index, line] of lines.entries()) {
      const n = index + 1;
      const hash = hashOf(prev, n, line);
      await insertLine({ ...line, n, prev, hash });
      await query(`insert into ${tables.heads} (n, hash) values (?, ?)`, [n, hash]);
      prev = hash;
    }
  };
  const insertLine = (line: Readonly<Record<string, unknown>>) =>
    query(
      `insert into ${tables.lines} (n, at, actor_id, actor_name, action, run_id, decision, reason, facts, prev, hash)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      COLUMNS.map((name) => (line[name] ?? null) as string | null),
    );
  return {
    query,
    rows,
    body,
    async edit(id, change) {
      const edited = await body(id);
      change(edited);
      await writeBody(rows, query, id, edited, ', state_at = now(3) - interval 30 second');
    },
    async append(line) {
      const [head] = await rows(`select n, hash from ${tables.heads} order by n desc limit 1`);
      const n = Number(head?.['n']) + 1;
      const prev = String(head?.['hash']);
      const whole = {
        at: '2026-11-29 10:00:00.000',
        actor_name: 'x',
        decision: null,
        reason: null,
        ...line,
        facts: canonicalJson(line['facts'] ?? {}),
      };
      const hash = hashOf(prev, n, whole);
      await insertLine({ ...whole, n, prev, hash });
      await query(`insert into ${tables.heads} (n, hash) values (?, ?)`, [n, hash]);
    },
    rechain,
    forget: () =>
      query(
        `delete from run; delete from step; delete from button; delete from ${tables.lines}; delete from ${tables.heads}`,
      ),
  };
}

const COLUMNS = [
  'n',
  'at',
  'actor_id',
  'actor_name',
  'action',
  'run_id',
  'decision',
  'reason',
  'facts',
  'prev',
  'hash',
] as const;

function hashOf(prev: string, n: number, line: Readonly<Record<string, unknown>>): string {
  const moment = new Date(`${String(line['at']).replace(' ', 'T')}Z`).toISOString();
  const [, , ...content] = COLUMNS.slice(0, 9);
  const values = [n, moment, ...content.map((name) => line[name] ?? null)];
  return createHash('sha256')
    .update(`${prev}\n${JSON.stringify(values)}`)
    .digest('hex');
}

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { stringify } from 'yaml';
import { freePort } from '../../lab/services.ts';
import { startWorkspace, type Workspace } from '../../lab/workspace/index.ts';
import { compiledCli } from '../../scripts/compiled.ts';

/** A practice workspace, a schema of its own, and bots of the real command line that are started and killed. */
export interface BotStage {
  readonly workspace: Workspace;
  readonly rows: (sql: string, values?: readonly string[]) => Promise<readonly Record<string, unknown>[]>;
  /** Resolves when it is connected. */
  readonly start: () => Promise<BotProcess>;
  readonly close: () => Promise<void>;
}

export interface BotProcess {
  readonly kill: () => Promise<void>;
  readonly log: () => string;
}

export async function openBotStage(where: {
  readonly schema: string;
  readonly mysqlPort: number;
  readonly redisPort: number;
}): Promise<BotStage> {
  await mkdir('.fettle', { recursive: true });
  const folder = await mkdtemp(path.resolve('.fettle/bot-'));
  const workspace = await startWorkspace({
    commands: ['inspect', 'unstick', 'fettle'].map((name) => ({
      command: `/${name}`,
      description: name,
      should_escape: true,
    })),
    retryDelaysMs: [500, 8000, 15_000],
  });
  await writeFile(path.join(folder, 'policy.yaml'), stringify(POLICY));
  await writeFile(path.join(folder, 'inventory.yaml'), stringify(INVENTORY));
  const settings = {
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_API_URL: workspace.apiUrl,
    REDIS_URL: `redis://127.0.0.1:${where.redisPort}/0`,
    REDIS_PREFIX: where.schema,
    MYSQL_PORT: where.mysqlPort,
    MYSQL_USER: 'root',
    MYSQL_PASSWORD: '',
    MYSQL_DATABASE: where.schema,
    SSH_USER: 'admin',
    SSH_KEY_FILE: '/nonexistent',
    FETTLE_HTTP_PORT: await freePort(),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(path.join(folder, '.env'), lines.join(''), { mode: 0o600 });
  const database = await mysql.createConnection({
    host: '127.0.0.1',
    port: where.mysqlPort,
    user: 'root',
    database: where.schema,
    dateStrings: true,
  });
  const running = new Set<ChildProcess>();
  return {
    workspace,
    async rows(sql, values = []) {
      const [rows] = await database.query<mysql.RowDataPacket[]>(sql, [...values]);
      return rows;
    },
    start: () => startBot(folder, running),
    async close() {
      for (const child of running) await killed(child);
      await database.end();
      await workspace.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startBot(folder: string, running: Set<ChildProcess>): Promise<BotProcess> {
  const child = spawn(process.execPath, [...(await compiledCli()), 'bot'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (data: Buffer): void => {
      log += data.toString('utf8');
      if (log.includes('Fettle is ready')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`the bot ended: ${log.slice(-2000)}`)));
  });
  return {
    log: () => log,
    async kill() {
      running.delete(child);
      await killed(child);
    },
  };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

const confirm = { approvals: 1, roles: ['operator'], self: true };
const POLICY = {
  people: { lin: { name: 'Lin Wei', slack: 'U0LIN' } },
  roles: { operator: ['lin'] },
  allow: [{ roles: ['operator'], actions: ['inspect', 'change', 'schedule'], systems: ['*'] }],
  confirm: { low: confirm, risky: confirm, dangerous: confirm },
  confirmMinutes: 10,
};
const INVENTORY = {
  name: 'Practice Bank',
  environment: 'practice',
  timeZone: 'Asia/Shanghai',
  domain: 'bank.example',
  sites: [{ name: 'room-a' }],
  apps: { msgbroker: { hosts: [{ name: 'msgbroker-1', address: '127.9.1.1' }] } },
};

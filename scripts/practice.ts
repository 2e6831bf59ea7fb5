import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import { parseDocument, stringify } from 'yaml';
import { type RunningEstate, startEstate } from '../lab/estate/estate.ts';
import { freePort, startMariaDb, startRedis } from '../lab/services.ts';
import { startWorkspace, type Workspace } from '../lab/workspace/index.ts';
import { loadCatalog } from '../src/catalog/catalog.ts';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Fettle's own account on the practice server. */
export const OWN_ACCOUNT = { user: 'fettle', password: 'practice', database: 'fettle' } as const;

export interface Practice {
  readonly workspace: Workspace;
  readonly estate: RunningEstate;
  /** Where .env, inventory.yaml, policy.yaml and the logs are. */
  readonly folder: string;
  readonly mysqlPort: number;
  readonly redisPort: number;
  /** Started by the practice; ended with it. */
  readonly bot: ChildProcess;
  readonly workers: readonly ChildProcess[];
  readonly startWorker: () => Promise<ChildProcess>;
  readonly stop: () => Promise<void>;
}

export interface PracticeOptions {
  readonly folder: string;
  /** Port of the page; 8484, or the next free one. */
  readonly port?: number;
  readonly say?: (line: string) => void;
  readonly estate?: Partial<Parameters<typeof startEstate>[0]>;
  /** Written into policy.yaml instead of the practice policy. */
  readonly policy?: object;
  readonly environment?: 'production' | 'test' | 'practice';
}

/** Everything on this machine: servers, hosts, workspace, a bot and a worker. Stops what it started, and only that. */
export async function startPractice(options: PracticeOptions): Promise<Practice> {
  const { folder } = options;
  const say = options.say ?? (() => undefined);
  await mkdir(folder, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    say('Redis and MariaDB …');
    const [redis, mariadb] = await Promise.all([startRedis(folder), startMariaDb(folder)]);
    stops.push(redis.stop, mariadb.stop);
    await ownDatabase(mariadb.port);
    say('hosts …');
    const estate = await startEstate({
      folder: path.join(folder, 'estate'),
      mysql: { port: mariadb.port },
      ...options.estate,
    });
    stops.push(estate.stop);
    const catalog = await loadCatalog(ROOT);
    const workspace = await startWorkspace({
      port: options.port ?? (await freeFrom(8484)),
      commands: [...catalog.commands.values()].map(({ name, title, usage }) => ({
        command: `/${name}`,
        description: title.en,
        usage_hint: usage.en,
        should_escape: true,
      })),
    });
    stops.push(workspace.stop);
    await writeFiles(options, estate, workspace, mariadb.port, redis.port);

    say('bot and worker …');
    const start = async (role: 'bot' | 'worker'): Promise<ChildProcess> => {
      const child = launch(role, folder, await freePort());
      stops.push(() => ended(child.process));
      await child.ready;
      return child.process;
    };
    const [bot, worker] = await Promise.all([start('bot'), start('worker')]);
    const workers = [worker];
    return {
      workspace,
      estate,
      folder,
      mysqlPort: mariadb.port,
      redisPort: redis.port,
      bot,
      workers,
      async startWorker() {
        const another = await start('worker');
        workers.push(another);
        return another;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Fettle's own schema and account on the practice server. */
async function ownDatabase(port: number): Promise<void> {
  const root = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
  await root.query(
    `create database if not exists ${OWN_ACCOUNT.database} character set utf8mb4 collate utf8mb4_bin`,
  );
  await root.query("create user if not exists fettle@'127.0.0.1' identified by 'practice'");
  await root.query("grant all on fettle.* to fettle@'127.0.0.1'");
  await root.end();
}

async function writeFiles(
  { folder, policy, environment }: PracticeOptions,
  estate: RunningEstate,
  workspace: Workspace,
  mysqlPort: number,
  redisPort: number,
): Promise<void> {
  const env = {
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_SIGNING_SECRET: workspace.signingSecret,
    SLACK_API_URL: workspace.apiUrl,
    REDIS_URL: `redis://127.0.0.1:${redisPort}/0`,
    MYSQL_PORT: String(mysqlPort),
    MYSQL_USER: OWN_ACCOUNT.user,
    MYSQL_PASSWORD: OWN_ACCOUNT.password,
    SSH_USER: estate.user,
    SSH_KEY_FILE: estate.sshKeyPath,
    SSH_KNOWN_HOSTS: estate.knownHostsPath,
    DB_READ_USER: estate.accounts.reader.user,
    DB_READ_PASSWORD: estate.accounts.reader.password,
    DB_CHANGE_USER: estate.accounts.changer.user,
    DB_CHANGE_PASSWORD: estate.accounts.changer.password,
  };
  await writeFile(
    path.join(folder, '.env'),
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  );
  await writeFile(
    path.join(folder, 'inventory.yaml'),
    stringify({ ...estate.inventory, ...(environment ? { environment } : {}) }),
  );
  await writeFile(path.join(folder, 'policy.yaml'), policy ? stringify(policy) : await practicePolicy());
}

/** The practice policy, in which whoever is at this machine is the operator on the command line, too. */
async function practicePolicy(): Promise<string> {
  const document = parseDocument(await readFile(path.join(ROOT, 'lab', 'policy.yaml'), 'utf8'));
  document.setIn(['people', 'lin', 'login'], os.userInfo().username);
  return document.toString();
}

function launch(
  role: 'bot' | 'worker',
  folder: string,
  healthPort: number,
): { readonly process: ChildProcess; readonly ready: Promise<void> } {
  const log = createWriteStream(path.join(folder, `${role}.log`), { flags: 'a' });
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), path.join(ROOT, 'src', 'main.ts'), role],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        FETTLE_HTTP_PORT: String(healthPort),
        FETTLE_LOG_LEVEL: process.env['FETTLE_LOG_LEVEL'],
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    },
  );
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = `${said}${data.toString()}`.slice(-4000);
    log.write(data);
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', () => said.includes('"Fettle is ready"') && resolve());
    child.once('exit', (code) =>
      reject(new Error(`the ${role} ended with ${code} before it was ready:\n${said}`)),
    );
  });
  return { process: child, ready };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 25_000);
  await gone;
  clearTimeout(hard);
}

/** The first free port at or above a number, so that the address stays the same from start to start. */
async function freeFrom(port: number): Promise<number> {
  for (let candidate = port; candidate < port + 50; candidate += 1)
    if (await isFree(candidate)) return candidate;
  return freePort();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

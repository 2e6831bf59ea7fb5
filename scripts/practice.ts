import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import { parseDocument, stringify } from 'yaml';
import { type RunningEstate, startEstate } from '../lab/estate/estate.ts';
import { freePort, type Service, startMariaDb, startRedis } from '../lab/services.ts';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../lab/workspace/index.ts';
import { loadCatalog } from '../src/catalog/catalog.ts';
import { makeKeyPair } from '../src/runs/keys.ts';
import { compiledCli } from './compiled.ts';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Fettle's own account on the practice server. */
export const OWN_ACCOUNT = { user: 'fettle', password: 'practice', database: 'fettle' } as const;

/** 日常巡检, as the manuals want it. */
const PATROL = { name: 'Daily patrol', cron: 'daily 07:30', scope: 'all', channel: 'C0OPS' } as const;

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
  readonly startWorker: (environment?: Readonly<Record<string, string>>) => Promise<ChildProcess>;
  /** Another bot, as after one that was lost; `bot` stays the first. */
  readonly startBot: (environment?: Readonly<Record<string, string>>) => Promise<ChildProcess>;
  /** Where the bot takes signed requests; undefined for Socket Mode. */
  readonly slackAddress: string | undefined;
  /** Where the bot answers /healthz and /readyz; of the first worker, too. */
  readonly health: { readonly bot: string; readonly worker: string };
  /** Servers that can be away for a while; each comes back on its port, with its data. */
  readonly redis: Outage;
  readonly mariadb: Outage;
  readonly stop: () => Promise<void>;
}

export interface Outage {
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
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
  /** Written into inventory.yaml instead of the daily patrol. */
  readonly schedules?: readonly object[];
  /** Who is in the workspace, and where they meet, instead of its usual people and channels. */
  readonly workspace?: Pick<WorkspaceOptions, 'people' | 'channels'>;
  /** How the bot hears: by Socket Mode unless set, or by signed requests. */
  readonly slackMode?: 'socket' | 'http';
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
    const [redis, mariadb] = await Promise.all([
      interruptible((port) => startRedis(folder, port)),
      interruptible((port) => startMariaDb(folder, port)),
    ]);
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
    const slackPort = options.slackMode === 'http' ? await freePort() : undefined;
    const slackAddress = slackPort === undefined ? undefined : `http://127.0.0.1:${slackPort}/slack/events`;
    const workspace = await startWorkspace({
      ...options.workspace,
      ...(slackAddress === undefined ? {} : { httpApp: slackAddress }),
      port: options.port ?? (await freeFrom(8484)),
      commands: [...catalog.commands.values()].map(({ name, title, usage }) => ({
        command: `/${name}`,
        description: title.en,
        usage_hint: usage.en,
        should_escape: true,
      })),
    });
    stops.push(workspace.stop);
    await writeFiles(options, estate, workspace, {
      mysql: mariadb.port,
      redis: redis.port,
      slack: slackPort,
    });

    say('bot and worker …');
    const cli = await compiledCli();
    const start = async (role: 'bot' | 'worker', environment: Readonly<Record<string, string>> = {}) => {
      const port = await freePort();
      const child = launch([...cli, role], role, folder, port, environment);
      stops.push(() => ended(child.process));
      await child.ready;
      return { process: child.process, health: `http://127.0.0.1:${port}` };
    };
    const [bot, worker] = await Promise.all([start('bot'), start('worker')]);
    const workers = [worker.process];
    return {
      workspace,
      estate,
      folder,
      mysqlPort: mariadb.port,
      redisPort: redis.port,
      bot: bot.process,
      workers,
      async startWorker(environment) {
        const another = await start('worker', environment);
        workers.push(another.process);
        return another.process;
      },
      startBot: async (environment) => (await start('bot', environment)).process,
      slackAddress,
      health: { bot: bot.health, worker: worker.health },
      redis,
      mariadb,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A server that can be stopped and started again on its own port. */
async function interruptible(
  start: (port?: number) => Promise<Service>,
): Promise<Outage & { readonly port: number }> {
  let running: Service | undefined = await start();
  const { port } = running;
  return {
    port,
    async stop() {
      await running?.stop();
      running = undefined;
    },
    async start() {
      running ??= await start(port);
    },
  };
}

/** Fettle's own schema and account on the practice server. */
async function ownDatabase(port: number): Promise<void> {
  const root = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
  await root.query(
    `create database if not exists ${OWN_ACCOUNT.database} character set utf8mb4 collate utf8mb4_bin`,
  );
  await root.query("create user if not exists fettle@'127.0.0.1' identified by 'practice'");
  for (const schema of ['fettle', 'fettle\\_audit'])
    await root.query(`grant all on \`${schema}\`.* to fettle@'127.0.0.1'`);
  await root.end();
}

async function writeFiles(
  { folder, policy, environment, schedules = [PATROL] }: PracticeOptions,
  estate: RunningEstate,
  workspace: Workspace,
  ports: { readonly mysql: number; readonly redis: number; readonly slack: number | undefined },
): Promise<void> {
  const env = {
    // This machine is all there is: production's wants for the way to other machines are let be, each by its name.
    ...(environment === 'production' ? { FETTLE_ALLOW: 'plain-slack,no-audit-key,one-audit-account' } : {}),
    ...(ports.slack === undefined ? {} : { SLACK_MODE: 'http', SLACK_HTTP_PORT: String(ports.slack) }),
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_SIGNING_SECRET: workspace.signingSecret,
    SLACK_API_URL: workspace.apiUrl,
    FETTLE_GRANT_KEY_FILE: path.join(folder, 'grant-key.pem'),
    FETTLE_GRANT_PUBLIC_FILE: path.join(folder, 'grant-public.pem'),
    REDIS_URL: `redis://127.0.0.1:${ports.redis}/0`,
    MYSQL_PORT: String(ports.mysql),
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
  await practiceKeys(folder);
  await writeFile(
    path.join(folder, '.env'),
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  );
  await writeFile(
    path.join(folder, 'inventory.yaml'),
    stringify({ ...estate.inventory, ...(environment ? { environment } : {}), schedules }),
  );
  await writeFile(path.join(folder, 'policy.yaml'), policy ? stringify(policy) : await practicePolicy());
}

/** A pair of keys of its own, made anew with every start. */
async function practiceKeys(folder: string): Promise<void> {
  const { privatePem, publicPem } = makeKeyPair();
  for (const [name, text, mode] of [
    ['grant-key.pem', privatePem, 0o600],
    ['grant-public.pem', publicPem, 0o644],
  ] as const) {
    await rm(path.join(folder, name), { force: true });
    await writeFile(path.join(folder, name), text, { mode });
  }
}

/** The practice policy, in which whoever is at this machine is the operator on the command line, too. */
async function practicePolicy(): Promise<string> {
  const document = parseDocument(await readFile(path.join(ROOT, 'lab', 'policy.yaml'), 'utf8'));
  document.setIn(['people', 'lin', 'login'], os.userInfo().username);
  return document.toString();
}

function launch(
  program: readonly string[],
  role: 'bot' | 'worker',
  folder: string,
  healthPort: number,
  environment: Readonly<Record<string, string>>,
): { readonly process: ChildProcess; readonly ready: Promise<void> } {
  const log = createWriteStream(path.join(folder, `${role}.log`), { flags: 'a' });
  const child = spawn(process.execPath, program, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      FETTLE_HTTP_PORT: String(healthPort),
      FETTLE_LOG_LEVEL: process.env['FETTLE_LOG_LEVEL'],
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = `${said}${data.toString()}`.slice(-4000);
    log.write(data);
  });
  const awaited = new Set<string>(role === 'worker' ? ['worker', 'changer'] : [role]);
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', () => {
      for (const line of said.split('\n'))
        for (const each of awaited)
          if (line.includes(`"roles":["${each}"]`) && line.includes('"Fettle is ready"'))
            awaited.delete(each);
      if (awaited.size === 0) resolve();
    });
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

import type { ChildProcess } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { type Practice, startPractice } from '../../scripts/practice.ts';
import { administratorOf, type Database } from './database.ts';
import { type Engine, watchedEngine, watchLocks } from './oracle.ts';
import { type SlowWay, startSlowWay } from './slow-way.ts';
import { until } from './waiting.ts';

/** Schema of the practice database whose rows a fix deletes. */
export const LOCKS = 'opswareorchestration';
/** Workers that are up when a trial begins: one may be lost. */
const WORKERS = 2;

/** A practice estate with bot and workers whose parts can be lost, and the oracle beside it. */
export interface Rig {
  readonly practice: Practice;
  readonly database: Database;
  readonly engine: Engine;
  /** To the databases of the estate, for the account that changes. */
  readonly way: SlowWay;
  readonly redis: <T>(work: (redis: Redis) => Promise<T>) => Promise<T>;
  readonly processes: Processes;
  readonly stop: () => Promise<void>;
}

export interface Processes {
  readonly bot: () => ChildProcess;
  readonly workers: () => readonly ChildProcess[];
  /** Ends the bot at once; resolves when it is gone. */
  readonly killBot: () => Promise<void>;
  readonly startBot: (environment?: Readonly<Record<string, string>>) => Promise<void>;
  /** Id of the process that holds a run: the worker itself, or what it has for changes. */
  readonly holderOf: (runId: string) => Promise<number | undefined>;
  readonly endWorkers: () => Promise<void>;
  readonly startWorkers: (count?: number, environment?: Readonly<Record<string, string>>) => Promise<void>;
  /** Brings back what a trial has ended: one bot, two workers. */
  readonly mend: () => Promise<void>;
  readonly redisServer: () => Promise<number>;
  readonly mariadbServer: () => Promise<number>;
}

export async function startRig(folder: string): Promise<Rig> {
  await rm(folder, { recursive: true, force: true });
  const socketPath = path.join(path.resolve(folder), 'mariadb', 'sock');
  const engine = watchedEngine();
  const way = await startSlowWay(socketPath, 'fettle_change');
  const practice = await startPractice({
    folder: path.resolve(folder),
    port: 0,
    schedules: [],
    estate: { apps: engine.apps, mysql: { port: way.port }, beatMs: 400 },
  });
  const database = administratorOf(socketPath);
  await watchLocks(database, LOCKS);
  const processes = processesOf(practice, database);
  await processes.startWorkers();
  return {
    practice,
    database,
    engine,
    way,
    async redis(work) {
      const redis = new Redis(practice.redisPort, { maxRetriesPerRequest: 1, retryStrategy: () => null });
      redis.on('error', () => undefined);
      try {
        return await work(redis);
      } finally {
        redis.disconnect();
      }
    },
    processes,
    async stop() {
      await database.close();
      for (const child of [processes.bot(), ...processes.workers()]) wake(child.pid);
      await practice.stop();
      await way.stop();
    },
  };
}

function processesOf(practice: Practice, database: Database): Processes {
  let bot = practice.bot;
  const alive = (): readonly ChildProcess[] => practice.workers.filter(isAlive);
  const startBot = async (environment?: Readonly<Record<string, string>>): Promise<void> => {
    bot = await practice.startBot(environment);
  };
  const startWorkers = async (
    count = WORKERS - alive().length,
    environment?: Readonly<Record<string, string>>,
  ): Promise<void> => {
    await Promise.all(Array.from({ length: Math.max(0, count) }, () => practice.startWorker(environment)));
  };
  return {
    bot: () => bot,
    workers: alive,
    killBot: () => ended(bot, 'SIGKILL'),
    startBot,
    async holderOf(runId) {
      const [run] = await database.rows('select lease_owner from fettle.run where id = ?', [runId]);
      const pid = /-(\d+)-[0-9a-f]+$/.exec(String(run?.['lease_owner'] ?? ''))?.[1];
      return pid === undefined ? undefined : Number(pid);
    },
    async endWorkers() {
      await Promise.all(alive().map((child) => ended(child, 'SIGKILL')));
    },
    startWorkers,
    async mend() {
      for (const child of [bot, ...alive()]) wake(child.pid);
      if (!isAlive(bot)) await startBot();
      await startWorkers();
    },
    redisServer: () => serverOf('redis-server', practice.redisPort),
    mariadbServer: () => serverOf('mariadbd', practice.mysqlPort),
  };
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isAlive(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** Sends a signal to a process that may be gone; false when it is. */
export function signal(pid: number | undefined, name: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

const wake = (pid: number | undefined): boolean => signal(pid, 'SIGCONT');

/** A process that is there; one that has ended and is not yet taken note of does not count. */
export const isThere = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
};

/** The server that this process started and that has the port, found by its command line. */
async function serverOf(program: string, port: number): Promise<number> {
  const found = await until(async () => {
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      if (line.includes(program) && line.includes(String(port))) return Number(name);
    }
    return undefined;
  }, 5000);
  if (found === undefined) throw new Error(`no ${program} with port ${port}`);
  return found;
}

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server of our own, in our own folder, ended by its own pid. */
export interface Service {
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

export interface MariaDb extends Service {
  readonly socket: string;
  /** Password of `root` over TCP and the socket. */
  readonly rootPassword: string;
}

/** Starts redis-server on loopback with AOF and noeviction, as the queue requires. Resolves when it answers. */
export async function startRedis(folder: string, port?: number): Promise<Service> {
  const dir = path.join(folder, 'redis');
  await mkdir(dir, { recursive: true });
  const chosen = port ?? (await freePort());
  const child = launch(
    'redis-server',
    [
      '--port',
      String(chosen),
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--maxmemory-policy',
      'noeviction',
      '--save',
      '',
      '--daemonize',
      'no',
    ],
    path.join(dir, 'redis.log'),
  );
  await answers(child, chosen, 'redis-server', path.join(dir, 'redis.log'), 'PING\r\n', '+PONG');
  return { port: chosen, pid: pidOf(child), stop: () => end(child) };
}

/** Starts MariaDB on loopback; the first start in a folder creates the data files (about two seconds). */
export async function startMariaDb(folder: string, port?: number): Promise<MariaDb> {
  const dir = path.join(folder, 'mariadb');
  const data = path.join(dir, 'data');
  const socket = path.join(dir, 'sock');
  await mkdir(dir, { recursive: true });
  const user = os.userInfo().username;
  if (!existsSync(path.join(data, 'mysql'))) {
    await run('mariadb-install-db', [
      '--no-defaults',
      `--datadir=${data}`,
      `--user=${user}`,
      '--auth-root-authentication-method=normal',
      `--tmpdir=${dir}`,
      '--skip-test-db',
    ]);
  }
  const chosen = port ?? (await freePort());
  const child = launch(
    mariadbd(),
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--port=${chosen}`,
      '--bind-address=127.0.0.1',
      `--user=${user}`,
      '--innodb-flush-log-at-trx-commit=1',
      '--innodb-buffer-pool-size=64M',
      '--performance-schema=OFF',
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_bin',
      `--pid-file=${path.join(dir, 'pid')}`,
      '--default-time-zone=+00:00',
      '--max-connections=300',
    ],
    path.join(dir, 'mariadb.log'),
  );
  await answers(child, chosen, 'mariadbd', path.join(dir, 'mariadb.log'));
  return { port: chosen, pid: pidOf(child), socket, rootPassword: '', stop: () => end(child) };
}

/** A TCP port of loopback that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const mariadbd = (): string => ['/usr/sbin/mariadbd', '/usr/bin/mariadbd'].find(existsSync) ?? 'mariadbd';

function launch(program: string, args: string[], log: string): ChildProcess {
  // Its own process group, so that Ctrl-C in the terminal reaches us first and the order of stopping is ours.
  return spawn('/bin/sh', ['-c', 'log=$1; shift; exec "$@" >>"$log" 2>&1', 'sh', log, program, ...args], {
    stdio: 'ignore',
    detached: true,
  });
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the server did not start');
  return child.pid;
}

async function answers(
  child: ChildProcess,
  port: number,
  name: string,
  log: string,
  send?: string,
  expect?: string,
): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`${name} ended at once; its log says:\n${await tail(log)}`);
    if (await speaks(port, send, expect)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${name} did not answer on port ${port} within 60 s; its log says:\n${await tail(log)}`);
}

const tail = async (log: string): Promise<string> =>
  (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(-8).join('\n');

/** True once the server has sent its first bytes (MariaDB greets by itself, Redis answers PING). */
function speaks(port: number, send?: string, expect?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    const finish = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => send && socket.write(send));
    socket.once('data', (data) => finish(expect === undefined || data.toString().startsWith(expect)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(hard);
}

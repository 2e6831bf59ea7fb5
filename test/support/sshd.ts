import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../lab/services.ts';

const run = promisify(execFile);

/** A real sshd on loopback with keys of its own; the current user logs in with `keyFile`. */
export interface Sshd {
  readonly port: number;
  readonly pid: number;
  readonly user: string;
  /** Folder of this server; it goes when the server stops. */
  readonly folder: string;
  /** Private key that may log in. */
  readonly keyFile: string;
  /** Of its host key: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** Of its host key: `SHA256:…`. */
  readonly fingerprint: string;
  /** The process ids of the connections open now. */
  readonly sessions: () => Promise<readonly number[]>;
  readonly stop: () => Promise<void>;
}

export interface SshdSetup {
  readonly hostKeyType?: 'ed25519' | 'ecdsa' | 'rsa';
  readonly port?: number;
  /** Lines of sshd_config that come first, and so win. */
  readonly config?: readonly string[];
}

/** Resolves when it listens. */
export async function startSshd(setup: SshdSetup = {}): Promise<Sshd> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sshd-'));
  const keyFile = path.join(folder, 'login');
  const hostKeyFile = path.join(folder, 'host');
  await Promise.all([makeKey(keyFile, 'ed25519'), makeKey(hostKeyFile, setup.hostKeyType ?? 'ed25519')]);
  await writeFile(path.join(folder, 'authorized'), await readFile(`${keyFile}.pub`));
  // sshd of the root user insists on this folder of the system.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const port = setup.port ?? (await freePort());
  const config = [
    ...(setup.config ?? []),
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${hostKeyFile}`,
    `AuthorizedKeysFile ${path.join(folder, 'authorized')}`,
    `PidFile ${path.join(folder, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PrintMotd no',
    'MaxStartups 100',
    'LogLevel INFO',
  ];
  await writeFile(path.join(folder, 'config'), `${config.join('\n')}\n`);
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', path.join(folder, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await listens(child);
  const pid = child.pid ?? 0;
  return {
    port,
    pid,
    user: os.userInfo().username,
    folder,
    keyFile,
    hostKey: (await readFile(`${hostKeyFile}.pub`, 'utf8')).split(' ').slice(0, 2).join(' '),
    fingerprint: await fingerprintOfFile(`${hostKeyFile}.pub`),
    sessions: () => childrenOf(pid),
    async stop() {
      for (const session of await childrenOf(pid)) killIfThere(session);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGTERM')) await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Makes a key pair without passphrase at this path. */
export async function makeKey(file: string, type: string, ...more: readonly string[]): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', file, ...more]);
}

export async function fingerprintOfFile(file: string): Promise<string> {
  const { stdout } = await run('ssh-keygen', ['-l', '-f', file]);
  return stdout.split(' ')[1] ?? '';
}

/** A connection may end by itself between being seen and being ended. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Process ids whose parent is this one. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) found.push(Number(name));
  }
  return found;
}

function listens(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('Server listening on')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`sshd ended at once: ${said}`)));
  });
}

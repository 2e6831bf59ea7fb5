import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import { type EstateSetting, type RunningEstate, startEstate } from '../../../lab/estate/estate.ts';

export interface TestEstate {
  readonly estate: RunningEstate;
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** An estate of its own for one test file: its folder and its schemas go when it stops. */
export async function testEstate(setting: Partial<EstateSetting> = {}): Promise<TestEstate> {
  const folder = await testFolder();
  const estate = await startEstate({
    folder,
    mysql: { port: inject('mysqlPort'), prefix: `t_${randomBytes(4).toString('hex')}_` },
    dropDatabases: true,
    beatMs: 100,
    ...setting,
  });
  return {
    estate,
    folder,
    stop: async () => {
      await estate.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function testFolder(): Promise<string> {
  await mkdir('.fettle', { recursive: true });
  return mkdtemp(path.resolve('.fettle/estate-'));
}

export interface Reply {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the machine's own ssh client gets from a host of the estate. */
export function ssh(
  login: Pick<RunningEstate, 'hosts' | 'sshKeyPath' | 'knownHostsPath' | 'user'>,
  name: string,
  command: string,
): Promise<Reply> {
  const host = login.hosts.find((each) => each.name === name);
  if (!host) throw new Error(`no host ${name}`);
  const options = {
    UserKnownHostsFile: login.knownHostsPath,
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    BatchMode: 'yes',
    ConnectTimeout: '20',
    IdentitiesOnly: 'yes',
  };
  const args = ['-F', '/dev/null', '-i', login.sshKeyPath, '-p', String(host.port)];
  for (const [key, value] of Object.entries(options)) args.push('-o', `${key}=${value}`);
  return new Promise((resolve) => {
    execFile(
      'ssh',
      [...args, `${login.user}@${host.address}`, command],
      { maxBuffer: 32 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

/** Looks again and again until it holds; fails with what was seen last. */
export async function until<Seen>(look: () => Promise<Seen>, holds: (seen: Seen) => boolean): Promise<Seen> {
  const end = Date.now() + 10_000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`did not happen; seen last: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Processes of this machine whose command line or network namespace belongs to the estate in this folder. */
export async function processesOf(folder: string, namespaces: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    const own = await namespaceOf(Number(pid));
    if (line.includes(folder) || (own !== undefined && namespaces.includes(own)))
      found.push(`${pid} ${line}`);
  }
  return found;
}

/** Undefined when the process is gone. */
export const namespaceOf = (pid: number): Promise<string | undefined> =>
  readlink(`/proc/${pid}/ns/net`).catch(() => undefined);

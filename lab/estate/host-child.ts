import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { PlannedHost } from './plan.ts';

/** A host's namespaces with their process 1. */
export interface HostChild {
  /** Process 1 of the host, by its id on this machine. */
  readonly pid: number;
  readonly say: (order: string) => void;
  /** Ends process 1 and with it everything on the host. Resolves when all of it is gone. */
  readonly end: () => Promise<void>;
}

const DISK_MB = 16;

/** Starts the first program of a host in namespaces of its own. Throws with what it said when it cannot start. */
export async function startHostChild(programs: string, own: string, plan: PlannedHost): Promise<HostChild> {
  const isRoot = process.getuid?.() === 0;
  const log = path.join(own, 'start.log');
  const out = openSync(log, 'w');
  const child = spawn(
    'unshare',
    [
      ...(isRoot ? [] : ['--user', '--map-root-user']),
      '--mount',
      '--pid',
      '--uts',
      '--net',
      '--fork',
      '--kill-child=KILL',
      '/bin/sh',
      path.join(programs, 'init.sh'),
      own,
      path.join(programs, 'root'),
      plan.name,
      plan.address,
      isRoot ? 'root' : 'user',
      String(DISK_MB),
    ],
    { stdio: ['pipe', 'pipe', out], cwd: '/', detached: true },
  ) as ChildProcessByStdio<Writable, Readable, null>;
  closeSync(out);
  child.stdin.on('error', () => {});
  const ready = await new Promise<boolean>((resolve) => {
    child.stdout.once('data', () => resolve(true));
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(false));
  });
  child.stdout.resume();
  if (!ready || child.pid === undefined) {
    throw new Error(
      `host ${plan.name} did not start: ${readFileSync(log, 'utf8').trim() || 'unshare failed'}`,
    );
  }
  return {
    pid: Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()),
    say: (order) => child.stdin.write(order),
    end: () => end(child),
  };
}

/** Its input ends, so process 1 ends, so the kernel ends everything on the host. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  const hard = setTimeout(() => child.kill('SIGKILL'), 2000);
  await gone;
  clearTimeout(hard);
}

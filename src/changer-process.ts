import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Readiness } from './http/health.ts';
import type { Log } from './log.ts';

/** The process that performs changes sends this to the one that started it, every second. */
const Health = z.object({ problems: z.record(z.string(), z.string()) });
export type Health = z.infer<typeof Health>;

export interface ChangerProcess {
  readonly readiness: Readiness;
  /** Asks it to stop, and waits until it has; it is ended when that takes longer than it may. */
  readonly stop: () => Promise<void>;
}

export interface ChangerSetup {
  readonly log: Log;
  /** Where .env, inventory.yaml and policy.yaml are. */
  readonly folder: string;
  /** Milliseconds that it may take to finish the step it is in. */
  readonly graceMs: number;
  /** The program and its words; the command line of Fettle unless set. */
  readonly command?: readonly [string, ...string[]];
}

const TELL_MS = 1000;
/** Older than this, the last word of a process is no sign of life. */
const SILENT_MS = 10_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A process that lived so long has not failed at its start. */
const SETTLED_MS = 60_000;

/**
 * Changes run in a process of their own, so that whatever an inspection meets cannot keep the lease of a change from being
 * renewed. It is the same program in another role; its log goes where ours goes, and it ends when we are gone. When it dies it is
 * started again, each time later.
 */
export function startChanger(setup: ChangerSetup): ChangerProcess {
  const { log, graceMs } = setup;
  let child: ChildProcess | undefined;
  let told: (Health & { readonly at: number }) | undefined;
  let stopped = false;
  let wait = FIRST_WAIT_MS;
  let timer: NodeJS.Timeout | undefined;

  const start = (): void => {
    const [program, ...given] = setup.command ?? ownCommand(setup.folder);
    const began = performance.now();
    const made = spawn(program, given, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child = made;
    made.on('message', (message) => {
      const health = Health.safeParse(message);
      if (health.success) told = { ...health.data, at: performance.now() };
    });
    const ended = (because: string): void => {
      if (child !== made) return;
      child = undefined;
      told = undefined;
      if (stopped) return;
      if (performance.now() - began > SETTLED_MS) wait = FIRST_WAIT_MS;
      log.warn({ because, againInMs: wait }, 'the process that performs changes ended; it is started again');
      timer = setTimeout(start, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    };
    made.on('error', (error) => ended(error.message));
    made.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
  };
  start();

  return {
    readiness: { name: 'changes', problem: () => problemOf(child, told) },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const ending = child;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const gone = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGTERM');
      const hard = setTimeout(() => ending.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(hard);
    },
  };
}

function problemOf(
  child: ChildProcess | undefined,
  told: (Health & { readonly at: number }) | undefined,
): string | undefined {
  if (!child) return 'the process that performs changes does not run; it is started again';
  if (!told) return 'the process that performs changes is starting';
  if (performance.now() - told.at > SILENT_MS) return 'the process that performs changes does not answer';
  const problems = Object.entries(told.problems).map(([name, problem]) => `${name}: ${problem}`);
  return problems.length === 0 ? undefined : problems.join('; ');
}

/** In the process that performs changes: tells whoever started it how it is, until it is stopped. */
export function tellHealth(checks: readonly Readiness[]): () => void {
  const tell = async (): Promise<void> => {
    const problems: Record<string, string> = {};
    for (const { name, problem } of checks) {
      const says = await Promise.resolve(problem()).catch((error: unknown) => String(error));
      if (says !== undefined) problems[name] = says;
    }
    if (process.connected) process.send?.({ problems } satisfies Health, () => undefined);
  };
  void tell();
  const timer = setInterval(() => void tell(), TELL_MS);
  return () => clearInterval(timer);
}

/** The same loader of TypeScript as ours; the words are those of the command line. */
function ownCommand(folder: string): readonly [string, ...string[]] {
  const here = fileURLToPath(import.meta.url);
  const cli = path.join(path.dirname(here), `cli${path.extname(here)}`);
  return [process.execPath, ...process.execArgv, cli, 'changer', '--child', '--in', path.resolve(folder)];
}

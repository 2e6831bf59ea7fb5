import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { ExecAnswer, ExecLimits, NoAnswer, RemoteExec } from '../kit/targets.ts';
import { type Envelope, envelope } from './envelope.ts';
import { type Ending, type Limit, type Watching, startLimit, startWatching, within } from './limits.ts';
import { keepOutput } from './output.ts';
import { type Machine, machineOf, type SystemSshOptions } from './ssh-options.ts';
import { sshArguments, whyNoSession, withoutOurLines } from './system-ssh-words.ts';

/** How long a script may take to be ended on the host before the client is killed. */
const ENDING_MS = 1500;

/** Runs each script with the machine's own `ssh` client: one process and one connection a script. For user certificates. */
export function createSystemSshExec(options: SystemSshOptions): RemoteExec & { readonly close: () => void } {
  const running = new Set<AbortController>();
  let closed = false;
  return {
    close() {
      closed = true;
      for (const controller of running) controller.abort();
    },
    async run(host, script, limits, signal) {
      const startedAt = performance.now();
      const stopping = new AbortController();
      if (closed) stopping.abort();
      running.add(stopping);
      const limit = startLimit(
        limits.timeoutSeconds,
        signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal,
      );
      try {
        const answer = await runOnce(machineOf(host, options), options, script, limits, limit);
        return { ...answer, tookMs: Math.round(performance.now() - startedAt) };
      } finally {
        limit.stop();
        running.delete(stopping);
      }
    },
  };
}

type Untimed<T> = T extends unknown ? Omit<T, 'tookMs'> : never;
type Answer = Untimed<ExecAnswer>;

function runOnce(
  machine: Machine,
  options: SystemSshOptions,
  script: string,
  limits: ExecLimits,
  limit: Limit,
): Promise<Answer> {
  const wrapped = envelope(script, limits.timeoutSeconds + 2, true);
  let args: readonly string[];
  try {
    args = sshArguments(machine, options, wrapped.command);
  } catch (error) {
    const detail = `not tried: ${error instanceof Error ? error.message : 'unexpected error'}`;
    return Promise.resolve({ kind: 'no-answer', reason: 'login-refused', detail, stdout: '', sent: false });
  }
  if (limit.ended() !== undefined)
    return Promise.resolve(cutOff(limit.ended() ?? 'cancelled', limits, '', false, true));
  const child = spawn(options.program ?? 'ssh', args, { stdio: 'pipe' });
  return follow(child, wrapped, { machine, options, limits, limit });
}

/** Writes the script once the host says it is ready, so that `sent` is known; collects what comes back. */
function follow(
  child: ChildProcessWithoutNullStreams,
  { input, mark }: Envelope,
  {
    machine,
    options,
    limits,
    limit,
  }: { machine: Machine; options: SystemSshOptions; limits: ExecLimits; limit: Limit },
): Promise<Answer> {
  const stdout = keepOutput(limits.outputCapBytes);
  const stderr = keepOutput(limits.outputCapBytes + 4096);
  let sent: Watching | undefined;
  let ending: Ending | 'flood' | undefined;
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => resolve(sent ? { ...answer, between: sent.between() } : answer);
    const noAnswer = (reason: NoAnswer, detail: string): void =>
      settle({ kind: 'no-answer', reason, detail, stdout: stdout.text(), sent: sent !== undefined });
    const finish = (code: number | null): void => {
      forget();
      if (ending === 'timeout' || ending === 'cancelled')
        return settle(
          cutOff(ending, limits, stdout.text(), sent !== undefined, !child.killed && code !== null),
        );
      const exit = stderr.tail().match(new RegExp(`^${mark} exit (\\d+)$`, 'm'))?.[1];
      if (exit === undefined && code === 255 && ending === undefined) {
        const why = whyNoSession(stderr.text(), machine, options);
        return sent ? noAnswer('closed', 'the connection was closed') : noAnswer(why.reason, why.detail);
      }
      settle({
        kind: 'answered',
        exitCode: exit === undefined ? (ending === 'flood' ? null : code) : Number(exit),
        stdout: stdout.text(),
        stderr: withoutOurLines(stderr.text(), mark),
        truncated: stdout.truncated() || stderr.truncated(),
      });
    };
    const stop = (why: Ending | 'flood'): void => {
      if (ending !== undefined) return;
      ending = why;
      void endChild(child);
    };
    const forget = limit.onEnd(stop);
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.add(chunk);
      sent?.sign();
      if (stdout.flooded()) stop('flood');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr.add(chunk);
      if (stderr.flooded()) stop('flood');
      if (sent || ending !== undefined || !stderr.text().includes(`${mark} ready\n`)) return;
      sent = startWatching();
      child.stdin.write(input);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      forget();
      noAnswer('unreachable', `the ssh client did not start: ${error.message}`);
    });
    child.on('close', finish);
  });
}

const cutOff = (
  ending: Ending,
  limits: ExecLimits,
  stdout: string,
  sent: boolean,
  ended: boolean,
): Answer => {
  const what = ending === 'timeout' ? `no end within ${limits.timeoutSeconds} s` : 'cancelled';
  const then = !sent ? 'nothing was sent' : ended ? 'it was ended on the host' : 'the connection was closed';
  return {
    kind: 'no-answer',
    reason: ending,
    detail: `${what}; ${then}`,
    stdout,
    sent,
    ...(sent ? { ended } : {}),
  };
};

/** Closing the input ends the script on the host, and with it the client; a client that stays is killed. */
async function endChild(child: ChildProcessWithoutNullStreams): Promise<void> {
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin.end();
  if (await within(gone, ENDING_MS)) return;
  child.kill('SIGTERM');
  if (await within(gone, ENDING_MS)) return;
  child.kill('SIGKILL');
}

import { spawn } from 'node:child_process';
import type { ExecAnswer, RemoteExec } from '../../src/runner/targets.ts';

/** Runs scripts on this machine as if it were every host: the given shell reads the script from its standard input. */
export const localExec = (shell: readonly [string, ...string[]] = ['sh']): RemoteExec => ({
  run: (_host, script, { timeoutSeconds, outputCapBytes }, signal) =>
    new Promise<ExecAnswer>((resolve) => {
      const began = Date.now();
      const [program, ...args] = shell;
      const child = spawn(program, [...args, '-s'], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      let ending: 'timeout' | 'cancelled' | undefined;
      const end = (why: 'timeout' | 'cancelled'): void => {
        ending ??= why;
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      };
      const cancel = (): void => end('cancelled');
      const timer = setTimeout(() => end('timeout'), timeoutSeconds * 1000);
      signal?.addEventListener('abort', cancel, { once: true });
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.stdin.on('error', () => undefined);
      child.stdin.end(script);
      child.once('close', (exitCode) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        const all = Buffer.concat(out);
        const stdout = all.subarray(0, outputCapBytes).toString('utf8');
        const tookMs = Date.now() - began;
        if (ending !== undefined) {
          resolve({ kind: 'no-answer', reason: ending, detail: '', stdout, sent: true, tookMs });
          return;
        }
        const stderr = Buffer.concat(err).toString('utf8');
        const truncated = all.length > outputCapBytes;
        resolve({ kind: 'answered', exitCode, stdout, stderr, truncated, tookMs });
      });
    }),
});

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { ExecAnswer, RemoteExec } from '../../src/kit/targets.ts';
import { startWatching } from '../../src/targets/limits.ts';
import { keepOutput } from '../../src/targets/output.ts';

/** Runs scripts on this machine as if it were every host: the given shell reads the script from its standard input. Limit, cap and signal count as on a real one. */
export const localExec = (shell: readonly [string, ...string[]] = ['sh']): RemoteExec => ({
  run: (_host, script, { timeoutSeconds, outputCapBytes }, signal) =>
    new Promise<ExecAnswer>((resolve) => {
      const began = performance.now();
      const [program, ...args] = shell;
      const child = spawn(program, [...args, '-s'], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
      const [out, err] = [keepOutput(outputCapBytes), keepOutput(outputCapBytes)];
      let ending: 'timeout' | 'cancelled' | 'flood' | undefined;
      const end = (why: 'timeout' | 'cancelled' | 'flood'): void => {
        if (child.pid !== undefined && ending === undefined) killSession(child.pid);
        ending ??= why;
      };
      const cancel = (): void => end('cancelled');
      const timer = setTimeout(() => end('timeout'), timeoutSeconds * 1000);
      if (signal?.aborted) cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      const watching = startWatching();
      const take = (output: typeof out) => (chunk: Buffer) => {
        output.add(chunk);
        watching.sign();
        if (output.flooded()) end('flood');
      };
      child.stdout.on('data', take(out));
      child.stderr.on('data', take(err));
      child.stdin.on('error', () => undefined);
      child.stdin.end(script);
      child.once('close', (exitCode) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        const tookMs = Math.round(performance.now() - began);
        const stdout = out.text();
        const between = watching.between();
        if (ending !== undefined && ending !== 'flood') {
          resolve({ kind: 'no-answer', reason: ending, detail: '', stdout, sent: true, tookMs, between });
          return;
        }
        const truncated = out.truncated() || err.truncated();
        resolve({ kind: 'answered', exitCode, stdout, stderr: err.text(), truncated, tookMs, between });
      });
    }),
});

/** Everything of the session, also what `timeout` put into a group of its own. */
function killSession(session: number): void {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [, , , of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(of) === session) process.kill(Number(name), 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

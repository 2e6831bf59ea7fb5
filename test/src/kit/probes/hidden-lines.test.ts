import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { logsOfHost, type ShellCommand } from '../../../../src/kit/index.ts';
import { readLog } from '../../../../src/kit/probes/log-answer.ts';
import { logScript } from '../../../../src/kit/probes/log-script.ts';
import { readBatch, writeBatch } from '../../../../src/inspecting/batch.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'fettle-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command as a host does and takes its answer apart as a worker does. */
function answerOf(command: ShellCommand): string {
  const batch = writeBatch([{ command, timeoutSeconds: 10 }]);
  const { stdout } = spawnSync('bash', ['-c', batch.script], { encoding: 'utf8' });
  const [answer] = readBatch(batch, stdout);
  if (answer?.kind !== 'answered') throw new Error('no answer');
  return answer.answer.output;
}

const write = (name: string, lines: readonly string[]): string => {
  const now = new Date();
  const two = (n: number): string => String(n).padStart(2, '0');
  const stamp = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const file = path.join(folder, name);
  writeFileSync(file, lines.map((line) => `${stamp} ${line}\n`).join(''));
  return file;
};

describe('lines of a log', () => {
  it.each(['', '\u2028', '\u2029', '\u0085', '\u000b', '\u000c', '\r---\r'])(
    'are counted by their key whatever stands in them: %j',
    (end) => {
      const file = write(
        'a.log',
        Array.from({ length: 3 }, () => `ERROR Oom${end} x`),
      );
      const look = {
        path: file,
        windowSeconds: 300,
        quiet: 'fine',
        missing: 'unknown',
        tally: { awk: '$4' },
      } as never;
      const seen = readLog({ output: answerOf(logScript(look)) } as never, look) as {
        readonly window?: { readonly lines: number; readonly tally: ReadonlyMap<string, number> };
      };
      expect(seen.window?.lines).toBe(3);
      expect([...(seen.window?.tally.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(3);
    },
  );

  it.each(['ERROR boom', 'ERROR boom \u2028===', 'ERROR boom\u2029---', 'ERROR boom \u0085lines 0'])(
    'cannot hide that they are there: %j',
    (line) => {
      const paths = [write('b.log', [line]), write('c.log', [])];
      const together = logsOfHost({
        paths: paths as never,
        windowSeconds: 300,
        quiet: 'fine',
        missing: 'fine',
        judge: ({ window }: { window: { lines: number } }) => [
          { state: window.lines > 0 ? 'critical' : 'ok', says: { en: `${window.lines} lines`, zh: '-' } },
        ],
      } as never);
      const context = { app: { id: 'x', paths: {}, ports: {} }, windowSeconds: 300, limits: {} } as never;
      const output = answerOf(together.command(context));
      const answer = { output, exitCode: 0, truncated: false, timedOut: false };
      expect(together.judge(answer as never, context).map(({ state }) => state)).toContain('critical');
    },
  );
});

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { envelope } from '../../../src/targets/envelope.ts';
import { commandLines } from '../../support/command-lines.ts';

interface EnvelopeRun {
  readonly shell?: readonly string[];
  readonly seconds?: number;
  /** Bytes at the end that never arrive. */
  readonly cutBytes?: number;
  readonly session?: boolean;
  /** Called with each output; what it is given closes the input. */
  readonly onOutput?: (close: () => void) => void;
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const shells = [
  { name: 'dash', words: ['/bin/dash'] },
  { name: 'bash', words: ['/bin/bash'] },
  { name: 'busybox', words: ['/bin/busybox', 'sh'] },
].filter(({ words }) => existsSync(words[0] ?? ''));

/** Runs the envelope's command as a host does, in a session of its own, under the given shell in place of `sh`. */
function runEnvelope(
  script: string,
  { shell = ['/bin/sh'], seconds = 20, cutBytes = 0, session = true, onOutput }: EnvelopeRun = {},
): Promise<Ran> {
  const { command, input } = envelope(script, seconds, false);
  const own = command.replace(/^exec sh /, `exec ${shell.join(' ')} `);
  const child = spawn('/bin/sh', ['-c', own], { detached: session });
  const ran = { code: null as number | null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => {
    ran.stdout += data.toString();
    onOutput?.(() => child.stdin.end());
  });
  child.stderr.on('data', (data: Buffer) => {
    ran.stderr += data.toString();
  });
  child.stdin.on('error', () => undefined);
  if (cutBytes > 0) child.stdin.end(input.slice(0, -cutBytes));
  else child.stdin.write(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ran, code })));
}

describe.each(shells)('a script in its envelope under $name', ({ words: shell }) => {
  it('runs as it is, with its exit code', async () => {
    const script = 'set -- a b; echo "$# $1"; x=\'it\'"\'"\'s\'; echo "$x"; (exit 3); echo $?; exit 7';
    expect(await runEnvelope(script, { shell })).toEqual({ code: 7, stdout: "2 a\nit's\n3\n", stderr: '' });
  });

  it('with a mistake in it says so and fails', async () => {
    const ran = await runEnvelope('echo "unfinished', { shell });
    expect(ran.code).not.toBe(0);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).not.toBe('');
  });

  it('that is cut off is not begun', async () => {
    expect(await runEnvelope('echo begun', { shell, cutBytes: 1 })).toMatchObject({ code: 125, stdout: '' });
  });

  it('is killed when its input closes, whatever it ignores', async () => {
    const script = 'trap "" TERM HUP INT; echo up; sleep 71; echo never';
    const ran = await runEnvelope(script, { shell, onOutput: (close) => close() });
    expect(ran).toMatchObject({ code: null, stdout: 'up\n' });
  });

  it('is killed at its own limit, when nobody is left to say so', async () => {
    const startedAt = Date.now();
    const ran = await runEnvelope('echo up; sleep 72', { shell, seconds: 1 });
    expect(ran).toMatchObject({ code: null, stdout: 'up\n' });
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  it('leaves nothing behind that is stopped', async () => {
    const sign = randomUUID();
    const script = `sh -c 'sleep 75; : ${sign}' >/dev/null 2>&1 & kill -STOP $!; echo up`;
    const ran = await runEnvelope(script, { shell });
    expect(ran).toMatchObject({ code: 0, stdout: 'up\n' });
    await vi.waitFor(() => expect(commandLines().filter((line) => line.includes(sign))).toEqual([]));
  });

  it('asks what it leaves behind to end, and nothing stays', async () => {
    const sign = randomUUID();
    const left = `trap "echo asked; exit" TERM; kill -USR1 $PPID; while :; do sleep 0.1; done; : ${sign}`;
    const script = `trap up=1 USR1; sh -c '${left}' & while [ -z "$up" ]; do sleep 0.05; done`;
    expect(await runEnvelope(script, { shell })).toMatchObject({ code: 0, stdout: 'asked\n' });
    await vi.waitFor(() => expect(commandLines().filter((line) => line.includes(sign))).toEqual([]));
  });

  it('runs to its own end where it does not lead its session', async () => {
    expect(await runEnvelope('echo up; exit 5', { shell, session: false })).toEqual({
      code: 5,
      stdout: 'up\n',
      stderr: '',
    });
  });
});

describe('an envelope', () => {
  it('refuses a script with NUL, and has no quote that could end its own', () => {
    expect(() => envelope('echo \0', 1, false)).toThrow('NUL');
    const { command } = envelope("it's; $(id)", 1, true);
    expect(command.replace(/^exec sh -c '/, '').replace(/'$/, '')).not.toMatch(/['!\n]/);
  });
});

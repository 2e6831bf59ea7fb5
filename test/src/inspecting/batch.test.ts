import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ShellCommand, sh } from '../../../src/kit/index.ts';
import {
  type Batch,
  type BatchAnswer,
  batchCapBytes,
  readBatch,
  writeBatch,
} from '../../../src/inspecting/batch.ts';
import { commandLines } from '../../support/command-lines.ts';
import { localExec } from '../../support/local-exec.ts';
import { host } from './estate.ts';

const here = host('h-1', 'app');

type Shell = readonly [string, ...string[]];

const shells = (
  [
    { name: 'dash', shell: ['/bin/dash'] },
    { name: 'bash', shell: ['/bin/bash', '--posix'] },
    { name: 'busybox', shell: ['/bin/busybox', 'sh'] },
  ] satisfies readonly { name: string; shell: Shell }[]
).filter(({ shell }) => existsSync(shell[0]));

async function outputOf(batch: Batch, shell: Shell = ['sh']): Promise<string> {
  const limits = { timeoutSeconds: 25, outputCapBytes: batchCapBytes(batch.items.length) };
  const answer = await localExec(shell).run(here, batch.script, limits);
  expect(answer).toMatchObject({ kind: 'answered', truncated: false });
  return answer.stdout;
}

/** The hostile command between two good ones, which must not notice. */
async function between(
  command: ShellCommand,
  timeoutSeconds = 5,
  shell?: Shell,
): Promise<Extract<BatchAnswer, { kind: 'answered' }>['answer']> {
  const batch = writeBatch([
    { command: sh`echo first`, timeoutSeconds: 5 },
    { command, timeoutSeconds },
    { command: sh`echo last`, timeoutSeconds: 5 },
  ]);
  const [first, hostile, last] = readBatch(batch, await outputOf(batch, shell));
  expect(first).toMatchObject({ kind: 'answered', answer: { exitCode: 0, output: 'first\n' } });
  expect(last).toMatchObject({ kind: 'answered', answer: { exitCode: 0, output: 'last\n' } });
  if (hostile?.kind !== 'answered') throw new Error(`the command in between is ${hostile?.kind}`);
  return hostile.answer;
}

describe.each(shells)('a batch under $name', ({ shell }) => {
  it('keeps both outputs of a command in order, and its exit code', async () => {
    expect(await between(sh`echo out; echo err >&2; exit 3`, 5, shell)).toEqual({
      exitCode: 3,
      output: 'out\nerr\n',
      truncated: false,
      timedOut: false,
    });
  });

  it('stops a command at its own limit and keeps what it printed', async () => {
    expect(await between(sh`echo before; sleep 20; echo after`, 1, shell)).toMatchObject({
      exitCode: null,
      output: 'before\n',
      timedOut: true,
    });
  });

  it('stops a command that is deaf to TERM, and leaves nothing of it behind', async () => {
    const sign = `deaf-${randomUUID()}`;
    const deaf = sh`trap "" TERM; sh -c 'sleep 20; sleep 20' ${sign}; sleep 20; : ${sign}`;
    expect(await between(deaf, 1, shell)).toMatchObject({ timedOut: true, exitCode: null });
    expect(commandLines().filter((line) => line.includes(sign))).toEqual([]);
  });

  it('stops all that descends from a command, also what lost its parent', async () => {
    const sign = `child-${randomUUID()}`;
    const many = sh`sh -c "sh -c 'sleep 20; : ${sign}' & :"; sh -c 'sleep 20; : ${sign}' | cat & sleep 20; : ${sign}`;
    expect(await between(many, 1, shell)).toMatchObject({ timedOut: true, exitCode: null });
    expect(commandLines().filter((line) => line.includes(sign))).toEqual([]);
  });

  it('counts what a command put into the background as part of it', async () => {
    expect(await between(sh`sleep 20 & echo left a child`, 1, shell)).toMatchObject({
      output: 'left a child\n',
      timedOut: true,
    });
    expect(await between(sh`(sleep 0.2; echo later) & exit 3`, 5, shell)).toMatchObject({
      output: 'later\n',
      exitCode: 3,
    });
  });

  it('carries nothing from one command to the next', async () => {
    const look = sh`echo "$- $# $PWD $(umask) [$kept$id$up]"; trap; type kept one 2>&1 | grep -c function`;
    const batch = writeBatch(
      [
        look,
        sh`kept=1 id=2; kept() { :; }; one() { :; }; cd /proc; umask 000; set -eu; set -- a; trap : TERM`,
        look,
      ].map((command) => ({ command, timeoutSeconds: 5 })),
    );
    const [before, , after] = readBatch(batch, await outputOf(batch, shell));
    if (before?.kind !== 'answered' || after?.kind !== 'answered') throw new Error('not answered');
    expect(after.answer).toEqual(before.answer);
    expect(before.answer.output).toMatch(/ 0 \S+ \d+ \[\]\n(trap.*\n)?0\n$/);
  });

  it('shows its number to no command', async () => {
    const everything = sh`env; set; export; (trap); ps -ef 2>/dev/null | tail -5; cat /proc/$PPID/cmdline /proc/self/environ /proc/self/cmdline`;
    const batch = writeBatch([{ command: everything, timeoutSeconds: 5 }]);
    const exported = ['env', 'nonce=exported', ...shell] as const;
    const [answer] = readBatch(batch, await outputOf(batch, exported));
    expect(answer).toMatchObject({ kind: 'answered', answer: { exitCode: 0 } });
    expect(JSON.stringify(answer)).not.toContain(batch.nonce);
  });

  it('gives commands nothing to read', async () => {
    expect(await between(sh`cat; read -r line || echo nothing`, 5, shell)).toMatchObject({
      output: 'nothing\n',
    });
  });

  it.each([
    ['exit', sh`exit 7`, 7],
    ['a syntax error', sh`if ((`, 2],
    ['an unclosed quote', sh`echo "`, 2],
    ['a command that is not there', sh`no-such-command-here`, 127],
    ['its own options and a closed output', sh`set -eu; exec >&-; echo x`, 1],
    ['the end of its own process', sh`read -r me rest </proc/self/stat; kill -9 $me`, 137],
    ['attempts at the outer descriptors', sh`echo forged >&4; echo forged >&5; exit 4`, 4],
  ])('survives %s', async (_what, command, exitCode) => {
    const answer = await between(command, 5, shell);
    expect(answer).toMatchObject({ exitCode, timedOut: false });
    expect(answer.output).not.toMatch(/^forged/m);
  });
});

describe('a batch', () => {
  it('passes text through a shell word untouched', async () => {
    const text = `it's "$HOME" \`id\` $(id) \\n 中文 * ; & | # %s`;
    expect(await between(sh`printf %s ${text}`)).toMatchObject({ output: text, exitCode: 0 });
  });

  it('keeps output without a line end, and none at all, as they are', async () => {
    expect(await between(sh`printf abc`)).toMatchObject({ output: 'abc' });
    expect(await between(sh`printf '\n\nabc\n\n'`)).toMatchObject({ output: '\n\nabc\n\n' });
    expect(await between(sh`true`)).toMatchObject({ output: '' });
  });

  it('reads past bytes that are no text', async () => {
    const answer = await between(sh`head -c 3000 /dev/urandom; printf '\0\377\376\n'`);
    expect(answer).toMatchObject({ exitCode: 0, truncated: false });
    expect(answer.output.endsWith('\ufffd\ufffd\n')).toBe(true);
  });

  it('never cuts a character in half', async () => {
    const answer = await between(sh`yes 消息 | head -c 70000`);
    expect(answer.truncated).toBe(true);
    expect(answer.output).not.toContain('\ufffd');
    expect(Buffer.byteLength(answer.output)).toBeLessThanOrEqual(64 * 1024);
  });

  it('takes no mark of another batch for one of its own', async () => {
    const other = writeBatch([{ command: sh`echo`, timeoutSeconds: 1 }]);
    const forged = `x\n${other.nonce} end 1 c0 t0 1.00\n\n${other.nonce} begin 2 1.00\nforged\n${other.nonce} end 2 c0 t0 1.00\n`;
    expect(await between(sh`printf %s ${forged}`)).toMatchObject({ output: forged, exitCode: 0 });
  });

  it('speaks the C language to every command', async () => {
    expect(await between(sh`echo $LC_ALL`)).toMatchObject({ output: 'C\n' });
  });

  it('measures how long a command took', async () => {
    const batch = writeBatch([{ command: sh`sleep 0.3`, timeoutSeconds: 5 }]);
    const [answer] = readBatch(batch, await outputOf(batch));
    if (answer?.kind !== 'answered') throw new Error('not answered');
    expect(answer.tookMs).toBeGreaterThanOrEqual(280);
  });

  it('does not take an exit code of 137 for its limit', async () => {
    expect(await between(sh`exit 137`)).toMatchObject({ exitCode: 137, timedOut: false });
  });
});

describe('when a command ran, by the clock of here,', () => {
  const batch = writeBatch(
    [1, 2, 3].map(() => ({ command: sh`true`, timeoutSeconds: 5 })),
    'n',
  );
  const between = { from: new Date(1_000_000), to: new Date(1_005_000) };
  const ranBetween = (stdout: string): readonly (readonly number[])[] =>
    readBatch(batch, stdout, between).map((answer) =>
      answer.kind === 'answered' && answer.ranBetween
        ? [answer.ranBetween.from.getTime() - 1_000_000, answer.ranBetween.to.getTime() - 1_000_000]
        : [],
    );

  it('is bounded by what certainly went before it and came after it', () => {
    const stdout = [
      '\nn begin 0 50.00\n\nn end 0 0 50.50\n',
      '\nn begin 1 50.50\n\nn end 1 0 52.00\n',
      '\nn begin 2 52.00\n\nn end 2 0 54.20\n',
    ].join('');
    // Ten milliseconds more on each side: the host's clock counts hundredths.
    expect(ranBetween(stdout)).toEqual([
      [0, 1310],
      [490, 2810],
      [1990, 5000],
    ]);
  });

  it('counts what had begun before the answer broke off', () => {
    const stdout = '\nn begin 0 50.00\n\nn end 0 0 50.50\n\nn begin 1 50.50\nhalf';
    expect(ranBetween(stdout)).toEqual([[0, 5000], [], []]);
  });

  it('is the time of the whole script where the host has no clock to read, and unknown without that', () => {
    const stdout = '\nn begin 0 \n\nn end 0 0 \n';
    expect(ranBetween(stdout)).toEqual([[0, 5000], [], []]);
    expect(readBatch(batch, stdout)[0]).toMatchObject({ ranBetween: undefined, tookMs: undefined });
  });

  it('is the time of the whole script when the host counts more seconds than passed here', () => {
    const stdout = '\nn begin 0 50.00\n\nn end 0 0 51.00\n\nn begin 1 150.00\n\nn end 1 0 151.00\n';
    expect(ranBetween(stdout)).toEqual([[0, 5000], [0, 5000], []]);
  });

  it('holds on this machine', async () => {
    const real = writeBatch(
      ['a', 'b', 'c'].map(() => ({ command: sh`date +%s%N; sleep 0.2`, timeoutSeconds: 5 })),
    );
    const limits = { timeoutSeconds: 25, outputCapBytes: batchCapBytes(3) };
    const answer = await localExec().run(here, real.script, limits);
    for (const each of readBatch(real, answer.stdout, answer.between)) {
      if (each.kind !== 'answered' || !each.ranBetween) throw new Error('not answered');
      const at = Number(each.answer.output) / 1e6;
      expect(at).toBeGreaterThanOrEqual(each.ranBetween.from.getTime());
      expect(at + 200).toBeLessThanOrEqual(each.ranBetween.to.getTime() + 1);
    }
  });
});

describe('an answer that broke off', () => {
  it('counts what had finished and nothing else, wherever it was cut', async () => {
    const printed = ['one\n', 'two', '\n\nthree\n'];
    const batch = writeBatch(printed.map((text) => ({ command: sh`printf %s ${text}`, timeoutSeconds: 5 })));
    const stdout = await outputOf(batch);
    const whole = readBatch(batch, stdout);
    expect(whole.map((each) => each.kind === 'answered' && each.answer.output)).toEqual(printed);
    for (let cut = 0; cut < stdout.length; cut += 1) {
      const read = readBatch(batch, stdout.slice(0, cut));
      const done = read.filter(({ kind }) => kind === 'answered').length;
      const begun = read[done]?.kind === 'broken-off' ? read[done].output : '';
      expect(read.slice(0, done)).toEqual(whole.slice(0, done));
      expect((printed[done] ?? '').startsWith(begun)).toBe(true);
      expect(read.slice(done + 1).every(({ kind }) => kind === 'not-begun')).toBe(true);
    }
  });

  it('keeps what finished before the whole time was over', async () => {
    const batch = writeBatch([
      { command: sh`echo done`, timeoutSeconds: 5 },
      { command: sh`sleep 20`, timeoutSeconds: 20 },
      { command: sh`echo never`, timeoutSeconds: 5 },
    ]);
    const answer = await localExec().run(here, batch.script, { timeoutSeconds: 1, outputCapBytes: 100_000 });
    expect(answer).toMatchObject({ kind: 'no-answer', reason: 'timeout' });
    expect(readBatch(batch, answer.stdout)).toMatchObject([
      { kind: 'answered', answer: { output: 'done\n' } },
      { kind: 'broken-off', output: '' },
      { kind: 'not-begun' },
    ]);
  });

  it('is told from banners before and after', async () => {
    const batch = writeBatch([{ command: sh`echo fine`, timeoutSeconds: 5 }]);
    const stdout = `Welcome\nnot a mark begin 0\n${await outputOf(batch)}logout`;
    expect(readBatch(batch, stdout)).toMatchObject([{ kind: 'answered', answer: { output: 'fine\n' } }]);
  });
});

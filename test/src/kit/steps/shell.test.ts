import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  lookAtStep,
  performStep,
  plainWords,
  quote,
  resumeStep,
  sh,
  type ShellCommand,
  shownStep,
  Step,
  type StepFrame,
  words,
} from '../../../../src/kit/index.ts';
import { createSsh2Exec } from '../../../../src/targets/ssh2.ts';
import { estateOf } from '../../../support/estates.ts';
import { localExec } from '../../../support/local-exec.ts';
import { startSshd } from '../../../support/sshd.ts';
import { handsOver } from '../../../support/step-hands.ts';

const LONG = { timeout: 60_000 };

type ShellStep = Extract<Step, { kind: 'shell' }>;

const estate = estateOf({ hosts: [{ name: 'h', app: 'a', site: 's', address: '127.0.0.1', port: 22 }] });
let folder = '';
let runId = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'shell-step-'));
  runId = crypto.randomUUID();
});

const hands = () => handsOver(localExec(), estate, folder);
const frame = (more: Partial<StepFrame> = {}): StepFrame => ({
  runId,
  no: 1,
  fence: 1,
  since: new Date(),
  ...more,
});
const step = (command: ShellCommand, more: Partial<ShellStep> = {}): ShellStep => ({
  kind: 'shell',
  title: words('S', '命'),
  host: 'h',
  command,
  timeoutSeconds: 20,
  ...more,
});
const perform = (given: Step, of: Partial<StepFrame> = {}) =>
  performStep(given, frame(of), async () => true, hands());

/** The words that a shell makes of a line whose first word is this function. */
const pasted = (text: string, name: string): string[] =>
  execFileSync('sh', ['-c', `${name}() { printf '%s\\0' "$@"; }\n${text}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

/** A small generator with a seed: the same texts every time. */
function* texts(count: number): Iterable<string> {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const pieces = [
    "'",
    '"',
    '\\',
    '$(id)',
    '`id`',
    '\n',
    ' ',
    '-',
    '--',
    '*',
    '~',
    ';',
    '&',
    '|',
    '锁',
    'a',
    '!',
    '{a,b}',
    '#',
    '=',
  ];
  for (let n = 0; n < count; n += 1)
    yield Array.from({ length: 1 + next(6) }, () => pieces[next(pieces.length)] ?? '').join('');
}

describe('the shown text of a shell step', () => {
  it('is parsed by a shell into the very words that are run, whatever the values are', () => {
    for (const value of texts(150)) {
      const shown = shownStep(step(sh`probe -x ${value} ${'-n'} last`)).text.en;
      expect(pasted(shown, 'probe')).toEqual(['-x', value, '-n', 'last']);
    }
  });

  it('names sudo and the user, and a plain command stays one that sudoers can name', () => {
    expect(shownStep(step(sh`/home/staragent/bin/agent.sh restart`, { user: 'root' }))).toMatchObject({
      place: 'h',
      language: 'sh',
      text: { en: 'sudo -n -u root -- /home/staragent/bin/agent.sh restart' },
      note: { en: 'on h as root, once, at most 20 s' },
    });
    for (const value of texts(100)) {
      const shown = shownStep(step(sh`probe ${value} && true`, { user: 'root' })).text.en;
      expect(pasted(shown, 'sudo')).toEqual([
        '-n',
        '-u',
        'root',
        '--',
        'sh',
        '-c',
        `probe ${quote(value)} && true`,
      ]);
    }
  });

  it.each([
    ['a b', ['a', 'b']],
    ["/x/y -n 'it'\\''s' --", ['/x/y', '-n', "it's", '--']],
    ['a && b', undefined],
    ['a > b', undefined],
    ['a $x', undefined],
    ['A=1 b', undefined],
    ['cd /', undefined],
    ['a ~/b', undefined],
    ['a "b"', undefined],
    ["a 'b", undefined],
    ['', undefined],
    [`a ${'b '.repeat(20_000)};`, undefined],
  ])('%s is a plain command with these words, or none', (line, is) => {
    expect(plainWords(line)).toEqual(is);
  });

  it('cannot hide anything: a command with what cannot be seen is no step', () => {
    expect(Step.safeParse(step(sh`echo a`)).success).toBe(true);
    for (const hidden of ['\u200b', '\u202e', '\u0007', '\r', '\0'])
      expect(Step.safeParse(step(`echo a${hidden}` as string as ShellCommand)).success).toBe(false);
    expect(Step.safeParse(step(sh`echo`, { user: 'a b' })).success).toBe(false);
  });
});

describe('a shell step', () => {
  it('is done with an exit code of success, with its output as evidence', async () => {
    expect(await perform(step(sh`echo ${"it's"}`))).toMatchObject({ kind: 'done', evidence: "it's" });
    expect(await perform(step(sh`exit 3`, { success: [0, 3] }), { no: 2 })).toMatchObject({ kind: 'done' });
  });

  it('has failed with any other, and its probe decides whether it took effect', async () => {
    const failing = step(sh`echo no; exit 3`);
    expect(await perform(failing)).toMatchObject({
      kind: 'failed',
      says: { en: 'Ended with exit code 3. Part of it may have taken effect.' },
    });
    const probe = { kind: 'checks', checks: [{ system: 'S', check: 'c', on: { host: 'h' } }] } as const;
    for (const holds of [true, false]) {
      const looking = handsOver(localExec(), estate, folder, async () => ({
        holds,
        says: words('seen', '见'),
        evidence: '',
      }));
      expect(await lookAtStep({ ...failing, probe }, frame({ fence: 2 }), looking)).toMatchObject({
        kind: holds ? 'done' : 'failed',
      });
    }
  });

  it('is not begun without a permit', async () => {
    const made = path.join(folder, 'made');
    const answer = await performStep(step(sh`touch ${made}`), frame(), async () => false, hands());
    expect(answer).toMatchObject({ kind: 'without-effect' });
    await expect(readFile(made)).rejects.toThrow('ENOENT');
  });

  it('that exceeds its time limit has failed, with proof that nothing of it is left', async () => {
    const answer = await perform(step(sh`sleep 300`, { timeoutSeconds: 1, graceSeconds: 1 }));
    expect(answer).toMatchObject({
      kind: 'failed',
      says: { en: expect.stringMatching(/time limit of 1 s.*nothing of it is left/) as string },
    });
  });

  it('is unknown when something of it outlived its end', { timeout: 30_000 }, async () => {
    const answer = await perform(step(sh`(setsid sleep 25 &); sleep 300`, { timeoutSeconds: 1 }));
    expect(answer).toMatchObject({
      kind: 'unknown',
      says: { en: expect.stringContaining('1 process that it began is still there') as string },
    });
  });

  it(
    'waits when its worker is told to stop, and is gone on with and never repeated',
    LONG,
    async ({ onTestFinished }) => {
      const sshd = await startSshd();
      const exec = createSsh2Exec({
        user: sshd.user,
        login: { kind: 'key-file', path: sshd.keyFile },
        hostKeys: { fingerprints: { h: [sshd.fingerprint] } },
      });
      onTestFinished(async () => {
        exec.close();
        await sshd.stop();
      });
      const there = { name: 'h', app: 'a', site: 's', address: '127.0.0.1', port: sshd.port };
      const over = handsOver(exec, estateOf({ hosts: [there] }), folder);
      const count = path.join(folder, 'count');
      const given = step(sh`printf x >>${count}; sleep 12; echo end`, { timeoutSeconds: 40 });
      const stop = new AbortController();
      const running = performStep(given, frame({ stopping: stop.signal }), async () => true, over);
      await expect.poll(() => readFile(count, 'utf8').catch(() => ''), { timeout: 20_000 }).toBe('x');
      stop.abort();
      expect(await running).toMatchObject({ kind: 'waits', waiting: { for: 'time' } });
      expect(await lookAtStep(given, frame({ fence: 9 }), over)).toMatchObject({ kind: 'waits' });
      expect(await resumeStep(given, frame({ fence: 2 }), undefined, over)).toMatchObject({
        kind: 'done',
        evidence: 'end',
      });
      expect(await readFile(count, 'utf8')).toBe('x');
    },
  );

  it('is begun once when two perform it together, and both tell the same', async () => {
    const count = path.join(folder, 'count');
    const given = step(sh`printf x >>${count}; sleep 1; exit 4`);
    const [one, other] = await Promise.all([perform(given), perform(given)]);
    const seen = await lookAtStep(given, frame({ fence: 2 }), hands());
    expect(await readFile(count, 'utf8')).toBe('x');
    expect([one.kind, other.kind].sort()).toEqual(['failed', 'unknown']);
    expect(seen).toMatchObject({ kind: 'failed' });
  });

  it('runs as another user through sudo, which is named when it is missing', async () => {
    const bin = await mkdtemp(path.join(os.tmpdir(), 'sudo-'));
    const asNobody = step(sh`id -un`, { user: 'nobody' });
    const script = `#!/bin/sh\n[ "$1 $2 $4" = '-n -u --' ] || exit 9\nuser=$3; shift 4\nexec setpriv --reuid "$user" --clear-groups -- "$@"\n`;
    await writeFile(path.join(bin, 'sudo'), script);
    await chmod(path.join(bin, 'sudo'), 0o755);
    const withSudo = (has: boolean) => {
      const local = localExec();
      return handsOver(
        {
          run: (host, text, ...rest) =>
            local.run(host, `PATH=${has ? bin : '/nowhere'}:$PATH\n${text}`, ...rest),
        },
        estate,
        folder,
      );
    };
    expect(await performStep(asNobody, frame(), async () => true, withSudo(true))).toMatchObject({
      kind: 'done',
      evidence: 'nobody',
    });
    if (process.getuid?.() !== 0) return;
    const ended = await performStep(
      step(sh`sleep 300`, { user: 'nobody', timeoutSeconds: 1, graceSeconds: 1 }),
      frame({ no: 2 }),
      async () => true,
      withSudo(true),
    );
    expect(ended).toMatchObject({ kind: 'failed' });
  });
});

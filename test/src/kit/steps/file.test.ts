import { execFileSync, spawn } from 'node:child_process';
import {
  appendFile,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type FileAct,
  lookAtStep,
  performStep,
  shownStep,
  Step,
  type StepFrame,
  words,
} from '../../../../src/kit/index.ts';
import { estateOf } from '../../../support/estates.ts';
import { localExec } from '../../../support/local-exec.ts';
import { handsOver } from '../../../support/step-hands.ts';
import { shellsHere } from '../../../support/shells.ts';

const estate = estateOf({ hosts: [{ name: 'h', app: 'a', site: 's', address: '127.0.0.1', port: 22 }] });
let folder = '';
let logs = '';
let no = 0;
const runId = crypto.randomUUID();

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'file-step-'));
  logs = path.join(folder, 'logs');
  await mkdir(path.join(logs, 'old'), { recursive: true });
  no += 1;
});

const ODD = [
  "it's",
  '-rf',
  '--',
  'a b',
  'line\nfeed',
  '$(id)',
  '`id`',
  '*',
  '锁.log.2026-11-01',
  '"',
  "'",
  '\\n',
  'end\n',
];

async function made(name: string, text = 'one\ntwo\nthree\n'): Promise<string> {
  await writeFile(path.join(logs, name), text);
  return name;
}
async function guard(name: string): Promise<Omit<FileAct, 'act'>> {
  const { ino, size, mtimeMs } = await stat(path.join(logs, name));
  return { name, inode: ino, sizeBytes: size, modified: Math.floor(mtimeMs / 1000) };
}
const remove = async (name: string): Promise<FileAct> => ({ act: 'remove', ...(await guard(name)) });
const truncate = async (name: string, keepLines?: number): Promise<FileAct> => ({
  act: 'truncate',
  ...(await guard(name)),
  ...(keepLines === undefined ? {} : { keepLines }),
});
const step = (files: readonly FileAct[], directory = logs): Extract<Step, { kind: 'file' }> => ({
  kind: 'file',
  title: words('F', '文'),
  host: 'h',
  directory,
  files,
});
const frame = (more: Partial<StepFrame> = {}): StepFrame => ({
  runId,
  no,
  fence: 1,
  since: new Date(),
  ...more,
});
const perform = (given: Step, shell: readonly [string, ...string[]] = ['sh'], bin?: string) => {
  const local = localExec(shell);
  const exec =
    bin === undefined
      ? local
      : {
          run: ((host, text, ...rest) =>
            local.run(host, `PATH=${bin}:$PATH\n${text}`, ...rest)) as typeof local.run,
        };
  return performStep(given, frame(), async () => true, handsOver(exec, estate, folder));
};
const isThere = (name: string): Promise<boolean> =>
  lstat(path.join(logs, name)).then(
    () => true,
    () => false,
  );

describe.each(await shellsHere())('files, where sh is $name', ({ bin }) => {
  it('are removed and truncated, whatever their names are', async () => {
    const files: FileAct[] = [];
    for (const [at, odd] of ODD.entries()) {
      const name = await made(at % 2 === 0 ? odd : `old/${odd}`);
      files.push(at % 3 === 0 ? await truncate(name, 2) : await remove(name));
    }
    await made('other');
    const answer = await perform(step(files), ['sh'], bin);
    expect(answer).toMatchObject({ kind: 'done', says: { en: `${ODD.length} files done.` } });
    for (const each of files) {
      expect(await isThere(each.name)).toBe(each.act === 'truncate');
      const left =
        each.act === 'truncate' ? await readFile(path.join(logs, each.name), 'utf8') : 'two\nthree\n';
      expect(left).toBe('two\nthree\n');
    }
    expect(await isThere('other')).toBe(true);
  });
});

describe('a file that is not as shown', () => {
  const cases: Readonly<Record<string, readonly [change: (name: string) => Promise<unknown>, why: string]>> =
    {
      'has another size': [(name) => appendFile(path.join(logs, name), 'x'), 'its size is another one'],
      'was written since': [(name) => utimes(path.join(logs, name), 1, 1), 'it was changed meanwhile'],
      'is gone': [(name) => rm(path.join(logs, name)), 'it is not there any more'],
      'is another one of the same name': [
        async (name) => {
          const at = path.join(logs, name);
          const { mtime } = await stat(at);
          const text = await readFile(at);
          await writeFile(`${at}.new`, text);
          await utimes(`${at}.new`, mtime, mtime);
          await rename(`${at}.new`, at);
        },
        'it is another file now',
      ],
      'is a link now': [
        async (name) => {
          await rename(path.join(logs, name), path.join(folder, 'moved'));
          await symlink(path.join(folder, 'moved'), path.join(logs, name));
        },
        'a link is on its way',
      ],
    };
  it.each(Object.entries(cases))('%s: no file is touched, and it is named', async (_, [change, why]) => {
    await made('a');
    await made('old/b');
    await made('c');
    const files = [await remove('a'), await remove('old/b'), await truncate('c')];
    await change('old/b');
    const answer = await perform(step(files));
    expect(answer).toMatchObject({
      kind: 'without-effect',
      says: { en: `No file was touched. old/b: ${why}.` },
    });
    expect(await isThere('a')).toBe(true);
    expect((await stat(path.join(logs, 'c'))).size).toBeGreaterThan(0);
  });

  it('in a folder that became a link: nothing is touched', async () => {
    await made('old/b');
    const files = [await remove('old/b')];
    await rename(path.join(logs, 'old'), path.join(folder, 'elsewhere'));
    await symlink(path.join(folder, 'elsewhere'), path.join(logs, 'old'));
    expect(await perform(step(files))).toMatchObject({ kind: 'without-effect' });
    expect(await readFile(path.join(folder, 'elsewhere', 'b'), 'utf8')).not.toBe('');
  });

  it('below a directory that is reached over a link: nothing is touched', async () => {
    await made('a');
    await symlink(logs, path.join(folder, 'linked'));
    const answer = await perform(step([await remove('a')], path.join(folder, 'linked')));
    expect(answer).toMatchObject({
      kind: 'without-effect',
      says: { en: expect.stringContaining('directory') as string },
    });
    expect(await isThere('a')).toBe(true);
  });

  it('and is held open: it is not removed, but may be truncated', async () => {
    await made('open');
    const holder = spawn('sh', ['-c', `exec 7>>"${path.join(logs, 'open')}"; echo ready; sleep 60`]);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    try {
      const answer = await perform(step([await remove('open')]));
      expect(answer).toMatchObject({
        kind: 'without-effect',
        says: { en: 'No file was touched. open: a process holds it open.' },
      });
      no += 1;
      expect(await perform(step([await truncate('open')]))).toMatchObject({ kind: 'done' });
      expect((await stat(path.join(logs, 'open'))).size).toBe(0);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('because its log has grown: it is still truncated, and never one that shrank', async () => {
    await made('log');
    const files = [await truncate('log', 1)];
    await appendFile(path.join(logs, 'log'), 'four\n');
    expect(await perform(step(files))).toMatchObject({ kind: 'done' });
    expect(await readFile(path.join(logs, 'log'), 'utf8')).toBe('four\n');
    no += 1;
    expect(await perform(step(files))).toMatchObject({ kind: 'without-effect' });
  });
});

describe('a file step', () => {
  it('shows lines that a shell parses into the very names', async () => {
    for (const odd of ODD) {
      await made(odd);
      const shown = shownStep(step([await remove(odd)])).text.en;
      const [, , name] = execFileSync('sh', ['-c', `rm() { printf '%s\\0' "$@"; }\n${shown}`], {
        encoding: 'utf8',
      }).split('\0');
      expect([shown.split('\n')[0], name]).toEqual(
        [`cd -- ${logs}`, undefined].slice(0, 1).concat(name ?? ''),
      );
      expect(execFileSync('sh', ['-c', `rm() { printf %s "$2"; }\n${shown}`], { encoding: 'utf8' })).toBe(
        `./${odd}`,
      );
    }
  });

  it.each(['', '/', 'relative', '/a/../b', '/a/./b', '/a//b', '/a/', '/a\u200b'])(
    'has no directory %j',
    async (directory) => {
      await made('a');
      expect(Step.safeParse(step([await remove('a')], directory)).success).toBe(false);
    },
  );

  it.each(['', '.', '..', '../a', 'a/../../b', '/a', 'a//b', 'a/', 'a\u202eb', 'a\0b'])(
    'has no file named %j',
    async (name) => {
      await made('a');
      expect(Step.safeParse(step([{ ...(await remove('a')), name }])).success).toBe(false);
      expect(Step.safeParse(step([await remove('a')])).success).toBe(true);
    },
  );

  it('performed twice has one effect, and a look tells it', async () => {
    await made('a');
    const given = step([await remove('a')]);
    expect(await perform(given)).toMatchObject({ kind: 'done' });
    await made('a');
    expect(await perform(given)).toMatchObject({ kind: 'unknown' });
    expect(await isThere('a')).toBe(true);
    const hands = handsOver(localExec(), estate, folder);
    expect(await lookAtStep(given, frame({ fence: 2 }), hands)).toMatchObject({ kind: 'done' });
  });
});

import { z } from 'zod';
import { part, sh, type ShellCommand } from '../shell.ts';
import { visible } from '../text/visible.ts';
import { sentences, type Words, words } from '../words.ts';
import { resourceOfHost, stepFacts } from './facts.ts';
import { FileAct, isPath } from './file-act.ts';
import { fileScript } from './file-script.ts';
import type { Heard, StepKind } from './hands.ts';
import { byCommand, type CommandOnHost, type Exited } from './on-host.ts';
import { commandAs, runNote, UserName } from './shell.ts';

/** An absolute path without `.`, `..` and empty components, in which everything can be seen. */
const Directory = z
  .string()
  .max(1024)
  .refine((text) => /^(?:\/[^/\0]+)+$/.test(text) && isPath(text.slice(1)), 'not the path of a directory');

/** Removes or truncates files below one directory, once; all of them or, where one is not as shown, none. */
export const FileStep = z
  .strictObject({
    kind: z.literal('file'),
    ...stepFacts,
    host: z.string(),
    user: UserName.exactOptional(),
    directory: Directory,
    files: z.array(FileAct).min(1).max(50).readonly(),
  })
  .readonly();
export type FileStep = z.infer<typeof FileStep>;

const TIMEOUT_SECONDS = 120;

export const file: StepKind<FileStep> = {
  masked: (step) => step,
  shown: ({ host, user, directory, files }) => {
    const note = runNote(host, user, TIMEOUT_SECONDS);
    const lines = [sh`cd -- ${directory}`, ...files.map(shownAct)].join('\n');
    return {
      place: host,
      language: 'sh',
      note: words(
        `${note.en}; only while every file is as shown: inode, size and time, no link on its way, a removed one not open`,
        `${note.zh}；仅当每个文件均与所示一致（inode、大小、时间，路径中无链接，待删除的文件未被打开）时执行`,
      ),
      text: { en: lines, zh: lines },
    };
  },
  touches: ({ host }, estate) => [resourceOfHost(estate, host)],
  effects: ({ host, directory, files }) =>
    files.map(({ name, inode }) => [host, `${directory}/${name}`, inode].join('\n')),
  ...byCommand((step) => onHost(step)),
};

/** The line that does it, and above it the facts by which the file is known. */
function shownAct(each: FileAct): ShellCommand {
  const facts = sh`# inode ${each.inode}, ${each.sizeBytes} bytes, ${new Date(each.modified * 1000).toISOString().slice(0, 19)}Z`;
  return sh`${part(unquoted(facts))}
${part(actLine(each))}`;
}

/** A comment is no word: the time in it stays without quotes. */
const unquoted = (comment: ShellCommand): ShellCommand =>
  comment.replaceAll("'", '') as string as ShellCommand;

/** `./` before the name: one that begins with a dash is no option. */
function actLine(each: FileAct): ShellCommand {
  const name = `./${each.name}`;
  if (each.act === 'remove') return sh`rm -- ${name}`;
  const { keepLines = 0 } = each;
  return keepLines === 0
    ? sh`: >${name}`
    : sh`last=$(tail -n ${keepLines} -- ${name}) && printf ${'%s\n'} "$last" >${name}`;
}

const onHost = (step: FileStep): CommandOnHost => ({
  host: step.host,
  command: commandAs(step.user, fileScript(step.directory, step.files), {
    timeoutSeconds: TIMEOUT_SECONDS,
  }),
  judge: (exited) => judge(step, exited),
});

/** The script says of each file `<number> <word>`, the word as in WHY, or `done`. */
function judge({ files }: FileStep, { code, output: evidence }: Exited): Heard {
  const told = new Map(
    [...evidence.matchAll(/^@file (\d+) ([a-z-]+)$/gm)].map(([, no, word]) => [Number(no), word ?? '']),
  );
  const done = files.filter((_, at) => told.get(at) === 'done').length;
  if (code === 0 && done === files.length) return { kind: 'done', says: doneWords(files.length), evidence };
  const named = files.flatMap((each, at) => {
    const word = told.get(at);
    return word === undefined || word === 'done' ? [] : [because(each, word)];
  });
  if (code === NOTHING_DONE && done === 0)
    return {
      kind: 'without-effect',
      says: sentences(words('No file was touched.', '未改动任何文件。'), ...named),
      evidence,
    };
  return {
    kind: 'failed',
    says: sentences(
      words(`${done} of ${files.length} files done.`, `已处理 ${done}/${files.length} 个文件。`),
      ...named,
    ),
    evidence,
  };
}

/** The script's own exit code for: something differs, and nothing was begun. */
const NOTHING_DONE = 3;

const doneWords = (count: number): Words =>
  count === 1
    ? words('1 file done.', '已处理 1 个文件。')
    : words(`${count} files done.`, `已处理 ${count} 个文件。`);

const because = ({ name }: FileAct, word: string): Words => {
  const why = WHY[word] ?? words('something else went wrong', '其他错误');
  return words(`${visible(name)}: ${why.en}.`, `${visible(name)}：${why.zh}。`);
};

const WHY: Readonly<Record<string, Words>> = {
  directory: words('the directory is not there, or a link is on its way', '目录不存在，或路径中有链接'),
  gone: words('it is not there any more', '文件已不存在'),
  link: words('a link is on its way', '路径中有链接'),
  'not-a-file': words('it is no regular file', '不是普通文件'),
  inode: words('it is another file now', '已是另一个文件'),
  size: words('its size is another one', '大小已改变'),
  time: words('it was changed meanwhile', '期间已被修改'),
  open: words('a process holds it open', '有进程正在打开它'),
  refused: words('the host did not let it be changed', '主机拒绝修改'),
};

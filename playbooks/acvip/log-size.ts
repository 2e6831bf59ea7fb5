import {
  closedLog,
  type HostProbe,
  intoFolder,
  type Judgement,
  noLog,
  notUnderstood,
  pathOf,
  type ShellCommand,
  showSize,
  sh,
  unknown,
  words,
} from '../../src/kit/index.ts';

export const LOGS = '/home/admin/logs/acvip';
/** What the manual says to clean first when the disk is full. */
const GROWING = 'common-default.log';
const MOST_SHOWN = 10;

/** How large the log is that usually fills the disk, beside all files of its folder. Never red: the disk has a limit, the log has none. */
export const defaultLogSize: HostProbe = {
  on: 'host',
  command: ({ app }) => listFiles(pathOf(app, LOGS)),
  judge({ output }, { app }) {
    const folder = pathOf(app, LOGS);
    const [, closed] = /^unreadable (.*)$/m.exec(output) ?? [];
    if (closed !== undefined) return unknown(closedLog(closed));
    if (/^missing$/m.test(output)) return unknown(noLog(folder));
    const files = readFiles(output);
    if (!files) return notUnderstood();
    const file = files.find(({ name }) => name === GROWING);
    return file ? [judgeSize(file, files, folder)] : unknown(noLog(`${folder}/${GROWING}`));
  },
};

interface LogFile {
  readonly name: string;
  readonly kilobytes: number;
}

/** Prints `file <bytes> <name>` for each file of the folder, and how many there are. */
const listFiles = (folder: string): ShellCommand => sh`${intoFolder(folder, 'missing')}
ls -ln "$d" | awk '$1 ~ /^-/ { print "file", $5, $9; n++ } END { print "files", n + 0 }'`;

/** The largest first; undefined when the list is not whole. */
function readFiles(output: string): readonly LogFile[] | undefined {
  const files = [...output.matchAll(/^file (\d+) (.+)$/gm)].map(
    ([, bytes, name = '']): LogFile => ({ name, kilobytes: Number(bytes) / 1024 }),
  );
  const [, count] = /^files (\d+)$/m.exec(output) ?? [];
  return Number(count) === files.length ? files.toSorted((a, b) => b.kilobytes - a.kilobytes) : undefined;
}

function judgeSize(file: LogFile, files: readonly LogFile[], folder: string): Judgement {
  const own = showSize(file.kilobytes);
  const sum = files.reduce((all, { kilobytes }) => all + kilobytes, 0);
  const all = showSize(sum);
  const [largest = file] = files;
  const other = largest === file ? undefined : `${largest.name} ${showSize(largest.kilobytes)}`;
  return {
    state: 'ok',
    value: Math.round((file.kilobytes / 1024) * 100) / 100,
    unit: 'MB',
    says: words(
      `${GROWING} ${own}, all of ${folder} ${all}${other === undefined ? '' : `; largest ${other}`}`,
      `${GROWING} ${own}，${folder} 共 ${all}${other === undefined ? '' : `；最大的是 ${other}`}`,
    ),
    evidence: files
      .slice(0, MOST_SHOWN)
      .map(({ name, kilobytes }) => `${showSize(kilobytes)} ${name}`)
      .join('\n'),
  };
}

import { type Words, words } from '../words.ts';

/** What a log said in the last seconds, by its own time stamps. */
export interface LogWindow extends LogCounts {
  readonly path: string;
  /** Length of the window. */
  readonly seconds: number;
  /** False when no line has a time stamp and the newest lines stand for the window: the file was written into within it. */
  readonly dated: boolean;
  /** False when the log is so large that the beginning of the window was not read: `lines` is then the least there were. */
  readonly whole: boolean;
  /** The newest lines of the window, oldest first, each cut at 600 bytes. */
  readonly last: readonly string[];
  /** Stamp of the newest line, inside the window or not. */
  readonly lastAt?: string;
  /** Seconds since something was last written into the file; absent where the host cannot tell. */
  readonly untouchedSeconds?: number;
  /** The stretch of the same length before the window, when the script has read it. */
  readonly before?: LogCounts;
}

export interface LogCounts {
  /** Lines with a time stamp inside the window. Lines without one, like those of a stack trace, belong to the line before. */
  readonly lines: number;
  /** Lines, or what they stand for, by what `tally` gave for them, most frequent first. */
  readonly tally: ReadonlyMap<string, number>;
  /** What `tally.sum` added up, by the same keys. */
  readonly sums: ReadonlyMap<string, number>;
}

export const noLog = (path: string): Words => words(`there is no ${path}`, `没有日志文件 ${path}`);

export const closedLog = (path: string): Words => words(`${path} may not be read`, `无权读取 ${path}`);

/** `in the last minute`, `in 5 minutes`: the stretch of a log that was looked at. */
export function windowText({ seconds, dated, lines }: Pick<LogWindow, 'seconds' | 'dated' | 'lines'>): Words {
  if (!dated) return words(`in the newest ${lines === 1 ? 'line' : `${lines} lines`}`, `最新 ${lines} 行中`);
  if (seconds === 60) return words('in the last minute', '最近一分钟');
  if (seconds === 3600) return words('in the last hour', '最近一小时');
  if (seconds === 86_400) return words('in the last day', '最近一天');
  if (seconds % 3600 === 0) return words(`in ${seconds / 3600} hours`, `${seconds / 3600} 小时内`);
  return seconds % 60 === 0
    ? words(`in ${seconds / 60} minutes`, `${seconds / 60} 分钟内`)
    : words(`in ${seconds} s`, `${seconds} 秒内`);
}

/** Nothing was written in the window, and when the newest line before it was. */
export function noLine(window: Pick<LogWindow, 'seconds' | 'dated' | 'lines' | 'lastAt'>): Words {
  const [inWindow, newest] = [windowText(window), newestText(window)];
  return words(`no line ${inWindow.en}${newest.en}`, `${inWindow.zh}没有日志${newest.zh}`);
}

/** `, newest 2026-01-01 12:00:00`, to be put behind a sentence; nothing where no line has a time. */
export const newestText = ({ lastAt }: Pick<LogWindow, 'lastAt'>): Words =>
  lastAt === undefined ? words('', '') : words(`, newest ${lastAt}`, `，最新一行 ${lastAt}`);

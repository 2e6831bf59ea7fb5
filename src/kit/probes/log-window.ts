import type { HostContext, Judgement, ShellAnswer } from '../check.ts';
import { words } from '../words.ts';
import { notUnderstood, unknown } from './limits.ts';
import { type LogScript, logScript } from './log-script.ts';
import type { HostProbe } from './probe.ts';

/** What a log said in the last seconds, by its own time stamps. */
export interface LogWindow {
  readonly path: string;
  /** Lines with a time stamp inside the window. Lines without one, like those of a stack trace, belong to the line before. */
  readonly lines: number;
  /** False when the log is so large that the beginning of the window was not read: `lines` is then the least there were. */
  readonly whole: boolean;
  /** Lines by what `tally` gave for them, most frequent first. */
  readonly tally: ReadonlyMap<string, number>;
  /** The newest lines of the window, oldest first, each cut at 600 bytes. */
  readonly last: readonly string[];
  /** Stamp of the newest line, inside the window or not. */
  readonly lastAt?: string;
}

export interface LogWindowOptions extends LogScript {
  /** What it means when the log has no line in the window. */
  readonly quiet: 'fine' | 'unknown';
  /** What it means when there is no such file. */
  readonly missing: 'fine' | 'unknown';
  readonly judge: (window: LogWindow, context: HostContext) => readonly Judgement[];
}

/** Looks at the lines of the last seconds of a log, counted on the host. Only the newest lines travel. */
export const logWindow = (options: LogWindowOptions): HostProbe => ({
  on: 'host',
  timeoutSeconds: 15,
  command: () => logScript(options),
  judge(answer, context) {
    const seen = readLog(answer);
    if (!seen) return notUnderstood();
    switch (seen.kind) {
      case 'missing': {
        const said = words(`there is no ${options.path}`, `没有日志文件 ${options.path}`);
        return options.missing === 'fine' ? [{ state: 'ok', says: said }] : unknown(said);
      }
      case 'unreadable':
        return unknown(words(`${seen.path} may not be read`, `无权读取 ${seen.path}`));
      case 'no-clock':
        return unknown(words('the host cannot reckon with dates', '主机无法进行日期计算'));
      case 'no-stamps':
        return unknown(words(`no line of ${seen.path} has a time stamp`, `${seen.path} 中没有可识别的时间`));
      case 'read': {
        if (seen.window.lines > 0 || options.quiet === 'fine') return options.judge(seen.window, context);
        const newest = seen.window.lastAt;
        return unknown(
          words(
            `no line for ${options.windowSeconds} s${newest ? `, newest ${newest}` : ''}`,
            `${options.windowSeconds} 秒内没有日志${newest ? `,最新一行 ${newest}` : ''}`,
          ),
        );
      }
      default:
        return seen satisfies never;
    }
  },
});

type ReadLog =
  | { readonly kind: 'missing' | 'no-clock' }
  | { readonly kind: 'unreadable' | 'no-stamps'; readonly path: string }
  | { readonly kind: 'read'; readonly window: LogWindow };

function readLog({ output }: ShellAnswer): ReadLog | undefined {
  const split = output.indexOf('\n---\n');
  const head = split === -1 ? output : output.slice(0, split);
  const facts = head.split('\n').map((line) => {
    const [, name = '', value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    return { name, value };
  });
  const of = (name: string): string | undefined => facts.find((fact) => fact.name === name)?.value;
  if (of('missing') !== undefined) return { kind: 'missing' };
  if (of('no-clock') !== undefined) return { kind: 'no-clock' };
  const unreadable = of('unreadable');
  if (unreadable !== undefined) return { kind: 'unreadable', path: unreadable };
  const path = of('file');
  const lines = Number(of('lines'));
  if (path === undefined || split === -1 || !Number.isInteger(lines)) return undefined;
  const lastAt = of('newest');
  if (lastAt === undefined && Number(of('undated')) > 0) return { kind: 'no-stamps', path };
  const tally = facts
    .filter(({ name }) => name === 'key')
    .map(({ value }): [string, number] => {
      const [, count = '', key = ''] = /^(\d+) (.*)$/.exec(value) ?? [];
      return [key, Number(count)];
    });
  const last = output
    .slice(split + 5)
    .split('\n')
    .filter((line) => line !== '');
  return {
    kind: 'read',
    window: {
      path,
      lines,
      whole: of('cut-short') === undefined,
      tally: new Map(tally.sort((a, b) => b[1] - a[1])),
      last,
      ...(lastAt === undefined ? {} : { lastAt }),
    },
  };
}

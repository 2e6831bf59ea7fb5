import type { CheckContext, HostContext, Judgement, ShellAnswer } from '../check.ts';
import { pathOf } from '../estate.ts';
import { words } from '../words.ts';
import { notUnderstood, unknown } from './limits.ts';
import { type LogScript, logScript } from './log-script.ts';
import type { HostProbe } from './probe.ts';

/** What a log said in the last seconds, by its own time stamps. */
export interface LogWindow {
  readonly path: string;
  /** Length of the window. */
  readonly seconds: number;
  /** False when no line has a time stamp and the newest lines stand for the window. */
  readonly dated: boolean;
  /** Lines with a time stamp inside the window. Lines without one, like those of a stack trace, belong to the line before. */
  readonly lines: number;
  /** False when the log is so large that the beginning of the window was not read: `lines` is then the least there were. */
  readonly whole: boolean;
  /** Lines by what `tally` gave for them, most frequent first. */
  readonly tally: ReadonlyMap<string, number>;
  /** What `tally.sum` added up, by the same keys. */
  readonly sums: ReadonlyMap<string, number>;
  /** The newest lines of the window, oldest first, each cut at 600 bytes. */
  readonly last: readonly string[];
  /** Stamp of the newest line, inside the window or not. */
  readonly lastAt?: string;
}

/** `{app}` in a path becomes the id of the app. The inventory may say that folders are elsewhere, or set another window. */
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
  command: (context) => logScript(resolved(options, context)),
  judge(answer, context) {
    const { path, windowSeconds } = resolved(options, context);
    const seen = readLog(answer, windowSeconds);
    if (!seen) return notUnderstood();
    switch (seen.kind) {
      case 'missing': {
        const said = words(`there is no ${path}`, `没有日志文件 ${path}`);
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
            `no line for ${windowSeconds} s${newest ? `, newest ${newest}` : ''}`,
            `${windowSeconds} 秒内没有日志${newest ? `，最新一行 ${newest}` : ''}`,
          ),
        );
      }
      default:
        return seen satisfies never;
    }
  },
});

function resolved<Options extends LogScript>(
  options: Options,
  { app, windowSeconds }: CheckContext,
): Options {
  const place = (path: string): string => pathOf(app, path.replaceAll('{app}', app.id));
  const { path, fallbackPaths = [] } = options;
  return {
    ...options,
    path: place(path),
    fallbackPaths: fallbackPaths.map(place),
    windowSeconds: windowSeconds ?? options.windowSeconds,
  };
}

type ReadLog =
  | { readonly kind: 'missing' | 'no-clock' }
  | { readonly kind: 'unreadable' | 'no-stamps'; readonly path: string }
  | { readonly kind: 'read'; readonly window: LogWindow };

function readLog({ output }: ShellAnswer, seconds: number): ReadLog | undefined {
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
  const dated = of('bare') === undefined;
  if (dated && lastAt === undefined && Number(of('undated')) > 0) return { kind: 'no-stamps', path };
  const keys = facts
    .filter(({ name }) => name === 'key')
    .map(({ value }) => {
      const [, count = '', sum = '', key = ''] = /^(\d+) (-?[\d.]+) (.*)$/.exec(value) ?? [];
      return { key, count: Number(count), sum: Number(sum) };
    })
    .sort((a, b) => b.count - a.count);
  const last = output
    .slice(split + 5)
    .split('\n')
    .filter((line) => line !== '');
  return {
    kind: 'read',
    window: {
      path,
      seconds,
      dated,
      lines,
      whole: of('cut-short') === undefined,
      tally: new Map(keys.map(({ key, count }) => [key, count])),
      sums: new Map(keys.map(({ key, sum }) => [key, sum])),
      last,
      ...(lastAt === undefined ? {} : { lastAt }),
    },
  };
}

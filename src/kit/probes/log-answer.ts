import type { CheckContext, Judgement, ShellAnswer } from '../check.ts';
import { type App, pathOf } from '../estate.ts';
import { type Words, words } from '../words.ts';
import { notUnderstood, unknown } from './limits.ts';
import type { LogScript } from './log-script.ts';
import { closedLog, type LogCounts, type LogWindow, noLine, noLog } from './log-words.ts';

/** A log that is looked at, and what it means when there is nothing. `{app}` in a path becomes the id of the app. */
export interface LogLook extends LogScript {
  /** What it means when the log has no line in the window. */
  readonly quiet: 'fine' | 'unknown';
  /** What it means when there is no such file. */
  readonly missing: 'fine' | 'unknown';
}

/** The window of an answer, or what is to be said without one. */
export type LogSeen =
  | { readonly ok: true; readonly window: LogWindow }
  | { readonly ok: false; readonly judgements: readonly Judgement[] };

/** The same log with the folders and the window of the inventory. */
export function inThisEstate<Look extends LogScript>(look: Look, { app, windowSeconds }: CheckContext): Look {
  const { path, fallbackPaths = [] } = look;
  return {
    ...look,
    path: placeOfLog(path, app),
    fallbackPaths: fallbackPaths.map((each) => placeOfLog(each, app)),
    windowSeconds: windowSeconds ?? look.windowSeconds,
  };
}

export const placeOfLog = (path: string, app: App): string => pathOf(app, path.replaceAll('{app}', app.id));

/** Reads what the script of a log printed; `look` is as it was asked, in this estate. */
export function readLog({ output }: Pick<ShellAnswer, 'output'>, look: LogLook): LogSeen {
  const { path, windowSeconds } = look;
  const nothing = (judgements: readonly Judgement[]): LogSeen => ({ ok: false, judgements });
  const cannot = (says: Words): LogSeen => nothing(unknown(says));
  const seen = readFacts(output, windowSeconds);
  if (!seen) return nothing(notUnderstood());
  switch (seen.kind) {
    case 'missing': {
      const said = noLog(path);
      return look.missing === 'fine' ? nothing([{ state: 'ok', says: said }]) : cannot(said);
    }
    case 'unreadable':
      return cannot(closedLog(seen.path));
    case 'no-clock':
      return cannot(words('the host cannot reckon with dates', '主机无法进行日期计算'));
    case 'no-stamps':
      return cannot(words(`no line of ${seen.path} has a time stamp`, `${seen.path} 中没有可识别的时间`));
    case 'read': {
      const window = asWritten(seen.window);
      if (window.lines > 0 || look.quiet === 'fine') return { ok: true, window };
      return cannot(noLine(window));
    }
    default:
      return seen satisfies never;
  }
}

type Facts =
  | { readonly kind: 'missing' | 'no-clock' }
  | { readonly kind: 'unreadable' | 'no-stamps'; readonly path: string }
  | { readonly kind: 'read'; readonly window: LogWindow };

function readFacts(output: string, seconds: number): Facts | undefined {
  const split = output.indexOf('\n---\n');
  const head = split === -1 ? output : output.slice(0, split);
  const facts = head.split('\n').map((line) => {
    const [, name = '', value = ''] = /^(\S+) ?([^]*)$/.exec(line) ?? [];
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
  const untouched = of('untouched');
  const keys = (name: string): Pick<LogCounts, 'tally' | 'sums'> =>
    keysOf(facts.filter((fact) => fact.name === name).map(({ value }) => value));
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
      ...keys('key'),
      last,
      ...(lastAt === undefined ? {} : { lastAt }),
      ...(untouched === undefined ? {} : { untouchedSeconds: Number(untouched) }),
      ...(of('lines-before') === undefined
        ? {}
        : { before: { lines: Number(of('lines-before')), ...keys('key-before') } }),
    },
  };
}

/** Lines without a time were written before the window when the file was: then there is none in it. The newest stay as evidence. */
const asWritten = (window: LogWindow): LogWindow =>
  window.dated || (window.untouchedSeconds ?? 0) <= window.seconds
    ? window
    : { ...window, dated: true, lines: 0, tally: new Map(), sums: new Map() };

/** Each is the count, the sum and the key. */
function keysOf(values: readonly string[]): Pick<LogCounts, 'tally' | 'sums'> {
  const keys = values
    .map((value) => {
      const [, count = '', sum = '', key = ''] = /^(\d+) (-?[\d.]+) (.*)$/.exec(value) ?? [];
      return { key, count: Number(count), sum: Number(sum) };
    })
    .sort((a, b) => b.count - a.count);
  return {
    tally: new Map(keys.map(({ key, count }) => [key, count])),
    sums: new Map(keys.map(({ key, sum }) => [key, sum])),
  };
}

import type { Check, Limit } from '../check.ts';
import type { Clause, RowId } from '../clause.ts';
import { limitsOf } from '../probes/limits.ts';
import { countInWindow, judgeCount, things } from '../probes/log-count.ts';
import { newestText } from '../probes/log-words.ts';
import { logWindow } from '../probes/log-window.ts';
import { type Words, words } from '../words.ts';

export interface ErrorLog {
  readonly id: string;
  readonly title?: Words;
  readonly apps: readonly string[];
  readonly clause: Clause;
  readonly rows: readonly [RowId, ...RowId[]];
  readonly path: string;
  readonly fallbackPaths?: readonly string[];
  /** More lines than this in the window are too many. Where the manual only says to look, 0: every error is for a person to explain. */
  readonly most: Limit;
  /** 300 unless set. */
  readonly windowSeconds?: number;
  /** An awk condition that a line must meet to count; every line unless set. */
  readonly only?: string;
  /** Where the format names no time stamp: the newest lines, so many, stand for the window if none has one and the file was written into within it. */
  readonly undatedLines?: number;
  /** What it means when there is no such file; unknown unless set. */
  readonly missing?: 'fine' | 'unknown';
}

/** A log in which every line is an error: how many there were in the window. */
export const errorLogCheck = ({ most, only, ...log }: ErrorLog): Check => ({
  id: log.id,
  title: log.title ?? words('Error log', '错误日志'),
  apps: log.apps,
  rows: log.rows,
  clause: log.clause,
  limits: { most },
  ...logWindow({
    path: log.path,
    ...(log.fallbackPaths ? { fallbackPaths: log.fallbackPaths } : {}),
    ...(only === undefined ? {} : { tally: { awk: `(${only} ? "error" : "")` } }),
    windowSeconds: log.windowSeconds ?? 300,
    ...(log.undatedLines === undefined ? {} : { undatedLines: log.undatedLines }),
    quiet: 'fine',
    missing: log.missing ?? 'unknown',
    judge: (window, context) => [
      judgeCount({
        value: only === undefined ? window.lines : (window.tally.get('error') ?? 0),
        what: things('error', 'errors', '条错误'),
        window,
        limits: limitsOf(context),
      }),
    ],
  }),
});

/** The error log that every app of the guides has in a folder of its own: `{id of the app}-errors` unless named otherwise. */
export const applicationErrors = ({
  app,
  id = `${app}-errors`,
  ...log
}: Omit<ErrorLog, 'id' | 'apps' | 'path'> & { readonly app: string; readonly id?: string }): Check =>
  errorLogCheck({
    ...log,
    id,
    apps: [app],
    path: '/home/admin/logs/{app}/common-error.log',
  });

const LINES = things('line', 'lines', '行');

export interface KeptLog {
  readonly id: string;
  readonly title: Words;
  readonly apps: readonly string[];
  readonly clause: Clause;
  readonly rows: readonly [RowId, ...RowId[]];
  readonly path: string;
  readonly fallbackPaths?: readonly string[];
  readonly windowSeconds?: number;
  readonly missing?: 'fine' | 'unknown';
}

/** A log that the manual names without saying what must be in it: its newest lines are the evidence. Never red for what it says. */
export const keptLogCheck = (log: KeptLog): Check => ({
  id: log.id,
  title: log.title,
  apps: log.apps,
  rows: log.rows,
  clause: log.clause,
  ...logWindow({
    path: log.path,
    ...(log.fallbackPaths ? { fallbackPaths: log.fallbackPaths } : {}),
    windowSeconds: log.windowSeconds ?? 300,
    undatedLines: 20,
    quiet: 'fine',
    missing: log.missing ?? 'unknown',
    judge: (window) => {
      const [seen, newest] = [countInWindow(window.lines, LINES, window), newestText(window)];
      return [
        {
          state: 'ok',
          value: window.lines,
          says: words(`${seen.en}${newest.en}`, `${seen.zh}${newest.zh}`),
          evidence: window.last.join('\n'),
        },
      ];
    },
  }),
});

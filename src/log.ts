import pino from 'pino';
import { captureData, captureWhole } from './kit/index.ts';

export type Log = pino.Logger;

/** Structured logs, one JSON line each. Everything passes the door that foreign text passes; errors keep only what tells the cause. */
export const openLog = (level: string, destination?: pino.DestinationStream): Log =>
  pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: {
        logMethod(args, method) {
          method.apply(this, plainArguments(args) as typeof args);
        },
        streamWrite: capturedLine,
      },
    },
    destination ?? pino.destination(2),
  );

/** The last thing before a line leaves, so that the facts of child loggers pass it, too. */
function capturedLine(line: string): string {
  try {
    return `${JSON.stringify(captureData(JSON.parse(line)))}\n`;
  } catch {
    return `${captureWhole(line).trim()}\n`;
  }
}

/** Errors as plain data. An error alone is the fact `err`, and its message is the message, as pino has it. */
function plainArguments([first, ...rest]: readonly unknown[]): readonly unknown[] {
  if (first instanceof Error) {
    const err = shownError(first);
    return [{ err }, ...(rest.length > 0 ? rest : [err.message])];
  }
  return [typeof first === 'object' && first !== null ? plainFacts(first) : first, ...rest];
}

const plainFacts = (facts: object): object =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, value instanceof Error ? shownError(value) : value]),
  );

interface ShownError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly errno?: string | number;
  readonly cause?: ShownError;
  readonly errors?: readonly ShownError[];
}

const DEEPEST = 4;

/** Never the statement with its values, a configuration, a request or a response that a library hangs on its errors. */
function shownError(error: Error, deep = 0): ShownError {
  const { code, errno, sqlMessage } = error as {
    readonly code?: unknown;
    readonly errno?: unknown;
    readonly sqlMessage?: unknown;
  };
  const quoted = typeof sqlMessage === 'string';
  const text = (said: string): string => captureWhole(quoted ? withoutQuoted(said, sqlMessage) : said);
  const inner = (each: unknown): readonly ShownError[] =>
    each instanceof Error && deep < DEEPEST ? [shownError(each, deep + 1)] : [];
  const [cause] = inner(error.cause);
  return {
    type: error.constructor.name,
    message: text(error.message),
    ...(error.stack === undefined ? {} : { stack: text(error.stack) }),
    ...(isCode(code) ? { code } : {}),
    ...(isCode(errno) ? { errno } : {}),
    ...(cause ? { cause } : {}),
    ...(error instanceof AggregateError ? { errors: error.errors.flatMap(inner) } : {}),
  };
}

const isCode = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** The server quotes values of rows in its messages, and pieces of the statement. */
const withoutQuoted = (text: string, message: string): string =>
  text.replaceAll(message, message.replace(/'.*'/gs, "'\u2026'").replace(/".*"/gs, '"\u2026"'));

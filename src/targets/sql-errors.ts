import { SqlFailed } from '../kit/targets.ts';

/** Turns what the driver threw into a SqlFailed whose message holds neither values nor passwords. */
export function sqlFailed(error: unknown): SqlFailed {
  if (error instanceof SqlFailed) return error;
  const { code, errno, sqlMessage } = factsOf(error);
  if (sqlMessage === undefined) return new SqlFailed('unreachable', unreachableText(code, error));
  const reason = REASONS.get(errno ?? 0) ?? 'statement';
  if (reason === 'timeout') return new SqlFailed('timeout', 'the statement was stopped at its time limit');
  return new SqlFailed(reason, `${code ?? 'error'}: ${withoutValues(sqlMessage, errno ?? 0)}`);
}

/** True when the connection cannot be used any more, as opposed to a statement that failed on it. */
export const isConnectionLoss = (error: unknown): boolean =>
  !(error instanceof SqlFailed) && factsOf(error).sqlMessage === undefined;

export const errnoOf = (error: unknown): number | undefined => factsOf(error).errno;

/** By the server's error number: 1969, 3024 and 1317 are the two kinds of time limit and KILL QUERY. */
const REASONS: ReadonlyMap<number, SqlFailed['reason']> = new Map([
  [1969, 'timeout'],
  [3024, 'timeout'],
  [1317, 'timeout'],
  [1044, 'login-refused'],
  [1045, 'login-refused'],
  [1130, 'login-refused'],
  [1698, 'login-refused'],
  [1862, 'login-refused'],
  [3118, 'login-refused'],
  [4151, 'login-refused'],
  [1040, 'unreachable'],
  [1053, 'unreachable'],
  [1203, 'unreachable'],
]);

/** Messages that quote only names (schema, table, column, account), which help and are no secret. */
const NAMES_ONLY: ReadonlySet<number> = new Set([1044, 1045, 1049, 1054, 1130, 1142, 1143, 1146, 1370, 1698]);

const withoutValues = (message: string, errno: number): string =>
  NAMES_ONLY.has(errno) ? message : message.replace(/'.*'/gs, "'…'").replace(/".*"/gs, '"…"');

const unreachableText = (code: string | undefined, error: unknown): string =>
  UNREACHABLE.get(code ?? '') ??
  `no connection to the database: ${error instanceof Error ? error.message : 'unexpected error'}`;

const LOST = 'the connection to the database was lost';
const UNRESOLVED = 'the name of the database host could not be resolved';

const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the database refuses connections'],
  ['ENOTFOUND', UNRESOLVED],
  ['EAI_AGAIN', UNRESOLVED],
  ['ETIMEDOUT', 'no connection to the database within its time limit'],
  ['HANDSHAKE_NO_SSL_SUPPORT', 'the database offers no TLS'],
  ['PROTOCOL_CONNECTION_LOST', LOST],
  ['ECONNRESET', LOST],
  ['EPIPE', LOST],
]);

function factsOf(error: unknown): { code?: string; errno?: number; sqlMessage?: string } {
  if (typeof error !== 'object' || error === null) return {};
  const { code, errno, sqlMessage } = error as Record<string, unknown>;
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof errno === 'number' ? { errno } : {}),
    ...(typeof sqlMessage === 'string' ? { sqlMessage } : {}),
  };
}

import mysql from 'mysql2/promise';
import type { Database } from '../kit/index.ts';
import { SqlFailed } from '../kit/targets.ts';
import { startLimit } from './limits.ts';
import { rightsIn, type TableRights } from './rights.ts';
import { errnoOf, sqlFailed } from './sql-errors.ts';
import { connectionOptions, type DatabaseOptions } from './sql-options.ts';

/** For the questions after the login. */
const ANSWER_SECONDS = 10;

/** How a login went that asked `SELECT 1` and for its own grants. */
export type LoginTried =
  /** `rights` is undefined when the server does not say or they come through roles. */
  | { readonly ok: true; readonly rights: readonly TableRights[] | undefined }
  | { readonly ok: false; readonly because: LoginTrouble; readonly detail: string };

export type LoginTrouble =
  | 'no-account'
  | 'wrong-password'
  | 'no-such-schema'
  | 'no-right-to-schema'
  | 'host-not-allowed'
  | 'refused'
  | 'unreachable'
  | 'other';

/** Logs in with one of the two accounts on a connection of its own; changes nothing. */
export async function tryLogin(
  database: Database,
  options: DatabaseOptions,
  purpose: 'read' | 'change',
): Promise<LoginTried> {
  if (options.accounts(database)?.[purpose] === undefined)
    return { ok: false, because: 'no-account', detail: '' };
  try {
    const connection = await mysql.createConnection(connectionOptions(database, options, purpose));
    // A connection lost between two questions must not end the process; the next one reports it.
    connection.on('error', () => undefined);
    const limit = startLimit(ANSWER_SECONDS);
    try {
      const lines = await limit.race(grantLines(connection), () => undefined);
      if (typeof lines === 'string')
        throw new SqlFailed('timeout', `logged in, but no answer within ${ANSWER_SECONDS} s`);
      return { ok: true, rights: rightsIn(database.schema, lines) };
    } finally {
      limit.stop();
      connection.destroy();
    }
  } catch (error) {
    const because = error instanceof SqlFailed ? undefined : TROUBLES.get(errnoOf(error) ?? 0);
    const failed = sqlFailed(error);
    return {
      ok: false,
      because: because ?? (failed.reason === 'unreachable' ? connecting(error) : 'other'),
      detail: failed.message,
    };
  }
}

async function grantLines(connection: mysql.Connection): Promise<readonly string[]> {
  await connection.query('SELECT 1');
  const [rows] = await connection.query<mysql.RowDataPacket[][]>('SHOW GRANTS');
  return rows.flatMap(([line]: readonly unknown[]) => (typeof line === 'string' ? [line] : []));
}

const TROUBLES: ReadonlyMap<number, LoginTrouble> = new Map([
  [1044, 'no-right-to-schema'],
  [1045, 'wrong-password'],
  [1698, 'wrong-password'],
  [1049, 'no-such-schema'],
  [1130, 'host-not-allowed'],
]);

const connecting = (error: unknown): LoginTrouble =>
  error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable';

import mysql, { type FieldPacket } from 'mysql2/promise';
import type { Database, Row } from '../kit/index.ts';
import { SqlFailed } from '../kit/targets.ts';
import { connectionOptions, type DatabaseOptions } from './sql-options.ts';
import { textRows } from './sql-text.ts';

/** Nothing in a change may hang longer than this, lock waits included. */
const STATEMENT_SECONDS = 30;
const LOCK_WAIT_SECONDS = 10;

/** A direct connection on the change account: named locks and transactions belong to it alone. */
export interface Session {
  readonly select: (
    text: string,
    values: readonly string[],
  ) => Promise<{ readonly rows: readonly Row[]; readonly fields: readonly FieldPacket[] }>;
  /** Rows affected. */
  readonly change: (text: string, values: readonly (string | null)[]) => Promise<number>;
  readonly begin: () => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly rollback: () => Promise<void>;
  /** Ends the connection, which gives back its locks and undoes what was not committed. Never throws. */
  readonly end: () => Promise<void>;
}

export async function openSession(database: Database, options: DatabaseOptions): Promise<Session> {
  const connection = await mysql.createConnection(connectionOptions(database, options, 'change'));
  // A connection lost between two statements must not end the process; the next statement reports it.
  connection.on('error', () => undefined);
  try {
    await limited(
      connection,
      connection.query(`SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`),
    );
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return {
    async select(text, values) {
      const [rows, fields] = await limited(
        connection,
        connection.execute<mysql.RowDataPacket[][]>(text, bound(values)),
      );
      return { rows: textRows(rows, fields), fields };
    },
    async change(text, values) {
      const [result] = await limited(
        connection,
        connection.execute<mysql.ResultSetHeader>(text, bound(values)),
      );
      return result.affectedRows;
    },
    begin: () => limited(connection, connection.beginTransaction()),
    commit: () => limited(connection, connection.commit()),
    rollback: () => limited(connection, connection.rollback()),
    async end() {
      await limited(connection, connection.end()).catch(() => undefined);
      connection.destroy();
    },
  };
}

/** Strings and null only, whatever the types say at the call. */
function bound(values: readonly (string | null)[]): (string | null)[] {
  const wrong = values.findIndex((value) => value !== null && typeof value !== 'string');
  if (wrong !== -1) throw new TypeError(`value ${wrong + 1} of the statement is not a string`);
  return [...values];
}

/** A statement that takes too long loses its connection: the server then undoes what was not committed. */
function limited<T>(connection: mysql.Connection, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.destroy();
      reject(new SqlFailed('timeout', `no answer from the database within ${STATEMENT_SECONDS} s`));
    }, STATEMENT_SECONDS * 1000);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

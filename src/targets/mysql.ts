import mysql, { type FieldPacket, type Pool, type PoolConnection } from 'mysql2/promise';
import type { Database, Row, SqlQuery } from '../kit/index.ts';
import { SqlFailed, type SqlReader } from '../kit/targets.ts';
import { startLimit, within } from './limits.ts';
import { errnoOf, isConnectionLoss, sqlFailed } from './sql-errors.ts';
import { connectionOptions, type DatabaseOptions } from './sql-options.ts';
import { textRows } from './sql-text.ts';

const CONNECTIONS_PER_DATABASE = 4;
/** The server's own limit comes first; this much later the query is killed from a second connection. */
const KILL_AFTER_SECONDS = 1;
const UNKNOWN_VARIABLE = 1193;

interface Limits {
  readonly timeoutSeconds: number;
  readonly maxRows: number;
}

/** Reads with the read account, in read-only transactions, on a few pooled connections a database. */
export function createSqlReader(
  options: DatabaseOptions,
): SqlReader & { readonly close: () => Promise<void> } {
  const pools = new Map<string, Pool>();
  /** The limits a connection was last given, by the driver's own connection object. */
  const limited = new WeakMap<object, string>();

  function poolOf(database: Database): Pool {
    const id = JSON.stringify([database.name, database.host, database.port, database.schema]);
    const there = pools.get(id);
    if (there) return there;
    const pool = mysql.createPool({
      ...connectionOptions(database, options, 'read'),
      connectionLimit: CONNECTIONS_PER_DATABASE,
      maxIdle: 1,
      idleTimeout: 60_000,
    });
    pools.set(id, pool);
    return pool;
  }

  async function readOnce(
    database: Database,
    query: SqlQuery,
    limits: Limits,
  ): Promise<readonly Row[] | 'stale'> {
    const pool = poolOf(database);
    const limit = startLimit(limits.timeoutSeconds + KILL_AFTER_SECONDS);
    try {
      const connection = await limit.race(pool.getConnection(), (late) => late.release());
      if (typeof connection === 'string') throw new SqlFailed('timeout', 'no connection was free in time');
      const before = limited.get(connection.connection);
      try {
        const rows = await limit.race(readOn(connection, query, limits, before), () => undefined);
        if (typeof rows === 'string') throw await stopped(database, connection.threadId, limits);
        limited.set(connection.connection, JSON.stringify(limits));
        connection.release();
        return rows;
      } catch (error) {
        // A connection with a failed statement behind it is not worth a guess about its state.
        connection.destroy();
        if (before !== undefined && isConnectionLoss(error)) return 'stale';
        throw error;
      }
    } finally {
      limit.stop();
    }
  }

  /** The server did not keep its own limit: the statement is ended from a second connection. */
  async function stopped(
    database: Database,
    threadId: number,
    { timeoutSeconds }: Limits,
  ): Promise<SqlFailed> {
    const kill = async (): Promise<void> => {
      const second = await mysql.createConnection(connectionOptions(database, options, 'read'));
      await second.query(`KILL QUERY ${Math.trunc(threadId)}`).finally(() => second.destroy());
      killed = true;
    };
    let killed = false;
    await within(kill(), 5000);
    const then = killed ? 'it was ended on the server' : 'it may still run on the server';
    return new SqlFailed('timeout', `no answer within ${timeoutSeconds} s; ${then}`);
  }

  return {
    async read(database, query, limits) {
      assertStrings(query.values);
      try {
        let rows = await readOnce(database, query, limits);
        // Looking twice does no harm: the pooled connection was gone, a fresh one may not be.
        for (let n = 0; rows === 'stale' && n < CONNECTIONS_PER_DATABASE; n += 1)
          rows = await readOnce(database, query, limits);
        if (rows === 'stale') throw new SqlFailed('unreachable', 'the connection to the database was lost');
        return rows;
      } catch (error) {
        throw sqlFailed(error);
      }
    },
    async close() {
      const all = [...pools.values()];
      pools.clear();
      await Promise.all(all.map((pool) => pool.end()));
    },
  };
}

/** A number bound to a text column would match every row that converts to it, so nothing but strings may be bound. */
export function assertStrings(values: readonly unknown[]): void {
  const wrong = values.findIndex((value) => typeof value !== 'string');
  if (wrong !== -1) throw new TypeError(`value ${wrong + 1} of the statement is not a string`);
}

async function readOn(
  connection: PoolConnection,
  query: SqlQuery,
  limits: Limits,
  before: string | undefined,
): Promise<readonly Row[]> {
  if (before !== JSON.stringify(limits)) await limitSession(connection, limits);
  const [rows, fields] = await connection.execute<mysql.RowDataPacket[][]>(query.text, [...query.values]);
  if (!Array.isArray(rows)) throw new SqlFailed('statement', 'the statement is not a question');
  if (rows.length > limits.maxRows) throw new SqlFailed('too-many-rows', `more than ${limits.maxRows} rows`);
  return textRows(rows, fields as readonly FieldPacket[]);
}

/** Read-only, one row more than wanted at most, and a time limit that the server itself keeps. */
async function limitSession(connection: PoolConnection, { timeoutSeconds, maxRows }: Limits): Promise<void> {
  // Text made of numbers only; nothing from outside is in these statements.
  await connection.query('SET SESSION TRANSACTION READ ONLY');
  await connection.query(`SET SESSION sql_select_limit = ${Math.trunc(maxRows) + 1}`);
  const [[row]] = await connection.query<mysql.RowDataPacket[][]>('SELECT VERSION()');
  const isMariaDb = typeof row?.[0] === 'string' && /mariadb/i.test(row[0]);
  const variable = isMariaDb ? 'max_statement_time' : 'max_execution_time';
  const value = isMariaDb ? timeoutSeconds.toFixed(3) : String(Math.ceil(timeoutSeconds * 1000));
  await connection.query(`SET SESSION ${variable} = ${value}`).catch((error: unknown) => {
    // Servers older than the variable: the kill from a second connection is then the limit.
    if (errnoOf(error) !== UNKNOWN_VARIABLE) throw error;
  });
}

import { setTimeout as delay } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { explain, StoreUnavailable } from './errors.ts';

export interface Account {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** TLS: the authority's certificate as PEM, and the server's name is checked. Absent: plain text, for loopback only. */
  readonly ssl?: { readonly ca: string };
}

/** Values are text or null only: a number bound to a text column matches every row that converts to it. */
export type Values = readonly (string | null)[];

export interface Session {
  readonly rows: (sql: string, values?: Values) => Promise<readonly unknown[]>;
  /** How many rows matched. */
  readonly change: (sql: string, values?: Values) => Promise<number>;
}

export interface Transaction extends Session {
  /** Runs when the transaction is certainly committed. */
  readonly afterCommit: (then: () => void) => void;
  /** Runs on the same session after the commit, the last first. When it fails the session is closed; the commit stands. */
  readonly beforeReturn: (then: () => Promise<unknown>) => void;
}

export interface Pool extends Session {
  /** All or nothing. A deadlock, which undoes the whole transaction, is tried again; nothing else is. */
  readonly transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** One session, for what lasts longer than a transaction. */
  readonly session: <T>(limitSeconds: number, work: (session: Session) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

const callSeconds = 5;
const connectSeconds = 3;

// Conditional comments: the first is read by MariaDB only, the second by MySQL only. Both end the session of a client
// that stopped inside a transaction, so that its row locks are given back without anybody's help, and the statement of a
// client that has given up waiting.
const sessionSettings = `set @@session.time_zone = '+00:00', @@session.innodb_lock_wait_timeout = 2,
  @@session.sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'
  /*M!100300 , @@session.idle_transaction_timeout = 8, @@session.max_statement_time = ${callSeconds + 1} */
  /*!80000 , @@session.wait_timeout = 60, @@session.max_execution_time = ${(callSeconds + 1) * 1000} */`;

/** One second more than the client waits. */
const statementLimit = (seconds: number): string =>
  `set @@session.innodb_lock_wait_timeout = 2
   /*M!100300 , @@session.max_statement_time = ${seconds + 1} */
   /*!80000 , @@session.max_execution_time = ${(seconds + 1) * 1000} */`;

/** Connects when first used, and again after the server was away. While it is away calls reject with StoreUnavailable, at the latest after five seconds. */
export function openPool(account: Account, connections: number): Pool {
  const { ssl, ...where } = account;
  const pool = mysql.createPool({
    ...where,
    ...(ssl ? { ssl: { ca: ssl.ca, minVersion: 'TLSv1.2', verifyIdentity: true } } : {}),
    connectionLimit: connections,
    maxIdle: Math.max(1, connections - 1),
    idleTimeout: 20_000,
    connectTimeout: connectSeconds * 1000,
    queueLimit: 500,
    enableKeepAlive: true,
    gracefulEnd: true,
    multipleStatements: false,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    charset: 'UTF8MB4_BIN',
  });
  const prepared = new WeakSet<object>();
  const borrow = <T>(seconds: number, work: (connection: mysql.PoolConnection) => Promise<T>): Promise<T> =>
    within(pool, prepared, seconds, work);
  return {
    rows: (sql, values) => borrow(callSeconds, (connection) => sessionOf(connection).rows(sql, values)),
    change: (sql, values) => borrow(callSeconds, (connection) => sessionOf(connection).change(sql, values)),
    session: (limitSeconds, work) =>
      borrow(limitSeconds, async (connection) => {
        await connection.execute(statementLimit(limitSeconds));
        const result = await work(sessionOf(connection));
        await connection.execute(statementLimit(callSeconds));
        return result;
      }),
    transaction: (work) => again(() => borrow(callSeconds, (connection) => transact(connection, work))),
    // A connection that cannot say goodbye any more is closed as well.
    async close() {
      const ended = pool.end().catch(() => undefined);
      await Promise.race([ended, delay(connectSeconds * 1000, undefined, { ref: false })]);
    },
  };
}

/** Lends a connection for a limited time. When the time is over the connection is cut and the server rolls back. */
async function within<T>(
  pool: mysql.Pool,
  prepared: WeakSet<object>,
  seconds: number,
  work: (connection: mysql.PoolConnection) => Promise<T>,
): Promise<T> {
  let connection: mysql.PoolConnection | undefined;
  let over = false;
  const use = async (): Promise<T> => {
    connection = await pool.getConnection();
    if (over) {
      // Nothing was done with it: whoever is next in the queue need not connect anew.
      connection.release();
      throw new StoreUnavailable('TIMEOUT');
    }
    try {
      if (!prepared.has(connection.connection)) {
        await connection.execute(sessionSettings);
        await connection.execute('set session transaction isolation level read committed');
        prepared.add(connection.connection);
      }
      const result = await work(connection);
      connection.release();
      return result;
    } catch (error) {
      // A session that saw an error may hold locks or a half-open transaction: it is never given to anyone else.
      connection.destroy();
      throw error;
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true;
      connection?.destroy();
      reject(new StoreUnavailable('TIMEOUT'));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([use(), limit]);
  } catch (error) {
    throw explain(error);
  } finally {
    clearTimeout(timer);
  }
}

async function transact<T>(
  connection: mysql.PoolConnection,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const committed: (() => void)[] = [];
  const last: (() => Promise<unknown>)[] = [];
  await connection.beginTransaction();
  try {
    const result = await work({
      ...sessionOf(connection),
      afterCommit: (then) => committed.push(then),
      beforeReturn: (then) => last.push(then),
    });
    await connection.commit();
    for (const then of committed) then();
    for (const then of last.toReversed()) await then().catch(() => connection.destroy());
    return result;
  } catch (error) {
    // Waiting for the rollback means that no lock is left behind when the caller goes on.
    await connection.rollback().catch(() => undefined);
    throw error;
  }
}

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      const deadlock = error instanceof StoreUnavailable && error.code === 'ER_LOCK_DEADLOCK';
      if (!deadlock || left === 0) throw error;
    }
  }
}

const sessionOf = (connection: mysql.PoolConnection): Session => ({
  async rows(sql, values = []) {
    const [rows] = await connection.execute<mysql.RowDataPacket[]>(sql, [...values]);
    return rows;
  },
  async change(sql, values = []) {
    const [result] = await connection.execute<mysql.ResultSetHeader>(sql, [...values]);
    return result.affectedRows;
  },
});

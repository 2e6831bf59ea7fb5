import { isIP } from 'node:net';
import type { ConnectionOptions } from 'mysql2';
import type { Database } from '../kit/index.ts';
import { SqlFailed } from '../kit/targets.ts';
import { TEXT_OPTIONS } from './sql-text.ts';

export interface DatabaseOptions {
  /** The accounts of a database; undefined when it has none, which refuses every statement. */
  readonly accounts: (database: Database) => Accounts | undefined;
  /** Without it the connection is not encrypted. Databases must then be named by DNS name, since that is what is checked. */
  readonly tls?: { readonly ca: string };
  /** 10 unless set. */
  readonly connectSeconds?: number;
}

/** Two accounts, so that looking can never change anything. */
export interface Accounts {
  readonly read: Account;
  readonly change?: Account;
}

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** What mysql2 needs for a connection of this account. Throws SqlFailed when there is no such account. */
export function connectionOptions(
  database: Database,
  options: DatabaseOptions,
  purpose: 'read' | 'change',
): ConnectionOptions {
  const account = options.accounts(database)?.[purpose];
  if (account === undefined)
    throw new SqlFailed('login-refused', `no account to ${purpose} in ${database.name} is configured`);
  if (options.tls && isIP(database.host) !== 0)
    throw new SqlFailed(
      'unreachable',
      'with TLS the database must be named by its DNS name, not by an IP address',
    );
  return {
    host: database.host,
    port: database.port,
    database: database.schema,
    user: account.user,
    password: account.password,
    connectTimeout: (options.connectSeconds ?? 10) * 1000,
    charset: 'utf8mb4',
    multipleStatements: false,
    ...TEXT_OPTIONS,
    ...(options.tls
      ? { ssl: { ca: options.tls.ca, verifyIdentity: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' } }
      : {}),
  };
}

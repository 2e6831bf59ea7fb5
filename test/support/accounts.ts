import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import {
  type AccountRole,
  auditSchemaOf,
  grantsOf,
  type migrateStore,
  type StoreOptions,
} from '../../src/store/index.ts';
import { freshSchema } from './mysql.ts';

/** A schema with three accounts, as grants.sql has them; the password of each is `pw`. */
export interface SeparateAccounts {
  readonly schema: string;
  readonly auditSchema: string;
  readonly users: Readonly<Record<AccountRole, string>>;
  readonly root: mysql.Connection;
  /** For the service: it and the audit account. */
  readonly options: StoreOptions;
  /** For the account that makes tables. */
  readonly migrating: Parameters<typeof migrateStore>[0];
  /** A session of one of them, in the schema of the service or, for the audit account, of the chain. */
  readonly as: (role: AccountRole) => Promise<mysql.Connection>;
  readonly close: () => Promise<void>;
}

/** Makes schemas and accounts; the tables only when they are asked for. */
export async function separateAccounts(): Promise<SeparateAccounts> {
  const { port, schema, drop } = await freshSchema();
  const auditSchema = auditSchemaOf(schema);
  const where = { host: '127.0.0.1', port };
  const root = await mysql.createConnection({ ...where, user: 'root', database: schema });
  await root.query(`create database ${auditSchema} character set utf8mb4 collate utf8mb4_bin`);
  const id = randomBytes(4).toString('hex');
  const users = { app: `app_${id}`, audit: `audit_${id}`, migrate: `migrate_${id}` };
  for (const role of ['app', 'audit', 'migrate'] as const) {
    await root.query(`create user '${users[role]}'@'%' identified by 'pw'`);
    for (const grant of await grantsOf(role, { database: schema }, users[role])) await root.query(grant);
  }
  const sessions: mysql.Connection[] = [];
  return {
    schema,
    auditSchema,
    users,
    root,
    options: {
      ...where,
      user: users.app,
      password: 'pw',
      database: schema,
      auditAccount: { user: users.audit, password: 'pw' },
    },
    migrating: { ...where, user: users.migrate, password: 'pw', database: schema },
    async as(role) {
      const database = role === 'audit' ? auditSchema : schema;
      const session = await mysql.createConnection({ ...where, user: users[role], password: 'pw', database });
      sessions.push(session);
      return session;
    },
    async close() {
      for (const session of sessions) await session.end();
      for (const user of Object.values(users)) await root.query(`drop user '${user}'@'%'`);
      await root.end();
      await drop();
    },
  };
}

import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import type { PracticeApp, PracticeDatabase } from './apps/app.ts';

export interface Account {
  readonly user: string;
  readonly password: string;
}

export interface MysqlSetting {
  readonly port: number;
  readonly rootPassword?: string;
  /** Put before the names of schemas and accounts, so that several estates can share a server. */
  readonly prefix?: string;
}

/** The databases of an estate: a connection pool of their owner, and who else may come in. */
export interface Databases {
  readonly pool: mysql.Pool;
  /** Schema of each database, by the database's name. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Reads everything, changes nothing. */
  readonly reader: Account;
  /** Reads everything, inserts and deletes where a documented fix does. */
  readonly changer: Account;
}

/** Creates every database that the apps have and something asks, anew, and the two accounts. */
export async function createDatabases(
  apps: readonly PracticeApp[],
  setting: MysqlSetting,
): Promise<Databases> {
  const prefix = setting.prefix ?? '';
  const pool = mysql.createPool({
    host: '127.0.0.1',
    port: setting.port,
    user: 'root',
    password: setting.rootPassword ?? '',
    connectionLimit: 4,
    timezone: 'Z',
  });
  const reader = { user: `${prefix}fettle_read`, password: randomBytes(12).toString('hex') };
  const changer = { user: `${prefix}fettle_change`, password: randomBytes(12).toString('hex') };
  for (const { user, password } of [reader, changer])
    await pool.query(`create or replace user ?@'%' identified by ?`, [user, password]);
  const schemas = new Map<string, string>();
  for (const database of apps.flatMap((app) => app.databases ?? [])) {
    if (!database.statements || schemas.has(database.name)) continue;
    const schema = prefix + database.name;
    schemas.set(database.name, schema);
    await createDatabase(pool, schema, database);
    for (const { user } of [reader, changer])
      await pool.query(`grant select on \`${schema}\`.* to ?@'%'`, [user]);
    for (const table of database.changeable ?? [])
      await pool.query(`grant select, insert, delete on \`${schema}\`.\`${table}\` to ?@'%'`, [changer.user]);
  }
  return { pool, schemas, reader, changer };
}

async function createDatabase(
  pool: mysql.Pool,
  schema: string,
  { statements = [] }: PracticeDatabase,
): Promise<void> {
  const connection = await pool.getConnection();
  try {
    await connection.query(`drop database if exists \`${schema}\``);
    await connection.query(`create database \`${schema}\` character set utf8mb4 collate utf8mb4_bin`);
    await connection.query(`use \`${schema}\``);
    for (const statement of statements) await connection.query(statement);
  } finally {
    connection.release();
  }
}

/** Ends the connections; drops schemas and accounts as well when asked. */
export async function closeDatabases(
  { pool, schemas, reader, changer }: Databases,
  drop: boolean,
): Promise<void> {
  if (drop) {
    for (const schema of schemas.values()) await pool.query(`drop database if exists \`${schema}\``);
    for (const { user } of [reader, changer]) await pool.query(`drop user if exists ?@'%'`, [user]);
  }
  await pool.end();
}

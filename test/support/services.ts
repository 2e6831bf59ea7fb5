import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import mysql from 'mysql2/promise';
import type { TestProject } from 'vitest/node';
import { startMariaDb, startRedis } from '../../lab/services.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisPort: number;
    mysqlPort: number;
  }
}

/** One Redis and one MariaDB for the whole test run; every test file makes its own schema and key prefix. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = path.resolve('.fettle/test');
  await mkdir(folder, { recursive: true });
  await rm(path.join(folder, 'redis'), { recursive: true, force: true });
  const [redis, mariadb] = await Promise.all([startRedis(folder), startMariaDb(folder)]);
  await dropOldSchemas(mariadb.port);
  project.provide('redisPort', redis.port);
  project.provide('mysqlPort', mariadb.port);
  return async () => {
    await Promise.all([redis.stop(), mariadb.stop()]);
  };
}

async function dropOldSchemas(port: number): Promise<void> {
  const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
  const [rows] = await connection.execute<mysql.RowDataPacket[]>(
    "select schema_name as name from information_schema.schemata where schema_name like 't\\_%'",
  );
  for (const { name } of rows) await connection.query(`drop database \`${String(name)}\``);
  await connection.end();
}

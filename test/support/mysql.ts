import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import { inject } from 'vitest';
import { auditSchemaOf, auditTable } from '../../src/store/index.ts';

/** A fresh schema for one test file: `root` without password on loopback. */
export async function freshSchema(): Promise<{
  readonly port: number;
  readonly schema: string;
  /** The table of the audit chain's lines, as statements name it. */
  readonly audit: string;
  readonly drop: () => Promise<void>;
}> {
  const port = inject('mysqlPort');
  const schema = `t_${randomBytes(6).toString('hex')}`;
  const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
  await connection.query(`create database \`${schema}\` character set utf8mb4 collate utf8mb4_bin`);
  await connection.end();
  return {
    port,
    schema,
    audit: auditTable(auditSchemaOf(schema)),
    drop: async () => {
      const again = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
      for (const name of [schema, auditSchemaOf(schema)])
        await again.query(`drop database if exists \`${name}\``);
      await again.end();
    },
  };
}

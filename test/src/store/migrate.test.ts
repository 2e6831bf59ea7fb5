import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, readMigrations, statementsOf } from '../../../src/store/migrate.ts';
import { openPool, type Pool } from '../../../src/store/pool.ts';
import { freshSchema } from '../../support/mysql.ts';
import { openStore, optionsFor } from './fixtures.ts';

let schema: string;
let drop: () => Promise<void>;
let root: mysql.Connection;
let pool: Pool;

beforeEach(async () => {
  const fresh = await freshSchema();
  ({ schema, drop } = fresh);
  root = await mysql.createConnection({
    host: '127.0.0.1',
    port: fresh.port,
    user: 'root',
    database: schema,
  });
  pool = openPool(optionsFor(schema), 2);
});
afterEach(async () => {
  await pool.close();
  await root.end();
  await drop();
});

const applied = async (): Promise<string[]> => {
  const [rows] = await root.query<mysql.RowDataPacket[]>('select name from migration order by no');
  return rows.map(({ name }) => String(name));
};

describe('migrations', () => {
  it('are applied once when several processes start at the same time', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(optionsFor(schema))));
    expect(await applied()).toEqual((await readMigrations()).map(({ name }) => name));
    expect((await applied()).length).toBeGreaterThanOrEqual(4);
    for (const store of stores) await store.close();
    await (await openStore(optionsFor(schema))).close();
  });

  it('refuse a database of a newer version, in a sentence', async () => {
    await (await openStore(optionsFor(schema))).close();
    await root.query(
      "insert into migration (no, name, checksum, applied_at) values (9999, '9999-later.sql', repeat('a', 64), utc_timestamp(3))",
    );
    await expect(openStore(optionsFor(schema))).rejects.toThrow(
      'The database was set up by a newer Fettle (its step 9999-later.sql is not known here',
    );
  });

  it('refuse a file that was edited after it was applied', async () => {
    await (await openStore(optionsFor(schema))).close();
    await root.query("update migration set checksum = repeat('b', 64) where no = 2");
    await expect(openStore(optionsFor(schema))).rejects.toThrow('must not be edited');
  });

  it('can be tried again after a start that died half-way', async () => {
    const first = {
      no: 1,
      name: '0001-a.sql',
      checksum: 'c',
      readableBy: 1,
      sql: 'create table if not exists a (x int);\nsyntax error;\n',
    };
    const schemas = { database: schema, auditSchema: `${schema}_audit` };
    await expect(migrate(pool, [first], schemas)).rejects.toThrow('ER_PARSE_ERROR');
    expect(await applied()).toEqual([]);
    const mended = { ...first, sql: 'create table if not exists a (x int);\n' };
    await migrate(pool, [mended], schemas);
    expect(await applied()).toEqual(['0001-a.sql']);
  });

  it('are split where a line ends with a semicolon', () => {
    expect(statementsOf("-- note;\ninsert into a values ('x;y');\n\nselect 1;\n")).toEqual([
      "insert into a values ('x;y')",
      'select 1',
    ]);
  });
});

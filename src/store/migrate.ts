import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StoreFailed, StoreUnavailable } from './errors.ts';
import type { Pool, Session } from './pool.ts';
import { SqlNumber, SqlYes } from './values.ts';

export interface Migration {
  readonly no: number;
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file. */
  readonly checksum: string;
}

const minutes = 60;
const waitSeconds = 60;

/** Brings the schema up to date. Processes that start together wait for each other; the schema of a newer version is refused. */
export async function migrate(pool: Pool, migrations: readonly Migration[]): Promise<void> {
  await pool.session(10 * minutes, async (session) => {
    const lock = 'concat("fettle.migrate.", md5(database()))'.replaceAll('"', "'");
    const [got] = await session.rows(`select get_lock(${lock}, ${waitSeconds}) as got`);
    if (!z.object({ got: SqlYes }).parse(got).got) throw new StoreUnavailable('MIGRATION_LOCK');
    await session.change(
      `create table if not exists migration (
        no int unsigned not null, name varchar(190) not null, checksum char(64) not null,
        applied_at datetime(3) not null, primary key (no)
      ) engine = innodb default character set utf8mb4 collate utf8mb4_bin`,
    );
    await apply(session, migrations);
    await session.rows(`select release_lock(${lock}) as released`);
  });
}

/** The numbered files of src/store/migrations, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const folder = new URL('./migrations/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { no: Number(name.slice(0, 4)), name, sql, checksum: sha256(sql) };
    }),
  );
}

const Applied = z.object({ no: SqlNumber, name: z.string(), checksum: z.string() });

async function apply(session: Session, migrations: readonly Migration[]): Promise<void> {
  const done = z
    .array(Applied)
    .parse(await session.rows('select no, name, checksum from migration order by no'));
  const newest = migrations.at(-1)?.no ?? 0;
  const beyond = done.find(({ no }) => no > newest);
  if (beyond)
    throw new StoreFailed(
      'SCHEMA_NEWER',
      `The database was set up by a newer Fettle (its step ${beyond.name} is not known here; the newest known is ${newest}). Start that version, or restore the backup taken before the upgrade.`,
    );
  for (const migration of migrations) {
    const before = done.find(({ no }) => no === migration.no);
    if (before && before.checksum !== migration.checksum)
      throw new StoreFailed(
        'SCHEMA_DIFFERS',
        `The database was set up with another ${before.name} than the one of this version. An applied migration must not be edited: restore the file and write the change as a new one.`,
      );
    if (before) continue;
    for (const statement of statementsOf(migration.sql)) await session.change(statement);
    await session.change('insert into migration (no, name, checksum, applied_at) values (?, ?, ?, now(3))', [
      String(migration.no),
      migration.name,
      migration.checksum,
    ]);
  }
}

/** Statements end with a semicolon at the end of a line. */
export const statementsOf = (sql: string): readonly string[] =>
  sql
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/^--.*$/gm, '').trim())
    .filter((statement) => statement !== '');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

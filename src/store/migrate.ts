import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isPlaced, placeAudit } from './audit-place.ts';
import { explain, StoreFailed, StoreUnavailable } from './errors.ts';
import type { Pool, Session } from './pool.ts';
import { SqlNumber, SqlYes } from './values.ts';

export interface Migration {
  readonly no: number;
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file. */
  readonly checksum: string;
  /** The number of the newest migration that a version must know to work with the schema that this one leaves. */
  readonly readableBy: number;
}

const minutes = 60;
const waitSeconds = 60;

/**
 * Brings the schema up to date, the audit chain in its own; answers the names of the migrations that were missing. Processes
 * that start together wait for each other; a schema that this version cannot work with is refused.
 */
export async function migrate(
  pool: Pool,
  migrations: readonly Migration[],
  { database, auditSchema }: { readonly database: string; readonly auditSchema: string },
): Promise<readonly string[]> {
  return pool.session(10 * minutes, async (session) => {
    const lock = `concat('fettle.migrate.', md5(database()))`;
    const [got] = await session.rows(`select get_lock(${lock}, ${waitSeconds}) as got`);
    if (!z.object({ got: SqlYes }).parse(got).got) throw new StoreUnavailable('MIGRATION_LOCK');
    await session.change(
      `create table if not exists migration (
        no int unsigned not null, name varchar(190) not null, checksum char(64) not null,
        applied_at datetime(3) not null, readable_by int unsigned null, primary key (no)
      ) engine = innodb default character set utf8mb4 collate utf8mb4_bin`,
    );
    await carryOut(session, 'alter table migration add column readable_by int unsigned null');
    const missing = missingOf(migrations, await appliedOf(session));
    for (const migration of missing) await apply(session, migration);
    await placeAudit(session, database, auditSchema);
    await session.rows(`select release_lock(${lock}) as released`);
    return missing.map(({ name }) => name);
  });
}

/** The names of what is missing until the schema is up to date; refuses one that this version cannot work with. Changes nothing. */
export async function missingFrom(
  pool: Pool,
  migrations: readonly Migration[],
  auditSchema: string,
): Promise<readonly string[]> {
  const missing = missingOf(migrations, await appliedOf(pool).catch(noneYet));
  if (missing.length > 0) return missing.map(({ name }) => name);
  return (await isPlaced(pool, auditSchema)) ? [] : [`the audit chain in ${auditSchema}`];
}

/** A database that was never set up. */
function noneYet(error: unknown): readonly Applied[] {
  if (error instanceof StoreFailed && error.code === 'ER_NO_SUCH_TABLE') return [];
  throw error;
}

/** The numbered files of src/store/migrations, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const folder = new URL('./migrations/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      const no = Number(name.slice(0, 4));
      return { no, name, sql, checksum: sha256(sql), readableBy: readableBy(sql) ?? no };
    }),
  );
}

/** Reads the line `-- readable by: 10` of a migration; without it versions that do not know the migration must not go on. */
function readableBy(sql: string): number | undefined {
  const said = /^-- readable by: (\d{1,4})$/m.exec(sql)?.[1];
  return said === undefined ? undefined : Number(said);
}

const Applied = z.object({
  no: SqlNumber,
  name: z.string(),
  checksum: z.string(),
  /** Absent before the tenth. */
  readable_by: SqlNumber.nullish(),
});
type Applied = z.infer<typeof Applied>;

const appliedOf = async (session: Pick<Session, 'rows'>): Promise<readonly Applied[]> =>
  z.array(Applied).parse(await session.rows('select * from migration order by no'));

/** The migrations that are to be applied. Throws where the schema is not one that this version may work with. */
function missingOf(migrations: readonly Migration[], done: readonly Applied[]): readonly Migration[] {
  const newest = migrations.at(-1)?.no ?? 0;
  const known = new Set(migrations.map(({ no }) => no));
  const beyond = done.find(({ no, readable_by: by }) => !known.has(no) && (by ?? Infinity) > newest);
  if (beyond)
    throw new StoreFailed(
      'SCHEMA_NEWER',
      `The database was set up by a newer Fettle (its step ${beyond.name} is not known here; the newest known is ${newest}). Start that version, or restore the backup taken before the upgrade.`,
    );
  const before = new Map(done.map((each) => [each.no, each]));
  const edited = migrations.find(({ no, checksum }) => (before.get(no)?.checksum ?? checksum) !== checksum);
  if (edited)
    throw new StoreFailed(
      'SCHEMA_DIFFERS',
      `The database was set up with another ${before.get(edited.no)?.name ?? edited.name} than the one of this version. An applied migration must not be edited: restore the file and write the change as a new one.`,
    );
  return migrations.filter(({ no }) => !before.has(no));
}

async function apply(
  session: Session,
  { no, name, sql, checksum, readableBy: by }: Migration,
): Promise<void> {
  for (const statement of statementsOf(sql)) await carryOut(session, statement);
  await session.change(
    'insert into migration (no, name, checksum, applied_at, readable_by) values (?, ?, ?, now(3), ?)',
    [String(no), name, checksum, String(by)],
  );
}

/** A column or index that is there already was added by a start that died before it could say so. */
async function carryOut(session: Session, statement: string): Promise<void> {
  try {
    await session.change(statement);
  } catch (error) {
    const known = explain(error);
    if (!(known instanceof StoreFailed && ALREADY_ADDED.has(known.code))) throw error;
  }
}

const ALREADY_ADDED: ReadonlySet<string> = new Set(['ER_DUP_FIELDNAME', 'ER_DUP_KEYNAME']);

/** Statements end with a semicolon at the end of a line. */
export const statementsOf = (sql: string): readonly string[] =>
  sql
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/^--.*$/gm, '').trim())
    .filter((statement) => statement !== '');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

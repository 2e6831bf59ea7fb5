import { z } from 'zod';
import { auditTables, quotedName } from './audit-table.ts';
import { explain, StoreFailed } from './errors.ts';
import type { Session } from './pool.ts';
import { oneOf, SqlNumber } from './values.ts';

/**
 * Brings the audit chain to its schema: tables that stand in the service's schema are moved as they are, so the chain stays
 * verifiable. May be repeated, also after a start that died half-way. Needs the account that makes migrations.
 */
export async function placeAudit(session: Session, database: string, auditSchema: string): Promise<void> {
  try {
    await place(session, database, auditSchema);
  } catch (error) {
    const known = explain(error);
    if (!(known instanceof StoreFailed && DENIED.has(known.code))) throw error;
    throw new StoreFailed(
      'AUDIT_PLACE_DENIED',
      `This account may not bring the audit chain to the schema ${auditSchema}. Grant it what "fettle migrate --sql" prints for migrations, or leave the chain where it is with MYSQL_AUDIT_DATABASE=${database}.`,
    );
  }
}

const DENIED: ReadonlySet<string> = new Set(['ER_DBACCESS_DENIED_ERROR', 'ER_TABLEACCESS_DENIED_ERROR']);

async function place(session: Session, database: string, auditSchema: string): Promise<void> {
  if (!(await hasSchema(session, auditSchema)))
    await session.change(
      `create database ${quotedName(auditSchema)} character set utf8mb4 collate utf8mb4_bin`,
    );
  const { lines, heads } = auditTables(auditSchema);
  await session.change(
    `create table if not exists ${heads} (
      n bigint unsigned not null,
      hash char(64) character set ascii collate ascii_bin not null,
      primary key (n)
    ) engine = innodb default character set utf8mb4 collate utf8mb4_bin`,
  );
  const here = quotedName(database);
  const hadHead = await hasTable(session, database, 'audit_head');
  // The head as it was before the move: lines that were cut off before it show against it afterwards.
  if (hadHead)
    await session.change(
      `insert ignore into ${heads} (n, hash) select n, hash from ${here}.audit_head where n > 0`,
    );
  if (database !== auditSchema && (await hasTable(session, database, 'audit'))) {
    if (await hasTable(session, auditSchema, 'audit'))
      throw new StoreFailed(
        'AUDIT_TWICE',
        `There is an audit chain in ${database} and another in ${auditSchema}. Find out which one is Fettle's, and rename the other.`,
      );
    await session.change(`rename table ${here}.audit to ${lines}`);
  }
  if (hadHead) await session.change(`drop table ${here}.audit_head`);
}

/** Whether the chain is in its schema, and can be read there. */
export const isPlaced = async (session: Pick<Session, 'rows'>, auditSchema: string): Promise<boolean> =>
  (await hasTable(session, auditSchema, 'audit')) && hasTable(session, auditSchema, 'audit_heads');

const Count = z.object({ n: SqlNumber });

async function hasSchema(session: Pick<Session, 'rows'>, schema: string): Promise<boolean> {
  const rows = await session.rows(
    'select count(*) as n from information_schema.schemata where schema_name = ?',
    [schema],
  );
  return (oneOf(Count, rows)?.n ?? 0) > 0;
}

/** A view does not count. */
async function hasTable(session: Pick<Session, 'rows'>, schema: string, table: string): Promise<boolean> {
  const rows = await session.rows(
    `select count(*) as n from information_schema.tables
     where table_schema = ? and table_name = ? and table_type = 'BASE TABLE'`,
    [schema, table],
  );
  return (oneOf(Count, rows)?.n ?? 0) > 0;
}

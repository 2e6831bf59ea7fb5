import { createHash } from 'node:crypto';
import { z } from 'zod';
import { StoreUnavailable } from './errors.ts';
import type { Transaction } from './pool.ts';
import { oneOf, SqlNumber, SqlYes } from './values.ts';

/**
 * Takes a named lock for the time of the transaction, before the row locks that it stands for: unlike a row lock, its name
 * tells who holds it, to every account. Transactions here last milliseconds, so a session that holds a name and has sent
 * nothing for a second belongs to a process that is stopped or cut off; it is ended, which undoes what it had not committed.
 * Names are the server's, not the schema's, and have at most 64 characters.
 */
export async function holdName(tx: Transaction, name: string): Promise<void> {
  if (!(await take(tx, name, 2))) {
    await endIdleHolder(tx, name);
    if (!(await take(tx, name, 1))) throw new StoreUnavailable('LOCKED');
  }
  // Kept until the rows are free. A session that fails is closed, and loses its names with it.
  tx.beforeReturn(() => tx.rows('select release_lock(?) as released', [name]));
}

async function take(tx: Transaction, name: string, seconds: number): Promise<boolean> {
  const row = oneOf(
    z.object({ got: SqlYes }),
    await tx.rows(`select get_lock(?, ${seconds}) as got`, [name]),
  );
  return row?.got === true;
}

async function endIdleHolder(tx: Transaction, name: string): Promise<void> {
  const holder = oneOf(
    z.object({ id: SqlNumber, command: z.string() }),
    await tx.rows(
      `select id, command from information_schema.processlist where id = is_used_lock(?) and time >= 1`,
      [name],
    ),
  );
  if (holder?.command === 'Sleep') await tx.change(`kill ${holder.id}`);
}

/** The name of a lock of one schema: names are the server's. */
export const lockName = (of: string, database: string): string =>
  `fettle.${of}.${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;

/** The schema that a session works in. */
export async function databaseOf(session: Pick<Transaction, 'rows'>): Promise<string> {
  return oneOf(z.object({ name: z.string() }), await session.rows('select database() as name'))?.name ?? '';
}

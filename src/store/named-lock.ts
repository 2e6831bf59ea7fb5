import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Transaction } from './pool.ts';
import { oneOf, SqlNumber, SqlYes } from './values.ts';

/** Seconds for which a session that holds a name may send nothing. */
const SILENT_SECONDS = 2;
const UNKNOWN_SESSION = 1094;

/**
 * Takes a named lock for the time of the transaction, before the row locks that it stands for: unlike a row lock, its name
 * tells who holds it, to every account. A session that is at work is waited for as long as the transaction has time, however
 * many stand in line; one that holds the name and has sent nothing for two seconds belongs to a process that is stopped or cut
 * off, and is ended, which undoes what it had not committed.
 * Names are the server's, not the schema's, and have at most 64 characters.
 */
export async function holdName(tx: Transaction, name: string): Promise<void> {
  // The limit of the transaction cuts the session, and so ends the waiting.
  while (!(await take(tx, name))) await endSilentHolder(tx, name);
  // Kept until the rows are free. A session that fails is closed, and loses its names with it.
  tx.beforeReturn(() => tx.rows('select release_lock(?) as released', [name]));
}

async function take(tx: Transaction, name: string): Promise<boolean> {
  const row = oneOf(
    z.object({ got: SqlYes }),
    await tx.rows(`select get_lock(?, ${SILENT_SECONDS}) as got`, [name]),
  );
  return row?.got === true;
}

async function endSilentHolder(tx: Transaction, name: string): Promise<void> {
  const holder = oneOf(
    z.object({ id: SqlNumber, command: z.string() }),
    await tx.rows(
      `select id, command from information_schema.processlist where id = is_used_lock(?) and time >= ${SILENT_SECONDS}`,
      [name],
    ),
  );
  if (holder?.command !== 'Sleep') return;
  try {
    await tx.change(`kill ${holder.id}`);
  } catch (error) {
    // Somebody else who waits has ended it.
    if (!(error instanceof Error && Reflect.get(error, 'errno') === UNKNOWN_SESSION)) throw error;
  }
}

const TALK_MS = 1000;

/** While other sessions work for this one, which holds names, it says something every second: whoever waits sees that it is at work. */
export async function keepTalking<T>(tx: Transaction, work: Promise<T>): Promise<T> {
  // Where that fails the next statement fails, too.
  const timer = setInterval(() => void tx.rows('select 1').catch(() => undefined), TALK_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** The name of a lock of one schema: names are the server's. */
export const lockName = (of: string, database: string): string =>
  `fettle.${of}.${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;

/** The schema that a session works in. */
export async function databaseOf(session: Pick<Transaction, 'rows'>): Promise<string> {
  return oneOf(z.object({ name: z.string() }), await session.rows('select database() as name'))?.name ?? '';
}

import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import { RunId } from '../runs/run.ts';

/** Rows that could not be read, told once for each row and process. */
export interface UnreadableRows {
  readonly tell: (table: string, id: string, error: unknown) => void;
  /** Of a table, the newest last. */
  readonly of: (table: string) => readonly string[];
}

/** So many are remembered. */
const MOST = 1000;

export function unreadableRows(log: Pick<Logger, 'warn'> | undefined): UnreadableRows {
  const told = new Map<string, { readonly table: string; readonly id: string }>();
  return {
    tell(table, id, error) {
      const key = `${table} ${id}`;
      if (told.has(key)) return;
      told.set(key, { table, id });
      const [oldest] = told.keys();
      if (told.size > MOST && oldest !== undefined) told.delete(oldest);
      const because = (error instanceof Error ? error.message : String(error)).slice(0, 500);
      log?.warn({ table, id, because }, 'a row cannot be read; everything else goes on without it');
    },
    of: (table) => [...told.values()].flatMap((each) => (each.table === table ? each.id : [])),
  };
}

/** The rows that can be read; the others are told of. */
export function readEach<T>(
  rows: readonly unknown[],
  parse: (row: unknown) => T,
  { rows: unreadable, table }: { readonly rows: UnreadableRows; readonly table: string },
): readonly T[] {
  return rows.flatMap((row) => {
    try {
      return [parse(row)];
    } catch (error) {
      unreadable.tell(table, idOf(row), error);
      return [];
    }
  });
}

/** The numbers of runs, in a column `id`; what is none is told of. */
export const readIds = (rows: readonly unknown[], unreadable: UnreadableRows): readonly RunId[] =>
  readEach(rows, (row) => Id.parse(row).id, { rows: unreadable, table: 'run' });

const Id = z.object({ id: RunId });

function idOf(row: unknown): string {
  const id: unknown = row !== null && typeof row === 'object' ? Reflect.get(row, 'id') : undefined;
  if (typeof id === 'string') return id;
  return createHash('sha256')
    .update(JSON.stringify(row) ?? '')
    .digest('hex')
    .slice(0, 16);
}

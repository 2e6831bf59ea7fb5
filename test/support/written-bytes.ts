import mysql from 'mysql2/promise';
import { vi } from 'vitest';

interface Executing {
  execute: (this: unknown, sql: string, values?: readonly (string | null)[]) => Promise<unknown>;
}

/** Counts what this process writes to its databases: the text of statements that change something, with their values. */
export function countWritten(): { readonly bytes: () => number; readonly stop: () => void } {
  let bytes = 0;
  const connection = (Reflect.get(mysql, 'PromiseConnection') as { readonly prototype: Executing }).prototype;
  const { execute } = connection;
  const spy = vi.spyOn(connection, 'execute').mockImplementation(function (this: unknown, sql, values = []) {
    if (/^\s*(?:insert|update|replace|delete)\b/i.test(sql))
      bytes += sql.length + values.reduce((sum, value) => sum + Buffer.byteLength(value ?? ''), 0);
    return execute.call(this, sql, values);
  });
  return { bytes: () => bytes, stop: () => spy.mockRestore() };
}

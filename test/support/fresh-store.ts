import mysql from 'mysql2/promise';
import { openStore, type Store, type StoreOptions } from '../../src/store/index.ts';
import { freshSchema } from './mysql.ts';

/** A store in a schema of its own, and the schema as its keeper sees it. */
export interface FreshStore {
  readonly store: Store;
  readonly root: mysql.Connection;
  readonly schema: string;
  /** The table of the audit chain's lines, as statements name it. */
  readonly audit: string;
  readonly close: () => Promise<void>;
}

export async function freshStore(over: Partial<StoreOptions> = {}): Promise<FreshStore> {
  const { port, schema, audit, drop } = await freshSchema();
  const where = { host: '127.0.0.1', port, user: 'root', database: schema };
  const store = await openStore({ ...where, password: '', ...over });
  const root = await mysql.createConnection({ ...where, dateStrings: true });
  return {
    store,
    root,
    schema,
    audit,
    async close() {
      await root.end();
      await store.close();
      await drop();
    },
  };
}

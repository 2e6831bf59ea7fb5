import mysql, { type RowDataPacket } from 'mysql2/promise';

export type Row = Readonly<Record<string, string | number | null>>;

/** The practice server as its administrator sees it. Connects anew after it was away. */
export interface Database {
  readonly rows: (sql: string, values?: readonly string[]) => Promise<readonly Row[]>;
  readonly change: (sql: string, values?: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `socketPath` goes round every port and proxy. */
export function administratorOf(socketPath: string): Database {
  let open: Promise<mysql.Connection> | undefined;
  const query = async (sql: string, values: readonly string[]): Promise<unknown> => {
    open ??= mysql.createConnection({ socketPath, user: 'root', dateStrings: true, connectTimeout: 3000 });
    try {
      const connection = await open;
      connection.removeAllListeners('error');
      connection.on('error', () => (open = undefined));
      const [result] = await connection.query<RowDataPacket[]>(sql, [...values]);
      return result;
    } catch (error) {
      void open?.then((connection) => connection.destroy()).catch(() => undefined);
      open = undefined;
      throw error;
    }
  };
  return {
    rows: async (sql, values = []) => (await query(sql, values)) as readonly Row[],
    change: async (sql, values = []) => {
      await query(sql, values);
    },
    close: async () => {
      await open?.then((connection) => connection.end()).catch(() => undefined);
    },
  };
}

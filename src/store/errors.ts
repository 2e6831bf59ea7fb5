import { StoreUnavailable } from '../runs/faults.ts';

export { StoreUnavailable } from '../runs/faults.ts';

/** The database answered, and the answer is no: a wrong login, a missing right, a statement it cannot run. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

// By number, because MySQL and MariaDB name some of them differently.
const busy = new Set([
  1021, // disk full
  1040, // too many connections
  1053, // shutting down
  1203, // too many connections of this user
  1205, // lock wait
  1213, // deadlock
  1226, // a limit of this user
  1290, // read-only server
  1317, // statement ended from outside
  1792, // read-only transaction
  1836, // read-only mode
  1927, // session ended from outside
  1969, // statement took too long
  3024, // statement took too long
  4031, // session was idle too long
]);

/** The driver's error without the values of the statement; what is not the driver's passes as it is. */
export function explain(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailable || error instanceof StoreFailed)
    return error;
  if (error.message === 'Queue limit reached.' || error.message === 'Pool is closed.')
    return new StoreUnavailable(error.message === 'Pool is closed.' ? 'CLOSED' : 'TOO_MANY_CALLS');
  const errno: unknown = Reflect.get(error, 'errno');
  const code = textOf(error, 'code') ?? (typeof errno === 'number' ? `error ${errno}` : undefined);
  if (code === undefined) return error;
  // Only the server's answers have a SQL state; everything else the driver reports is about the connection.
  if (textOf(error, 'sqlState') === undefined || (typeof errno === 'number' && busy.has(errno)))
    return new StoreUnavailable(code);
  const statement = textOf(error, 'sql');
  return new StoreFailed(code, `the database refused with ${code}${statement ? `: ${clip(statement)}` : ''}`);
}

const clip = (statement: string): string => statement.replace(/\s+/g, ' ').slice(0, 200);

function textOf(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

import { z } from 'zod';

/** ISO 8601 in UTC as the database's datetime(3). Throws on anything that is not a time. */
export const toSqlTime = (iso: string): string =>
  new Date(iso).toISOString().replace('T', ' ').replace('Z', '');

/** A datetime of a session in UTC, as ISO 8601. */
export const SqlTime = z.string().transform((text) => new Date(`${text.replace(' ', 'T')}Z`).toISOString());

/** A count or number below 2^53, which the driver hands over as text when it is a bigint. */
export const SqlNumber = z.coerce.number().int().safe();

/** What a comparison answers; null when one side was null. */
export const SqlYes = z
  .union([z.literal(1), z.literal('1'), z.literal(0), z.literal('0'), z.null()])
  .transform((value) => Number(value) === 1);

/** The first row through its schema, undefined when there is none. A row that does not fit throws. */
export function oneOf<T>(schema: z.ZodType<T>, rows: readonly unknown[]): T | undefined {
  return rows.length === 0 ? undefined : schema.parse(rows[0]);
}

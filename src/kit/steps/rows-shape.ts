import { z } from 'zod';
import { stepFacts } from './facts.ts';

const rowsFacts = {
  ...stepFacts,
  database: z.string(),
  table: z.string(),
  key: z.tuple([z.string()], z.string()).readonly(),
  /** The full rows as shown; kept as evidence, so that they can be put back. */
  rows: z.array(z.record(z.string(), z.string().nullable()).readonly()).readonly(),
};

/** Deletes exactly these rows by primary key, in one transaction, when they are still what was shown. */
export const DeleteRowsStep = z.strictObject({ kind: z.literal('delete-rows'), ...rowsFacts }).readonly();
export type DeleteRowsStep = z.infer<typeof DeleteRowsStep>;

/** Puts rows back as they were, in one transaction; a row whose key exists again stops it. */
export const InsertRowsStep = z.strictObject({ kind: z.literal('insert-rows'), ...rowsFacts }).readonly();
export type InsertRowsStep = z.infer<typeof InsertRowsStep>;

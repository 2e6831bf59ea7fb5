import { z } from 'zod';

/** Parts of a file as far as they can be read, for finding what is wrong beside a mistake of shape. What cannot be read is left out. */
export const looseText = z.string().optional().catch(undefined);
export const looseNumber = z.number().optional().catch(undefined);
export const looseTexts = z
  .array(z.unknown())
  .catch([])
  .transform((list) => list.filter((each) => typeof each === 'string'));
export const looseRecord = <T extends z.ZodType>(of: T) =>
  z.record(z.string(), of).optional().catch(undefined);

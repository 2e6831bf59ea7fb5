import { z } from 'zod';
import { visible } from '../text/visible.ts';

/** Whether a text is the path of something below a directory, in which everything can be seen. */
export const isPath = (text: string): boolean =>
  visible(text) === text && text.split('/').every((name) => name !== '' && name !== '.' && name !== '..');

const Guarded = {
  /** Below the directory of the step. */
  name: z
    .string()
    .max(1024)
    .refine((text) => !text.includes('\0') && isPath(text), 'not the name of a file below a directory'),
  /** As looked at; another file of this name is not touched. */
  inode: z.number().int().positive(),
  sizeBytes: z.number().int().min(0),
  /** Seconds since 1970. */
  modified: z.number().int().min(0),
};

export const FileAct = z.discriminatedUnion('act', [
  /** Only a file that is exactly as it was, and that no process holds open. */
  z.strictObject({ act: z.literal('remove'), ...Guarded }).readonly(),
  /** The same file, which may have grown meanwhile; its last lines are kept where that is said. */
  z
    .strictObject({
      act: z.literal('truncate'),
      ...Guarded,
      keepLines: z.number().int().min(0).max(1000).exactOptional(),
    })
    .readonly(),
]);
export type FileAct = z.infer<typeof FileAct>;

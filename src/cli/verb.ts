import { z } from 'zod';

export const PROGRAM = 'fettle';

/** Every option of every verb, by name: how it is written, and what it does. */
export const OPTIONS = {
  json: ['--json', 'print JSON for a program'],
  dryRun: ['--dry-run', 'show the plan, and end there'],
  png: ['--png <file>', 'draw the picture into a file'],
  plan: ['--plan <mark>', 'the mark that was printed with the plan: it was seen'],
  heads: ['--heads <log>', 'compare with heads that were kept elsewhere; may be repeated'],
  check: ['--check', 'look at the accounts, and change nothing'],
  sql: ['--sql', 'print the statements that an administrator runs'],
  child: ['--child', 'end with the process that started this one'],
} as const;
export type OptionName = keyof typeof OPTIONS;

/** What was given to a verb. */
export const Given = z.object({
  /** Where .env, inventory.yaml and policy.yaml are. */
  in: z.string().default('.'),
  json: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  png: z.string().optional(),
  plan: z.string().optional(),
  heads: z.array(z.string()).default([]),
  check: z.boolean().default(false),
  sql: z.boolean().default(false),
  child: z.boolean().default(false),
});
export type Given = z.infer<typeof Given>;

/** One verb of the command line, or one word under a verb: `policy check`. */
export interface Verb {
  readonly name: string;
  /** What follows it, as it stands in help; empty for nothing. */
  readonly usage: string;
  readonly title: string;
  /** How many words may follow. */
  readonly words: 'none' | 'one' | 'any';
  readonly options: readonly OptionName[];
  /** Taken as well, and not shown in help. */
  readonly quietOptions?: readonly OptionName[];
  readonly examples?: readonly string[];
  /** The answer is the exit code. 0: done. 1: not well, refused or failed. 2: not understood. */
  readonly run: (words: readonly string[], given: Given) => Promise<number>;
}

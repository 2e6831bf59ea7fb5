import { createReadStream } from 'node:fs';
import readline from 'node:readline';
import { z } from 'zod';

/** A head of the chain as it was published: number and hash of the newest line at that time. */
export interface PublishedHead {
  readonly n: number;
  readonly hash: string;
}

export type HeadsRead =
  /** `unreadable`: lines that speak of a head and could not be read. */
  | { readonly ok: true; readonly heads: readonly PublishedHead[]; readonly unreadable: number }
  | { readonly ok: false; readonly problem: string };

/**
 * The heads in files: lines of Fettle's log, whatever stands before the JSON, or lines of a number and a hash. Other lines are
 * passed over, and so are heads of other chains; a file without any head of this chain is a problem.
 */
export async function readHeads(files: readonly string[], chain: string): Promise<HeadsRead> {
  const heads: PublishedHead[] = [];
  let unreadable = 0;
  for (const file of files) {
    const before = heads.length;
    try {
      for await (const line of readline.createInterface({ input: createReadStream(file, 'utf8') })) {
        const read = headOf(line);
        if (read === 'unreadable') unreadable += 1;
        else if (read && (read.chain === undefined || read.chain === chain))
          heads.push({ n: read.n, hash: read.hash });
      }
    } catch (error) {
      return {
        ok: false,
        problem: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
    if (heads.length === before)
      return { ok: false, problem: `${file} holds no head of the chain in ${chain}: nothing was compared.` };
  }
  return { ok: true, heads, unreadable };
}

const Head = z.object({
  n: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  chain: z.string().optional(),
});
const Bare = /^\s*(\d{1,15})\s+([0-9a-f]{64})\s*$/;

function headOf(line: string): z.infer<typeof Head> | 'unreadable' | undefined {
  const [, n, hash] = Bare.exec(line) ?? [];
  if (n !== undefined && hash !== undefined) return { n: Number(n), hash };
  if (!line.includes('"audit":') && !line.includes('"hash":')) return undefined;
  const begin = line.indexOf('{');
  const json = begin < 0 ? undefined : parsed(line.slice(begin));
  const read = z.union([Head, z.object({ audit: Head }).transform(({ audit }) => audit)]).safeParse(json);
  if (read.success) return read.data;
  return line.includes('"audit":') ? 'unreadable' : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

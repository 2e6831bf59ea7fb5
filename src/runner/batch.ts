import { randomBytes } from 'node:crypto';
import { quote, type ShellAnswer, type ShellCommand } from '../kit/index.ts';
import { BATCH_FUNCTIONS } from './batch-shell.ts';

export interface BatchItem {
  readonly command: ShellCommand;
  readonly timeoutSeconds: number;
}

export interface Batch {
  /** For any POSIX sh; reads nothing from its standard input. */
  readonly script: string;
  /** Random per batch: nothing that a host prints can be taken for a frame. */
  readonly nonce: string;
  readonly items: readonly BatchItem[];
}

/** What became of one command of a batch. */
export type BatchAnswer =
  | {
      readonly kind: 'answered';
      readonly answer: ShellAnswer;
      readonly tookMs: number | undefined;
      /** Undefined where the host has no /proc/uptime. */
      readonly ran: Ran | undefined;
    }
  /** It had begun when the answer of the host broke off. */
  | { readonly kind: 'broken-off'; readonly output: string }
  | { readonly kind: 'not-begun' };

/** When a command began and ended, in seconds since the host started. */
export interface Ran {
  readonly from: number;
  readonly until: number;
}

/** Bytes of output kept of one command. */
export const OUTPUT_CAP_BYTES = 64 * 1024;
const FRAME_BYTES = 256;

/** Standard output that a whole batch can have at most. */
export const batchCapBytes = (items: number): number =>
  items * (OUTPUT_CAP_BYTES + FRAME_BYTES) + FRAME_BYTES;

/** One script that runs every command after the other, each with its own time limit, output cap, shell and empty input. */
export function writeBatch(items: readonly BatchItem[], nonce = randomBytes(16).toString('hex')): Batch {
  const calls = items.map(
    ({ command, timeoutSeconds }, i) =>
      `one ${i} ${Math.max(1, Math.ceil(timeoutSeconds))} ${quote(command)}`,
  );
  return {
    items,
    nonce,
    script: [
      // Unset first: a name that the login exports would carry the number to the commands.
      `unset nonce; nonce=${nonce} cap=${OUTPUT_CAP_BYTES + 1}`,
      BATCH_FUNCTIONS,
      ...calls,
      // Ends well whatever the last command did.
      ':',
    ].join('\n'),
  };
}

/** Takes the output apart again. What is not framed as this batch frames is no answer. */
export function readBatch(batch: Batch, stdout: string): readonly BatchAnswer[] {
  let from = 0;
  return batch.items.map(({ timeoutSeconds }, i): BatchAnswer => {
    const begin = new RegExp(`(?:^|\\n)${batch.nonce} begin ${i} ([\\d.]*)\\n`, 'g');
    begin.lastIndex = from;
    const begun = begin.exec(stdout);
    if (!begun) return { kind: 'not-begun' };
    const body = begun.index + begun[0].length;
    const end = new RegExp(`\\n${batch.nonce} end ${i} (?:c(\\d+) )?(?:t(\\d+) )?([\\d.]*)\\n`, 'g');
    end.lastIndex = body;
    const ended = end.exec(stdout);
    if (!ended)
      return { kind: 'broken-off', output: capped(unfinished(stdout.slice(body), batch.nonce)).output };
    from = ended.index;
    const [, code, limit, until = ''] = ended;
    const ran = ranOf(begun[1] ?? '', until);
    const tookMs = ran && Math.max(0, Math.round((ran.until - ran.from) * 1000));
    const timedOut = wasStopped(limit, tookMs, timeoutSeconds);
    return {
      kind: 'answered',
      tookMs,
      ran,
      answer: {
        ...capped(stdout.slice(body, ended.index)),
        timedOut,
        exitCode: timedOut || code === undefined ? null : Number(code),
      },
    };
  });
}

/** Without the piece of an end mark that may have arrived. */
function unfinished(text: string, nonce: string): string {
  const at = text.lastIndexOf('\n');
  const last = text.slice(at + 1);
  return at !== -1 && (last.startsWith(`${nonce} end `) || `${nonce} end `.startsWith(last))
    ? text.slice(0, at)
    : text;
}

/** The host lets one byte more through than is kept. Bytes that were no UTF-8 arrive as longer ones: at worst `truncated` is said a little too early. */
function capped(output: string): { readonly output: string; readonly truncated: boolean } {
  const bytes = Buffer.from(output, 'utf8');
  if (bytes.length <= OUTPUT_CAP_BYTES) return { output, truncated: false };
  const kept = new TextDecoder().decode(bytes.subarray(0, OUTPUT_CAP_BYTES), { stream: true });
  return { output: kept, truncated: true };
}

/** Killed, and not before its time. The clock of the host counts hundredths of a second. */
const wasStopped = (limit: string | undefined, tookMs: number | undefined, timeoutSeconds: number): boolean =>
  limit === '137' && (tookMs === undefined || tookMs >= timeoutSeconds * 1000 - 50);

/** From /proc/uptime; undefined where there is none. */
const ranOf = (from: string, until: string): Ran | undefined =>
  from === '' || until === '' ? undefined : { from: Number(from), until: Number(until) };

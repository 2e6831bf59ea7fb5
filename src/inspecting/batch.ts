import { randomBytes } from 'node:crypto';
import { cutLines, harmless, quote, type ShellAnswer, type ShellCommand, type Span } from '../kit/index.ts';
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
      /** It began and ended between these, by this machine's clock. */
      readonly ranBetween: Span | undefined;
    }
  /** It had begun when the answer of the host broke off. */
  | { readonly kind: 'broken-off'; readonly output: string }
  | { readonly kind: 'not-begun' };

/** Bytes of output kept of one command. */
export const OUTPUT_CAP_BYTES = 64 * 1024;
const FRAME_BYTES = 256;

/** Standard output that is kept of a whole batch. Once that is full, some command is over its own cap. */
export const batchCapBytes = (items: number): number =>
  items * (OUTPUT_CAP_BYTES + FRAME_BYTES) + FRAME_BYTES;

/** One script that runs every command after the other, each with its own time limit, shell variables and empty input. */
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
      `unset nonce end; nonce=${nonce} end=`,
      BATCH_FUNCTIONS,
      'read -r main rest </proc/self/stat',
      'watch "$main" </dev/null >/dev/null 2>&1 & watch=$!',
      'clock',
      ...calls,
      'kill "$watch"',
      'printf %s "$end"',
    ].join('\n'),
  };
}

/** Takes the output apart again. Output without this batch's frame markers is ignored. `between`: when the whole script ran. */
export function readBatch(batch: Batch, stdout: string, between?: Span): readonly BatchAnswer[] {
  const { begun, ended, first, last } = readFrames(batch, stdout);
  return batch.items.map(({ timeoutSeconds }, i): BatchAnswer => {
    const begin = begun.get(i);
    if (!begin) return { kind: 'not-begun' };
    const end = ended.get(i);
    if (!end) return unfinished(stdout.slice(begin.to), batch.nonce);
    const tookMs = end.at === undefined || begin.at === undefined ? undefined : end.at - begin.at;
    const timedOut = wasStopped(end.code, tookMs, timeoutSeconds);
    return {
      kind: 'answered',
      tookMs,
      ranBetween: between && within(between, surely(first, begin.at), surely(end.at, last)),
      answer: {
        ...capped(stdout.slice(begin.to, end.from)),
        timedOut,
        exitCode: timedOut ? null : end.code,
      },
    };
  });
}

/** Where one frame stands in the output, and its clock. */
interface Frame {
  readonly from: number;
  readonly to: number;
  readonly code: number;
  /** Milliseconds since the host started; undefined where it has no /proc/uptime. */
  readonly at: number | undefined;
}

function readFrames(
  { nonce }: Batch,
  stdout: string,
): {
  readonly begun: ReadonlyMap<number, Frame>;
  readonly ended: ReadonlyMap<number, Frame>;
  readonly first: number | undefined;
  readonly last: number | undefined;
} {
  const begun = new Map<number, Frame>();
  const ended = new Map<number, Frame>();
  const clocks: number[] = [];
  const frames = new RegExp(`\\n${nonce} (begin|end) (\\d+) (?:(\\d+) )?([\\d.]*)\\n`, 'g');
  for (const found of stdout.matchAll(frames)) {
    const [text, what, number, code = '', clock = ''] = found;
    const at = clock === '' ? undefined : Math.round(Number(clock) * 1000);
    if (at !== undefined) clocks.push(at);
    const frame = { from: found.index, to: found.index + text.length, code: Number(code), at };
    (what === 'begin' ? begun : ended).set(Number(number), frame);
  }
  return { begun, ended, first: clocks[0], last: clocks.at(-1) };
}

/** The clock of the host counts hundredths of a second and cuts the rest off. */
const CLOCK_MS = 10;

/** Milliseconds that certainly lay between two readings of the host's clock. */
const surely = (from: number | undefined, to: number | undefined): number =>
  from === undefined || to === undefined ? 0 : Math.max(0, to - from - CLOCK_MS);

/** A host that counts more seconds than passed here is not believed. */
function within({ from, to }: Span, afterMs: number, beforeMs: number): Span {
  const narrower = { from: new Date(from.getTime() + afterMs), to: new Date(to.getTime() - beforeMs) };
  return narrower.from <= narrower.to ? narrower : { from, to };
}

/** Cut short by what arrived last, or by its own flood: then that much is its answer. A piece of an end mark is left out. */
function unfinished(text: string, nonce: string): BatchAnswer {
  const at = text.lastIndexOf('\n');
  const last = text.slice(at + 1);
  const isMark = at !== -1 && (last.startsWith(`${nonce} end `) || `${nonce} end `.startsWith(last));
  const answer = capped(isMark ? text.slice(0, at) : text);
  return answer.truncated && !answer.linesOnly
    ? {
        kind: 'answered',
        answer: { ...answer, timedOut: false, exitCode: null },
        tookMs: undefined,
        ranBetween: undefined,
      }
    : { kind: 'broken-off', output: answer.output };
}

/**
 * The one place where the answer of a command comes in: harmless from here on, at most what is kept of one command, and no line
 * longer than a line may be. Bytes that were no UTF-8 arrive as longer ones: at worst `truncated` is said a little too early.
 */
export function capped(whole: string): Pick<ShellAnswer, 'output' | 'truncated' | 'linesOnly'> {
  const kept = atMostCap(whole);
  const { text: output, cut } = cutLines(harmless(kept));
  const isOver = kept.length < whole.length;
  return { output, truncated: isOver || cut, ...(cut && !isOver ? { linesOnly: true } : {}) };
}

function atMostCap(output: string): string {
  // Nothing that counts as one in a string takes more than three bytes.
  if (output.length * 3 <= OUTPUT_CAP_BYTES) return output;
  const bytes = Buffer.from(output, 'utf8');
  if (bytes.length <= OUTPUT_CAP_BYTES) return output;
  return new TextDecoder().decode(bytes.subarray(0, OUTPUT_CAP_BYTES), { stream: true });
}

/** Killed, and not before its time. */
const wasStopped = (code: number, tookMs: number | undefined, timeoutSeconds: number): boolean =>
  code === 137 && (tookMs === undefined || tookMs >= timeoutSeconds * 1000 - 5 * CLOCK_MS);

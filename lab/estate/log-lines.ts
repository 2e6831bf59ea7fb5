import { createHash } from 'node:crypto';
import { STAMPS, type RunningLog, type Stamp } from './log.ts';

/** Moments of (from, to] that lie a whole number of periods after a phase that the seed fixes. None when the period is not finite. */
export function moments(from: number, to: number, periodMs: number, seed: string): readonly number[] {
  if (!Number.isFinite(periodMs) || periodMs <= 0) return [];
  const phase = phaseOf(seed) * periodMs;
  const found: number[] = [];
  for (let k = Math.ceil((from - phase) / periodMs); ; k += 1) {
    const at = Math.floor(phase + k * periodMs);
    if (at > to) return found;
    if (at > from) found.push(at);
  }
}

const PHASES = new Map<string, number>();

/** Where in its period a seed stands, 0 to 1. */
function phaseOf(seed: string): number {
  const known = PHASES.get(seed);
  if (known !== undefined) return known;
  if (PHASES.size > 10_000) PHASES.clear();
  const phase = Number.parseInt(mark(seed, 0).slice(0, 8), 16) / 0xffffffff;
  PHASES.set(seed, phase);
  return phase;
}

export const perMinute = (count: number): number => 60_000 / count;

/** 32 hexadecimal digits that depend only on the words given. */
export const mark = (seed: string, at: number): string =>
  createHash('md5').update(`${seed} ${at}`).digest('hex');

/** A log that only speaks when something is wrong: `errorsPerMinute` lines a minute. */
export const errorLog = (path: string, messages: readonly string[], thread: string): RunningLog =>
  errorLogOf(
    path,
    (at) => ` ERROR [${thread}-${(at % 16) + 1}] ${messages[Math.floor(at / 7) % messages.length] ?? ''}`,
  );

/** The same with lines of another form. */
export const errorLogOf = (
  path: string,
  textOf: (at: number) => string,
  stamp: Stamp = STAMPS.comma,
): RunningLog => ({
  path,
  stamp,
  historyMinutes: 5,
  lines: (from, to, { host, conditions }) =>
    moments(from, to, perMinute(conditions.errorsPerMinute), host + path).map((at) => ({
      at,
      text: textOf(at),
    })),
});

/** The ordinary log of an app: one quiet line about every ten seconds. */
export const defaultLog = (path: string, message: string): RunningLog =>
  steadyLog(path, 10, ` INFO  [scheduler-1] ${message}`);

/** The same line again and again. */
export const steadyLog = (
  path: string,
  everySeconds: number,
  text: string,
  stamp: Stamp = STAMPS.comma,
): RunningLog => ({
  path,
  stamp,
  historyMinutes: 2,
  lines: (from, to, { host }) =>
    moments(from, to, everySeconds * 1000, host + path).map((at) => ({ at, text })),
});

/** A file that stays empty until something happens. */
export const silentLog = (path: string, stamp: Stamp = STAMPS.comma): RunningLog => ({
  path,
  stamp,
  historyMinutes: 0,
  lines: () => [],
});

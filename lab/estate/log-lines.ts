import { createHash } from 'node:crypto';
import type { LogFile } from './apps/app.ts';

/** Moments of (from, to] that lie a whole number of periods after a phase that the seed fixes. None when the period is not finite. */
export function moments(from: number, to: number, periodMs: number, seed: string): readonly number[] {
  if (!Number.isFinite(periodMs) || periodMs <= 0) return [];
  const phase = (Number.parseInt(mark(seed, 0).slice(0, 8), 16) / 0xffffffff) * periodMs;
  const found: number[] = [];
  for (let k = Math.ceil((from - phase) / periodMs); ; k += 1) {
    const at = Math.floor(phase + k * periodMs);
    if (at > to) return found;
    if (at > from) found.push(at);
  }
}

export const perMinute = (count: number): number => 60_000 / count;

/** 32 hexadecimal digits that depend only on the words given. */
export const mark = (seed: string, at: number): string =>
  createHash('md5').update(`${seed} ${at}`).digest('hex');

/** `2018-05-31 17:02:14,434` in the host's time zone. */
export function stamp(at: number, offsetMs: number): string {
  const iso = new Date(at + offsetMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)},${iso.slice(20, 23)}`;
}

/** Milliseconds by which a time zone is ahead of UTC at a moment. */
export function offsetOf(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(at / 1000) * 1000;
}

/** A log that only speaks when something is wrong: `errorsPerMinute` lines a minute. */
export const errorLog = (path: string, messages: readonly string[], thread: string): LogFile => ({
  path,
  historyMinutes: 5,
  lines: (from, to, { host, conditions }) =>
    moments(from, to, perMinute(conditions.errorsPerMinute), host + path).map((at) => ({
      at,
      text: ` ERROR [${thread}-${(at % 16) + 1}] ${messages[Math.floor(at / 7) % messages.length] ?? ''}`,
    })),
});

/** The ordinary log of an app: one quiet line about every ten seconds. */
export const defaultLog = (path: string, message: string): LogFile => ({
  path,
  historyMinutes: 2,
  lines: (from, to, { host }) =>
    moments(from, to, 10_000, host + path).map((at) => ({ at, text: ` INFO  [scheduler-1] ${message}` })),
});

/** A file that exists and stays empty while all is well. */
export const silentLog = (path: string): LogFile => ({ path, historyMinutes: 0, lines: () => [] });

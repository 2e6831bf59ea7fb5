import type { Span } from '../kit/index.ts';
import type { Ran } from './batch.ts';

/** The host counts hundredths of a second, and cuts the rest off. */
const GRAIN_MS = 10;

/**
 * Between which moments of Fettle's clock a command of a batch ran. The host's own count of seconds says how long after the
 * first command it began and how long before the last one's end it ended: what is not known is only how long the way there
 * and back took. Without that count it is somewhere in the time that the whole batch took.
 */
export function ranBetween(ran: Ran | undefined, all: readonly Ran[], whole: Span): Span {
  if (!ran) return whole;
  const began = Math.min(...all.map(({ from }) => from));
  const ended = Math.max(...all.map(({ until }) => until));
  const from = whole.from.getTime() + Math.max(0, (ran.from - began) * 1000 - GRAIN_MS);
  const to = whole.to.getTime() - Math.max(0, (ended - ran.until) * 1000 - GRAIN_MS);
  // A machine that slept meanwhile has counted fewer seconds than passed here, never more.
  return from <= to ? { from: new Date(from), to: new Date(to) } : whole;
}

import type { Claim, Journal } from '../runs/ports.ts';

/** A sign of life this often; the lease lasts for several of them. */
const HOLD_MS = 2000;
/** For how long a result is written again and again while the store is away. */
const PERSIST_MS = 60_000;
const AGAIN_MS = 500;

/** The claim of a change under way, kept alive until `end`. */
export interface Lease {
  /** Aborted once the claim was lost to somebody else: nothing may be done any more. */
  readonly lost: AbortSignal;
  /** Repeats what may be repeated while the store is away, as long as the claim may still be ours. */
  readonly persist: <T>(write: () => Promise<T>) => Promise<T>;
  readonly end: () => void;
}

export function keepLease(claim: Claim, journal: Pick<Journal, 'hold'>): Lease {
  const lost = new AbortController();
  let isHolding = false;
  const hold = async (): Promise<void> => {
    if (isHolding) return;
    isHolding = true;
    // A store that cannot be asked says nothing about the claim: the lease lapses by itself.
    const held = await journal.hold(claim).catch(() => true);
    isHolding = false;
    if (!held) lost.abort();
  };
  const timer = setInterval(() => void hold(), HOLD_MS);
  return {
    lost: lost.signal,
    async persist(write) {
      const until = performance.now() + PERSIST_MS;
      for (;;) {
        try {
          return await write();
        } catch (error) {
          if (!isOutage(error) || lost.signal.aborted || performance.now() > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        }
      }
    },
    end: () => clearInterval(timer),
  };
}

/** The store cannot be reached, which is not the fault of what it was asked. */
export const isOutage = (error: unknown): boolean =>
  error instanceof Error && error.name === 'StoreUnavailable';

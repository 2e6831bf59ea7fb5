/** Numbers that follow from a seed, so that a trial can be run again. */
export interface Random {
  readonly seed: number;
  /** From 0 up to, not including, 1. */
  readonly next: () => number;
  /** A whole number from one to another, both included. */
  readonly between: (from: number, to: number) => number;
  /** One of them; there must be one. */
  readonly pick: <T>(items: readonly T[]) => T;
}

/** Mulberry32: small, and the same everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    seed,
    next,
    between,
    pick: (items) => {
      const [picked] = items.slice(between(0, items.length - 1));
      if (picked === undefined) throw new Error('there is nothing to pick from');
      return picked;
    },
  };
}

/** Numbers below a bound, the same sequence for the same seed: a failure can be repeated. */
export function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Mixtures of these pieces, each up to `most` pieces long. A piece given twice comes twice as often. */
export function* mixtures(
  pieces: readonly string[],
  count: number,
  most: number,
  seed: number,
): Generator<string> {
  const next = numbers(seed);
  for (let n = 0; n < count; n += 1) {
    yield Array.from({ length: 1 + next(most) }, () => pieces[next(pieces.length)]).join('');
  }
}

/** Milliseconds of processor time that the work took: a busy machine does not count. */
export function millisecondsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

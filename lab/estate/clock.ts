import type { Host } from './host.ts';
import type { Flow } from './orders/flow.ts';

/** How often the hosts' processor counters advance: fast enough that two samples half a second apart differ truly. */
const TICK_MS = 100;
/** Log lines that became due are written every so many ticks. */
const TICKS_PER_WRITE = 10;

/** Lets time pass on the hosts and in the flow engine. The function returned stops it and waits for a beat under way. */
export function startClock(
  hosts: readonly Host[],
  flow: Flow | undefined,
  beatMs: number,
): () => Promise<void> {
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
    const now = Date.now();
    for (const host of hosts) host.tick(now, ticks % TICKS_PER_WRITE === 0);
  }, TICK_MS);

  let beating: Promise<void> = Promise.resolve();
  let idle = true;
  const beats = setInterval(() => {
    if (!idle || !flow) return;
    idle = false;
    beating = flow
      .beat()
      .catch((error: unknown) => console.error('practice estate: the flow engine failed', error))
      .finally(() => {
        idle = true;
      });
  }, beatMs);

  return async () => {
    clearInterval(ticking);
    clearInterval(beats);
    await beating;
  };
}

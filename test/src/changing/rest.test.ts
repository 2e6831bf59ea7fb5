import { describe, expect, it } from 'vitest';
import { endedBy, lockedOrder } from '../../support/locked-order.ts';

/** As in production: the lease of a claim, and how often lost workers are looked for. */
const LEASE_SECONDS = 10;
const SWEEP_MS = 2000;
const TRIALS = 3;

async function secondsToRest(freezeAt: 'before the lock' | 'after the delete'): Promise<number> {
  const at = await lockedOrder();
  const survivor = await at.survivor({ leaseSeconds: LEASE_SECONDS });
  try {
    const id = await at.approved(survivor);
    const child = at.child({ runId: id, freezeAt, leaseSeconds: LEASE_SECONDS });
    await expect
      .poll(async () => (await survivor.store.runs.get(id))?.steps.length, { timeout: 30_000 })
      .toBe(1);
    const left = freezeAt === 'after the delete' ? 1 : 2;
    await expect.poll(at.locks, { timeout: 20_000 }).toBe(left);
    child.process.kill('SIGKILL');
    const killedAt = performance.now();
    const run = await endedBy(survivor, id, SWEEP_MS);
    const seconds = (performance.now() - killedAt) / 1000;
    expect(run.outcome).toBe(freezeAt === 'before the lock' ? 'failed' : 'done');
    return seconds;
  } finally {
    await survivor.close();
    await at.close();
  }
}

describe('a change whose worker was killed', { timeout: 120_000 }, () => {
  it('is at rest within 15 seconds, told as it is', async () => {
    const all = await Promise.all(
      Array.from({ length: TRIALS }, (_, no) =>
        secondsToRest(no % 2 === 0 ? 'before the lock' : 'after the delete'),
      ),
    );
    expect(Math.max(...all)).toBeLessThan(15);
  });
});

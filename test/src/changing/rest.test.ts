import { describe, expect, it } from 'vitest';
import { SWEEP_MS } from '../../../src/changing/reconcile.ts';
import { CLAIM_SECONDS } from '../../../src/store/index.ts';
import { endedBy, lockedOrder } from '../../support/locked-order.ts';

const TRIALS = 3;

async function secondsToRest(freezeAt: 'before the lock' | 'after the delete'): Promise<number> {
  const at = await lockedOrder();
  const survivor = await at.survivor({ leaseSeconds: CLAIM_SECONDS });
  try {
    const id = await at.approved(survivor);
    const child = at.child({ runId: id, freezeAt, leaseSeconds: CLAIM_SECONDS });
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

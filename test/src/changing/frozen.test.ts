import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { type DyingWorker, endedBy, type LockedOrder, lockedOrder } from '../../support/locked-order.ts';

let at: LockedOrder;
let survivor: DyingWorker;

beforeEach(async () => {
  at = await lockedOrder();
  survivor = await at.survivor();
});
afterEach(async () => {
  await survivor.close();
  await at.close();
});

const runOf = async (id: RunId): Promise<Run | undefined> => survivor.store.runs.get(id);

/** A worker that freezes, somebody else who tells the end, and the first one awake again until it has ended. */
async function frozenAt(
  freezeAt: 'before the lock' | 'under the lock' | 'before COMMIT' | 'after the delete',
) {
  const id = await at.approved(survivor);
  const child = at.child({ runId: id, freezeAt });
  const told = await endedBy(survivor, id);
  // Whoever looks after `unknown` looks again by itself.
  while ((await runOf(id))?.outcome === 'unknown') await endedAgain();
  const end = await runOf(id);
  const rows = await at.locks();
  child.process.kill('SIGCONT');
  await child.ended;
  return { id, told, end, rows };
}

async function endedAgain(): Promise<void> {
  await survivor.runner.sweep();
  await new Promise((resolve) => setTimeout(resolve, 100));
}

describe('a worker that was frozen and wakes up after another has told the end', { timeout: 120_000 }, () => {
  it.each(['before the lock', 'under the lock', 'before COMMIT'] as const)(
    'has no effect any more: frozen %s',
    async (freezeAt) => {
      const { id, end, rows } = await frozenAt(freezeAt);
      expect(end).toMatchObject({
        outcome: 'failed',
        says: { en: expect.stringContaining('Nothing was changed') },
      });
      expect(rows).toBe(2);
      expect(await at.locks()).toBe(2);
      expect(await runOf(id)).toEqual(end);
      expect(await survivor.store.audit.verify()).toMatchObject({ problems: [] });
    },
  );

  it('changes nothing of what was told when its delete had been committed', async () => {
    const { id, end } = await frozenAt('after the delete');
    expect(end).toMatchObject({ outcome: 'done', says: { en: expect.stringContaining('took effect') } });
    expect(await at.locks()).toBe(1);
    expect(await runOf(id)).toEqual(end);
  });
});

describe('a worker whose database is away for longer than its lease', { timeout: 120_000 }, () => {
  it('goes on when nobody has taken its run over, and tells the end itself', async () => {
    const id = await at.approved(survivor);
    const child = at.child({ runId: id, freezeAt: 'before the lock' });
    await expect.poll(() => survivor.store.journal.lapsed(), { timeout: 30_000 }).toContain(id);
    child.process.kill('SIGCONT');
    await child.ended;
    // Awake again it either held its lease in time or was refused at the lock; it never deletes under a lease that lapsed.
    const run = await endedBy(survivor, id);
    const gone = (await at.locks()) === 1;
    expect(run.outcome).toBe(gone ? 'done' : 'failed');
  });
});

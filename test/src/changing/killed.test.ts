import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endedBy, type LockedOrder, lockedOrder } from '../../support/locked-order.ts';
import { confirmAs, recordChange } from '../../support/signed.ts';

const lin = { id: 'lin', name: 'Lin Wei' };
let at: LockedOrder;

beforeEach(async () => {
  at = await lockedOrder();
});
afterEach(() => at.close());

describe('a worker killed with SIGKILL inside the delete', () => {
  it.each([
    ['before the delete', 2, 0, 'failed', 'did not take effect'],
    ['after the delete', 1, 1, 'done', 'took effect'],
  ] as const)(
    '%s: looked at, and told as it is; never a second delete',
    async (dieAt, left, calls, outcome, says) => {
      const survivor = await at.survivor();
      try {
        const id = await at.approved(survivor);
        expect(await at.child({ runId: id, dieAt }).ended).toBe('SIGKILL');
        await survivor.runner.change(id, new AbortController().signal);
        const run = await endedBy(survivor, id);

        expect(run).toMatchObject({ outcome, says: { en: expect.stringContaining(says) } });
        expect(await at.locks()).toBe(left);
        expect(await at.deletes()).toBe(calls);
        expect(await at.endsOf(id)).toEqual([`ended ${outcome}`]);

        await survivor.runner.change(id, new AbortController().signal);
        await survivor.runner.sweep();
        expect(await at.deletes()).toBe(calls);
        expect(await survivor.store.audit.verify()).toMatchObject({ problems: [] });
      } finally {
        await survivor.close();
      }
    },
  );

  it('and not killed at all: done once, verified, and can be put back', async () => {
    const worker = await at.survivor();
    try {
      const id = await at.approved(worker);
      await worker.runner.change(id, new AbortController().signal);
      expect(await worker.store.runs.get(id)).toMatchObject({
        outcome: 'done',
        buttons: [{ action: 'put-back' }],
      });
      expect([await at.locks(), await at.deletes()]).toEqual([1, 1]);

      const back = await recordChange(worker.store, at.pair, lin, { kind: 'rollback', of: id }, 'put-back');
      await worker.runner.read(back.id, new AbortController().signal);
      await confirmAs(worker.store, at.pair, back.id, lin);
      await worker.runner.change(back.id, new AbortController().signal);
      expect(await worker.store.runs.get(back.id)).toMatchObject({ outcome: 'done' });
      expect(await at.locks()).toBe(2);
    } finally {
      await worker.close();
    }
  });
});

import type mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import type { RunId } from '../../../src/runs/run.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { anyWarrant } from '../../support/signed.ts';
import { approvedRun, newRun, entry } from './fixtures.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.close());

const says = words('x', 'x');

async function unknownRun(): Promise<RunId> {
  const id = await approvedRun(fresh.store);
  await fresh.store.runs.apply(id, { kind: 'claimed' });
  await fresh.store.runs.apply(id, { kind: 'ended', outcome: 'unknown', says });
  return id;
}
const due = (id: RunId) =>
  fresh.root.execute('update unknown_run set look_at = now(3) - interval 1 second where run_id = ?', [id]);

describe('runs that nobody knows the end of', () => {
  it('are looked at by one of many, each time after a longer pause, for about a day', async () => {
    const id = await unknownRun();
    expect(await fresh.store.unknown.take()).toEqual([]);
    const pauses: number[] = [];
    for (let look = 0; look < 40; look += 1) {
      await due(id);
      const taken = (await Promise.all([1, 2, 3].map(() => fresh.store.unknown.take()))).flat();
      expect(taken.map(({ runId }) => runId)).toEqual([id]);
      const next = taken[0]?.next;
      if (next === undefined) break;
      pauses.push(Math.round((new Date(next).getTime() - (await fresh.store.now()).getTime()) / 1000));
    }
    expect(pauses.slice(0, 4)).toEqual([30, 120, 600, 3600].map((s) => expect.closeTo(s, -1) as number));
    const hours = pauses.reduce((sum, each) => sum + each, 0) / 3600;
    expect(hours).toBeGreaterThan(22);
    expect(hours).toBeLessThan(25);
    expect((await fresh.store.unknown.all()).map((run) => run.id)).toContain(id);
  });

  it('are no longer among them once settled, by a look or by a person', async () => {
    const [looked, decided] = [await unknownRun(), await unknownRun()];
    await fresh.store.runs.apply(looked, { kind: 'looked', says });
    expect((await fresh.store.unknown.all()).map(({ id }) => id)).toEqual(
      expect.arrayContaining([looked, decided]),
    );
    await fresh.store.runs.apply(looked, { kind: 'ended', outcome: 'done', says });
    await fresh.store.runs.apply(decided, {
      kind: 'decided',
      by: { id: 'zhao', name: 'Zhao' },
      tookEffect: false,
      reason: 'r',
      buttons: [],
    });
    const left = (await fresh.store.unknown.all()).map(({ id }) => id);
    expect(left).not.toContain(looked);
    expect(left).not.toContain(decided);
  });
});

describe('a run that a version settled which keeps no list of unknown ones', () => {
  it('stands in nobody’s way, and is looked at no more', async () => {
    const settled = await unknownRun();
    await fresh.root.execute(
      "update run set outcome = 'failed', body = json_set(body, '$.outcome', 'failed') where id = ?",
      [settled],
    );
    await fresh.root.execute(
      "insert into resource_lock (run_id, resource, held, since, tried_at) values (?, 'site:a', 1, now(3), now(3))",
      [settled],
    );
    await due(settled);
    expect((await fresh.store.unknown.all()).map(({ id }) => id)).not.toContain(settled);
    const next = await approvedRun(fresh.store);
    expect(await fresh.store.journal.claim(next, () => ['site:a'], 'w', anyWarrant)).toMatchObject({
      runId: next,
    });
    expect((await fresh.store.unknown.take()).map(({ runId }) => runId)).not.toContain(settled);
  });

  it('becomes unknown again all the same', async () => {
    const id = await approvedRun(fresh.store);
    await fresh.store.runs.apply(id, { kind: 'claimed' });
    await fresh.root.execute('insert into unknown_run (run_id, looks, look_at) values (?, 3, null)', [id]);
    await fresh.store.runs.apply(id, { kind: 'ended', outcome: 'unknown', says });
    await due(id);
    expect((await fresh.store.unknown.take()).map(({ runId }) => runId)).toContain(id);
  });
});

describe('a run whose job went down with the queue while it was prepared', () => {
  it('is handed over again however old it is', async () => {
    const run = newRun();
    await fresh.store.runs.create(run, run.id, entry('ask', run.id));
    await fresh.store.runs.apply(run.id, { kind: 'begun' });
    await fresh.root.execute<mysql.ResultSetHeader>(
      'update run set created_at = now(3) - interval 40 day, changed_at = now(3) - interval 3 minute where id = ?',
      [run.id],
    );
    expect((await fresh.store.runs.undelivered(5)).map(({ id }) => id)).toContain(run.id);
    await fresh.store.runs.apply(run.id, { kind: 'begun' });
    expect(await fresh.store.runs.get(run.id)).toMatchObject({ begun: 2 });
    expect((await fresh.store.runs.undelivered(5)).map(({ id }) => id)).not.toContain(run.id);
  });
});

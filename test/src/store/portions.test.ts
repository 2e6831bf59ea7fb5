import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newRunId } from '../../../src/runs/run.ts';
import mysql from 'mysql2/promise';
import { freshSchema } from '../../support/mysql.ts';
import { openStore, optionsFor, type Store } from './fixtures.ts';

let store: Store;
let drop: () => Promise<void>;
let fresh: Awaited<ReturnType<typeof freshSchema>>;
beforeAll(async () => {
  fresh = await freshSchema();
  drop = fresh.drop;
  store = await openStore({ ...optionsFor(fresh.schema), leaseSeconds: 1 });
});
afterAll(async () => {
  await store.close();
  await drop();
});

const PORTIONS = [['h-1', 'h-2'], ['h-3', 'h-4'], ['h-5']];

async function laid() {
  const id = newRunId();
  await store.portions.lay(id, PORTIONS);
  return id;
}

describe('the portions of an inspection', () => {
  it('are laid out once, and each is taken by one of many workers', async () => {
    const id = await laid();
    await store.portions.lay(id, [['other']]);
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.portions.take(id, `worker ${i}`)),
    );
    const hosts = taken.flatMap((part) => (part ? [part.hosts] : []));
    expect(new Set(hosts)).toEqual(new Set(PORTIONS));
    expect(hosts).toHaveLength(PORTIONS.length);
  });

  it('can be taken again when nobody holds them any more', async () => {
    const id = await laid();
    const first = await store.portions.take(id, 'lost');
    expect(first?.no).toBe(0);
    await store.portions.take(id, 'lost');
    await store.portions.take(id, 'lost');
    expect(await store.portions.take(id, 'other')).toBeUndefined();
    const again = await vi.waitUntil(() => store.portions.take(id, 'other'), {
      timeout: 10_000,
      interval: 100,
    });
    expect(again).toEqual(first);
  });

  it('that nobody can read are taken like the others, with no hosts, and hold none up', async () => {
    const id = await laid();
    const root = await mysql.createConnection({
      host: '127.0.0.1',
      port: fresh.port,
      user: 'root',
      database: fresh.schema,
    });
    await root.query("update part set hosts = '{' where run_id = ? and no = 0", [id]);
    await root.query("update part set waiting_for = '[1' where run_id = ? and no = 1", [id]);
    await root.end();
    expect((await store.portions.look(id)).map(({ no, waitingFor }) => [no, waitingFor])).toEqual([
      [0, []],
      [1, []],
      [2, []],
    ]);
    expect(await store.portions.take(id, 'a')).toEqual({ no: 0, hosts: [] });
    expect(await store.portions.take(id, 'a')).toEqual({ no: 1, hosts: PORTIONS[1] });
  });

  it('stay with whoever holds them', async () => {
    const id = await laid();
    await store.portions.take(id, 'alive');
    const until = Date.now() + 1500;
    while (Date.now() < until)
      await store.portions.hold(id, 'alive', [{ no: 0, done: 1, waitingFor: ['h-2'] }]);
    const taken = [await store.portions.take(id, 'other'), await store.portions.take(id, 'other')];
    expect(taken.map((part) => part?.no)).toEqual([1, 2]);
    expect((await store.portions.look(id))[0]).toEqual({
      no: 0,
      done: 1,
      waitingFor: ['h-2'],
      finished: false,
      held: true,
    });
  });

  it('keep the first answers that are left, and are gone at the end', async () => {
    const id = await laid();
    await store.portions.take(id, 'one');
    await store.portions.finish(id, 0, 'answers');
    await store.portions.finish(id, 0, 'too late');
    expect(await store.portions.fetch(id, 0)).toBe('answers');
    expect(await store.portions.fetch(id, 1)).toBeUndefined();
    expect((await store.portions.look(id)).map(({ finished }) => finished)).toEqual([true, false, false]);
    await store.portions.clear(id);
    expect(await store.portions.look(id)).toEqual([]);
  });
});

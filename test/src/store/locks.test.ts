import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overlaps, type Resource, words } from '../../../src/kit/index.ts';
import type { Warrant } from '../../../src/runs/ports.ts';
import type { Outcome, RunId } from '../../../src/runs/run.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { anyWarrant } from '../../support/signed.ts';
import { approvedRun, ben, entry, openStore, optionsFor, type Store } from './fixtures.ts';

let fresh: FreshStore;
let store: Store;
beforeAll(async () => {
  fresh = await freshStore();
  ({ store } = fresh);
});
afterAll(() => fresh.close());

const META = 'site:a/system:REG/app:metaserver';
const claim = (id: RunId, touched: readonly Resource[], warrant = anyWarrant, by = store) =>
  by.journal.claim(id, () => touched, 'worker', warrant);
const end = (id: RunId, outcome: Outcome = 'done') =>
  store.runs.apply(id, { kind: 'ended', outcome, says: words('x', 'x') }, entry(`ended ${outcome}`, id));
const locksOf = async (id: RunId) => (await store.locks.all()).filter(({ runId }) => runId === id);

/** The time for which it was confirmed is over; answers when (ISO 8601). */
async function lateNow(id: RunId): Promise<string> {
  const over = (await store.now()).toISOString();
  await fresh.root.execute('update run set not_after = now(3) - interval 1 second where id = ?', [id]);
  return over;
}

describe('changes whose places overlap', () => {
  it.each<readonly [string, Resource, Resource]>([
    ['the same host', `${META}/host:m-1`, `${META}/host:m-1`],
    ['a host and its app', `${META}/host:m-1`, META],
    ['a site and a host in it', 'site:a', `${META}/host:m-1`],
    ['the same database', 'database:deps', 'database:deps'],
  ])('exclude each other: %s', async (_, one, other) => {
    const [first, second] = [await approvedRun(store), await approvedRun(store)];
    expect(await claim(first, [one])).toBeDefined();
    expect(await claim(second, [other])).toBeUndefined();
    expect(await store.runs.get(second)).toMatchObject({
      state: 'approved',
      says: { en: expect.stringContaining(`run ${first.slice(0, 8)} of Ana (Skip)`) as string },
    });
    await end(first);
    expect(await claim(second, [other])).toBeDefined();
    await end(second);
    expect(await store.locks.all()).toEqual([]);
  });

  it('leave alone what is beside them', async () => {
    const ids = [await approvedRun(store), await approvedRun(store), await approvedRun(store)];
    const places: readonly Resource[] = [`${META}/host:m-1`, `${META}/host:m-10`, 'database:deps'];
    for (const [at, id] of ids.entries()) expect(await claim(id, places.slice(at, at + 1))).toBeDefined();
    for (const id of ids) await end(id);
  });

  it('take all of their places or none', async () => {
    const [first, both, third] = [
      await approvedRun(store),
      await approvedRun(store),
      await approvedRun(store),
    ];
    await claim(first, ['site:a']);
    expect(await claim(both, ['site:a', 'site:b'])).toBeUndefined();
    expect(await locksOf(both)).toMatchObject([{ held: false }, { held: false }]);
    // What waits has a place before what comes later.
    expect(await claim(third, ['site:b'])).toBeUndefined();
    expect((await store.runs.get(third))?.says?.en).toContain(`run ${both.slice(0, 8)}`);
    await end(first);
    expect(await claim(both, ['site:a', 'site:b'])).toBeDefined();
    await end(both);
    expect(await claim(third, ['site:b'])).toBeDefined();
    await end(third);
  });

  it('are listed with who has what, for which change, under which fence and until when', async () => {
    const id = await approvedRun(store);
    const held = await claim(id, ['site:a']);
    expect(await locksOf(id)).toEqual([
      {
        resource: 'site:a',
        runId: id,
        held: true,
        by: { id: 'U1', name: 'Ana' },
        reason: words('Skip', '跳过'),
        since: expect.any(String) as string,
        owner: 'worker',
        fence: held?.fence,
        expires: expect.any(String) as string,
      },
    ]);
    await end(id);
  });

  it('keep their places while nobody knows how they ended, and give them back when that is settled', async () => {
    const [first, second, third] = [
      await approvedRun(store),
      await approvedRun(store),
      await approvedRun(store),
    ];
    await claim(first, ['site:a']);
    await end(first, 'unknown');
    expect(await claim(second, [META])).toBeUndefined();
    expect(await store.runs.get(second)).toMatchObject({ outcome: 'refused' });
    await end(first, 'failed');
    expect(await claim(third, [META])).toBeDefined();
    await end(third);
  });

  it('give them back with the run, when it is put down before its first step', async () => {
    const [first, second] = [await approvedRun(store), await approvedRun(store)];
    const held = await claim(first, ['site:a']);
    const waiting = { for: 'time', until: new Date().toISOString() } as const;
    await store.runs.apply(
      first,
      { kind: 'suspended', waiting, says: words('w', 'w'), buttons: [] },
      entry('run suspended', first),
      held,
    );
    expect(await locksOf(first)).toEqual([]);
    expect(await claim(second, ['site:a'])).toBeDefined();
    await end(second);
    await store.runs.apply(first, { kind: 'cancelled', by: ben }, entry('cancel', first));
  });

  it('lose their place before others when nobody tries to begin them', async () => {
    const [first, stale, third] = [
      await approvedRun(store),
      await approvedRun(store),
      await approvedRun(store),
    ];
    await claim(first, ['site:a']);
    await claim(stale, ['site:a']);
    await end(first);
    await fresh.root.execute(
      'update resource_lock set tried_at = now(3) - interval 60 second where run_id = ?',
      [stale],
    );
    expect(await claim(third, ['site:a'])).toBeDefined();
    await end(third);
    await store.runs.apply(stale, { kind: 'cancelled', by: ben }, entry('cancel', stale));
    expect(await store.locks.all()).toEqual([]);
  });
});

describe('a change that waits for another', () => {
  it('does not expire: its approvals are examined as of when it was first tried, all else as of now', async () => {
    const [first, second] = [await approvedRun(store), await approvedRun(store)];
    await claim(first, ['site:a']);
    await claim(second, ['site:a']);
    const over = await lateNow(second);
    await claim(second, ['site:a']);
    expect(await store.runs.get(second)).toMatchObject({ state: 'approved' });
    await end(first);
    const asked: (readonly [string, string | undefined])[] = [];
    const warrant: Warrant = (_, { now, triedAt }) => {
      asked.push([now, triedAt]);
      return { kind: 'good', facts: {} };
    };
    expect(await claim(second, ['site:a'], warrant)).toBeDefined();
    const [[now, triedAt] = ['', '']] = asked;
    expect([now > over, (triedAt ?? 'z') < over]).toEqual([true, true]);
    await end(second);
  });

  it('expires all the same when only a row says that it waited', async () => {
    const id = await approvedRun(store);
    await fresh.root.execute(
      'insert into resource_lock (run_id, resource, held, since, tried_at) values (?, ?, 0, now(3) - interval 1 hour, now(3))',
      [id, 'site:a'],
    );
    await lateNow(id);
    expect(await claim(id, ['site:a'])).toBeUndefined();
    expect(await store.runs.get(id)).toMatchObject({ outcome: 'expired' });
  });

  it('is told once who is in its way, however often it is tried', async () => {
    const [first, second] = [await approvedRun(store), await approvedRun(store)];
    await claim(first, ['site:a']);
    await claim(second, ['site:a']);
    const before = (await store.runs.get(second))?.revision;
    for (let again = 0; again < 3; again += 1) await claim(second, ['site:a']);
    expect((await store.runs.get(second))?.revision).toBe(before);
    const lines = await store.audit.ofRun(second);
    expect(lines.filter(({ action }) => action === 'run waits')).toHaveLength(1);
    await end(first);
    await end(second, 'cancelled');
  });
});

describe('many workers that race for places that overlap', () => {
  it('never have them at once, never wait for each other, and each gets its turn', async () => {
    const places: readonly (readonly Resource[])[] = [
      ['site:a'],
      [`${META}/host:m-1`],
      [`${META}/host:m-2`, 'database:deps'],
      [META, 'site:b'],
      ['database:deps', 'site:b/system:MQ'],
      [`${META}/host:m-1`, `${META}/host:m-3`],
    ];
    const others = await Promise.all([1, 2, 3].map(() => openStore(optionsFor(fresh.schema))));
    const workers = [store, ...others];
    const under = new Map<RunId, readonly Resource[]>();
    const turns: RunId[] = [];
    const work = async (by: Store, touched: readonly Resource[]): Promise<void> => {
      const id = await approvedRun(by);
      const until = Date.now() + 60_000;
      for (;;) {
        const held = await claim(id, touched, anyWarrant, by);
        if (held) break;
        if (Date.now() > until) throw new Error(`${touched.join()} never got its turn`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      for (const theirs of under.values())
        for (const one of theirs)
          for (const mine of touched) if (overlaps(one, mine)) throw new Error(`${one} beside ${mine}`);
      under.set(id, touched);
      await new Promise((resolve) => setTimeout(resolve, 30));
      under.delete(id);
      await by.runs.apply(
        id,
        { kind: 'ended', outcome: 'done', says: words('x', 'x') },
        entry('ended done', id),
      );
      turns.push(id);
    };
    await Promise.all(
      Array.from({ length: 18 }, (_, at) =>
        work(workers[at % workers.length] as Store, places[at % places.length] as readonly Resource[]),
      ),
    );
    expect(turns).toHaveLength(18);
    expect(await store.locks.all()).toEqual([]);
    await Promise.all(others.map((other) => other.close()));
  }, 120_000);
});

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import type { RunId } from '../../../src/runs/run.ts';
import { freshSchema } from '../../support/mysql.ts';
import { entry, newRun, openStore, optionsFor, type Store } from './fixtures.ts';

let store: Store;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshSchema();
  drop = fresh.drop;
  store = await openStore(optionsFor(fresh.schema));
});
afterAll(async () => {
  await store.close();
  await drop();
});

async function shownInSlack(): Promise<RunId> {
  const run = newRun({ origin: { surface: 'slack', team: 'T', channel: 'C' } });
  await store.runs.create(run, run.id, entry('asked', run.id));
  return run.id;
}
const isUnshown = async (id: RunId): Promise<boolean> =>
  (await store.runs.unshown(1000)).some((run) => run.id === id);

describe('the ledger of posts', () => {
  it('lets one of many processes show a run, until it gives the right back', async () => {
    const id = await shownInSlack();
    const takes = await Promise.all(
      Array.from({ length: 10 }, (_, i) => store.posts.take(ofRun(id), `process ${i}`, 30)),
    );
    expect(takes.filter(Boolean)).toHaveLength(1);
    const owner = `process ${takes.indexOf(true)}`;
    expect(await store.posts.take(ofRun(id), owner, 30)).toBe(true);
    await store.posts.giveBack(ofRun(id), 'somebody else');
    expect(await store.posts.take(ofRun(id), 'somebody else', 30)).toBe(false);
    await store.posts.giveBack(ofRun(id), owner);
    expect(await store.posts.take(ofRun(id), 'somebody else', 30)).toBe(true);
  });

  it('lets another process go on when the right has lapsed', async () => {
    const id = await shownInSlack();
    expect(await store.posts.take(ofRun(id), 'lost', 1)).toBe(true);
    await vi.waitFor(async () => expect(await store.posts.take(ofRun(id), 'next', 30)).toBe(true), {
      timeout: 10_000,
      interval: 100,
    });
    await store.posts.shown(ofRun(id), 'lost', 1);
    expect(await isUnshown(id)).toBe(true);
    await store.posts.shown(ofRun(id), 'next', 1);
    expect(await isUnshown(id)).toBe(false);
  });

  it('never takes an older revision for a newer one', async () => {
    const id = await shownInSlack();
    for (let i = 0; i < 11; i += 1) await store.runs.apply(id, { kind: 'begun' });
    await store.posts.take(ofRun(id), 'me', 30);
    await store.posts.shown(ofRun(id), 'me', 9);
    expect(await isUnshown(id)).toBe(true);
    await store.posts.take(ofRun(id), 'me', 30);
    await store.posts.shown(ofRun(id), 'me', 12);
    await store.posts.take(ofRun(id), 'me', 30);
    await store.posts.shown(ofRun(id), 'me', 9);
    expect(await isUnshown(id)).toBe(false);
  });

  it('keeps each post of a run once, in the order they were first saved', async () => {
    const id = await shownInSlack();
    await store.posts.save(ofRun(id), { key: 'top', channel: 'C', hash: 'a' });
    await store.posts.save(ofRun(id), { key: 'app:msgbroker', channel: 'C', ts: '2.0', hash: 'b' });
    await store.posts.save(ofRun(id), { key: 'top', channel: 'C', ts: '1.0', hash: 'c' });
    expect(await store.posts.posts(ofRun(id))).toEqual([
      { key: 'top', channel: 'C', ts: '1.0', hash: 'c' },
      { key: 'app:msgbroker', channel: 'C', ts: '2.0', hash: 'b' },
    ]);
    expect(await store.posts.posts(ofRun(await shownInSlack()))).toEqual([]);
  });
});

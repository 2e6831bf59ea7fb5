import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import type { Claim } from '../../../src/runs/ports.ts';
import { newRunId, type RunId } from '../../../src/runs/run.ts';
import { StoreUnavailable } from '../../../src/store/index.ts';
import { freshSchema } from '../../support/mysql.ts';
import { anyWarrant } from '../../support/signed.ts';
import { proxyThatFreezesAt } from '../../support/tcp-proxy.ts';
import { approvedRun, entry, newRun, openStore, optionsFor, step, type Store } from './fixtures.ts';
import { captured } from '../../support/captured.ts';
import { compiled } from '../../../scripts/compiled.ts';

let store: Store;
/** The same schema with a lease of one second, to see it lapse. */
let brief: Store;
let schema: string;
let audit: string;
let root: mysql.Connection;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  const fresh = await freshSchema();
  ({ schema, audit } = fresh);
  store = await openStore(optionsFor(schema));
  brief = await openStore({ ...optionsFor(schema), leaseSeconds: 1 });
  root = await mysql.createConnection({
    host: '127.0.0.1',
    port: fresh.port,
    user: 'root',
    database: schema,
  });
  closers.push(
    fresh.drop,
    () => root.end(),
    () => store.close(),
    () => brief.close(),
  );
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

type Touched = Parameters<Store['journal']['claim']>[1];
let targets = 0;
/** A place of its own. */
const target = (): Touched => {
  const host = `site:a/system:S/app:s/host:h-${(targets += 1)}` as const;
  return () => [host];
};

async function claimed(by = store, on = target()): Promise<Claim> {
  const claim = await by.journal.claim(await approvedRun(store), on, 'worker 1', anyWarrant);
  if (!claim) throw new Error('not claimed');
  return claim;
}
const lapsed = (id: RunId): Promise<void> =>
  vi.waitFor(async () => expect(await store.journal.lapsed()).toContain(id), {
    timeout: 15_000,
    interval: 50,
  });

describe('claiming', () => {
  it('gives an approved run to exactly one of many', async () => {
    const id = await approvedRun(store);
    const on = target();
    const claims = await Promise.all(
      Array.from({ length: 12 }, (_, i) => store.journal.claim(id, on, `worker ${i}`, anyWarrant)),
    );
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(await store.runs.get(id)).toMatchObject({ state: 'running' });
    expect(await store.journal.lapsed()).not.toContain(id);
  });

  it('takes nothing that is not approved or does not exist', async () => {
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));
    expect(await store.journal.claim(run.id, target(), 'w', anyWarrant)).toBeUndefined();
    expect(await store.journal.claim(newRunId(), target(), 'w', anyWarrant)).toBeUndefined();
    expect(await store.runs.get(run.id)).toMatchObject({ state: 'queued', revision: 1 });
  });

  it('ends a run as expired when its time is over by the clock of the database', async () => {
    const soon = new Date((await store.now()).getTime() + 2000);
    const id = await approvedRun(store, soon);
    await vi.waitFor(
      async () => expect((await store.now()).getTime()).toBeGreaterThan(soon.getTime()),
      15_000,
    );
    expect(await store.journal.claim(id, target(), 'w', anyWarrant)).toBeUndefined();
    expect(await store.runs.get(id)).toMatchObject({ state: 'ended', outcome: 'expired' });
  });

  it('performs one change of a target at a time, and the next with a higher fence', async () => {
    const on = target();
    const first = await claimed(store, on);
    const next = await approvedRun(store);
    expect(await store.journal.claim(next, on, 'worker 2', anyWarrant)).toBeUndefined();
    expect(await store.runs.get(next)).toMatchObject({ state: 'approved' });
    await store.runs.apply(first.runId, { kind: 'ended', outcome: 'done', says: words('x', 'x') });
    await store.journal.release(first);
    const second = await store.journal.claim(next, on, 'worker 2', anyWarrant);
    expect(second?.fence).toBeGreaterThan(first.fence);
  });

  it('refuses what a run of unknown end may have done, until that one is settled', async () => {
    const on = target();
    const first = await claimed(store, on);
    await store.runs.apply(first.runId, { kind: 'ended', outcome: 'unknown', says: words('?', '?') });
    await store.journal.release(first);
    const second = await approvedRun(store);
    expect(await store.journal.claim(second, on, 'worker 2', anyWarrant)).toBeUndefined();
    expect(await store.runs.get(second)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining(first.runId.slice(0, 8)) as string },
    });
    await store.runs.apply(first.runId, { kind: 'ended', outcome: 'failed', says: words('no', '否') });
    expect(await store.journal.claim(await approvedRun(store), on, 'worker 2', anyWarrant)).toBeDefined();
  });

  it('lets one of two runs that reach for the same target at the same time have it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const on = target();
      const ids = await Promise.all([approvedRun(store), approvedRun(store)]);
      const claims = await Promise.all(ids.map((id) => store.journal.claim(id, on, 'w', anyWarrant)));
      expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    }
  });
});

describe('steps', () => {
  it('are begun once and finished once', async () => {
    const claim = await claimed();
    expect(await store.journal.begin(claim, 1, step)).toBe(true);
    expect(await store.journal.begin(claim, 1, step)).toBe(false);
    expect(await store.journal.finish(claim, 1, 'done', captured('one row'))).toBe(true);
    expect(await store.journal.finish(claim, 1, 'done', captured('one row'))).toBe(true);
    expect(await store.journal.finish(claim, 1, 'failed', captured('no'))).toBe(false);
    expect(await store.journal.finish(claim, 2, 'done', captured('never begun'))).toBe(false);
    expect(await store.journal.begin(claim, 1, step)).toBe(false);
    const [rows] = await root.execute<mysql.RowDataPacket[]>(
      `select action from ${audit} where run_id = ? order by n`,
      [claim.runId],
    );
    expect(rows.map(({ action }) => String(action)).slice(-3)).toEqual([
      'run claimed',
      'step begun',
      'step done',
    ]);
  });

  it('are begun by one of many that use the same claim', async () => {
    const claim = await claimed();
    const begun = await Promise.all(Array.from({ length: 10 }, () => store.journal.begin(claim, 1, step)));
    expect(begun.filter(Boolean)).toHaveLength(1);
  });

  it.each([
    ['another owner', (claim: Claim) => ({ ...claim, owner: 'somebody' })],
    ['another fence', (claim: Claim) => ({ ...claim, fence: claim.fence + 1 })],
    ['another target', (claim: Claim) => ({ ...claim, target: 'elsewhere' })],
  ])('are nothing for a claim with %s', async (_, forge) => {
    const claim = await claimed();
    const forged = forge(claim);
    expect(await store.journal.begin(forged, 1, step)).toBe(false);
    expect(await store.journal.hold(forged)).toBe(false);
    await store.journal.begin(claim, 1, step);
    expect(await store.journal.finish(forged, 1, 'done', captured(''))).toBe(false);
    await store.journal.release(forged);
    expect(await store.journal.hold(claim)).toBe(true);
  });

  it('are not begun when the lease has lapsed, but a result is still written down', async () => {
    const claim = await claimed(brief);
    expect(await brief.journal.begin(claim, 1, step)).toBe(true);
    await lapsed(claim.runId);
    expect(await brief.journal.permits(claim, 1)).toBe(false);
    expect(await brief.journal.finish(claim, 1, 'done', captured('late but true'))).toBe(true);
    expect(await brief.journal.begin(claim, 2, step)).toBe(false);
    const sealed = await store.journal.seal(claim.runId, 'reconciler');
    expect(sealed?.steps).toEqual([{ no: 1, state: 'done', what: step, evidence: 'late but true' }]);
  });

  it('go on when a lease that lapsed is held again, and not once somebody has sealed the run', async () => {
    const claim = await claimed(brief);
    await brief.journal.begin(claim, 1, step);
    await lapsed(claim.runId);
    expect(await store.journal.hold(claim)).toBe(true);
    expect(await store.journal.permits(claim, 1)).toBe(true);
    expect(await store.journal.lapsed()).not.toContain(claim.runId);
    expect(await store.journal.seal(claim.runId, 'reconciler')).toBeUndefined();
    await brief.journal.hold(claim);
    await lapsed(claim.runId);
    expect(await store.journal.seal(claim.runId, 'reconciler')).toBeDefined();
    expect(await store.journal.hold(claim)).toBe(false);
    expect(await store.journal.permits(claim, 1)).toBe(false);
  });

  it('are permitted while they are open under this very claim, and at no other time', async () => {
    const claim = await claimed();
    expect(await store.journal.permits(claim, 1)).toBe(false);
    await store.journal.begin(claim, 1, step);
    expect(await store.journal.permits(claim, 1)).toBe(true);
    expect(await store.journal.permits(claim, 2)).toBe(false);
    for (const other of [{ owner: 'x' }, { fence: claim.fence + 1 }, { target: 'x' }])
      expect(await store.journal.permits({ ...claim, ...other }, 1)).toBe(false);
    await store.journal.finish(claim, 1, 'done', captured(''));
    expect(await store.journal.permits(claim, 1)).toBe(false);
  });

  it('keep the lease alive, as holding does', async () => {
    const claim = await claimed(brief);
    const until = (await store.now()).getTime() + 2500;
    for (let no = 1; (await store.now()).getTime() < until; no += 1) {
      expect(await brief.journal.begin(claim, no, step)).toBe(true);
      expect(await brief.journal.hold(claim)).toBe(true);
      expect(await brief.journal.finish(claim, no, 'done', captured(''))).toBe(true);
    }
    expect(await store.journal.lapsed()).not.toContain(claim.runId);
  });
});

describe('sealing', () => {
  it('does not take a run whose worker is alive, or that has ended', async () => {
    const claim = await claimed();
    expect(await store.journal.seal(claim.runId, 'reconciler')).toBeUndefined();
    await store.runs.apply(claim.runId, { kind: 'ended', outcome: 'done', says: words('x', 'x') });
    await store.journal.release(claim);
    expect(await store.journal.lapsed()).not.toContain(claim.runId);
    expect(await store.journal.seal(claim.runId, 'reconciler')).toBeUndefined();
  });

  it('goes to one of several reconcilers and leaves the lost owner nothing', async () => {
    const claim = await claimed(brief);
    await brief.journal.begin(claim, 1, step);
    await lapsed(claim.runId);
    const all = await Promise.all(
      Array.from({ length: 5 }, (_, i) => store.journal.seal(claim.runId, `reconciler ${i}`)),
    );
    const [sealed, ...others] = all.filter((each) => each !== undefined);
    expect(others).toEqual([]);
    expect(sealed?.steps).toEqual([{ no: 1, state: 'begun', what: step, evidence: '' }]);
    expect(sealed?.claim.fence).toBeGreaterThan(claim.fence);

    expect(await store.journal.begin(claim, 2, step)).toBe(false);
    expect(await store.journal.finish(claim, 1, 'done', captured('from the grave'))).toBe(false);
    expect(await store.journal.hold(claim)).toBe(false);
    await store.journal.release(claim);
    const late = { kind: 'ended', outcome: 'done', says: words('x', 'x') } as const;
    expect(await store.runs.apply(claim.runId, late, entry('ended', claim.runId), claim)).toMatchObject({
      ok: false,
      run: { state: 'running' },
    });
    expect(await store.journal.lapsed()).not.toContain(claim.runId);

    const sealer = sealed?.claim as Claim;
    expect(await store.journal.finish(sealer, 1, 'done', captured('the probe saw it'))).toBe(true);
    const unknown = { ...late, outcome: 'unknown' } as const;
    expect(await store.runs.apply(claim.runId, unknown, entry('ended', claim.runId), sealer)).toMatchObject({
      ok: true,
    });
    expect(await store.runs.apply(claim.runId, late, entry('ended', claim.runId), claim)).toMatchObject({
      ok: false,
    });
    expect(await store.runs.get(claim.runId)).toMatchObject({ state: 'ended', outcome: 'unknown' });
  });

  it('takes a run that was set running without a claim, so that somebody can end it', async () => {
    const id = await approvedRun(store);
    await store.runs.apply(id, { kind: 'claimed' });
    expect(await store.journal.lapsed()).toContain(id);
    expect(await store.journal.seal(id, 'reconciler')).toMatchObject({ steps: [], claim: { runId: id } });
  });

  it('can be done again when the reconciler is lost too', async () => {
    const claim = await claimed(brief);
    await brief.journal.begin(claim, 1, step);
    await lapsed(claim.runId);
    const first = await brief.journal.seal(claim.runId, 'reconciler 1');
    await lapsed(claim.runId);
    const second = await store.journal.seal(claim.runId, 'reconciler 2');
    expect(second?.steps).toEqual(first?.steps);
    expect(await store.journal.finish(first?.claim as Claim, 1, 'done', captured(''))).toBe(false);
  });

  it('finds what a killed worker had begun, and its claim is worth nothing', async () => {
    const id = await approvedRun(store);
    const asked = { options: { ...optionsFor(schema), leaseSeconds: 2 }, id, step };
    const child = spawn(
      process.execPath,
      [...(await compiled('test/support/claim-and-begin.ts')), JSON.stringify(asked)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const claim = JSON.parse(line) as Claim;
    child.kill('SIGKILL');
    await once(child, 'exit');
    await lapsed(id);
    const sealed = await store.journal.seal(id, 'reconciler');
    expect(sealed?.steps).toEqual([{ no: 1, state: 'begun', what: step, evidence: '' }]);
    expect(await store.journal.finish(claim, 1, 'done', captured(''))).toBe(false);
    expect(await store.journal.begin(claim, 2, step)).toBe(false);
    expect(await store.journal.hold(claim)).toBe(false);
    expect(await store.audit.verify()).toMatchObject({ problems: [] });
  });

  it('ends the session of a worker that stopped inside a transaction and sits on the run', async () => {
    const proxy = await proxyThatFreezesAt(optionsFor(schema).port);
    const zombie = await openStore({ ...optionsFor(schema), port: proxy.port, leaseSeconds: 1 });
    closers.push(() => proxy.close());
    const claim = await claimed(zombie);
    proxy.freezeAt('insert into step');
    const stuck = zombie.journal.begin(claim, 1, step).then(
      () => undefined,
      (error: unknown) => error,
    );
    await lapsed(claim.runId);
    const [holders] = await root.execute<mysql.RowDataPacket[]>('select is_used_lock(?) as id', [
      `fettle.run.${claim.runId}`,
    ]);
    const session = String(holders[0]?.['id']);
    expect(session).toMatch(/^\d+$/);
    const began = performance.now();
    const sealed = await store.journal.seal(claim.runId, 'reconciler');
    expect(performance.now() - began).toBeLessThan(5000);
    expect(sealed?.steps).toEqual([]);
    const [alive] = await root.execute<mysql.RowDataPacket[]>(
      'select id from information_schema.processlist where id = ?',
      [session],
    );
    expect(alive).toEqual([]);
    expect(await stuck).toBeInstanceOf(StoreUnavailable);
    expect(await store.journal.begin(claim, 1, step)).toBe(false);
  });

  it('waits for a session that is at work, as long as there is time, instead of ending it', async () => {
    const claim = await claimed(brief);
    await lapsed(claim.runId);
    const busy = await mysql.createConnection({ ...optionsFor(schema) });
    closers.push(() => busy.end());
    const name = `fettle.run.${claim.runId}`;
    await busy.execute('select get_lock(?, 0)', [name]);
    const working = busy.query<mysql.RowDataPacket[]>('select sleep(3.3) as slept').then(async ([[row]]) => {
      await busy.execute('select release_lock(?)', [name]);
      return Number(row?.['slept']);
    });
    expect(await store.journal.seal(claim.runId, 'reconciler')).toMatchObject({ steps: [] });
    expect(await working).toBe(0);
  });
});

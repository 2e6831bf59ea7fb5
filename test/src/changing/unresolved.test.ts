import { estateOf } from '../../support/estates.ts';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import { words } from '../../../src/kit/index.ts';
import { warrantBy } from '../../../src/changing/warrant.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { type DyingWorker, type LockedOrder, lockedOrder } from '../../support/locked-order.ts';
import { POLICY } from '../../support/dying-worker.ts';
import { keysOf } from '../../support/signed.ts';

const never = new AbortController().signal;
const catalog = await loadCatalog(path.resolve('.'));
let at: LockedOrder;
let worker: DyingWorker;

beforeEach(async () => {
  at = await lockedOrder();
  worker = await at.survivor({ leaseSeconds: 60 });
});
afterEach(async () => {
  await worker.close();
  await at.close();
});

async function runOf(id: RunId): Promise<Run> {
  const run = await worker.store.runs.get(id);
  if (!run) throw new Error('no run');
  return run;
}

/** The delete was begun, and nobody knows whether it took effect. */
async function unknownRun(): Promise<RunId> {
  const { store } = worker;
  const id = await at.approved(worker);
  const step = (await runOf(id)).plan?.steps[0];
  const keys = keysOf(at.pair);
  const warrant = warrantBy({
    keys,
    catalog,
    estate: estateOf({}),
    policy: POLICY,
    log: { error: () => undefined },
  });
  const claim = await store.journal.claim(id, () => [], 'another', warrant);
  if (!claim || !step) throw new Error('nothing to claim');
  await store.journal.begin(claim, 1, step);
  const says = words('who knows', '未知');
  await store.runs.apply(id, {
    kind: 'stepped',
    step: { no: 1, title: step.title, state: 'unknown', says },
  });
  await store.runs.apply(id, { kind: 'ended', outcome: 'unknown', says });
  return id;
}

describe('a run that nobody knows the end of', { timeout: 60_000 }, () => {
  it('stands in the way of a fresh plan with the same effect, which names it, until a look has settled it', async () => {
    const open = await unknownRun();
    const second = await at.asked(worker);
    await worker.runner.read(second, never);
    expect(await runOf(second)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining(`Run ${open.slice(0, 8)} may have done the same`) },
      buttons: [{ action: 'look-again', arg: open }],
    });

    await worker.runner.read(open, never);
    expect(await runOf(open)).toMatchObject({
      outcome: 'failed',
      steps: [{ state: 'failed' }],
      says: { en: expect.stringContaining('did not take effect. Nothing was changed.') },
    });
    const third = await at.asked(worker);
    await worker.runner.read(third, never);
    expect(await runOf(third)).toMatchObject({ state: 'waiting' });
  });

  it('stands in the way of a plan that was confirmed before, too', async () => {
    const confirmed = await at.approved(worker);
    await unknownRun();
    await worker.runner.change(confirmed, never);
    expect(await runOf(confirmed)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining('may have done the same') },
    });
    expect(await at.deletes()).toBe(0);
    expect(await at.locks()).toBe(2);
  });
});

describe('a queue that gives up', { timeout: 60_000 }, () => {
  it('says nothing about a run that nobody knows the end of, which stays unknown', async () => {
    const open = await unknownRun();
    const before = await runOf(open);
    await worker.runner.giveUp(open);
    expect(await runOf(open)).toEqual(before);
  });

  it('says nothing about a change that is carried out, or that waits for its confirmation', async () => {
    const { store } = worker;
    const waiting = await at.asked(worker);
    await worker.runner.read(waiting, never);
    await worker.runner.giveUp(waiting);
    expect(await runOf(waiting)).toMatchObject({ state: 'waiting' });

    const running = await at.approved(worker);
    await store.runs.apply(running, { kind: 'claimed' });
    await worker.runner.giveUp(running);
    expect(await runOf(running)).toMatchObject({ state: 'running' });
  });

  it('leaves a run unknown when the look itself fails, whatever is wrong with it', async () => {
    const open = await unknownRun();
    const failing = await at.survivor({ leaseSeconds: 60, keysFail: true });
    await failing.runner.read(open, never).catch(() => undefined);
    await failing.close();
    expect(await runOf(open)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('a run that ends every worker that takes it up', () => {
  it('is given up with a sentence after some attempts', async () => {
    const id = await at.asked(worker);
    for (let lost = 0; lost < 8; lost += 1) await worker.store.runs.apply(id, { kind: 'begun' });
    await worker.runner.read(id, never);
    expect(await runOf(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining('each time its worker was lost') },
    });
  });
});

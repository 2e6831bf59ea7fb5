import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Step, words } from '../../../src/kit/index.ts';
import type { Claim } from '../../../src/runs/ports.ts';
import type { Outcome, RunId } from '../../../src/runs/run.ts';
import { captured } from '../../support/captured.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { anyWarrant } from '../../support/signed.ts';
import {
  approvedRun,
  ben,
  entry,
  openingAt,
  openStore,
  optionsFor,
  plan,
  step,
  type Store,
} from './fixtures.ts';

let fresh: FreshStore;
let store: Store;
beforeAll(async () => {
  fresh = await freshStore({ leaseSeconds: 1 });
  ({ store } = fresh);
});
afterAll(() => fresh.close());

let sites = 0;
/** Steps that open and close push at a site of their own. */
function bracketAt(where = `site-${(sites += 1)}`): {
  readonly where: string;
  readonly opens: Step;
  readonly closes: Step;
} {
  return {
    where,
    opens: { ...step, opens: openingAt(where) },
    closes: { ...step, closes: { bracket: 'push-stopped', where } },
  };
}

/** A claimed run whose plan has these steps, as the row holds it. */
async function claimedWith(steps: readonly Step[], by = store): Promise<Claim> {
  const id = await approvedRun(store, undefined, { ...plan, steps });
  const claim = await by.journal.claim(id, () => [], 'worker', anyWarrant);
  if (!claim) throw new Error('not claimed');
  return claim;
}
const end = (id: RunId, outcome: Outcome) =>
  store.runs.apply(id, { kind: 'ended', outcome, says: words('x', 'x') }, entry(`ended ${outcome}`, id));
const openAt = async (where: string) =>
  (await store.brackets.all()).filter(({ opening }) => opening.where === where);
const calledAt = async (where: string) =>
  (await store.brackets.take()).filter(({ open: [{ opening }] }) => opening.where === where);
const dueNow = (where: string) =>
  fresh.root.execute('update bracket set call_at = now(3) - interval 1 second where place = ?', [where]);

describe('a bracket', () => {
  it('is written down with the intent of the step that opens it, and removed with the one that closes it', async () => {
    const { where, opens, closes } = bracketAt();
    const claim = await claimedWith([opens, closes]);
    expect(await store.journal.begin(claim, 1, opens)).toBe(true);
    expect(await openAt(where)).toMatchObject([
      { runId: claim.runId, step: 1, by: { name: 'Ana' }, opening: openingAt(where), calls: 0 },
    ]);
    await store.journal.finish(claim, 1, 'done', captured(''));
    expect(await store.journal.begin(claim, 2, closes)).toBe(true);
    expect(await openAt(where)).toHaveLength(1);
    await store.journal.finish(claim, 2, 'done', captured(''));
    expect(await openAt(where)).toEqual([]);
    await end(claim.runId, 'done');
  });

  it('stays when the step that closes it fails, and when the one that opens it failed half-way', async () => {
    const { where, opens, closes } = bracketAt();
    const claim = await claimedWith([opens, closes]);
    await store.journal.begin(claim, 1, opens);
    await store.journal.finish(claim, 1, 'failed', captured(''));
    await store.journal.begin(claim, 2, closes);
    await store.journal.finish(claim, 2, 'failed', captured(''));
    expect(await openAt(where)).toHaveLength(1);
  });

  it('was never open when its step certainly had no effect', async () => {
    const { where, opens } = bracketAt();
    const claim = await claimedWith([opens]);
    await store.journal.begin(claim, 1, opens);
    await store.journal.finish(claim, 1, 'without-effect', captured(''));
    expect(await openAt(where)).toEqual([]);
  });

  it('is open once in a place: another run is refused, and told by whom; elsewhere it may be', async () => {
    const { where, opens } = bracketAt();
    const [first, second] = [await claimedWith([opens]), await claimedWith([opens])];
    await store.journal.begin(first, 1, opens);
    expect(await store.journal.begin(second, 1, opens)).toBe(false);
    expect((await store.journal.refusal(second, 1, opens))?.says.en).toContain(
      `run ${first.runId.slice(0, 8)} of Ana`,
    );
    expect(await store.journal.refusal(first, 1, opens)).toBeUndefined();
    expect(await openAt(where)).toHaveLength(1);
    const elsewhere = bracketAt();
    expect(await store.journal.begin(second, 1, elsewhere.opens)).toBe(true);
  });

  it('is opened by one of many that reach for it at the same time', async () => {
    const { where, opens } = bracketAt();
    const claims = await Promise.all(Array.from({ length: 6 }, () => claimedWith([opens])));
    const begun = await Promise.all(claims.map((claim) => store.journal.begin(claim, 1, opens)));
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await openAt(where)).toHaveLength(1);
  });

  it('may be closed by another run than the one that opened it', async () => {
    const { where, opens, closes } = bracketAt();
    const first = await claimedWith([opens]);
    await store.journal.begin(first, 1, opens);
    await store.journal.finish(first, 1, 'done', captured(''));
    await end(first.runId, 'done');
    const second = await claimedWith([closes]);
    await store.journal.begin(second, 1, closes);
    await store.journal.finish(second, 1, 'done', captured(''));
    expect(await openAt(where)).toEqual([]);
  });

  it('is no longer open when the playbook that closes it finds nothing to close, and the record has it', async () => {
    const { where, opens } = bracketAt();
    const claim = await claimedWith([opens]);
    await store.journal.begin(claim, 1, opens);
    const looking = await approvedRun(store);
    expect(await store.brackets.foundClosed(['push-resume'], { cluster: 'elsewhere' }, looking)).toBe(0);
    expect(await store.brackets.foundClosed(['push-resume'], { cluster: where }, looking)).toBe(1);
    expect(await openAt(where)).toEqual([]);
    expect((await store.audit.ofRun(looking)).at(-1)).toMatchObject({
      action: 'bracket found closed',
      facts: { where, openedBy: claim.runId },
    });
  });

  it('is gone once a person says that the step which opens it did not take effect, and stays when it did', async () => {
    for (const tookEffect of [true, false]) {
      const { where, opens } = bracketAt();
      const claim = await claimedWith([opens]);
      await store.journal.begin(claim, 1, opens);
      const record = { no: 1, title: step.title, state: 'unknown' } as const;
      await store.runs.apply(claim.runId, { kind: 'stepped', step: record });
      await end(claim.runId, 'unknown');
      await store.runs.apply(claim.runId, {
        kind: 'decided',
        by: ben,
        tookEffect,
        reason: 'seen',
        buttons: [],
      });
      expect(await openAt(where)).toHaveLength(tookEffect ? 1 : 0);
    }
  });
});

describe('people are called because of a bracket', () => {
  it('when its minutes are over, by the clock of the database, and again after five minutes', async () => {
    const { where, opens } = bracketAt();
    const claim = await claimedWith([{ ...opens, opens: { ...openingAt(where), minutes: 0.01 } }]);
    await store.journal.begin(claim, 1, { ...opens, opens: { ...openingAt(where), minutes: 0.01 } });
    await vi.waitFor(async () => expect(await calledAt(where)).toMatchObject([{ call: 1 }]), 5000);
    expect(await calledAt(where)).toEqual([]);
    const [rows] = await fresh.root.query(
      `select timestampdiff(second, now(3), call_at) as left_over from bracket where place = '${where}'`,
    );
    expect(rows).toMatchObject([
      { left_over: expect.toSatisfy((left: number) => left > 290 && left <= 300) as number },
    ]);
    await dueNow(where);
    expect(await calledAt(where)).toMatchObject([{ call: 2 }]);
  });

  it('at once when the run that was to close it ends without, and not when leaving it open was its purpose', async () => {
    const own = bracketAt();
    const claim = await claimedWith([own.opens, own.closes]);
    await store.journal.begin(claim, 1, own.opens);
    await store.journal.finish(claim, 1, 'done', captured(''));
    expect(await calledAt(own.where)).toEqual([]);
    await end(claim.runId, 'failed');
    expect(await calledAt(own.where)).toHaveLength(1);

    const left = bracketAt();
    const leaving = await claimedWith([left.opens]);
    await store.journal.begin(leaving, 1, left.opens);
    await store.journal.finish(leaving, 1, 'done', captured(''));
    await end(leaving.runId, 'done');
    expect(await calledAt(left.where)).toEqual([]);
    expect(await openAt(left.where)).toHaveLength(1);
  });

  it('at once for all that one run left open and one playbook closes', async () => {
    const [one, two, other] = [bracketAt(), bracketAt(), bracketAt()];
    const closeBy = { playbook: 'open-has-iam', args: {} };
    const opened = [one, two].map(({ opens, where }) => ({
      ...opens,
      opens: { ...openingAt(where), closeBy },
    }));
    const claim = await claimedWith(opened);
    for (const [at, each] of opened.entries()) await store.journal.begin(claim, at + 1, each);
    const apart = await claimedWith([other.opens]);
    await store.journal.begin(apart, 1, other.opens);
    await dueNow(two.where);
    await dueNow(other.where);
    const due = (await store.brackets.take()).map(({ open, call }) => [
      call,
      open.map(({ opening }) => opening.where).toSorted(),
    ]);
    expect(due).toContainEqual([1, [one.where, two.where].toSorted()]);
    expect(due).toContainEqual([1, [other.where]]);
    expect(await calledAt(one.where)).toEqual([]);
    // The next call is one, too, though only the other one was late.
    await dueNow(one.where);
    expect(await store.brackets.take()).toMatchObject([{ call: 2 }]);
  });

  it('at once when a run ends otherwise than done, whatever its opening would wait for; not for steps meant only then', async () => {
    const { where, opens, closes } = bracketAt();
    const callWhen = { kind: 'checks', checks: [{ system: 'S', check: 'c', on: { app: 'a' } }] } as const;
    const step1 = { ...opens, opens: { ...openingAt(where), callWhen } };
    const always = [{ step: 2, closes: 1, when: 'not-done' as const }];
    const stages = [{ atOnce: 1, lanes: [{ target: 'x', steps: [1] }] }];
    for (const outcome of ['done', 'failed'] as const) {
      const id = await approvedRun(store, undefined, { ...plan, steps: [step1, closes], stages, always });
      const claim = await store.journal.claim(id, () => [], 'worker', anyWarrant);
      if (!claim) throw new Error('not claimed');
      await store.journal.begin(claim, 1, step1);
      await store.journal.finish(claim, 1, 'done', captured(''));
      expect(await calledAt(where)).toEqual([]);
      await end(claim.runId, outcome);
      expect(await calledAt(where)).toMatchObject(outcome === 'done' ? [] : [{ call: 1 }]);
      await fresh.root.execute('delete from bracket where place = ?', [where]);
    }
  });

  it('also where another row cannot be read', async () => {
    const [bad, good] = [bracketAt(), bracketAt()];
    for (const { opens } of [bad, good]) await store.journal.begin(await claimedWith([opens]), 1, opens);
    await fresh.root.query(
      `update bracket set opening = '{"of":"another version"}' where place = '${bad.where}'`,
    );
    await dueNow(bad.where);
    await dueNow(good.where);
    expect(await calledAt(good.where)).toHaveLength(1);
    await fresh.root.query(`delete from bracket where place = '${bad.where}'`);
  });

  it('once, by whichever of several processes looks', async () => {
    const { where, opens } = bracketAt();
    const claim = await claimedWith([opens]);
    await store.journal.begin(claim, 1, opens);
    const others = await Promise.all([1, 2, 3].map(() => openStore(optionsFor(fresh.schema))));
    for (let round = 1; round <= 5; round += 1) {
      await dueNow(where);
      const taken = await Promise.all([store, ...others].map((each) => each.brackets.take()));
      const here = taken.flat().filter(({ open: [{ opening }] }) => opening.where === where);
      expect(here.map(({ call }) => call)).toEqual([round]);
    }
    await Promise.all(others.map((other) => other.close()));
  });
});

describe('read-only', () => {
  it('is turned by one row, and is recorded with who and why', async () => {
    expect(await store.readOnly.now()).toBeUndefined();
    expect(await store.readOnly.turn(true, ben, 'database maintenance')).toBe(true);
    expect(await store.readOnly.turn(true, ben, 'again')).toBe(false);
    expect(await store.readOnly.now()).toMatchObject({ by: ben, reason: 'database maintenance' });
    expect(await store.readOnly.turn(false, ben, 'over')).toBe(true);
    expect(await store.readOnly.turn(false, ben, 'over')).toBe(false);
    expect(await store.readOnly.now()).toBeUndefined();
  });

  it('lets a confirmed change wait, one under way begin no further step, and nothing take effect any more', async () => {
    const { where, opens, closes } = bracketAt();
    const [running, waiting] = [await claimedWith([opens, closes]), await approvedRun(store)];
    await store.journal.begin(running, 1, opens);
    expect(await store.journal.permits(running, 1)).toBe(true);
    await store.readOnly.turn(true, ben, 'stop');
    try {
      expect(await store.journal.permits(running, 1)).toBe(false);
      // What was done is written down all the same.
      expect(await store.journal.finish(running, 1, 'done', captured(''))).toBe(true);
      // Nor the step that closes what is open: people are called instead.
      expect(await store.journal.begin(running, 2, closes)).toBe(false);
      expect(await store.journal.refusal(running, 2, closes)).toMatchObject({
        says: { en: expect.stringContaining('Read-only is on, by Ben: stop.') as string },
        waiting: { for: 'readonly', by: 'Ben', reason: 'stop' },
      });
      await end(running.runId, 'failed');
      expect(await calledAt(where)).toHaveLength(1);
      expect(await store.journal.claim(waiting, () => [], 'worker', anyWarrant)).toBeUndefined();
      expect(await store.runs.get(waiting)).toMatchObject({
        state: 'approved',
        says: { en: expect.stringContaining('Read-only is on') as string },
      });
    } finally {
      await store.readOnly.turn(false, ben, 'go on');
    }
    expect(await store.journal.claim(waiting, () => [], 'worker', anyWarrant)).toBeDefined();
  });
});

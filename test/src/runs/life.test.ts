import { describe, expect, it } from 'vitest';
import { next } from '../../../src/runs/life.ts';
import type { Run } from '../../../src/runs/run.ts';
import { words } from '../../../src/kit/index.ts';
import { aRun } from '../../support/runs.ts';

const says = words('x', 'x');
const run = aRun;
const now = '2026-11-21T00:05:00.000Z';
const waiting = (over: Partial<Run> = {}): Run =>
  run({
    state: 'waiting',
    notAfter: '2026-11-21T00:10:00.000Z',
    approvalsNeeded: 1,
    plan: { hash: 'h' } as Run['plan'] & object,
    ...over,
  });
const approval = (id: string, hash = 'h') => ({
  kind: 'approved' as const,
  approval: { by: { id, name: id }, at: now, hash },
});

describe('the life of a run', () => {
  it('goes from queued through waiting and approved to done', () => {
    const begun = next(run(), { kind: 'begun' }, now);
    expect(begun).toMatchObject({ ok: true, run: { state: 'preparing' } });
    const agreed = next(waiting(), approval('U2'), now);
    expect(agreed).toMatchObject({ ok: true, run: { state: 'approved' } });
    expect(next(run({ state: 'approved' }), { kind: 'claimed' }, now)).toMatchObject({
      ok: true,
      run: { state: 'running' },
    });
    expect(next(run({ state: 'running' }), { kind: 'ended', outcome: 'done', says }, now)).toMatchObject({
      ok: true,
      run: { state: 'ended', outcome: 'done', endedAt: now },
    });
  });

  it('waits until enough different people have agreed', () => {
    const first = next(waiting({ approvalsNeeded: 2 }), approval('U2'), now);
    expect(first).toMatchObject({ ok: true, run: { state: 'waiting' } });
    if (!first.ok) return;
    expect(next(first.run, approval('U2'), now)).toMatchObject({ ok: false });
    expect(next(first.run, approval('U3'), now)).toMatchObject({ ok: true, run: { state: 'approved' } });
  });

  it('shows no button that does nothing: Confirm goes with the last approval, Cancel when it runs', () => {
    const buttons = (['confirm', 'cancel'] as const).map((action) => ({ id: action, action }));
    const first = next(waiting({ approvalsNeeded: 2, buttons }), approval('U2'), now);
    expect(first).toMatchObject({ ok: true, run: { buttons } });
    if (!first.ok) return;
    const agreed = next(first.run, approval('U3'), now);
    expect(agreed).toMatchObject({ ok: true, run: { buttons: [{ id: 'cancel' }] } });
    if (!agreed.ok) return;
    expect(next(agreed.run, { kind: 'claimed' }, now)).toMatchObject({ ok: true, run: { buttons: [] } });
  });

  it.each([
    ['late', waiting({ notAfter: '2026-11-21T00:04:59.999Z' }), approval('U2')],
    ['for another plan', waiting(), approval('U2', 'other')],
    ['before there is a plan', run({ state: 'preparing' }), approval('U2')],
    ['after the end', run({ state: 'ended', outcome: 'cancelled' }), approval('U2')],
  ])('refuses an approval %s', (_, before, event) => {
    expect(next(before, event, now)).toMatchObject({ ok: false });
  });

  it('does not cancel or expire what already runs', () => {
    for (const outcome of ['cancelled', 'expired'] as const) {
      expect(next(run({ state: 'running' }), { kind: 'ended', outcome, says }, now)).toMatchObject({
        ok: false,
      });
    }
  });

  it('lets only an unknown end be settled later', () => {
    expect(
      next(run({ state: 'ended', outcome: 'unknown' }), { kind: 'ended', outcome: 'done', says }, now),
    ).toMatchObject({ ok: true });
    expect(
      next(run({ state: 'ended', outcome: 'done' }), { kind: 'ended', outcome: 'failed', says }, now),
    ).toMatchObject({ ok: false });
  });
});

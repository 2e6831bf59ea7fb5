import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/runs/report.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

let stage: DeskStage;
beforeAll(async () => {
  stage = await openDeskStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.sent.length = 0;
});

const says = { en: 'x', zh: 'x' };
const report: Report = {
  scope: { kind: 'system', ids: ['MQ'] },
  startedAt: '2026-11-21T08:00:00.000Z',
  finishedAt: '2026-11-21T08:00:03.000Z',
  hosts: 1,
  findings: [],
  questions: [],
};

/** An inspection that Lin Wei asked for, with the button under its message. */
async function asked(text = 'mq'): Promise<{ readonly id: RunId; readonly button: string }> {
  const said = await stage.desk.ask('inspect', text, from('U0LIN'));
  if (said.kind !== 'started') throw new Error('not started');
  const run = await stage.store.runs.get(said.runId);
  const button = run?.buttons.find(({ action }) => action === 'cancel')?.id;
  if (button === undefined) throw new Error('no Cancel');
  return { id: said.runId, button };
}
const runOf = async (id: RunId): Promise<Run> => {
  const run = await stage.store.runs.get(id);
  if (!run) throw new Error('no run');
  return run;
};
const told = (en: string) => ({ kind: 'says', says: { en: expect.stringContaining(en) as string } });

describe('Cancel under an inspection', () => {
  it('ends it at once while it is queued', async () => {
    const { id, button } = await asked();
    expect(await stage.desk.press(button, from('U0LIN'))).toEqual({ kind: 'accepted' });
    expect(await runOf(id)).toMatchObject({
      state: 'ended',
      outcome: 'cancelled',
      cancelled: { by: { id: 'lin' } },
      says: { en: 'Cancelled by Lin Wei before it began. No host was asked.' },
      buttons: [],
    });
    expect(await stage.store.runs.apply(id, { kind: 'begun' })).toMatchObject({ ok: false });
  });

  it('asks its worker to stop while it runs, and the report says who wanted it', async () => {
    const { id, button } = await asked();
    await stage.store.runs.apply(id, { kind: 'begun' });
    expect(await stage.desk.press(button, from('U0ZHAO'))).toEqual({ kind: 'accepted' });
    expect(await runOf(id)).toMatchObject({
      state: 'preparing',
      cancelled: { by: { name: 'Zhao Min' } },
      buttons: [],
    });
    await stage.store.runs.apply(id, {
      kind: 'reported',
      report: { ...report, stopped: { hosts: [{ name: 'msgbroker-1', fate: 'ended' }] } },
      buttons: [],
      says,
    });
    expect(await runOf(id)).toMatchObject({ outcome: 'cancelled', cancelled: { by: { id: 'zhao' } } });
  });

  it('may be pressed by whoever may look at those systems, and by no other', async () => {
    const { button, id } = await asked();
    const before = await stage.rows();
    expect(await stage.desk.press(button, from('U0GUO'))).toMatchObject(told('No rule lets you look at MQ'));
    expect((await runOf(id)).cancelled).toBeUndefined();
    expect((await stage.rows()) - before).toBe(1);
    expect(await stage.desk.press(button, from('U0CHEN'))).toEqual({ kind: 'accepted' });
  });

  it('of a narrowed inspection concerns only what it looks at', async () => {
    const { button } = await asked('all');
    expect(await stage.desk.press(button, from('U0CHEN'))).toEqual({ kind: 'accepted' });
  });

  it('pressed again says who was first, under way and afterwards', async () => {
    const { id, button } = await asked();
    await stage.store.runs.apply(id, { kind: 'begun' });
    const pressed = await Promise.all([1, 2, 3].map(() => stage.desk.press(button, from('U0ZHAO'))));
    expect(pressed.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(await stage.desk.press(button, from('U0LIN'))).toMatchObject(
      told('Zhao Min has cancelled this already'),
    );
    await stage.store.runs.apply(id, {
      kind: 'reported',
      report: { ...report, stopped: { hosts: [] } },
      buttons: [],
      says,
    });
    expect(await stage.desk.press(button, from('U0LIN'))).toMatchObject(
      told('This was cancelled by Zhao Min.'),
    );
  });

  it('pressed when it is over says so, and changes nothing', async () => {
    const { id, button } = await asked();
    await stage.store.runs.apply(id, { kind: 'begun' });
    await stage.store.runs.apply(id, { kind: 'reported', report, buttons: [], says });
    expect(await stage.desk.press(button, from('U0LIN'))).toMatchObject(told('has already ended'));
    expect(await runOf(id)).toMatchObject({ outcome: 'done' });
  });

  it('leaves one line of the record, with the person', async () => {
    const { button } = await asked();
    const before = await stage.rows();
    await stage.desk.press(button, from('U0ZHAO'));
    expect((await stage.rows()) - before).toBe(1);
  });
});

describe('a cancelled report', () => {
  it('is never what a later one is compared with', async () => {
    const end = async (stopped: boolean): Promise<RunId> => {
      const { id, button } = await asked();
      await stage.store.runs.apply(id, { kind: 'begun' });
      if (stopped) await stage.desk.press(button, from('U0LIN'));
      const whole = { ...report, hosts: stopped ? 99 : 1, ...(stopped ? { stopped: { hosts: [] } } : {}) };
      await stage.store.runs.apply(id, { kind: 'reported', report: whole, buttons: [], says });
      return id;
    };
    await end(false);
    await end(true);
    const { id } = await asked();
    expect(await stage.store.runs.reportBefore(await runOf(id))).toMatchObject({ hosts: 1 });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CourseStage, lin, openCourseStage } from '../../support/course-stage.ts';
import { replyAs } from '../../support/signed.ts';

const zhao = { id: 'zhao', name: 'Zhao Min' };
const never = new AbortController().signal;
/** open, first, a person, last, close. */
const [OPEN, FIRST, CLOSE] = [1, 2, 5];

let stage: CourseStage;
/** Where read-only is turned on. */
let turnedAt: string | undefined;
let before: readonly string[];

beforeAll(async () => {
  stage = await openCourseStage({
    async at(boundary, step) {
      if (turnedAt !== `${boundary} ${step}`) return;
      turnedAt = undefined;
      await turn(true);
    },
  });
});
afterEach(async () => {
  await turn(false);
});
afterAll(() => stage.close());

const turn = (on: boolean): Promise<boolean> =>
  stage.worker.store.readOnly.turn(on, zhao, on ? 'disks are full' : 'over');
const change = (id: Parameters<CourseStage['get']>[0]): Promise<void> =>
  stage.worker.runner.change(id, never);
const isDue = async (id: string): Promise<boolean> =>
  (await stage.worker.store.runs.undelivered(0)).some((due) => due.id === id);
const came = async (): Promise<readonly string[]> => (await stage.effects()).slice(before.length);
const faults = () => stage.worker.store.audit.verifyStory();
const stop = (id: Parameters<CourseStage['get']>[0]) =>
  stage.worker.store.runs.apply(
    id,
    { kind: 'stopping', by: lin },
    { actor: lin, action: 'stop', runId: id, decision: 'run' },
  );

/** A run that was begun, and put down where read-only was turned on. */
async function putDownAt(where: string) {
  before = await stage.effects();
  const id = await stage.confirmed('pilot');
  turnedAt = where;
  await change(id);
  return id;
}

describe('read-only in the middle of a run', () => {
  it('puts it down before its next step, says by whom and why, and it goes on when that is off', async () => {
    const id = await putDownAt(`before intent ${FIRST}`);
    const down = await stage.get(id);
    expect(down).toMatchObject({
      state: 'suspended',
      waiting: { for: 'readonly', by: 'Zhao Min', reason: 'disks are full' },
    });
    expect(down.says?.en).toBe(
      'Stopped before step 2 of 5. Read-only is on, by Zhao Min: disks are full. It goes on by itself when that is off.',
    );
    expect(down.buttons.map(({ action }) => action)).toEqual(['cancel']);
    expect(await came()).toEqual(['open']);

    // While it is on, nobody is handed it, and whoever has it all the same does nothing.
    expect(await isDue(id)).toBe(false);
    await change(id);
    expect((await stage.get(id)).revision).toBe(down.revision);

    await turn(false);
    expect(await isDue(id)).toBe(true);
    expect(await stage.untilQuiet(id)).toMatchObject({ waiting: { for: 'person' } });
    await replyAs(stage.worker.store, stage.pair, id, lin, 'done');
    expect(await stage.untilQuiet(id)).toMatchObject({ outcome: 'done' });
    expect(await came()).toEqual(['open', 'first', 'last', 'close']);
    expect(await faults()).toEqual([]);
  });

  it('between the intent of a step and its effect: the intent is taken back, and the step carried out once afterwards', async () => {
    const id = await putDownAt(`after intent ${OPEN}`);
    const down = await stage.get(id);
    expect(down).toMatchObject({ state: 'suspended', waiting: { for: 'readonly' } });
    expect(down.steps).toMatchObject([{ no: OPEN, state: 'not-started' }]);
    expect(await came()).toEqual([]);
    // What the step was to open is not open.
    expect(await stage.worker.store.brackets.all()).toEqual([]);

    await turn(false);
    expect(await stage.untilQuiet(id)).toMatchObject({ waiting: { for: 'person' } });
    await replyAs(stage.worker.store, stage.pair, id, lin, 'done');
    expect(await stage.untilQuiet(id)).toMatchObject({ outcome: 'done' });
    expect(await came()).toEqual(['open', 'first', 'last', 'close']);
    expect(await faults()).toEqual([]);
  });

  it('holds the closing step back, too, and keeps that the run has failed', async () => {
    const id = await putDownAt(`before intent ${CLOSE}`);
    await replyAs(stage.worker.store, stage.pair, id, lin, 'not-done');
    await change(id);
    expect(await stage.get(id)).toMatchObject({
      state: 'suspended',
      waiting: { for: 'readonly' },
      halted: { outcome: 'failed', says: { en: expect.stringContaining('Not done.') as string } },
    });
    expect(await came()).toEqual(['open', 'first']);
    await turn(false);
    const ended = await stage.untilQuiet(id);
    expect(ended).toMatchObject({ outcome: 'failed' });
    expect(ended.says?.en.match(/Not done\./g)).toHaveLength(1);
    expect(await came()).toEqual(['open', 'first', 'close']);
    expect(await faults()).toEqual([]);
  });

  it('lets a person answer, and goes on by the answer once it is off', async () => {
    const id = await putDownAt('nowhere');
    await turn(true);
    await replyAs(stage.worker.store, stage.pair, id, lin, 'done');
    await change(id);
    expect(await stage.get(id)).toMatchObject({ state: 'suspended', waiting: { for: 'readonly' } });
    expect(await came()).toEqual(['open', 'first']);
    await turn(false);
    expect(await stage.untilQuiet(id)).toMatchObject({ outcome: 'done' });
    expect(await faults()).toEqual([]);
  });

  it('a cancelled run closes what it opened once it is off; before its first step it ends at once', async () => {
    const open = await putDownAt(`before intent ${FIRST}`);
    expect(await stop(open)).toMatchObject({ ok: true });
    await change(open);
    const down = await stage.get(open);
    expect(down).toMatchObject({ state: 'suspended', waiting: { for: 'readonly' } });
    await change(open);
    expect((await stage.get(open)).revision).toBe(down.revision);
    await turn(false);
    expect(await stage.untilQuiet(open)).toMatchObject({ outcome: 'cancelled' });
    expect(await came()).toEqual(['open', 'close']);

    const fresh = await putDownAt(`before intent ${OPEN}`);
    const cancelled = { actor: lin, action: 'cancel', runId: fresh, decision: 'run' } as const;
    expect(
      await stage.worker.store.runs.apply(fresh, { kind: 'cancelled', by: lin }, cancelled),
    ).toMatchObject({
      ok: true,
      run: { outcome: 'cancelled' },
    });
    expect(await came()).toEqual([]);
    expect(await faults()).toEqual([]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { type CourseStage, lin, openCourseStage } from '../../support/course-stage.ts';
import { replyAs } from '../../support/signed.ts';

const never = new AbortController().signal;
const MINUTES = 60_000;
let stage: CourseStage;
let aheadMs = 0;

beforeAll(async () => {
  stage = await openCourseStage({ aheadMs: () => aheadMs });
});
beforeEach(() => {
  aheadMs = 0;
});
afterAll(() => stage.close());

const faults = () => stage.worker.store.audit.verifyStory();
const told = ({ told: all = [] }: Run): readonly string[] => all.map(({ says }) => says.en);
const reply = (id: RunId, word: 'taken' | 'not-taken', saw = 'Chen Jie, by phone') =>
  replyAs(stage.worker.store, stage.pair, id, lin, word, saw);
const toDba =
  'Call dba: 5555 0101 (check the number before you rely on it). Say: The database of the orders is down.';
const toAnt =
  'Call ant-support: 400-995-1887 (check the number before you rely on it). Say: The database of the orders is down.';

async function asked(): Promise<Run> {
  const id = await stage.confirmed('escalating');
  await stage.worker.runner.change(id, never);
  return stage.untilQuiet(id);
}

/** The time of the contact that was asked last is over. */
async function later(id: RunId): Promise<Run> {
  aheadMs += 16 * MINUTES;
  await stage.sql.execute('update run set wake_at = now(3) where id = ?', [id]);
  return stage.untilQuiet(id);
}

describe('a run that asks contacts', () => {
  it('waits until somebody takes it, with whoever said so in the record, and goes on', async () => {
    const waits = await asked();
    expect(told(waits)).toEqual([toDba]);
    expect(waits).toMatchObject({ state: 'suspended', waiting: { for: 'person', step: 1 } });
    const until = waits.waiting?.for === 'person' ? waits.waiting.until : undefined;
    const left = Date.parse(until ?? '') - (await stage.worker.store.now()).getTime();
    expect(left).toBeGreaterThan(14 * MINUTES);
    expect(left).toBeLessThanOrEqual(15 * MINUTES);
    expect(waits.says?.en).toContain('Asked dba.');
    expect(waits.says?.en).toContain('ant-support is asked');
    expect(waits.buttons.map(({ action }) => action)).toEqual(['step-taken', 'step-not-taken', 'cancel']);

    await reply(waits.id, 'taken');
    const ended = await stage.untilQuiet(waits.id);
    expect(ended).toMatchObject({ outcome: 'done' });
    expect(ended.steps[0]?.says?.en).toBe('Taken. Lin Wei: Chen Jie, by phone');
    expect(ended.steps[0]?.evidence).toContain('Lin Wei (lin), taken: Chen Jie, by phone');
    expect(await faults()).toEqual([]);
  });

  it('asks the next one when nobody answers in time, and then waits and says so', async () => {
    const { id } = await asked();
    const next = await later(id);
    expect(told(next)).toEqual([toDba, toAnt]);
    expect(next.says?.en).toContain('Nobody took it within 15 min of asking dba.');
    expect(next.waiting).toMatchObject({ for: 'person', until: expect.any(String) as string });
    const left = await later(id);
    expect(told(left)).toEqual([toDba, toAnt]);
    expect(left.says?.en).toContain('Nobody is left to be asked.');
    expect(left.waiting).toEqual({ for: 'person', step: 1, since: left.waiting?.since });

    await reply(id, 'taken', 'the hotline, ticket 4711');
    expect(await stage.untilQuiet(id)).toMatchObject({ outcome: 'done' });
    expect(await faults()).toEqual([]);
  });

  it('asks the next one at once when it is not taken, and each once by one answer', async () => {
    const { id } = await asked();
    await reply(id, 'not-taken', 'Chen Jie is on leave');
    const next = await stage.untilQuiet(id);
    expect(told(next)).toEqual([toDba, toAnt]);
    expect(next.says?.en).toContain('Not taken by dba. Lin Wei: Chen Jie is on leave.');
    await reply(id, 'not-taken', 'the hotline is engaged');
    expect((await stage.untilQuiet(id)).says?.en).toContain('Nobody is left to be asked.');
  });

  it('that is cancelled ends without a further message', async () => {
    const { id } = await asked();
    const line = { actor: lin, action: 'stop', runId: id, decision: 'run' } as const;
    await stage.worker.store.runs.apply(id, { kind: 'stopping', by: lin }, line);
    const ended = await stage.untilQuiet(id);
    expect([ended.outcome, told(ended)]).toEqual(['cancelled', [toDba]]);
    expect(await faults()).toEqual([]);
  });
});

describe('a worker that is lost while it asks', () => {
  it.each(['before intent', 'before effect', 'after effect', 'before result'] as const)(
    'killed %s: everybody is asked once, and the answer counts once',
    async (boundary) => {
      const id = await stage.confirmed('escalating');
      if (boundary === 'before result') {
        await stage.worker.runner.change(id, never);
        await reply(id, 'taken');
      }
      const killed = await stage.child(id, { at: { boundary, step: 1, how: 'SIGKILL' }, leaseSeconds: 2 });
      expect(await killed.ended).toBe('SIGKILL');
      const rests = await stage.untilQuiet(id);
      const before = told(rests);
      if (rests.state === 'suspended') await reply(id, 'taken');
      const run = await stage.untilQuiet(id);
      // Before its first step nothing was begun: then it ends, and nobody was asked.
      const isBefore = boundary === 'before intent';
      const asks = isBefore ? [] : [toDba];
      expect([run.outcome, before, told(run)]).toEqual([isBefore ? 'failed' : 'done', asks, asks]);
      expect(await faults()).toEqual([]);
    },
  );

  it('frozen for longer than its lease: has lost the run when it wakes, and asks nobody again', async () => {
    const id = await stage.confirmed('escalating');
    const at = { boundary: 'after effect', step: 1, how: 'SIGSTOP' } as const;
    const frozen = await stage.child(id, { at, leaseSeconds: 2 });
    await vi.waitFor(() => expect(frozen.isStopped()).toBe(true), 20_000);
    expect(await stage.untilQuiet(id)).toMatchObject({ waiting: { for: 'person' } });
    await reply(id, 'taken');
    const run = await stage.untilQuiet(id);
    frozen.process.kill('SIGCONT');
    await frozen.ended;
    expect(await stage.get(id)).toMatchObject({ outcome: 'done', revision: run.revision });
    expect(told(run)).toEqual([toDba]);
    expect(await faults()).toEqual([]);
  });
});

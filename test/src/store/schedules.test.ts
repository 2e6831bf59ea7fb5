import type { RowDataPacket } from 'mysql2/promise';
import { ofSchedule } from '../../../src/runs/subject.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import type { Scheduled, Schedule, SlotMoment, SlotVerdict } from '../../../src/runs/schedule.ts';
import { newButtonId, type RunId } from '../../../src/runs/run.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { newSchedule } from '../../support/schedules.ts';
import { ana, ben, entry, newRun, type Store } from './fixtures.ts';

let store: Store;
let root: FreshStore['root'];
let audit: string;
let fresh: FreshStore;
let now: number;

beforeAll(async () => {
  fresh = await freshStore();
  ({ store, root, audit } = fresh);
  now = (await store.now()).getTime();
});
afterEach(() => root.query('delete from schedule').then(() => root.query('delete from schedule_slot')));
afterAll(() => fresh.close());

const inSeconds = (seconds: number): string => new Date(now + seconds * 1000).toISOString();
const patrol = (over: Partial<Schedule> = {}): Omit<Schedule, 'id'> =>
  newSchedule({ scope: '消息队列', lang: 'zh', nextAt: inSeconds(-10), ...over });
async function added(over: Partial<Schedule> = {}): Promise<Schedule> {
  const schedule = await store.schedules.add(patrol(over), entry('schedule add'));
  if (!schedule) throw new Error('there is one of this name');
  return schedule;
}
const verdict = (seconds: number, over: Partial<SlotVerdict> = {}): SlotVerdict => ({
  at: inSeconds(seconds),
  state: 'due',
  nextAt: inSeconds(3600),
  ...over,
});
const settle = (schedule: Schedule, made: SlotVerdict) => store.schedules.settle(schedule.id, () => made);
const only = async (id: Schedule['id']) => (await store.schedules.all()).find((each) => each.id === id);
const actions = async (): Promise<string[]> => {
  const [rows] = await root.query<RowDataPacket[]>(`select action from ${audit} order by n`);
  return rows.map(({ action }) => String(action));
};

/** A run of a schedule, recorded for its slot and as far as it goes. */
async function runOf(schedule: Schedule, at: string, isDone: boolean): Promise<RunId> {
  const came: Scheduled = { id: schedule.id, name: schedule.name, owner: schedule.owner, slot: at };
  const run = newRun({ schedule: came });
  await store.runs.create(run, run.id, entry('schedule', run.id));
  const slot = (await store.schedules.waiting()).find((each) => each.at === at);
  if (slot) await store.schedules.given(slot, run.id);
  if (isDone) await finished(run.id);
  return run.id;
}

async function finished(id: RunId, finishedAt = inSeconds(0)): Promise<void> {
  await store.runs.apply(id, { kind: 'begun' });
  await store.runs.apply(id, {
    kind: 'reported',
    report: {
      scope: { kind: 'system', ids: ['MQ'] },
      startedAt: finishedAt,
      finishedAt,
      hosts: 1,
      findings: [],
      questions: [],
    },
    buttons: [],
    says: words('All 3 checks passed.', '3 项检查全部通过。'),
  });
}

describe('schedules', () => {
  it('are kept as they were added, with their line in the audit', async () => {
    const plain = await added();
    const paused = await added({ name: 'b', declared: 'inventory.yaml schedules.0', lang: 'en' });
    expect(await store.schedules.all()).toEqual([plain, paused]);
    expect(paused).toMatchObject({ declared: 'inventory.yaml schedules.0' });
    expect((await actions()).slice(-2)).toEqual(['schedule add', 'schedule add']);
  });

  it('have names of their own, however they are written, and whoever comes first wins', async () => {
    const both = await Promise.all(
      ['Daily patrol', 'daily-patrol', 'DAILY_PATROL'].map((name) =>
        store.schedules.add(patrol({ name }), entry('schedule add')),
      ),
    );
    expect(both.filter((schedule) => schedule !== undefined)).toHaveLength(1);
    expect(await store.schedules.all()).toHaveLength(1);
  });

  it('are changed as they are now, and what waits for its turn is dropped when they are paused', async () => {
    const schedule = await added();
    await settle(schedule, verdict(-10));
    const paused = { by: ben, at: inSeconds(0), because: words('why', '原因') };
    const changed = await store.schedules.change(
      schedule.id,
      (before) => {
        const { nextAt: _, ...rest } = before;
        return { ...rest, paused };
      },
      entry('schedule pause'),
    );
    expect(changed).toMatchObject({ paused });
    expect(changed).not.toHaveProperty('nextAt');
    expect(await only(schedule.id)).toEqual(changed);
    expect(await store.schedules.waiting()).toEqual([]);
    expect((await actions()).at(-1)).toBe('schedule pause');
  });

  it('are gone when they are removed, once', async () => {
    const schedule = await added();
    await settle(schedule, verdict(-10));
    expect(await store.schedules.remove(schedule.id, entry('schedule remove'))).toBe(true);
    expect(await store.schedules.remove(schedule.id, entry('schedule remove'))).toBe(false);
    expect(await store.schedules.change(schedule.id, patrol, entry('schedule change'))).toBeUndefined();
    expect([await store.schedules.all(), await store.schedules.waiting()]).toEqual([[], []]);
    expect((await actions()).filter((action) => action === 'schedule remove')).toHaveLength(1);
  });

  it('have buttons that belong to no run', async () => {
    const subject = ofSchedule((await added()).id);
    const id = newButtonId();
    await store.buttons.create([{ id, subject, action: 'pause', once: false }]);
    expect(await store.buttons.get(id)).toEqual({
      id,
      subject,
      action: 'pause',
      once: false,
      expired: false,
    });
  });
});

describe('slots', () => {
  it('are decided about once, whoever asks at the same time', async () => {
    const schedule = await added();
    const moments: SlotMoment[] = [];
    await Promise.all(
      Array.from({ length: 6 }, () =>
        store.schedules.settle(schedule.id, (moment) => {
          moments.push(moment);
          return verdict(-10);
        }),
      ),
    );
    expect(moments).toMatchObject([{ schedule: { nextAt: inSeconds(-10) }, underWay: false }]);
    expect(await store.schedules.waiting()).toMatchObject([{ at: inSeconds(-10), state: 'due' }]);
    expect(await only(schedule.id)).toMatchObject({ nextAt: inSeconds(3600) });
  });

  it('are asked about when they have come by the clock of the database, or ring a little earlier', async () => {
    const soon = new Date((await store.now()).getTime() + 1500);
    const schedule = await added({ nextAt: soon.toISOString() });
    const asked: Date[] = [];
    const ask = (ringing?: Date) =>
      store.schedules.settle(
        schedule.id,
        (moment) => {
          asked.push(moment.now);
          return undefined;
        },
        ringing,
      );
    await ask();
    await ask(new Date(soon.getTime() + 60_000));
    expect(asked).toEqual([]);
    await ask(soon);
    expect(asked).toEqual([soon]);
  });

  it('wait in order: those in time first, then the late ones, each with what it says', async () => {
    const late = await added({ name: 'late' });
    const second = await added({ name: 'second' });
    const first = await added({ name: 'first' });
    const missed = { count: 2, from: inSeconds(-300), to: inSeconds(-200), because: 'database' as const };
    await settle(late, verdict(-400, { late: { because: 'stopped' }, missed }));
    await settle(second, verdict(-10));
    await settle(first, verdict(-20));
    const waiting = await store.schedules.waiting();
    expect(waiting.map(({ schedule: { name } }) => name)).toEqual(['first', 'second', 'late']);
    expect(waiting[2]).toMatchObject({ late: { because: 'stopped' }, missed });
    expect(waiting[0]).not.toHaveProperty('late');
  });

  it('know that the one before has not ended: it waits, or its run goes on', async () => {
    const schedule = await added();
    const underWay = async (): Promise<boolean> => (await store.schedules.standing(schedule.id)).underWay;
    expect(await underWay()).toBe(false);
    await settle(schedule, verdict(-10));
    expect([await underWay(), await store.schedules.underWay()]).toEqual([true, 0]);
    const id = await runOf(schedule, inSeconds(-10), false);
    expect(await store.schedules.waiting()).toEqual([]);
    expect([await underWay(), await store.schedules.underWay()]).toEqual([true, 1]);
    await finished(id);
    expect([await underWay(), await store.schedules.underWay()]).toEqual([false, 0]);
  });

  it('tell the next inspection what was missed since the last one, once', async () => {
    const schedule = await added();
    const again = (seconds: number) =>
      root.query('update schedule set next_at = ?', [inSeconds(seconds).slice(0, -1).replace('T', ' ')]);
    const gap = (from: number, to: number, count: number) => ({
      count,
      from: inSeconds(from),
      to: inSeconds(to),
    });
    await settle(schedule, verdict(-900, { state: 'missed', missed: gap(-990, -900, 4) }));
    await again(-800);
    await settle(schedule, verdict(-700, { state: 'skipped', missed: gap(-800, -790, 1) }));
    await again(-600);
    await settle(schedule, verdict(-500, { missed: gap(-600, -590, 2) }));
    const due = (await store.schedules.waiting()).find(({ state }) => state === 'due');
    expect(due?.missed).toEqual(gap(-990, -590, 7));
    expect(await store.schedules.standing(schedule.id)).toEqual({ underWay: true });
    await runOf(schedule, inSeconds(-500), true);
    await again(-400);
    await settle(schedule, verdict(-400));
    expect((await store.schedules.waiting()).find(({ state }) => state === 'due')).not.toHaveProperty(
      'missed',
    );
  });

  it('tell somebody who asks by hand, too, and are told after that', async () => {
    const schedule = await added();
    const missed = { count: 4, from: inSeconds(-990), to: inSeconds(-900) };
    await settle(schedule, verdict(-900, { state: 'missed', missed }));
    expect(await store.schedules.standing(schedule.id)).toEqual({ underWay: false, missed });
    await store.schedules.startedByHand(schedule.id, await runOf(schedule, inSeconds(0), false));
    expect(await store.schedules.standing(schedule.id)).toEqual({ underWay: true });
  });

  it('pause their schedule when they are refused, once', async () => {
    const schedule = await added();
    await settle(schedule, verdict(-10));
    const [slot] = await store.schedules.waiting();
    if (!slot) throw new Error('nothing waits');
    const because = words('no', '否');
    for (let times = 0; times < 2; times += 1)
      await store.schedules.refuse(slot, because, { ...entry('schedule pause'), actor: ben });
    expect(await store.schedules.waiting()).toMatchObject([{ state: 'refused', because }]);
    expect(await only(schedule.id)).toMatchObject({ paused: { by: ben, because } });
    expect((await actions()).slice(-2)).toEqual(['schedule add', 'schedule pause']);
  });

  it('show the newest with what came of it', async () => {
    const schedule = await added();
    await settle(schedule, verdict(-10));
    expect(await store.schedules.latest()).toEqual(
      new Map([[schedule.id, { at: inSeconds(-10), state: 'due' }]]),
    );
    const id = await runOf(schedule, inSeconds(-10), true);
    expect((await store.schedules.latest()).get(schedule.id)).toEqual({
      at: inSeconds(-10),
      state: 'due',
      run: { id, state: 'ended', outcome: 'done', says: words('All 3 checks passed.', '3 项检查全部通过。') },
    });
  });
});

describe('the report before a run of a schedule', () => {
  it('is the last of the same schedule, whatever people looked at in between', async () => {
    const schedule = await added();
    const report = async (finishedAt: string, of?: string): Promise<void> => {
      if (of !== undefined) await settle(schedule, verdict(0, { at: of }));
      const id = of === undefined ? newRun().id : await runOf(schedule, of, false);
      if (of === undefined) await store.runs.create(newRun({ id }), id, entry('asked', id));
      await finished(id, finishedAt);
    };
    await report('2026-11-18T00:00:00.000Z', inSeconds(-10));
    await report('2026-11-19T00:00:00.000Z');
    const came = { id: schedule.id, name: schedule.name, owner: ana, slot: inSeconds(0) };
    const [own, other, typed] = [
      newRun({ schedule: came }),
      newRun({ schedule: { ...came, id: (await added({ name: 'another' })).id } }),
      newRun(),
    ];
    for (const run of [own, other, typed]) await store.runs.create(run, run.id, entry('asked', run.id));
    const before = async ({ id }: { readonly id: RunId }): Promise<string | undefined> => {
      const run = await store.runs.get(id);
      return run && (await store.runs.reportBefore(run))?.finishedAt;
    };
    expect(await before(own)).toBe('2026-11-18T00:00:00.000Z');
    expect(await before(other)).toBe('2026-11-19T00:00:00.000Z');
    expect(await before(typed)).toBe('2026-11-19T00:00:00.000Z');
  });
});

describe('signs of life', () => {
  const away = async () => {
    const [rows] = await root.query<RowDataPacket[]>(
      'select away_because, timestampdiff(second, away_from, away_until) as seconds from schedule_clock',
    );
    return rows[0];
  };
  const lastLooked = (seconds: number) =>
    root.query('update schedule_clock set looked_at = now(3) - interval ? second', [seconds]);

  it('tell an outage of the database from one of Fettle, and are silent about a short pause', async () => {
    const { now: since } = await store.schedules.look(undefined);
    await lastLooked(30);
    await store.schedules.look(since);
    expect(await away()).toMatchObject({ away_because: null });
    await lastLooked(600);
    await store.schedules.look(since);
    expect(await away()).toMatchObject({ away_because: 'stopped', seconds: 600 });
    await lastLooked(300);
    await store.schedules.look(new Date(since.getTime() - 3600_000));
    expect(await away()).toMatchObject({ away_because: 'database', seconds: 300 });
    const schedule = await added();
    await store.schedules.settle(schedule.id, (moment) => {
      expect(moment.away).toMatchObject({ because: 'database' });
      return undefined;
    });
  });
});

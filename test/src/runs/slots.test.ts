import { describe, expect, it } from 'vitest';
import type { Schedule, SlotMoment } from '../../../src/runs/schedule.ts';
import type { LatestSlot } from '../../../src/runs/schedule-store.ts';
import { decideSlots, joinMissed, standingOf, turnOf } from '../../../src/runs/slots.ts';
import { newRunId } from '../../../src/runs/run.ts';
import { aSchedule } from '../../support/schedules.ts';

const SHANGHAI = 'Asia/Shanghai';
const daily = aSchedule();
const decide = (now: string, over: Partial<SlotMoment> = {}, zone = SHANGHAI) =>
  decideSlots({ schedule: daily, now: new Date(now), underWay: false, ...over }, zone);
const every5 = { ...daily, cron: '*/5 * * * *', nextAt: '2026-11-20T00:00:00.000Z' };

describe('what becomes of the slots that have come', () => {
  it('is nothing while none has', () => {
    expect(decide('2026-11-19T23:29:59.999Z')).toBeUndefined();
  });

  it('is an inspection in time, and the next slot is the one after', () => {
    const verdict = { at: '2026-11-19T23:30:00.000Z', state: 'due', nextAt: '2026-11-20T23:30:00.000Z' };
    expect(decide('2026-11-19T23:30:00.000Z')).toEqual(verdict);
    expect(decide('2026-11-19T23:32:00.000Z')).toEqual(verdict);
  });

  it('is late after its grace, which is shorter for what comes often', () => {
    expect(decide('2026-11-19T23:32:00.001Z')).toMatchObject({ state: 'due', late: {} });
    const often = { schedule: { ...daily, cron: '* * * * *', nextAt: '2026-11-20T00:00:00.000Z' } };
    expect(decide('2026-11-20T00:00:29.000Z', often)).not.toHaveProperty('late');
  });

  it('is one inspection for all of them while the last is less than half an interval old', () => {
    expect(decide('2026-11-22T09:00:00.000Z')).toEqual({
      at: '2026-11-21T23:30:00.000Z',
      state: 'due',
      late: {},
      nextAt: '2026-11-22T23:30:00.000Z',
      missed: { count: 2, from: '2026-11-19T23:30:00.000Z', to: '2026-11-20T23:30:00.000Z' },
    });
    expect(decide('2026-11-20T11:29:59.999Z')).toMatchObject({ state: 'due' });
  });

  it('is none when the last is older: the next regular one is waited for, and all are missed', () => {
    expect(decide('2026-11-20T11:30:00.000Z')).toEqual({
      at: '2026-11-19T23:30:00.000Z',
      state: 'missed',
      nextAt: '2026-11-20T23:30:00.000Z',
      missed: { count: 1, from: '2026-11-19T23:30:00.000Z', to: '2026-11-19T23:30:00.000Z' },
    });
    expect(decide('2026-11-22T20:00:00.000Z')).toMatchObject({ state: 'missed', missed: { count: 3 } });
  });

  it('is skipped while the one before has not ended, with what was missed before it', () => {
    const verdict = decide('2026-11-20T00:10:01.000Z', { schedule: every5, underWay: true });
    expect(verdict).toEqual({
      at: '2026-11-20T00:10:00.000Z',
      state: 'skipped',
      nextAt: '2026-11-20T00:15:00.000Z',
      missed: { count: 2, from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T00:05:00.000Z' },
    });
  });

  it('says why when nobody looked at that time, and only then', () => {
    const away = { until: '2026-11-20T00:09:30.000Z', because: 'database' as const };
    const at = (from: string) =>
      decide('2026-11-20T00:10:01.000Z', { schedule: every5, away: { from, ...away } })?.missed?.because;
    expect(at('2026-11-20T00:02:00.000Z')).toBe('database');
    expect(at('2026-11-20T00:09:00.000Z')).toBeUndefined();
    const late = { from: '2026-11-19T23:00:00.000Z', until: '2026-11-19T23:40:00.000Z' };
    expect(decide('2026-11-19T23:40:00.000Z', { away: { ...late, because: 'stopped' } })).toMatchObject({
      late: { because: 'stopped' },
    });
  });

  it('goes by the clock of the zone through summer time', () => {
    const zone = 'America/New_York';
    const schedule = { ...daily, cron: '30 2 * * *', nextAt: '2026-03-08T07:30:00.000Z' };
    expect(decide('2026-03-08T07:30:01.000Z', { schedule }, zone)).toMatchObject({
      at: '2026-03-08T07:30:00.000Z',
      nextAt: '2026-03-09T06:30:00.000Z',
    });
    const twice = { ...daily, cron: '30 1 * * *', nextAt: '2026-11-01T05:30:00.000Z' };
    expect(decide('2026-11-01T06:30:01.000Z', { schedule: twice }, zone)).toMatchObject({
      state: 'due',
      at: '2026-11-01T05:30:00.000Z',
      nextAt: '2026-11-02T06:30:00.000Z',
    });
  });

  it('says that there were more when they cannot all be counted', () => {
    const schedule = { ...every5, nextAt: '2016-01-01T00:00:00.000Z' };
    expect(decide('2026-11-20T00:04:00.000Z', { schedule })).toMatchObject({
      at: '2026-11-20T00:00:00.000Z',
      missed: { count: 1000, more: true, to: '2026-11-20T00:00:00.000Z' },
    });
  });
});

describe('two gaps', () => {
  it('are told as one', () => {
    const a = { count: 1, from: '2026-11-18', to: '2026-11-18', because: 'stopped' as const };
    const b = { count: 2, from: '2026-11-19', to: '2026-11-20', more: true };
    expect(joinMissed(a, b)).toEqual({
      count: 3,
      more: true,
      from: '2026-11-18',
      to: '2026-11-20',
      because: 'stopped',
    });
    expect(joinMissed(undefined, b)).toEqual(b);
    expect(joinMissed(a, undefined)).toEqual(a);
  });
});

describe('schedules that come together', () => {
  it('begin two at a time, in order, however many wait', () => {
    let waiting: readonly number[] = Array.from({ length: 40 }, (_, n) => n);
    const begun: number[] = [];
    let goingOn = 0;
    while (waiting.length > 0) {
      const next = turnOf(waiting, goingOn);
      waiting = waiting.slice(next.length);
      begun.push(...next);
      goingOn += next.length;
      expect(goingOn).toBe(2);
      goingOn -= 1;
    }
    expect(begun).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(turnOf([1, 2, 3], 5)).toEqual([]);
  });
});

describe('how a schedule stands', () => {
  const stands = (now: string, latest?: LatestSlot, schedule: Schedule = daily) =>
    standingOf(schedule, latest, SHANGHAI, new Date(now));
  const slot = (state: 'queued' | 'preparing' | 'ended'): LatestSlot => ({
    at: '2026-11-18T23:30:00.000Z',
    state: 'due',
    run: { id: newRunId(), state },
  });

  it('is overdue once its slot passed by more than its grace', () => {
    expect(stands('2026-11-19T23:30:30.000Z')).toBe('in-time');
    expect(stands('2026-11-19T23:33:00.000Z')).toBe('overdue');
  });

  it('is overdue when its inspection waits and nobody takes it', () => {
    expect(stands('2026-11-18T23:31:00.000Z', slot('queued'))).toBe('going-on');
    expect(stands('2026-11-18T23:33:00.000Z', slot('queued'))).toBe('overdue');
    expect(stands('2026-11-18T23:33:00.000Z', slot('preparing'))).toBe('going-on');
    expect(stands('2026-11-18T23:33:00.000Z', slot('ended'))).toBe('in-time');
    expect(stands('2026-11-18T23:33:00.000Z', { at: '2026-11-18T23:30:00.000Z', state: 'due' })).toBe(
      'overdue',
    );
  });

  it('is paused whatever its slots', () => {
    const { nextAt: _, ...rest } = daily;
    const paused = { by: daily.owner, at: '2026-11-01T00:00:00.000Z' };
    expect(stands('2027-11-19T23:33:00.000Z', undefined, { ...rest, paused })).toBe('paused');
  });
});

import { describe, expect, it } from 'vitest';
import { cronProblem, localTime, shortestGapMs, slotAfter, slotsUntil } from '../../../../src/kit/index.ts';

const at = (iso: string): Date => new Date(iso);
const after = (cron: string, zone: string, iso: string): string =>
  slotAfter(cron, zone, at(iso)).toISOString();

describe('slots', () => {
  it('come by the clock of the zone, never at the moment itself', () => {
    expect(after('30 7 * * *', 'Asia/Shanghai', '2026-11-19T23:29:59.999Z')).toBe('2026-11-19T23:30:00.000Z');
    expect(after('30 7 * * *', 'Asia/Shanghai', '2026-11-19T23:30:00.000Z')).toBe('2026-11-20T23:30:00.000Z');
    // Friday evening in London is Saturday in Shanghai.
    expect(after('0 8 * * 1-5', 'Asia/Shanghai', '2026-11-20T18:00:00.000Z')).toBe(
      '2026-11-23T00:00:00.000Z',
    );
    expect(after('*/10 * * * * *', 'Asia/Shanghai', '2026-11-20T00:00:03.000Z')).toBe(
      '2026-11-20T00:00:10.000Z',
    );
  });

  it('come an hour later on the day that has no such time, and once on the day that has it twice', () => {
    const zone = 'America/New_York';
    expect(after('30 2 * * *', zone, '2026-03-07T12:00:00Z')).toBe('2026-03-08T07:30:00.000Z');
    expect(after('30 2 * * *', zone, '2026-03-08T07:30:00Z')).toBe('2026-03-09T06:30:00.000Z');
    expect(after('30 1 * * *', zone, '2026-10-31T12:00:00Z')).toBe('2026-11-01T05:30:00.000Z');
    expect(after('30 1 * * *', zone, '2026-11-01T05:30:00Z')).toBe('2026-11-02T06:30:00.000Z');
  });

  it('are counted from the first to now', () => {
    const daily = (until: string) =>
      slotsUntil('30 7 * * *', 'Asia/Shanghai', at('2026-11-19T23:30:00Z'), at(until));
    expect(daily('2026-11-19T23:29:59Z')).toBeUndefined();
    expect(daily('2026-11-19T23:30:00Z')).toEqual({
      count: 1,
      last: at('2026-11-19T23:30:00Z'),
      more: false,
    });
    expect(daily('2026-11-22T12:00:00Z')).toEqual({
      count: 3,
      last: at('2026-11-21T23:30:00Z'),
      lastButOne: at('2026-11-20T23:30:00Z'),
      more: false,
    });
  });

  it('of a very long time are not walked through: the last is found, the count says that there are more', () => {
    const seen = slotsUntil('*/5 * * * *', 'UTC', at('2016-01-01T00:00:00Z'), at('2026-11-20T08:03:00Z'));
    expect(seen).toMatchObject({ count: 1000, more: true, last: at('2026-11-20T08:00:00Z') });
    const weekly = slotsUntil('0 8 * * 1', 'UTC', at('1996-01-01T08:00:00Z'), at('2026-11-20T08:03:00Z'));
    expect(weekly).toMatchObject({ count: 1000, more: true, last: at('2026-11-16T08:00:00Z') });
  });

  it('have a shortest time between two', () => {
    expect(shortestGapMs('0,1 7 * * *', 'UTC')).toBe(60_000);
    expect(shortestGapMs('30 7 * * *', 'Asia/Shanghai')).toBe(24 * 3600_000);
    expect(shortestGapMs('0 8 * * 1', 'UTC')).toBe(7 * 24 * 3600_000);
  });
});

describe('a cron expression', () => {
  it.each(['30 7 * * *', '0 8 * * MON-FRI', '0 8 * mar thu', '0 0 L * *', '*/5 * * * * *', '0 8 * * 1#1'])(
    'can be %s',
    (cron) => {
      expect(cronProblem(cron, 'Asia/Shanghai')).toBeUndefined();
    },
  );

  it.each(['61 * * * *', 'a b c d e', '0 0 30 2 *', '5-1 * * * *', 'H 7 * * *'])('cannot be %s', (cron) => {
    expect(cronProblem(cron, 'Asia/Shanghai')).toBeTypeOf('string');
  });
});

it('says a moment in local time', () => {
  expect(localTime('2026-11-19T23:30:00.000Z', 'Asia/Shanghai')).toBe('2026-11-20 07:30');
});

import { describe, expect, it } from 'vitest';
import { clockText, momentOf, sameTimeDaysBefore, wallTime } from '../../../../src/kit/index.ts';

const before = (at: string, days: number, zone: string): string =>
  sameTimeDaysBefore(new Date(at), days, zone).toISOString();
const wall = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, second: 0 };
};
const moment = (text: string, zone: string): string => momentOf(wall(text), zone).toISOString();

describe('the same time some days before', () => {
  it.each([
    ['a plain day', '2026-11-25T02:05:06.789Z', 1, 'Asia/Shanghai', '2026-11-24T02:05:06.789Z'],
    ['a week', '2026-11-25T02:05:00.000Z', 7, 'Asia/Shanghai', '2026-11-18T02:05:00.000Z'],
    ['over the end of a month', '2026-03-01T10:00:00.000Z', 1, 'UTC', '2026-02-28T10:00:00.000Z'],
    [
      'over the change to summer time',
      '2026-03-08T14:00:00.000Z',
      1,
      'America/New_York',
      '2026-03-07T15:00:00.000Z',
    ],
    ['over the change back', '2026-11-01T15:00:00.000Z', 1, 'America/New_York', '2026-10-31T14:00:00.000Z'],
    ['a week over the change', '2026-03-31T08:00:00.000Z', 7, 'Europe/Berlin', '2026-03-24T09:00:00.000Z'],
  ])('is right for %s', (_, at, days, zone, wanted) => expect(before(at, days, zone)).toBe(wanted));

  it('is later by the change for a time that the day before did not have', () => {
    expect(before('2026-03-09T06:30:00.000Z', 1, 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
  });
});

describe('a time on the wall', () => {
  it('is found again from its moment', () => {
    const at = new Date('2026-11-25T15:59:59.000Z');
    expect(wallTime(at, 'Asia/Shanghai')).toEqual({
      year: 2026,
      month: 11,
      day: 25,
      hour: 23,
      minute: 59,
      second: 59,
    });
    expect(momentOf(wallTime(at, 'Asia/Kathmandu'), 'Asia/Kathmandu')).toEqual(at);
  });

  it('is the first of two when it comes twice', () => {
    expect(moment('2026-11-01 01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
  });

  it('may overflow', () => {
    expect(moment('2026-01-00 00:00', 'UTC')).toBe('2025-12-31T00:00:00.000Z');
  });

  it('is shown with its date only on another day', () => {
    const now = new Date('2026-11-25T15:50:00Z');
    expect(clockText(new Date('2026-11-25T15:59:00Z'), now, 'Asia/Shanghai')).toBe('23:59');
    expect(clockText(new Date('2026-11-25T16:05:00Z'), now, 'Asia/Shanghai')).toBe('2026-11-26 00:05');
  });
});

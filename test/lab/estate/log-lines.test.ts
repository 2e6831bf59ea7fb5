import { describe, expect, it } from 'vitest';
import { localTime, offsetOf } from '../../../lab/estate/local-time.ts';
import { STAMPS } from '../../../lab/estate/log.ts';
import { moments } from '../../../lab/estate/log-lines.ts';

const stamp = (at: number, offsetMs: number): string => STAMPS.comma(localTime(at, offsetMs));

describe('moments', () => {
  it('are the same whether asked for at once or in parts', () => {
    const whole = moments(0, 600_000, 667, 'a');
    const parts = [0, 1, 333, 400_001].map((from, k, all) => moments(from, all[k + 1] ?? 600_000, 667, 'a'));
    expect(parts.flat()).toEqual(whole);
    expect(whole.length).toBeGreaterThanOrEqual(899);
  });

  it('are none for something that never happens', () => {
    expect(moments(0, 1e9, 60_000 / 0, 'a')).toEqual([]);
  });
});

describe('a stamp', () => {
  it('is local time with milliseconds, in summer and in winter', () => {
    const summer = Date.UTC(2019, 6, 1, 22, 30, 5, 7);
    const winter = Date.UTC(2019, 0, 1, 22, 30, 5, 7);
    expect(stamp(summer, offsetOf('Asia/Shanghai', summer))).toBe('2019-07-02 06:30:05,007');
    expect(stamp(summer, offsetOf('Europe/Berlin', summer))).toBe('2019-07-02 00:30:05,007');
    expect(stamp(winter, offsetOf('Europe/Berlin', winter))).toBe('2019-01-01 23:30:05,007');
    expect(stamp(winter, offsetOf('UTC', winter))).toBe('2019-01-01 22:30:05,007');
  });
});

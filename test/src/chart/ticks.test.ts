import { describe, expect, it } from 'vitest';
import type { Lang } from '../../../src/kit/index.ts';
import { ticksOf } from '../../../src/chart/ticks.ts';

const labels = (from: string, to: string, zone: string, lang: Lang = 'en'): readonly string[] =>
  ticksOf(Date.parse(from), Date.parse(to), zone, lang).map(({ label }) => label);

describe('the marks of a time axis', () => {
  it('stand on days of the zone', () => {
    expect(labels('2026-11-18T02:00:00Z', '2026-11-25T02:00:00Z', 'Asia/Shanghai')).toEqual([
      'Nov 19',
      'Nov 20',
      'Nov 21',
      'Nov 22',
      'Nov 23',
      'Nov 24',
      'Nov 25',
    ]);
  });

  it('stand on round times of a day', () => {
    expect(labels('2026-11-24T02:10:00Z', '2026-11-25T02:10:00Z', 'Asia/Shanghai', 'zh')).toEqual([
      '12:00',
      '15:00',
      '18:00',
      '21:00',
      '11月25日',
      '03:00',
      '06:00',
      '09:00',
    ]);
    expect(labels('2026-11-24T02:10:00Z', '2026-11-24T02:40:00Z', 'Asia/Kathmandu')).toEqual([
      '07:55',
      '08:00',
      '08:05',
      '08:10',
      '08:15',
      '08:20',
      '08:25',
    ]);
  });

  it('stay on the hour when the clocks are changed', () => {
    expect(labels('2026-03-08T03:00:00Z', '2026-03-09T03:00:00Z', 'America/New_York')).toEqual([
      'Mar 8',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
      '15:00',
      '18:00',
      '21:00',
    ]);
  });

  it('are never too many', () => {
    for (const days of [0.01, 0.3, 2, 11, 45, 400]) {
      const to = Date.parse('2026-11-25T02:00:00Z');
      const found = ticksOf(to - days * 86_400_000, to, 'Asia/Shanghai', 'en');
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThan(11);
    }
  });
});

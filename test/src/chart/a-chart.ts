import { words } from '../../../src/kit/index.ts';
import type { Chart, Series, SeriesPoint } from '../../../src/runs/series.ts';

export const TO = Date.parse('2026-11-25T02:00:00.000Z');
const HOUR = 3600_000;

/** One value an hour for so many days; none where it answers undefined. */
export const hourly = (days: number, valueAt: (hour: number) => number | undefined): readonly SeriesPoint[] =>
  Array.from({ length: days * 24 }, (_, hour) => {
    const value = valueAt(hour);
    const at = TO - (days * 24 - hour) * HOUR;
    return value === undefined ? { at, state: 'unknown' } : { at, state: 'ok', value };
  });

export function aSeries(name: string, points: readonly SeriesPoint[]): Series {
  const values = points.flatMap(({ value }) => value ?? []);
  return {
    name,
    points,
    latest: { state: 'ok', ...(values.length > 0 ? { value: values.at(-1) ?? 0 } : {}) },
    low: Math.min(...values),
    high: Math.max(...values),
    trend: 'steady',
  };
}

/** Disks of the brokers over a week. */
export const aChart = (over: Partial<Chart> = {}): Chart => ({
  of: words('Message queue', '消息队列'),
  title: words('Disk', '磁盘'),
  clause: { document: '002', section: '4.5.1.1' },
  rows: ['MQ-M16', 'MQ-M01'],
  unit: '%',
  from: new Date(TO - 7 * 24 * HOUR).toISOString(),
  to: new Date(TO).toISOString(),
  timeZone: 'Asia/Shanghai',
  kind: 'numbers',
  lines: [1, 2, 3, 4].map((n) =>
    aSeries(
      `msgbroker-${n}`,
      hourly(7, (hour) =>
        n === 2 && hour > 60 && hour < 90
          ? undefined
          : 20 + n * 11 + Math.sin(hour / (3 + n)) * 2 + (n === 4 ? hour / 12 : 0),
      ),
    ),
  ),
  limits: [{ value: 80, rows: ['MQ-M16', 'MQ-M01'] }],
  hidden: [],
  ...over,
});

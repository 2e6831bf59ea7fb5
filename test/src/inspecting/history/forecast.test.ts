import { describe, expect, it } from 'vitest';
import { words } from '../../../../src/kit/index.ts';
import { forecastsOf } from '../../../../src/inspecting/history/forecast.ts';
import type { Point } from '../../../../src/inspecting/history/trend.ts';
import { forecastSays } from '../../../../src/runs/forecast-words.ts';
import type { PastHour, Subject } from '../../../../src/runs/measured.ts';
import { type Finding, findingKey } from '../../../../src/runs/report.ts';
import { captured } from '../../../support/captured.ts';

const NOW = new Date('2026-11-25T02:00:00.000Z');
const HOUR = 3600_000;
const DAY = 24 * HOUR;

const disk = (value: number, over: Partial<Finding> = {}): Finding => ({
  system: 'MQ',
  app: 'msgbroker',
  host: 'msgbroker-1',
  check: 'broker-disk',
  part: '/home/admin',
  title: words('Disk', '磁盘'),
  state: 'ok',
  value,
  unit: '%',
  says: words('', ''),
  rows: ['MQ-M16'],
  clause: { document: '002', section: '4.5.1.1' },
  limit: { row: 'MQ-M16', value: 80, breach: 'above' },
  evidence: captured(''),
  overridden: [],
  ...over,
});
const load = (value: number): Finding => {
  const {
    unit: _unit,
    part: _part,
    ...rest
  } = disk(value, {
    check: 'broker-load',
    limit: { row: 'MQ-M17', value: 3, breach: 'above' },
  });
  return rest;
};

/** One value an hour over some days, up to now, by hours before now. */
const hourly = (days: number, valueAt: (hoursAgo: number) => number, every = 1): readonly Point[] =>
  Array.from({ length: Math.floor((days * 24) / every) }, (_, i) => {
    const hoursAgo = days * 24 - i * every;
    return { at: NOW.getTime() - hoursAgo * HOUR, value: valueAt(hoursAgo) };
  });

/** The same numbers from 0 to 1 in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A history with memory. */
function memory(of: ReadonlyMap<string, readonly Point[]>) {
  const asked: string[] = [];
  const each = <T>(subjects: readonly Subject[], read: (points: readonly Point[]) => T) =>
    new Map(
      subjects.flatMap((subject) => {
        const points = of.get(findingKey(subject));
        return points ? [[findingKey(subject), read(points)] as const] : [];
      }),
    );
  return {
    asked,
    history: {
      async lows(subjects: readonly Subject[], since: Date) {
        asked.push(`lows ${subjects.length}`);
        return each(subjects, (points) =>
          Math.min(...points.filter(({ at }) => at >= since.getTime()).map(({ value }) => value)),
        );
      },
      async hours(subjects: readonly Subject[], from: Date, to: Date) {
        asked.push(`hours ${subjects.length}`);
        return each(subjects, (points) =>
          points
            .filter(({ at }) => at >= from.getTime() && at <= to.getTime())
            .map(
              ({ at, value }): PastHour => ({
                at: new Date(at),
                state: 'ok',
                values: { low: value, high: value, newest: value },
                ...(subjects[0]?.check === 'broker-load' ? {} : { unit: '%' }),
              }),
            ),
        );
      },
    },
  };
}

const forecast = async (finding: Finding, points: readonly Point[]) =>
  (await forecastsOf([finding], memory(new Map([[findingKey(finding), points]])).history, NOW))[0];
const daysUntil = (iso: string | undefined): number =>
  iso === undefined ? NaN : (Date.parse(iso) - NOW.getTime()) / DAY;
const says = async (finding: Finding, points: readonly Point[], lang: 'en' | 'zh' = 'en') => {
  const found = await forecast(finding, points);
  return found && forecastSays(found, NOW.toISOString())[lang];
};

describe('a disk that grows', () => {
  const twoADay = hourly(7, (hours) => 74 - (hours / 24) * 2);

  it('gets to its limit and is full, the nearest said with the row', async () => {
    const found = await forecast(disk(74), twoADay);
    expect(found?.perDay).toBeCloseTo(2, 1);
    expect(daysUntil(found?.limitAt)).toBeCloseTo(3, 1);
    expect(daysUntil(found?.fullAt)).toBeCloseTo(13, 1);
    expect(await says(disk(74), twoADay)).toBe(
      'full in about 13 days, at the limit of 80 % (MQ-M16) in about 3 days',
    );
    expect(await says(disk(74), twoADay, 'zh')).toBe('约 13 天后写满，约 3 天后达到阈值 80 %（MQ-M16）');
  });

  it('is told of when it is full, beyond its limit', async () => {
    const breached = disk(88, { state: 'warning' });
    const text = await says(
      breached,
      hourly(7, (hours) => 88 - (hours / 24) * 4),
    );
    expect(text).toBe('full in about 3 days, the limit of 80 % (MQ-M16) is reached');
  });

  it('grows in whole per cent, as df says it', async () => {
    const found = await forecast(
      disk(74),
      hourly(7, (hours) => Math.floor(74.5 - (hours / 24) * 0.9)),
    );
    expect(found?.perDay).toBeGreaterThan(0.7);
    expect(found?.perDay).toBeLessThan(1.1);
  });

  it('starts anew when it was cleaned', async () => {
    const cleaned = hourly(7, (hours) => (hours > 72 ? 95 - (hours - 72) / 10 : 66 - (hours / 24) * 6));
    const found = await forecast(disk(66), cleaned);
    expect(found?.perDay).toBeCloseTo(6, 0);
    expect(daysUntil(found?.limitAt)).toBeCloseTo(14 / 6, 1);
  });

  it('says nothing right after it was cleaned', async () => {
    expect(
      await forecast(
        disk(42),
        hourly(7, (hours) => (hours > 5 ? 90 - hours / 10 : 42)),
      ),
    ).toBeUndefined();
  });

  it('is seen when it began to grow steeply only lately', async () => {
    const bent = hourly(7, (hours) => (hours > 30 ? 40 : 70 - hours));
    const found = await forecast(disk(70), bent);
    expect(daysUntil(found?.limitAt)).toBeLessThan(1);
  });

  it('is passed over when it is cleaned every night', async () => {
    for (let hour = 1; hour <= 24; hour += 1) {
      const nightly = hourly(7, (hours) => 60 + ((((hour - hours) % 24) + 24) % 24) * 0.5);
      expect(await forecast(disk(60 + (hour % 24) * 0.5), nightly)).toBeUndefined();
    }
  });
});

describe('what cannot be told', () => {
  it.each<[string, Finding, readonly Point[]]>([
    ['without a past', disk(74), []],
    ['from a few points', disk(74), hourly(6, (hours) => 74 - hours / 12, 24)],
    ['from a few hours', disk(74), hourly(0.7, (hours) => 74 - hours)],
    [
      'from two looks with nothing between',
      disk(74),
      [...hourly(7, () => 60).slice(0, 6), ...hourly(0.3, () => 74)],
    ],
    ['of a flat value', disk(74), hourly(7, () => 74)],
    ['of a value that falls', disk(60), hourly(7, (hours) => 60 + hours / 24)],
    ['of what is further away than a month', disk(50), hourly(7, (hours) => 50 - (hours / 24) * 0.5)],
    ['so far ahead from so little', disk(50), hourly(1, (hours) => 50 - hours / 12)],
    ['of what has no limit', load(2), hourly(7, (hours) => 2 - hours / 100)],
  ])('is nothing %s', async (name, finding, points) => {
    const { limit, ...free } = finding;
    const wanted = name.includes('no limit') ? free : { ...free, ...(limit ? { limit } : {}) };
    expect(await forecast(wanted, points)).toBeUndefined();
  });

  it('is nothing of a limit from below, or of one that is breached', async () => {
    const rising = hourly(7, (hours) => 2.9 - hours / 100);
    const below = { ...load(2.9), limit: { row: 'MQ-M17', value: 3, breach: 'below' } } as const;
    expect(await forecast(load(2.9), rising)).toMatchObject({ limitAt: expect.any(String) as string });
    expect(await forecast(below, rising)).toBeUndefined();
    expect(
      await forecast(
        { ...load(3.5), state: 'warning' },
        hourly(7, (hours) => 3.5 - hours / 100),
      ),
    ).toBeUndefined();
  });

  it('is nothing of values that go up and down with the day', async () => {
    const random = dice(7);
    for (let shift = 0; shift < 24; shift += 1) {
      const daily = (hours: number) =>
        50 + 20 * Math.sin(((shift - hours) / 24) * 2 * Math.PI) + (random() - 0.5) * 6;
      for (const days of [1, 1.5, 2, 3, 7])
        expect(await forecast(disk(daily(0)), hourly(days, daily))).toBeUndefined();
    }
  });

  it('is nothing of noise, with very few exceptions', async () => {
    const random = dice(11);
    let told = 0;
    for (let round = 0; round < 400; round += 1) {
      const noise = () => 60 + (random() - 0.5) * 30;
      if (await forecast(disk(noise()), hourly(round % 2 === 0 ? 7 : 2, noise))) told += 1;
    }
    expect(told).toBe(0);
  });

  it('is not shaken by noise on what really grows', async () => {
    const random = dice(13);
    const noisy = hourly(7, (hours) => 74 - (hours / 24) * 2 + (random() - 0.5) * 2);
    const found = await forecast(disk(74), noisy);
    expect(found?.perDay).toBeGreaterThan(1.8);
    expect(found?.perDay).toBeLessThan(2.2);
  });
});

describe('forecasts of a whole estate', () => {
  it('come nearest first from two questions, the second about the few that grew', async () => {
    const flat = Array.from({ length: 3000 }, (_, i) => disk(70, { host: `flat-${i}` }));
    const growing = [1, 5, 3].map((perDay) => disk(74, { host: `grows-${perDay}` }));
    const of = new Map([
      ...flat.map((each) => [findingKey(each), hourly(1, () => 70)] as const),
      ...growing.map((each, i) => {
        const perDay = [1, 5, 3][i] ?? 0;
        return [findingKey(each), hourly(7, (hours) => 74 - (hours / 24) * perDay)] as const;
      }),
    ]);
    const { history, asked } = memory(of);
    const found = await forecastsOf([...flat, ...growing], history, NOW);
    expect(found.map(({ finding: { host } }) => host)).toEqual(['grows-5', 'grows-3', 'grows-1']);
    expect(asked).toEqual(['lows 3003', 'hours 3']);
    expect(found[0]?.finding).not.toHaveProperty('evidence');
  });

  it('read the course of no more than a few hundred, however many grow', async () => {
    const findings = Array.from({ length: 1000 }, (_, i) => disk(70, { host: `h-${i}` }));
    const points = hourly(7, (hours) => 70 - (hours / 24) * 2);
    const { history, asked } = memory(new Map(findings.map((each) => [findingKey(each), points])));
    const found = await forecastsOf(findings, history, NOW);
    expect(found).toHaveLength(50);
    expect(asked).toEqual(['lows 1000', 'hours 200']);
  });

  it('ask nothing when nothing has a limit', async () => {
    const { history, asked } = memory(new Map());
    expect(await forecastsOf([], history, NOW)).toEqual([]);
    expect(asked).toEqual([]);
  });
});

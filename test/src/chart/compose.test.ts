import { describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { compose } from '../../../src/chart/compose.ts';
import type { Curves, Strips } from '../../../src/chart/picture.ts';
import type { Chart, SeriesPoint } from '../../../src/runs/series.ts';
import { aChart, aSeries, hourly, TO } from './a-chart.ts';

const MINUTE = 60_000;
const curves = (over: Partial<Chart>): Curves => {
  const { drawing } = compose(aChart(over), 'en');
  if (drawing.kind !== 'curves') throw new Error('not curves');
  return drawing;
};
const strips = (over: Partial<Chart>): Strips => {
  const { drawing } = compose(aChart({ kind: 'states', ...over }), 'en');
  if (drawing.kind !== 'strips') throw new Error('not strips');
  return drawing;
};
const pieces = (points: readonly SeriesPoint[]): readonly number[] =>
  (curves({ lines: [aSeries('a', points)] }).curves[0]?.pieces ?? []).map((piece) => piece.length);
const at = (minutes: number, value?: number): SeriesPoint => ({
  at: TO + minutes * MINUTE,
  state: 'ok',
  ...(value === undefined ? {} : { value }),
});

describe('a picture of values', () => {
  it('says what it is about, of when and where the clocks are, in either language', () => {
    expect(compose(aChart(), 'en')).toMatchObject({
      title: 'Message queue: Disk (%)',
      notes: ['2026-11-18 10:00 – 2026-11-25 10:00, Asia/Shanghai', 'the worst of each hour'],
    });
    expect(compose(aChart(), 'zh').title).toBe('消息队列：磁盘（%）');
  });

  it('names each host with its newest value, and each limit with its rows', () => {
    const drawn = curves({ lines: [aSeries('msgbroker-1', [at(-5, 40), at(0, 41.5)])] });
    expect(drawn.curves.map(({ name }) => name)).toEqual(['msgbroker-1  41.5 %']);
    expect(drawn.limits).toEqual([{ value: 80, label: 'limit 80 % (MQ-M16, MQ-M01)' }]);
    expect(drawn.highest).toBeCloseTo(92);
  });

  it('is broken where nothing was measured, and where it was not for long', () => {
    expect(pieces([at(0, 1), at(5, 2), at(10, 3)])).toEqual([3]);
    expect(pieces([at(0, 1), at(5), at(10, 3), at(15, 4)])).toEqual([1, 2]);
    expect(pieces([at(0, 1), at(5, 2), at(10, 3), at(15, 4), at(60, 5), at(65, 6)])).toEqual([4, 2]);
    expect(pieces([at(0, 1), at(300, 2)])).toEqual([2]);
  });

  it('does not press the curves to the ground for a limit that is far away', () => {
    const far = {
      lines: [aSeries('a', [at(-5, 1), at(0, 2)])],
      unit: '',
      limits: [{ value: 100, rows: ['DEPS-M01'] as const }],
    };
    expect(curves(far)).toMatchObject({ limits: [], highest: expect.closeTo(2.3) as number });
    expect(compose(aChart(far), 'en').notes).toContain('limit 100 (DEPS-M01): far above');
    expect(curves({ ...far, limits: [{ value: 3, rows: ['MQ-M17'] }] }).limits).toHaveLength(1);
  });

  it('stays below the end of per cent', () => {
    expect(curves({ lines: [aSeries('a', [at(0, 97)])] }).highest).toBe(100);
  });
});

describe('a picture of very many', () => {
  const many = (count: number, odd: (n: number) => number | undefined = () => undefined) =>
    Array.from({ length: count }, (_, n) =>
      aSeries(
        `h-${n}`,
        hourly(7, (hour) => odd(n) ?? 20 + (n % 5) + (hour % 3)),
      ),
    );

  it('tells twelve apart', () => {
    const drawn = curves({ lines: many(12) });
    expect(drawn.curves).toHaveLength(12);
    expect(drawn.band).toBeUndefined();
  });

  it('makes a band of the usual ones and draws alone what is unlike them', () => {
    const drawn = curves({ lines: many(40, (n) => (n === 7 ? 90 : n === 30 ? 2 : undefined)) });
    expect(drawn.curves.map(({ name }) => name)).toEqual(['h-7  90 %', 'h-30  2 %']);
    expect(drawn.band?.name).toBe('lowest to highest of 38');
    const [piece = []] = drawn.band?.pieces ?? [];
    expect(drawn.band?.pieces).toHaveLength(1);
    expect(piece.length).toBeGreaterThan(100);
    expect(Math.min(...piece.map(([, low]) => low))).toBe(20);
    expect(Math.max(...piece.map(([, , high]) => high))).toBe(26);
  });

  it('says that none is unlike the others', () => {
    const lines = many(20);
    expect(curves({ lines }).curves).toEqual([]);
    expect(compose(aChart({ lines }), 'en').notes).toContain('20 courses as a band, none unlike the others');
  });

  it('leaves a hole in the band where nothing was measured', () => {
    const lines = Array.from({ length: 20 }, (_, n) =>
      aSeries(
        `h-${n}`,
        hourly(7, (hour) => (hour > 60 && hour < 100 ? undefined : 20 + n)),
      ),
    );
    expect(curves({ lines }).band?.pieces).toHaveLength(2);
  });
});

describe('a picture of states', () => {
  const seen = (minutes: number, state: SeriesPoint['state']): SeriesPoint => ({
    at: TO + minutes * MINUTE,
    state,
  });

  it('makes one span of what stays as it is, up to now', () => {
    const points = [seen(-20, 'ok'), seen(-15, 'ok'), seen(-10, 'critical'), seen(-5, 'critical')];
    const {
      strips: [strip],
    } = strips({ lines: [{ name: 'a', points, latest: { state: 'critical' } }] });
    expect(strip?.spans).toEqual([
      { from: TO - 20 * MINUTE, to: TO - 10 * MINUTE, state: 'ok' },
      { from: TO - 10 * MINUTE, to: TO, state: 'critical' },
    ]);
  });

  it('does not say that nothing changed while nobody looked', () => {
    const points = [seen(-600, 'ok'), seen(-595, 'ok'), seen(-590, 'ok'), seen(-10, 'ok'), seen(-5, 'ok')];
    const {
      strips: [strip],
    } = strips({ lines: [{ name: 'a', points, latest: { state: 'ok' } }] });
    expect(strip?.spans).toHaveLength(2);
    expect((strip?.spans[0]?.to ?? 0) - (TO - 590 * MINUTE)).toBeLessThan(10 * MINUTE);
  });

  it('shows the worst thirty and says how many more there are', () => {
    const lines = Array.from({ length: 35 }, (_, n) => ({
      name: `h-${n}`,
      points: [seen(-5, 'ok')],
      latest: { state: 'ok' as const },
    }));
    expect(strips({ lines }).strips).toHaveLength(30);
    expect(compose(aChart({ kind: 'states', lines, title: words('Port', '端口') }), 'zh').notes).toContain(
      '另有 5 条，均不更差',
    );
  });
});

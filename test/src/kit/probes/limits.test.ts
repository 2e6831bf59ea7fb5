import { describe, expect, it } from 'vitest';
import {
  judgeCount,
  judgeLimits,
  type LogWindow,
  type ResolvedLimit,
  things,
  words,
} from '../../../../src/kit/index.ts';

const minor: ResolvedLimit = { row: 'DTX-M10', value: 6, state: 'warning', overridden: false };
const major: ResolvedLimit = { row: 'DTX-M09', value: 10, state: 'critical', overridden: false };
const measured = (value: number) => ({ name: words('backlog', '积压'), value, unit: '' });

describe('a value held against limits', () => {
  it.each([
    [6, 'ok', 'DTX-M10'],
    [7, 'warning', 'DTX-M10'],
    [10, 'warning', 'DTX-M10'],
    [11, 'critical', 'DTX-M09'],
  ])('of two levels: %i is %s, by %s', (value, state, row) => {
    expect(judgeLimits(measured(value), [major, minor])).toMatchObject({
      state,
      limit: { row, breach: 'above' },
    });
  });

  it('of one level is judged by the strictest', () => {
    const loose: ResolvedLimit = { row: 'MQ-M01', value: 90, overridden: false };
    const strict: ResolvedLimit = { row: 'MQ-M16', value: 80, overridden: false };
    expect(judgeLimits(measured(95), [loose, strict])).toMatchObject({
      state: 'warning',
      limit: { row: 'MQ-M16', value: 80 },
      says: { en: 'backlog 95, above the limit of 80 (MQ-M16)', zh: '积压 95，高于阈值 80（MQ-M16）' },
    });
  });

  it('can be too low', () => {
    const least: ResolvedLimit = { row: 'DBP-M06', value: 97, overridden: false, lastsSeconds: 60 };
    expect(judgeLimits(measured(96), [least], 'critical', 'below')).toMatchObject({
      state: 'critical',
      limit: { breach: 'below', lastsSeconds: 60 },
    });
  });

  it('without a limit is only told', () => {
    expect(judgeLimits(measured(5), [])).toEqual({
      state: 'ok',
      value: 5,
      says: { en: 'backlog 5', zh: '积压 5' },
    });
  });
});

describe('a count from a log', () => {
  const window = (over: Partial<LogWindow> = {}): LogWindow => ({
    path: '/x.log',
    seconds: 300,
    dated: true,
    lines: 3,
    whole: true,
    tally: new Map(),
    sums: new Map(),
    last: ['a', 'b'],
    ...over,
  });
  const count = (value: number, over: Partial<LogWindow> = {}) =>
    judgeCount({
      value,
      what: things('error', 'errors', '条错误'),
      window: window(over),
      limits: [minor],
      names: words('TP_A ×7', 'TP_A ×7'),
    });

  it.each([
    [3, {}, 'ok', '3 errors in 5 minutes', '5 分钟内 3 条错误'],
    [3, { seconds: 60 }, 'ok', '3 errors in the last minute', '最近一分钟 3 条错误'],
    [3, { dated: false, lines: 20 }, 'ok', '3 errors in the newest 20 lines', '最新 20 行中 3 条错误'],
    [
      7,
      {},
      'warning',
      '7 errors in 5 minutes, above the limit of 6 (DTX-M10): TP_A ×7',
      '5 分钟内 7 条错误，高于阈值 6（DTX-M10）：TP_A ×7',
    ],
    [
      3,
      { whole: false },
      'unknown',
      '3 errors in 5 minutes at least; the log is too large to be read as a whole',
      '5 分钟内 3 条错误；日志过大，未能完整读取',
    ],
  ] as const)('of %i %j is %s', (value, over, state, en, zh) => {
    expect(count(value, over)).toMatchObject({ state, value, says: { en, zh }, evidence: 'a\nb' });
  });
});

import { describe, expect, it } from 'vitest';
import { isMissedFinding, missedWords, withMissed, withoutMissed } from '../../../src/runs/missed.ts';
import { cameFrom } from '../../support/schedules.ts';
import { aFinding, aReport } from '../slack/fixtures.ts';

const missed = { count: 3, from: '2026-11-17T23:30:00.000Z', to: '2026-11-19T23:30:00.000Z' };
const scheduled = cameFrom();

describe('what was missed', () => {
  it.each([
    [
      { ...missed, because: 'stopped' as const },
      'missed 3 inspections from 2026-11-18 07:30 to 2026-11-20 07:30: Fettle was not running',
      '漏检 3 次（2026-11-18 07:30 至 2026-11-20 07:30）：Fettle 未运行',
    ],
    [
      { ...missed, count: 1000, more: true, because: 'database' as const },
      'missed more than 1000 inspections from 2026-11-18 07:30 to 2026-11-20 07:30: Fettle could not reach its database',
      '漏检超过 1000 次（2026-11-18 07:30 至 2026-11-20 07:30）：Fettle 无法连接其数据库',
    ],
    [
      { count: 1, from: missed.from, to: missed.from },
      'missed the inspection of 2026-11-18 07:30',
      '漏检 1 次（2026-11-18 07:30）',
    ],
  ])('is said in local time with why, when that is known', (gap, en, zh) => {
    expect(missedWords(gap, 'Asia/Shanghai')).toEqual({ en, zh });
  });

  it('is an unknown of the next report of that schedule, and nothing to compare the one after with', () => {
    const report = aReport([aFinding()]);
    const told = withMissed(report, { ...scheduled, missed }, 'Asia/Shanghai');
    expect(told.findings.map(({ state }) => state)).toEqual(['ok', 'unknown']);
    expect(told.findings.filter(isMissedFinding)).toMatchObject([
      { app: 'Daily patrol', says: { en: expect.stringContaining('missed 3 inspections') as string } },
    ]);
    expect(withoutMissed(told)).toEqual(report);
    expect(withMissed(report, scheduled, 'UTC')).toBe(report);
    expect(withMissed(report, undefined, 'UTC')).toBe(report);
  });
});

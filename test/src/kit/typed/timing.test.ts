import { describe, expect, it } from 'vitest';
import { describeTiming, readTiming, slotAfter } from '../../../../src/kit/index.ts';

const bank = { timeZone: 'Asia/Shanghai', environment: 'production' } as const;
const cronOf = (text: string): string => {
  const read = readTiming(text, bank);
  return read.ok ? read.cron : read.says.en;
};

describe('when something comes', () => {
  it.each([
    ['daily 07:30', '30 7 * * *'],
    ['Every day at 7:30 AM', '30 7 * * *'],
    ['07:30', '30 7 * * *'],
    ['daily 07:30, 19:30', '30 7,19 * * *'],
    ['weekdays 08:00', '0 8 * * 1-5'],
    ['weekends at 10:15', '15 10 * * 0,6'],
    ['mon, thu 09:00', '0 9 * * 1,4'],
    ['every monday and friday 9pm', '0 21 * * 1,5'],
    ['mon-fri 9:00', '0 9 * * 1-5'],
    ['sat to mon 8:00', '0 8 * * 0,1,6'],
    ['monthly 1 08:00', '0 8 1 * *'],
    ['hourly', '0 * * * *'],
    ['every 30 min', '*/30 * * * *'],
    ['every 2 hours', '0 */2 * * *'],
    ['every 120 minutes', '0 */2 * * *'],
    ['每天 07:30', '30 7 * * *'],
    ['每天早上 7 点半', '30 7 * * *'],
    ['每天 下午 3 点 15 分', '15 15 * * *'],
    ['每日 07：30、19：30', '30 7,19 * * *'],
    ['工作日 08:00', '0 8 * * 1-5'],
    ['每周一、周四 09:00', '0 9 * * 1,4'],
    ['每周一至周五 9:00', '0 9 * * 1-5'],
    ['星期天 8点', '0 8 * * 0'],
    ['每月 1 日 08:00', '0 8 1 * *'],
    ['每 30 分钟', '*/30 * * * *'],
    ['每半小时', '*/30 * * * *'],
    ['每隔 2 小时', '0 */2 * * *'],
    ['30 7 * * 1-5', '30 7 * * 1-5'],
    ['0 8 * * MON', '0 8 * * MON'],
  ])('can be said as %s', (text, cron) => {
    expect(cronOf(text)).toBe(cron);
  });

  it.each(['daily', 'daily 7', 'daily 25:00', 'someday 07:30', 'all', '', 'mon tue'])(
    'is not said by "%s", and the answer shows how',
    (text) => {
      const read = readTiming(text, bank);
      expect(read).toMatchObject({ ok: false, isTime: false });
      expect(cronOf(text)).toContain('does not say when. Write daily 07:30');
    },
  );

  it.each([
    ['every 7 min', 'Every 7 minutes does not come out even. Write every 1, 2, 3, 4, 5, 6, 10'],
    ['daily 07:30, 08:45', 'add one for each'],
    ['61 * * * *', 'is no cron expression (Constraint error, got value 61 expected range 0-59)'],
    ['0 0 30 2 *', 'is no cron expression'],
    ['every 1 min', 'More often than every 5 minutes'],
    ['*/10 * * * * *', 'More often than every 5 minutes'],
    ['0,2 7 * * *', 'More often than every 5 minutes'],
  ])('cannot be %s, with the reason', (text, because) => {
    expect(readTiming(text, bank)).toMatchObject({ ok: false, isTime: true });
    expect(cronOf(text)).toContain(because);
  });

  it('may be every few seconds in practice only', () => {
    const read = readTiming('every 10 seconds', { timeZone: 'UTC', environment: 'practice' });
    expect(read).toEqual({ ok: true, cron: '*/10 * * * * *' });
  });
});

describe('a cron expression in words', () => {
  it.each([
    ['30 7 * * *', 'daily at 07:30', '每天 07:30'],
    ['30 7,19 * * *', 'daily at 07:30, 19:30', '每天 07:30、19:30'],
    ['0 8 * * 1-5', 'weekdays at 08:00', '工作日 08:00'],
    ['0 10 * * 0,6', 'weekends at 10:00', '周末 10:00'],
    ['0 9 * * 1,4', 'Mon, Thu at 09:00', '每周一、周四 09:00'],
    ['0 8 1 * *', 'monthly on day 1 at 08:00', '每月 1 日 08:00'],
    ['0 * * * *', 'every hour', '每小时'],
    ['0 */2 * * *', 'every 2 hours', '每 2 小时'],
    ['*/30 * * * *', 'every 30 minutes', '每 30 分钟'],
    ['*/5 * * * * *', 'every 5 seconds', '每 5 秒'],
    ['30 7 1,15 * 2', 'cron 30 7 1,15 * 2', 'cron 30 7 1,15 * 2'],
  ])('%s is %s', (cron, en, zh) => {
    expect(describeTiming(cron)).toEqual({ en, zh });
  });

  it('means the same when it is read again', () => {
    for (const cron of [
      '30 7 * * *',
      '0 8 * * 1-5',
      '0 9 * * 1,4',
      '0 8 1 * *',
      '*/30 * * * *',
      '0 */2 * * *',
    ])
      for (const said of Object.values(describeTiming(cron))) {
        const next = (of: string) => slotAfter(of, bank.timeZone, new Date('2026-11-20T00:00:00Z'));
        expect(next(cronOf(String(said).replace('monthly on day', 'monthly')))).toEqual(next(cron));
      }
  });
});

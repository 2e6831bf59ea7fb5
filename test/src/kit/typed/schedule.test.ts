import { describe, expect, it } from 'vitest';
import { afterSchedule, readSchedule, scheduleKey, words } from '../../../../src/kit/index.ts';
import { appOf, estateOf } from '../../../support/estates.ts';

const estate = estateOf({
  timeZone: 'Asia/Shanghai',
  environment: 'production',
  systems: [{ id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] }],
  apps: [appOf('msgbroker', 'MQ')],
});
const wish = (text: string): unknown => {
  const read = readSchedule(text, estate);
  return read.ok ? read.wish : read.says.en;
};
const add = { do: 'add', name: 'p', cron: '30 7 * * *' };

describe('what is wanted of schedules', () => {
  it('begins with the word itself, and not with one that only looks like it', () => {
    expect(afterSchedule('schedule')).toBe('');
    expect(afterSchedule(' Schedules  pause x')).toBe('pause x');
    expect(afterSchedule('计划 暂停 x')).toBe('暂停 x');
    expect(afterSchedule('scheduler')).toBeUndefined();
    expect(afterSchedule('mq schedule')).toBeUndefined();
  });

  it.each([
    ['', { do: 'list' }],
    ['list', { do: 'list' }],
    ['列表', { do: 'list' }],
    ['add p "daily 07:30" mq #C0OPS', { ...add, scope: 'mq', channel: 'C0OPS' }],
    ['add p #C0OPS daily 07:30 mq', { ...add, scope: 'mq', channel: 'C0OPS' }],
    ['add p daily 07:30 消息队列', { ...add, scope: '消息队列' }],
    ['add p 30 7 * * * *', { ...add, scope: '*' }],
    ['add p 30 7 * * * mq msgbroker', { ...add, scope: 'mq msgbroker' }],
    ['add "Daily patrol" "daily 07:30" all', { ...add, name: 'Daily patrol', scope: 'all' }],
    ['添加 日常巡检 “每天 07:30” 全部', { ...add, name: '日常巡检', scope: '全部' }],
    ['pause Daily patrol', { do: 'pause', name: 'Daily patrol' }],
    ['恢复 日常巡检', { do: 'resume', name: '日常巡检' }],
    ['run "Daily patrol"', { do: 'run', name: 'Daily patrol' }],
    ['delete p', { do: 'remove', name: 'p' }],
    ['change p "weekdays 08:00"', { do: 'change', name: 'p', cron: '0 8 * * 1-5' }],
    ['change p mq', { do: 'change', name: 'p', scope: 'mq' }],
    ['change p #C0OPS', { do: 'change', name: 'p', channel: 'C0OPS' }],
    [
      '修改 p 工作日 08:00 mq #C0OPS',
      { do: 'change', name: 'p', cron: '0 8 * * 1-5', scope: 'mq', channel: 'C0OPS' },
    ],
  ])('is read from "%s"', (text, expected) => {
    expect(wish(text)).toEqual(expected);
  });

  it.each([
    ['pasue p', '"pasue" is not known after schedule; near: pause. There is list, add,'],
    ['pause', 'Which one? /inspect schedule pause <name>'],
    ['add', 'Name it, say when and what'],
    ['add p', 'Name it, say when and what'],
    ['add p! "daily 07:30" mq', '"p!" cannot be a name'],
    ['add p "daily" mq', '"daily" does not say when'],
    ['add p every 1 min mq', 'More often than every 5 minutes'],
    ['add p "daily 07:30"', 'Say what to inspect'],
    ['add p "daily 07:30" msgbrokr', 'Unknown name "msgbrokr". Did you mean msgbroker'],
    ['add p "daily 07:30" mq #ops', 'Slack did not say which channel #ops is'],
    ['change p', 'Say what is to be different'],
    ['change p "dayly 07:30"', 'does not say when'],
    ['change p qqqq', 'Unknown name "qqqq"'],
  ])('gets an answer to "%s"', (text, says) => {
    expect(wish(text)).toContain(says);
  });

  it('means the same schedule however its name is written', () => {
    expect(scheduleKey('Daily  Patrol')).toBe(scheduleKey('daily-patrol'));
    expect(scheduleKey('Ｄaily_patrol ')).toBe('daily-patrol');
    expect(scheduleKey('日常巡检')).not.toBe(scheduleKey('日常巡查'));
  });
});

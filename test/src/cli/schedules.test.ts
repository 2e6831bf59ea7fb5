import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnoseSchedules, schedulesText } from '../../../src/cli/schedules.ts';
import { words } from '../../../src/kit/index.ts';
import { newRunId } from '../../../src/runs/run.ts';
import type { Schedule } from '../../../src/runs/schedule.ts';
import type { Store } from '../../../src/store/index.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { newSchedule } from '../../support/schedules.ts';
import { ana, entry } from '../store/fixtures.ts';

let store: Store;
let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
  ({ store } = fresh);
});
afterAll(() => fresh.close());

async function added(name: string, over: Partial<Schedule>): Promise<Schedule> {
  const { nextAt: _, ...rest } = newSchedule({ name });
  const schedule = await store.schedules.add({ ...rest, ...over }, entry('schedule add'));
  if (!schedule) throw new Error('there is one of this name');
  return schedule;
}

describe('schedules for whoever runs Fettle', () => {
  it('are overdue by name, with since when and what to do; the others are in order', async () => {
    const hour = 3_600_000;
    const now = (await store.now()).getTime();
    await added('late', { nextAt: '2026-11-17T23:30:00.000Z', channel: 'C0MQ' });
    await added('fine', { nextAt: new Date(now + hour).toISOString() });
    await added('resting', { channel: 'C0NONE', paused: { by: ana, at: '2026-11-17T23:30:00.000Z' } });
    const { seen, channels } = await diagnoseSchedules(store, 'Asia/Shanghai');
    expect(seen).toEqual([
      {
        name: 'schedule late',
        ok: false,
        says: 'overdue since 2026-11-18 07:30. Check that a bot and a worker run, and their logs.',
      },
      { name: 'schedule fine', ok: true, says: expect.stringMatching(/^next at \d{4}-\d\d-\d\d \d\d:\d\d$/) },
      { name: 'schedule resting', ok: true, says: 'paused by Ana' },
    ]);
    expect(channels).toEqual(['C0MQ', 'C0OPS']);
  });

  it('are printed with when, what and where, what comes next and what came last', async () => {
    const schedule = await added('daily', { nextAt: '2036-11-19T23:30:00.000Z' });
    const run = {
      id: newRunId(),
      state: 'ended' as const,
      says: words('All 3 checks passed.', '全部通过。'),
    };
    const line = {
      schedule,
      standing: 'in-time' as const,
      latest: { at: '2026-11-18T23:30:00.000Z', state: 'due' as const, run },
      buttons: [],
    };
    const list = { kind: 'schedules' as const, lines: [line], more: 0, zone: 'Asia/Shanghai' };
    expect(schedulesText(list, 'en').split('\n')).toEqual([
      '○ daily  daily at 07:30 (Asia/Shanghai)  /inspect mq  #C0OPS',
      '    next 2036-11-20 07:30',
      '    last 2026-11-19 07:30: All 3 checks passed.',
      '    Ana',
    ]);
    expect(schedulesText({ ...list, says: words('done', '已完成') }, 'zh')).toMatch(
      /^已完成\n○ daily {2}每天 07:30/,
    );
    expect(schedulesText({ ...list, lines: [] }, 'en')).toBe('No inspection comes by itself.');
  });
});

import { type Schedule, ScheduleId, type Scheduled } from '../../src/runs/schedule.ts';

/** A daily patrol of the message queue that Ana owns, with whatever a test wants otherwise. */
export const aSchedule = (over: Partial<Schedule> = {}): Schedule & { readonly nextAt: string } => ({
  id: ScheduleId.parse('3f0c8c9e-7d1b-4a52-9d5b-0d6f6b1a2c3d'),
  name: 'Daily patrol',
  cron: '30 7 * * *',
  scope: 'mq',
  team: 'T',
  channel: 'C0OPS',
  lang: 'en',
  owner: { id: 'U1', name: 'Ana' },
  nextAt: '2026-11-19T23:30:00.000Z',
  ...over,
});

/** Not yet in any store. */
export function newSchedule(over: Partial<Schedule> = {}): Omit<Schedule, 'id'> {
  const { id: _, ...rest } = aSchedule(over);
  return rest;
}

/** What a run of it says of its schedule. */
export const cameFrom = (over: Partial<Scheduled> = {}): Scheduled => {
  const { id, name, owner } = aSchedule();
  return { id, name, owner, slot: '2026-11-20T23:30:00.000Z', ...over };
};

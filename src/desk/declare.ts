import { scheduleKey, slotAfter } from '../kit/index.ts';
import { INVENTORY } from '../policy/policy.ts';
import type { Schedule } from '../runs/schedule.ts';
import type { DeskDeps } from './deps.ts';

/** A schedule as the inventory declares it. */
export type Declared = Pick<Schedule, 'name' | 'cron' | 'scope' | 'channel' | 'team' | 'lang'> & {
  readonly declared: string;
};

/** Brings the store to what is declared: schedules no longer declared are removed, and every schedule goes by the inventory's time zone. May be called by several processes. */
export async function declareSchedules(
  deps: Pick<DeskDeps, 'schedules' | 'estate' | 'now'>,
  declared: readonly Declared[],
): Promise<void> {
  const { schedules, estate } = deps;
  const present = await schedules.all();
  const now = await deps.now();
  const audit = (action: string, { name, cron, scope, channel }: Omit<Declared, 'declared'>) => ({
    actor: INVENTORY,
    action,
    facts: { schedule: name, cron, scope, channel },
  });
  for (const wanted of declared) {
    const there = present.find(({ name }) => scheduleKey(name) === scheduleKey(wanted.name));
    const nextAt = slotAfter(wanted.cron, estate.timeZone, now).toISOString();
    if (!there) await schedules.add({ ...wanted, owner: INVENTORY, nextAt }, audit('schedule add', wanted));
    else if (differs(there, wanted)) {
      // A schedule that a person added under this name belongs to the inventory from now on, with its history; paused stays paused.
      await schedules.change(
        there.id,
        (now) => ({
          ...now,
          ...wanted,
          owner: INVENTORY,
          ...(now.paused || now.cron === wanted.cron ? {} : { nextAt }),
        }),
        audit('schedule change', wanted),
      );
    }
  }
  const names = new Set(declared.map(({ name }) => scheduleKey(name)));
  for (const { id, ...there } of present)
    if (there.declared !== undefined && !names.has(scheduleKey(there.name)))
      await schedules.remove(id, audit('schedule remove', there));
  for (const there of await schedules.all()) {
    if (there.nextAt === undefined || isSlot(there, there.nextAt, estate.timeZone, now)) continue;
    const nextAt = slotAfter(there.cron, estate.timeZone, now).toISOString();
    await schedules.change(
      there.id,
      (before) => (before.nextAt === there.nextAt ? { ...before, nextAt } : before),
      audit('schedule change', there),
    );
  }
}

/** Slots that are due are started by `due-schedules.ts`. The second look is for a time that summer time leaves out, which only shows from before it. */
function isSlot({ cron }: Schedule, slot: string, zone: string, now: Date): boolean {
  const at = new Date(slot);
  return (
    at <= now ||
    [now, new Date(at.getTime() - 2 * 3_600_000)].some(
      (from) => slotAfter(cron, zone, from).getTime() === at.getTime(),
    )
  );
}

const differs = (there: Schedule, wanted: Declared): boolean =>
  there.owner.id !== INVENTORY.id ||
  (['name', 'cron', 'scope', 'channel', 'team', 'lang', 'declared'] as const).some(
    (part) => there[part] !== wanted[part],
  );

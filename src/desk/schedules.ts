import { scheduleKey, type ScheduleWish, words } from '../kit/index.ts';
import { sha256 } from '../runs/plan.ts';
import type { Schedule } from '../runs/schedule.ts';
import { lookAs } from './look.ts';
import { type DeskParts, handOver } from './parts.ts';
import { newCancel } from './begin.ts';
import { runOf } from './patrol.ts';
import type { Arrival, Said } from './port.ts';
import { add, change, type Done, not, pause, remove, resume } from './schedule-edits.ts';
import { listed, listSchedules, unknownName, visible } from './schedule-list.ts';
import { auditOf, decideRunNow } from './schedule-rights.ts';

/** What somebody typed about schedules, decided, recorded and answered. */
export async function carryOutWish(parts: DeskParts, wish: ScheduleWish, arrival: Arrival): Promise<Said> {
  if (wish.do === 'list') return listSchedules(parts, arrival);
  const done = await performWish(parts, wish, arrival);
  if (!done.ok) return { kind: 'says', says: done.says };
  return listed(parts, arrival, { says: done.says, only: (schedule) => schedule.id === done.id });
}

/** Does with a schedule as somebody wishes, where they may; recorded. */
export async function performWish(
  parts: DeskParts,
  wish: Exclude<ScheduleWish, { do: 'list' }>,
  arrival: Arrival,
): Promise<Done> {
  if (wish.do === 'add') return add(parts, wish, arrival);
  const schedules = await visible(parts, arrival.person);
  const schedule = schedules.find(({ name }) => scheduleKey(name) === scheduleKey(wish.name));
  if (!schedule) return { ok: false, says: unknownName(wish.name, schedules) };
  switch (wish.do) {
    case 'change':
      return change(parts, wish, schedule, arrival);
    case 'pause':
      return pause(parts, schedule, arrival);
    case 'resume':
      return resume(parts, schedule, arrival);
    case 'remove':
      return remove(parts, schedule, arrival);
    case 'run':
      return runNow(parts, schedule, arrival);
    default:
      return wish satisfies never;
  }
}

/** Now, beside its times, with the rights of whoever asks; shown where the schedule is shown. */
async function runNow(parts: DeskParts, schedule: Schedule, arrival: Arrival): Promise<Done> {
  const { id, name, scope } = schedule;
  const { person } = arrival;
  const look = lookAs(parts, person, scope);
  const audit = auditOf(parts, person, 'schedule run', schedule);
  const decision = decideRunNow(parts, person, scope);
  if (decision.verdict === 'no') {
    await parts.audit.write({ ...audit, decision: 'no', reason: decision.because.en });
    return { ok: false, says: decision.because };
  }
  if (!look.ok) return { ok: false, says: look.says };
  const { underWay, missed } = await parts.schedules.standing(id);
  if (underWay) return not(`"${name}" has not ended yet.`, `计划“${name}”的上一次巡检尚未结束。`);
  const slot = (await parts.now()).toISOString();
  const asked = runOf(schedule, look.ask, { slot, ...(missed ? { missed } : {}) });
  const { run, created } = await parts.runs.create(
    {
      ...asked,
      requestedBy: person,
      state: 'queued',
      buttons: await newCancel(parts, asked.id),
    },
    sha256(arrival.key),
    { ...audit, decision: 'run' },
  );
  if (created) {
    await parts.schedules.startedByHand(id, run.id);
    await handOver(parts, run);
  }
  return {
    ok: true,
    id,
    says: words(
      `"${name}" begins now; the result comes where it always does.`,
      `计划“${name}”已开始执行，结果将显示在其频道中。`,
    ),
  };
}

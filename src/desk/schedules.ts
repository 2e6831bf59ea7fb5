import { scheduleKey, type ScheduleWish, words } from '../kit/index.ts';
import { sha256 } from '../runs/plan.ts';
import type { Schedule } from '../runs/schedule.ts';
import { visibleScopeTyped } from './visible-scope.ts';
import { type DeskDeps, handOver } from './deps.ts';
import { newCancel } from './begin.ts';
import { runOf } from './due-schedules.ts';
import type { Arrival, Reply } from './port.ts';
import { add, change, type Done, not, pause, remove, resume } from './schedule-edits.ts';
import { listed, listSchedules, unknownName, visible } from './schedule-list.ts';
import { auditOf, decideRunNow } from './schedule-rights.ts';

/** What somebody typed about schedules, decided, recorded and answered. */
export async function carryOutWish(deps: DeskDeps, wish: ScheduleWish, arrival: Arrival): Promise<Reply> {
  if (wish.do === 'list') return listSchedules(deps, arrival);
  const done = await performWish(deps, wish, arrival);
  if (!done.ok) return { kind: 'says', says: done.says };
  return listed(deps, arrival, { says: done.says, only: (schedule) => schedule.id === done.id });
}

/** Does with a schedule as somebody wishes, where they may; recorded. */
export async function performWish(
  deps: DeskDeps,
  wish: Exclude<ScheduleWish, { do: 'list' }>,
  arrival: Arrival,
): Promise<Done> {
  if (wish.do === 'add') return add(deps, wish, arrival);
  const schedules = await visible(deps, arrival.person);
  const schedule = schedules.find(({ name }) => scheduleKey(name) === scheduleKey(wish.name));
  if (!schedule) return { ok: false, says: unknownName(wish.name, schedules) };
  switch (wish.do) {
    case 'change':
      return change(deps, wish, schedule, arrival);
    case 'pause':
      return pause(deps, schedule, arrival);
    case 'resume':
      return resume(deps, schedule, arrival);
    case 'remove':
      return remove(deps, schedule, arrival);
    case 'run':
      return runNow(deps, schedule, arrival);
    default:
      return wish satisfies never;
  }
}

/** Now, beside its times, with the rights of whoever asks; shown where the schedule is shown. */
async function runNow(deps: DeskDeps, schedule: Schedule, arrival: Arrival): Promise<Done> {
  const { id, name, scope } = schedule;
  const { person } = arrival;
  const look = visibleScopeTyped(deps, person, scope);
  const audit = auditOf(deps, person, 'schedule run', schedule);
  const decision = decideRunNow(deps, person, scope);
  if (decision.verdict === 'no') {
    await deps.audit.write({ ...audit, decision: 'no', reason: decision.because.en });
    return { ok: false, says: decision.because };
  }
  if (!look.ok) return { ok: false, says: look.says };
  const { underWay, missed } = await deps.schedules.standing(id);
  if (underWay) return not(`"${name}" has not ended yet.`, `计划“${name}”的上一次巡检尚未结束。`);
  const slot = (await deps.now()).toISOString();
  const asked = runOf(schedule, look.ask, { slot, ...(missed ? { missed } : {}) });
  const { run, created } = await deps.runs.create(
    {
      ...asked,
      requestedBy: person,
      state: 'queued',
      buttons: await newCancel(deps, asked.id),
    },
    sha256(arrival.key),
    { ...audit, decision: 'run' },
  );
  if (created) {
    await deps.schedules.startedByHand(id, run.id);
    await handOver(deps, run);
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

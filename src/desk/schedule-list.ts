import { nearest, type Words, words } from '../kit/index.ts';
import { SCHEDULE_ACTIONS, type ScheduleAction } from '../runs/actions.ts';
import { ofSchedule } from '../runs/subject.ts';
import { newButtonId, type Person } from '../runs/run.ts';
import type { Schedule } from '../runs/schedule.ts';
import { standingOf } from '../runs/slots.ts';
import { visibleScopeTyped } from './visible-scope.ts';
import { may, seenBy } from './may.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival, Reply, ScheduleLine, ScheduleList } from './port.ts';
import { refusedTo } from './refuse.ts';
import { decideEdit, decideRunNow } from './schedule-rights.ts';

/** Schedules of one answer: Slack shows no more blocks. The command line prints all. */
const SHOWN = 20;
/** A list is a picture of its moment; its buttons count for a day. */
const BUTTON_HOURS = 24;

/** Every schedule of which the person may see something. */
export async function listSchedules(deps: DeskDeps, arrival: Arrival): Promise<Reply> {
  const { person } = arrival;
  const systems = deps.systemsOf({ kind: 'all' });
  if (seenBy(deps, person, systems).length > 0) return listed(deps, arrival, {});
  const decision = may(deps, person, 'look', systems);
  if (decision.verdict !== 'no') return listed(deps, arrival, {});
  return refusedTo(deps, { actor: person, action: 'schedule list' }, decision.because);
}

/** Those of which the person may see something. */
export async function visible(deps: DeskDeps, person: Person): Promise<readonly Schedule[]> {
  return (await deps.schedules.all()).filter(({ scope }) => {
    const look = visibleScopeTyped(deps, person, scope);
    return look.ok || !look.isMayNot;
  });
}

/** With what was just done, and buttons for what the person may do. */
export async function listed(
  deps: DeskDeps,
  { person, origin }: Arrival,
  { says, only = () => true }: { readonly says?: Words; readonly only?: (schedule: Schedule) => boolean },
): Promise<ScheduleList> {
  const [all, latest, now] = await Promise.all([visible(deps, person), deps.schedules.latest(), deps.now()]);
  const meant = all.filter(only);
  const isSlack = origin.surface === 'slack';
  const shown = isSlack ? meant.slice(0, SHOWN) : meant;
  const zone = deps.estate.timeZone;
  const lines = shown.map((schedule): ScheduleLine => {
    const newest = latest.get(schedule.id);
    return {
      schedule,
      standing: standingOf(schedule, newest, zone, now),
      ...(newest ? { latest: newest } : {}),
      buttons: isSlack ? buttonsFor(deps, person, schedule) : [],
    };
  });
  const expiresAt = new Date(now.getTime() + BUTTON_HOURS * 3600_000).toISOString();
  await deps.buttons.create(
    lines.flatMap(({ schedule: { id }, buttons }) =>
      buttons.map((button) => ({
        ...button,
        subject: ofSchedule(id),
        once: SCHEDULE_ACTIONS[button.action].once,
        expiresAt,
      })),
    ),
  );
  return {
    kind: 'schedules',
    ...(says ? { says } : {}),
    lines,
    more: meant.length - shown.length,
    zone,
  };
}

/** What the person may press; it is decided again when it is pressed. */
function buttonsFor(deps: DeskDeps, person: Person, schedule: Schedule): ScheduleLine['buttons'] {
  const mayEdit = decideEdit(deps, person, [schedule.scope]).verdict !== 'no';
  const mayRun =
    visibleScopeTyped(deps, person, schedule.scope).ok &&
    decideRunNow(deps, person, schedule.scope).verdict !== 'no';
  const actions: readonly (ScheduleAction | undefined)[] = [
    mayEdit ? (schedule.paused ? 'resume' : 'pause') : undefined,
    mayRun ? 'run' : undefined,
    mayEdit && schedule.declared === undefined ? 'remove' : undefined,
  ];
  return actions.flatMap((action) => (action ? [{ id: newButtonId(), action }] : []));
}

/** No schedule of this name, and what there is. */
export function unknownName(name: string, schedules: readonly Schedule[]): Words {
  const shown = name.slice(0, 60);
  const names = schedules.map((schedule) => schedule.name);
  const near = nearest(shown, names, 3);
  if (names.length === 0)
    return words(
      `There is no schedule "${shown}", and no other. Add one: /inspect schedule add daily-patrol "daily 07:30" all`,
      `没有名为“${shown}”的计划，目前没有任何计划。可添加：/inspect 计划 添加 日常巡检 "每天 07:30" 全部`,
    );
  const offered = near.length > 0 ? near : names.slice(0, 5);
  return near.length > 0
    ? words(
        `There is no schedule "${shown}". Did you mean ${offered.join(', ')}?`,
        `没有名为“${shown}”的计划。您是否要输入 ${offered.join('、')}？`,
      )
    : words(
        `There is no schedule "${shown}". There is: ${offered.join(', ')}.`,
        `没有名为“${shown}”的计划。现有：${offered.join('、')}。`,
      );
}

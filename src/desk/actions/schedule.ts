import { words } from '../../kit/index.ts';
import type { StoredButton } from '../../runs/subject.ts';
import type { DeskDeps } from '../deps.ts';
import type { Arrival, ButtonReply } from '../port.ts';
import { GONE } from '../schedule-edits.ts';
import { listed } from '../schedule-list.ts';
import { performWish } from '../schedules.ts';

/** A button of a list of schedules was pressed: as if its words had been typed, and the list is shown again. */
export async function pressedOfSchedule(
  deps: DeskDeps,
  { subject, action, expired }: StoredButton<'schedule'>,
  arrival: Arrival,
): Promise<ButtonReply> {
  if (expired)
    return {
      kind: 'says',
      says: words(
        'This list is old. Ask for a fresh one: /inspect schedule',
        '该列表已过期，请重新输入：/inspect 计划',
      ),
    };
  const schedule = (await deps.schedules.all()).find(({ id }) => id === subject.id);
  if (!schedule) return { kind: 'says', says: GONE.says };
  const done = await performWish(deps, { do: action, name: schedule.name }, arrival);
  return done.ok ? listed(deps, arrival, { says: done.says }) : { kind: 'says', says: done.says };
}

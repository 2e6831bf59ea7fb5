import { scheduleKey, type ScheduleWish, slotAfter, type Words, words } from '../kit/index.ts';
import type { Schedule, ScheduleId } from '../runs/schedule.ts';
import type { MostSchedules } from '../runs/schedule-store.ts';
import { visibleScopeTyped } from './visible-scope.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival } from './port.ts';
import { auditOf, decideRunNow, refusalToEdit } from './schedule-rights.ts';

/** What became of a wish, in a sentence. */
export type Done =
  | { readonly ok: true; readonly says: Words; readonly id: ScheduleId }
  | { readonly ok: false; readonly says: Words };

export const not = (en: string, zh: string): Done => ({ ok: false, says: words(en, zh) });

export async function add(
  deps: DeskDeps,
  { name, cron, scope, channel: wanted }: Extract<ScheduleWish, { do: 'add' }>,
  { person, origin, lang, slackId }: Arrival,
): Promise<Done> {
  const channel = wanted ?? (origin.surface === 'slack' ? origin.channel : undefined);
  if (channel === undefined)
    return not(
      'Say in which channel it is to be shown, by its id: #C0123ABCD at the end.',
      '请在末尾注明显示结果的频道 ID，例如 #C0123ABCD。',
    );
  const refused = await refusalToEdit(deps, person, 'add', name, [scope]);
  if (refused) return { ok: false, says: refused };
  const hidden = notShown(await deps.canShow(channel, slackId));
  if (hidden) return hidden;
  const schedule: Omit<Schedule, 'id'> = {
    name,
    cron,
    scope,
    channel,
    team: origin.surface === 'slack' ? origin.team : '',
    lang,
    owner: person,
    nextAt: await nextOf(deps, cron),
  };
  const added = await deps.schedules.addWithin(
    MOST_SCHEDULES,
    schedule,
    auditOf(deps, person, 'schedule add', schedule),
  );
  if (added === 'too-many-of-owner' || added === 'too-many') return tooManySchedules(added);
  if (added) return { ok: true, id: added.id, says: words(`"${name}" is set up.`, `已添加计划“${name}”。`) };
  const there = (await deps.schedules.all()).find((each) => scheduleKey(each.name) === scheduleKey(name));
  // The same words that arrive twice are one schedule.
  if (there && there.owner.id === person.id && there.cron === cron && there.scope === scope)
    return { ok: true, id: there.id, says: words(`"${name}" is set up.`, `已添加计划“${name}”。`) };
  if (there?.declared !== undefined)
    return not(
      `There is a schedule "${name}" already, written in ${there.declared}. Choose another name, or change it there.`,
      `已有名为“${name}”的计划，定义于 ${there.declared}。请换一个名称，或在该文件中修改。`,
    );
  return not(
    `There is a schedule "${name}" already. Choose another name, or change it: /inspect schedule change "${name}" "daily 08:00"`,
    `已有名为“${name}”的计划。请换一个名称，或修改它：/inspect 计划 修改 "${name}" "每天 08:00"`,
  );
}

export async function change(
  deps: DeskDeps,
  { cron, scope, channel }: Extract<ScheduleWish, { do: 'change' }>,
  schedule: Schedule,
  { person, origin, slackId }: Arrival,
): Promise<Done> {
  const { id, name } = schedule;
  const scopes = scope === undefined ? [schedule.scope] : [schedule.scope, scope];
  const refused = (await refusalToEdit(deps, person, 'change', name, scopes)) ?? declaredElsewhere(schedule);
  if (refused) return { ok: false, says: refused };
  const hidden = channel === undefined ? undefined : notShown(await deps.canShow(channel, slackId));
  if (hidden) return hidden;
  const nextAt = await nextOf(deps, cron ?? schedule.cron);
  const wanted = {
    ...(cron === undefined ? {} : { cron }),
    ...(scope === undefined ? {} : { scope }),
    ...(channel === undefined ? {} : { channel }),
    ...(channel !== undefined && origin.surface === 'slack' ? { team: origin.team } : {}),
    // It is shown with the rights of whoever said what and where.
    owner: person,
  };
  const changed = await deps.schedules.change(
    id,
    (now) => ({ ...now, ...wanted, ...(now.paused || cron === undefined ? {} : { nextAt }) }),
    auditOf(deps, person, 'schedule change', { ...schedule, ...wanted }, schedule.channel),
  );
  return changed ? { ok: true, id, says: words(`"${name}" is changed.`, `已修改计划“${name}”。`) } : GONE;
}

export async function pause(deps: DeskDeps, schedule: Schedule, { person }: Arrival): Promise<Done> {
  const { id, name, scope, paused } = schedule;
  const refused = await refusalToEdit(deps, person, 'pause', name, [scope]);
  if (refused) return { ok: false, says: refused };
  if (paused) return not(`"${name}" is paused already.`, `计划“${name}”已处于暂停状态。`);
  const at = (await deps.now()).toISOString();
  const changed = await deps.schedules.change(
    id,
    (now) => {
      const { nextAt: _, ...rest } = now;
      return { ...rest, paused: { by: person, at } };
    },
    auditOf(deps, person, 'schedule pause', schedule),
  );
  return changed ? { ok: true, id, says: words(`"${name}" is paused.`, `已暂停计划“${name}”。`) } : GONE;
}

export async function resume(deps: DeskDeps, schedule: Schedule, { person }: Arrival): Promise<Done> {
  const { id, name, scope, cron, owner, paused, declared } = schedule;
  const refused = await refusalToEdit(deps, person, 'resume', name, [scope]);
  if (refused) return { ok: false, says: refused };
  if (!paused) return not(`"${name}" is not paused.`, `计划“${name}”未暂停。`);
  const nextAt = await nextOf(deps, cron);
  const isTakenOver =
    declared === undefined &&
    (!visibleScopeTyped(deps, owner, scope).ok || decideRunNow(deps, owner, scope).verdict === 'no');
  const changed = await deps.schedules.change(
    id,
    (now) => {
      const { paused: _, ...rest } = now;
      return { ...rest, nextAt, ...(isTakenOver ? { owner: person } : {}) };
    },
    auditOf(deps, person, 'schedule resume', schedule),
  );
  if (!changed) return GONE;
  const says = isTakenOver
    ? words(
        `"${name}" goes on, and is yours now: ${owner.name} may not look at it.`,
        `计划“${name}”已恢复，并由您接管：${owner.name} 没有巡检权限。`,
      )
    : words(`"${name}" goes on.`, `已恢复计划“${name}”。`);
  return { ok: true, id, says };
}

export async function remove(deps: DeskDeps, schedule: Schedule, { person }: Arrival): Promise<Done> {
  const { id, name, scope } = schedule;
  const refused = (await refusalToEdit(deps, person, 'remove', name, [scope])) ?? declaredElsewhere(schedule);
  if (refused) return { ok: false, says: refused };
  const removed = await deps.schedules.remove(id, auditOf(deps, person, 'schedule remove', schedule));
  return removed ? { ok: true, id, says: words(`"${name}" is removed.`, `已删除计划“${name}”。`) } : GONE;
}

export const GONE = not('This schedule is gone; nothing was done.', '该计划已不存在，未做任何操作。');

/** The same words whether a channel does not exist, Fettle is not in it, or the person is not: they tell nothing about it. */
function notShown(canShow: boolean | 'shared' | undefined): Done | undefined {
  if (canShow === undefined)
    return not(
      'Slack did not say whether results can be shown in that channel. Nothing was set up; try again in a moment.',
      'Slack 未告知该频道能否显示结果。未做任何设置，请稍后重试。',
    );
  if (canShow === 'shared')
    return not(
      'That channel is shared with another organisation, so results are not shown there. Choose a channel of your own organisation. If results may be seen there, the owner of policy.yaml can add it under "sharedChannels".',
      '该频道与其他组织共享，因此不在其中显示结果。请选择本组织的频道。若允许在其中显示结果，请联系 policy.yaml 的维护人将其加入“sharedChannels”。',
    );
  return canShow
    ? undefined
    : not(
        'Fettle is not in that channel, or you are not. Join it, invite Fettle there with /invite, and try again.',
        '您或 Fettle 不在该频道中。请先加入该频道，并在其中输入 /invite 邀请 Fettle，然后重试。',
      );
}

/** Schedules that people set up: of one person, and in all. Those of the inventory do not count. */
const MOST_SCHEDULES: MostSchedules = { ofOwner: 10, inAll: 100 };

const tooManySchedules = (which: 'too-many-of-owner' | 'too-many'): Done =>
  which === 'too-many-of-owner'
    ? not(
        `You have ${MOST_SCHEDULES.ofOwner} schedules, which is as many as one person may have. Remove one first: /inspect schedule`,
        `您已有 ${MOST_SCHEDULES.ofOwner} 个计划，已达每人上限。请先删除一个：/inspect 计划`,
      )
    : not(
        `There are ${MOST_SCHEDULES.inAll} schedules, which is as many as there may be. One must be removed first: /inspect schedule`,
        `现有 ${MOST_SCHEDULES.inAll} 个计划，已达上限。请先删除一个：/inspect 计划`,
      );

/** Schedules declared in the inventory are changed there. */
const declaredElsewhere = ({ name, declared }: Schedule): Words | undefined =>
  declared === undefined
    ? undefined
    : words(
        `"${name}" is written in ${declared}: change or remove it there; it counts within seconds. Here it can be paused.`,
        `计划“${name}”定义于 ${declared}，请在该文件中修改或删除，数秒内生效。此处只能暂停。`,
      );

const nextOf = async ({ estate, now }: DeskDeps, cron: string): Promise<string> =>
  slotAfter(cron, estate.timeZone, await now()).toISOString();

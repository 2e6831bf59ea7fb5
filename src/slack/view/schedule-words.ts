import { words, type Words } from '../../kit/index.ts';
import type { ScheduleAction } from '../../runs/actions.ts';
import type { Standing } from '../../runs/slots.ts';

/** The fixed sentences and labels about schedules, in both languages. */
export const S = {
  list: words('Scheduled inspections', '定时巡检计划'),
  none: words(
    'There are none yet. Add one: /inspect schedule add daily-patrol "daily 07:30" all',
    '暂无计划。可添加：/inspect 计划 添加 日常巡检 "每天 07:30" 全部',
  ),
  next: words('next', '下次'),
  last: words('last', '上次'),
  waits: words('waits for its turn', '等待执行'),
  privately: words('a direct conversation', '私信'),
  removeTitle: words('Remove this schedule?', '删除该计划？'),
  removeYes: words('Remove', '删除'),
  removeNo: words('Keep it', '保留'),
  everything: words('All evidence', '全部证据'),
  unchanged: words('as before', '与上次相同'),
  notInTime: words('not carried out in time', '未按时执行'),
  first: words('nothing to compare with yet', '暂无历史结果可比较'),
} as const satisfies Record<string, Words>;

export const SCHEDULE_BUTTON: Readonly<Record<ScheduleAction, Words>> = {
  pause: words('Pause', '暂停'),
  resume: words('Resume', '恢复'),
  run: words('Run now', '立即执行'),
  remove: words('Remove', '删除'),
};

export const STANDING: Readonly<Record<Standing, Words>> = {
  paused: words('paused', '已暂停'),
  overdue: words('overdue', '已逾期'),
  'going-on': words('going on', '正在巡检'),
  'in-time': words('in time', '正常'),
};

export const pausedBy = (name: string): Words => words(`Paused by ${name}.`, `由 ${name} 暂停。`);
export const rightsOf = (name: string): Words =>
  words(`Carried out with the rights of ${name}.`, `以 ${name} 的权限执行。`);
export const declaredIn = (place: string): Words => words(`Written in ${place}.`, `定义于 ${place}。`);
export const removes = (name: string): Words =>
  words(
    `"${name}" will not come any more. Its reports stay.`,
    `计划“${name}”将不再执行，已有的巡检报告会保留。`,
  );
export const inOrder = (systems: number): Words =>
  words(systems === 1 ? '1 system in order' : `${systems} systems in order`, `${systems} 个系统正常`);
export const nothingSince = (time: string): Words =>
  words(`nothing changed since ${time}`, `与上次巡检（${time}）相比无变化`);
export const changesSince = (count: number, time: string): Words =>
  words(
    `${count === 1 ? '1 change' : `${count} changes`} since ${time}`,
    `与上次巡检（${time}）相比有 ${count} 项变化`,
  );
export const dueAt = (time: string): Words =>
  words(`Due at ${time}, begun late`, `应于 ${time} 执行，实际延后`);

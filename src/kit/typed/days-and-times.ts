import { type Words, words } from '../words.ts';

/** A cron expression, or why these days and times are none, or undefined when the text speaks of something else. */
export type DaysAndTimes = { readonly cron: string } | { readonly says: Words } | undefined;

const TIME =
  '(?:(?:凌晨|早上|早晨|上午|中午|下午|晚上) ?)?\\d{1,2} ?(?::\\d{2}|[点时] ?(?:半|整|\\d{1,2} ?分?)?)? ?(?:am|pm)?';
const AND = ' ?(?:,|and|和|与|及) ?';
const TIME_AT_END = new RegExp(`${TIME}$`);
const AND_AT_END = new RegExp(`${AND}$`);
/** No time is written with more characters, and nothing between two times. */
const LONGEST = 24;

/** `daily 07:30`, `weekdays at 8:00, 20:00`, `每周一、周四 9 点半`. */
export function daysAndTimes(said: string): DaysAndTimes {
  const { days, list } = timesAtEnd(said);
  const times = list.map(timeOf);
  const on = daysOf(
    days
      .replace(/ ?(?:\bat )?$/, '')
      .replace(/,$/, '')
      .trim(),
  );
  const [first] = times;
  if (!first || !on) return undefined;
  const whole = times.flatMap((time) => (time ? [time] : []));
  if (whole.length < times.length) return undefined;
  if (whole.some(({ minute }) => minute !== first.minute)) return { says: DIFFERENT_MINUTES };
  const hours = [...new Set(whole.map(({ hour }) => hour))].sort((a, b) => a - b).join(',');
  return { cron: `${first.minute} ${hours} ${on.day} * ${on.weekdays}` };
}

/** The times that the text ends with, and what stands before them. Taken from the end, one at a time, so that it costs no more than the text is long. */
function timesAtEnd(said: string): { readonly days: string; readonly list: readonly string[] } {
  const list: string[] = [];
  let left = said;
  let days = said;
  for (;;) {
    const time = TIME_AT_END.exec(left.slice(-LONGEST))?.[0];
    if (time === undefined) return { days, list };
    list.unshift(time);
    days = left.slice(0, left.length - time.length);
    const and = AND_AT_END.exec(days.slice(-LONGEST))?.[0];
    if (and === undefined) return { days, list };
    left = days.slice(0, days.length - and.length);
  }
}

const DIFFERENT_MINUTES = words(
  'Times with different minutes are different schedules: add one for each, or use the same minute.',
  '分钟数不同的时间需要分别添加计划，或改为相同的分钟数。',
);

interface Time {
  readonly hour: number;
  readonly minute: number;
}

function timeOf(text: string): Time | undefined {
  const [, part = '', hours = '', clock, point, words12] =
    /^(凌晨|早上|早晨|上午|中午|下午|晚上)? ?(\d{1,2}) ?(?::(\d{2})|([点时] ?(?:半|整|\d{1,2} ?分?)?))? ?(am|pm)?$/.exec(
      text.trim(),
    ) ?? [];
  // A number alone may be anything.
  if (hours === '' || (clock === undefined && point === undefined && words12 === undefined)) return undefined;
  const minute = clock ?? (point?.includes('半') ? '30' : (/\d+/.exec(point ?? '')?.[0] ?? '0'));
  const isAfternoon = words12 === 'pm' || /下午|晚上/.test(part) || (part === '中午' && Number(hours) < 11);
  const given = Number(hours);
  const hour = isAfternoon && given < 12 ? given + 12 : words12 === 'am' && given === 12 ? 0 : given;
  return hour < 24 && Number(minute) < 60 ? { hour, minute: Number(minute) } : undefined;
}

interface Days {
  readonly day: string;
  readonly weekdays: string;
}

function daysOf(said: string): Days | undefined {
  if (/^(?:daily|every ?day|each day|每天|每日|天天)?$/.test(said)) return { day: '*', weekdays: '*' };
  if (/^(?:on |every )?(?:weekdays?|workdays?|working days?)$|^每?个?工作日$/.test(said))
    return { day: '*', weekdays: '1-5' };
  if (/^(?:on |every )?weekends?$|^每?个?周末$/.test(said)) return { day: '*', weekdays: '0,6' };
  const [, en, zh] =
    /^(?:monthly|every month)(?: on)?(?: the)? (\d{1,2})(?:st|nd|rd|th)?$|^每个?月 ?(\d{1,2}) ?[日号]$/.exec(
      said,
    ) ?? [];
  const day = Number(en ?? zh ?? 0);
  if (day >= 1 && day <= 31) return { day: String(day), weekdays: '*' };
  const weekdays = weekdaysOf(said);
  return weekdays === undefined ? undefined : { day: '*', weekdays };
}

/** 0 is Sunday, as in cron. */
export const EN_DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export const ZH_DAYS = ['日', '一', '二', '三', '四', '五', '六'] as const;
const EN_DAY = /^(sun|mon|tue|wed|thu|fri|sat)(?:s|sday|nesday|rsday|urday|day)?s?$/;

function weekdaysOf(said: string): string | undefined {
  const sorted = weekdaysIn(said);
  return sorted?.join() === '1,2,3,4,5' ? '1-5' : sorted?.join();
}

/** `mon-fri`, `sat, sun`, `周一至周五` as numbers; undefined when something else is said. */
export function weekdaysIn(said: string): readonly number[] | undefined {
  const pieces = said
    .replace(/^(?:every|each|on|weekly(?: on)?) |^每/, '')
    .replace(/星期|礼拜/g, '周')
    .replaceAll('天', '日')
    .replace(/ ?(?:-|to|至|到) ?/g, '-')
    .split(/ ?(?:,|\band\b|[和与及]) ?| /)
    .filter((piece) => piece !== '')
    .map((piece) => piece.split('-').map(weekdayOf));
  const days = pieces.flatMap(([from, to]) => {
    if (from === undefined || to === undefined) return [from];
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, at) => (from + at) % 7);
  });
  const known = days.flatMap((day) => (day === undefined ? [] : [day]));
  if (known.length === 0 || known.length < days.length || pieces.some((piece) => piece.includes(undefined)))
    return undefined;
  return [...new Set(known)].sort((a, b) => a - b);
}

function weekdayOf(word: string): number | undefined {
  const [, en] = EN_DAY.exec(word) ?? [];
  const [, zh] = /^周?([日一二三四五六])$/.exec(word) ?? [];
  const at =
    en === undefined ? ZH_DAYS.findIndex((day) => day === zh) : EN_DAYS.findIndex((day) => day === en);
  return at < 0 ? undefined : at;
}

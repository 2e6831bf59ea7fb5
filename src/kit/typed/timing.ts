import { cronProblem, shortestGapMs } from './cron.ts';
import { type DaysAndTimes, daysAndTimes, EN_DAYS, ZH_DAYS } from './days-and-times.ts';
import type { Estate } from '../estate.ts';
import { type Words, words } from '../words.ts';

export type ReadTiming =
  | { readonly ok: true; readonly cron: string }
  /** `isTime`: it says when, and cannot be all the same. */
  | { readonly ok: false; readonly isTime: boolean; readonly says: Words };

/** Seconds between two inspections of one schedule; only practice may be quicker. */
const SHORTEST_SECONDS = 300;

/** When something is to come: `daily 07:30`, `weekdays 08:00`, `every 30 min`, `每周一 09:00`, or a cron expression of five or six fields. */
export function readTiming(
  text: string,
  { timeZone, environment }: Pick<Estate, 'timeZone' | 'environment'>,
): ReadTiming {
  const said = text
    .normalize('NFKC')
    .replace(/[;\u3001]/g, ',')
    .replace(/\s+/g, ' ')
    .trim();
  const read = CRON.test(said) ? cron(said, timeZone) : plainWords(said.toLowerCase());
  if (!read) return { ok: false, isTime: false, says: notUnderstood(said) };
  if ('says' in read) return not(read.says);
  return environment === 'practice' || shortestGapMs(read.cron, timeZone) >= SHORTEST_SECONDS * 1000
    ? { ok: true, cron: read.cron }
    : not(TOO_OFTEN);
}

const plainWords = (said: string): DaysAndTimes => every(said) ?? daysAndTimes(said);

function cron(said: string, zone: string): DaysAndTimes {
  const problem = cronProblem(said, zone);
  if (problem === undefined) return { cron: said };
  const shown = said.slice(0, 60);
  return {
    says: words(
      `"${shown}" is no cron expression (${problem}). ${EXAMPLES.en}`,
      `“${shown}”不是有效的 cron 表达式（${problem}）。${EXAMPLES.zh}`,
    ),
  };
}

const CRON = /^[\d*?][\d*?,/#-]*(?: [\d*?a-z,/#-]+){4,5}$/i;

const EXAMPLES = words(
  'Write daily 07:30, weekdays 08:00, mon, thu 09:00, monthly 1 08:00, every 30 min, or cron like 30 7 * * 1-5.',
  '可写：每天 07:30、工作日 08:00、每周一、周四 09:00、每月 1 日 08:00、每 30 分钟，或 cron 表达式，如 30 7 * * 1-5。',
);

const notUnderstood = (text: string): Words => {
  const shown = Array.from(text).slice(0, 60).join('');
  return words(
    `"${shown}" does not say when. ${EXAMPLES.en}`,
    `无法从“${shown}”中识别出时间。${EXAMPLES.zh}`,
  );
};

const not = (says: Words): ReadTiming => ({ ok: false, isTime: true, says });

const TOO_OFTEN = words(
  `More often than every ${SHORTEST_SECONDS / 60} minutes would load the hosts for nothing. Choose a longer time.`,
  `间隔短于 ${SHORTEST_SECONDS / 60} 分钟会给主机带来不必要的负载，请选择更长的间隔。`,
);

const UNITS = {
  second: { of: 60, pattern: (step: string) => `${step} * * * * *`, en: 'seconds', zh: '秒' },
  minute: { of: 60, pattern: (step: string) => `${step} * * * *`, en: 'minutes', zh: '分钟' },
  hour: { of: 24, pattern: (step: string) => `0 ${step} * * *`, en: 'hours', zh: '小时' },
} as const;

/** `every 30 min`, `hourly`, `每 2 小时`. */
function every(said: string): DaysAndTimes {
  if (said === 'hourly') return evenly(1, 'hour');
  if (/^(?:every half(?: an)? hour|每半个?小时)$/.test(said)) return evenly(30, 'minute');
  const [, count = '1', unit = ''] =
    /^(?:every|每隔?) ?(\d{1,4})? ?(s|secs?|seconds?|秒钟?|m|mins?|minutes?|分钟?|h|hrs?|hours?|个?小时)$/.exec(
      said,
    ) ?? [];
  if (unit === '') return undefined;
  return evenly(Number(count), /^s|秒/.test(unit) ? 'second' : /^m|分/.test(unit) ? 'minute' : 'hour');
}

function evenly(count: number, kind: keyof typeof UNITS): DaysAndTimes {
  if (kind === 'minute' && count >= 60 && count % 60 === 0) return evenly(count / 60, 'hour');
  const { of, pattern, en, zh } = UNITS[kind];
  if (kind === 'hour' && count === 24) return { cron: '0 0 * * *' };
  if (count > 0 && count < of && of % count === 0) return { cron: pattern(count === 1 ? '*' : `*/${count}`) };
  const even = Array.from({ length: of - 1 }, (_, at) => at + 1).filter((n) => of % n === 0);
  return {
    says: words(
      `Every ${count} ${en} does not come out even. Write every ${even.join(', ')} ${en}, or a cron expression.`,
      `每 ${count} ${zh}无法均分。可用间隔：${even.join('、')} ${zh}，或使用 cron 表达式。`,
    ),
  };
}

/** A cron expression as people say it, or itself when it is more than that. */
export function describeTiming(cron: string): Words {
  for (const { pattern, en, zh } of Object.values(UNITS)) {
    const [step = ''] = /(?:\*\/\d+|\*)/.exec(cron) ?? [];
    if (cron !== pattern(step)) continue;
    const count = step === '*' ? '' : step.slice(2);
    return count === ''
      ? words(`every ${en.slice(0, -1)}`, `每${zh}`)
      : words(`every ${count} ${en}`, `每 ${count} ${zh}`);
  }
  const [, minute = '', hours = '', day = '', weekdays = ''] =
    /^(\d{1,2}) (\d{1,2}(?:,\d{1,2})*) (\*|\d{1,2}) \* (\*|1-5|[0-7](?:,[0-7])*)$/.exec(cron) ?? [];
  if (minute === '' || (day !== '*' && weekdays !== '*')) return words(`cron ${cron}`, `cron ${cron}`);
  const at = hours.split(',').map((hour) => `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`);
  const on = day === '*' ? namesOf(weekdays) : words(`monthly on day ${day}`, `每月 ${day} 日`);
  return words(`${on.en} at ${at.join(', ')}`, `${on.zh} ${at.join('、')}`);
}

function namesOf(weekdays: string): Words {
  if (weekdays === '*') return words('daily', '每天');
  if (weekdays === '1-5') return words('weekdays', '工作日');
  if (weekdays === '0,6') return words('weekends', '周末');
  const days = weekdays.split(',').map((day) => Number(day) % 7);
  return words(
    days.map((day) => capital(EN_DAYS[day] ?? '')).join(', '),
    `每${days.map((day) => `周${ZH_DAYS[day] ?? ''}`).join('、')}`,
  );
}

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

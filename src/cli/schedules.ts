import { describeTiming, type Lang, localTime, say, words } from '../kit/index.ts';
import type { ScheduleLine, ScheduleList } from '../desk/port.ts';
import { standingOf } from '../runs/slots.ts';
import type { Store } from '../store/index.ts';
import type { Diagnosis } from './doctor/diagnosis.ts';

/** Schedules as plain text for a terminal. */
export function schedulesText({ says, lines, zone }: ScheduleList, lang: Lang): string {
  const none = lines.length === 0 && !says ? [say(NONE, lang)] : [];
  return [
    ...(says ? [say(says, lang)] : []),
    ...none,
    ...lines.map((line) => lineText(line, zone, lang)),
  ].join('\n');
}

const NONE = words('No inspection comes by itself.', '暂无定时巡检计划。');

function lineText({ schedule, standing, latest }: ScheduleLine, zone: string, lang: Lang): string {
  const { name, cron, scope, channel, owner, declared, nextAt, paused } = schedule;
  const last = latest?.run?.says ? `: ${say(latest.run.says, lang)}` : '';
  return [
    `${DOT[standing]} ${name}  ${say(describeTiming(cron), lang)} (${zone})  /inspect ${scope}  #${channel}`,
    ...(nextAt === undefined ? [] : [`    ${say(NEXT, lang)} ${localTime(nextAt, zone)}`]),
    ...(latest ? [`    ${say(LAST, lang)} ${localTime(latest.at, zone)}${last}`] : []),
    ...(paused ? [`    ${say(PAUSED, lang)} ${paused.by.name}, ${localTime(paused.at, zone)}`] : []),
    `    ${declared ?? owner.name}`,
  ].join('\n');
}

const DOT = { paused: '◌', overdue: '●', 'going-on': '◐', 'in-time': '○' } as const;
const NEXT = words('next', '下次');
const LAST = words('last', '上次');
const PAUSED = words('paused by', '暂停人');

/** Whether every schedule is in time, and where schedules are shown. */
export async function diagnoseSchedules(
  { schedules, now }: Pick<Store, 'schedules' | 'now'>,
  zone: string,
): Promise<{ readonly seen: readonly Diagnosis[]; readonly channels: readonly string[] }> {
  const [all, latest, at] = await Promise.all([schedules.all(), schedules.latest(), now()]);
  const seen = all.map((schedule): Diagnosis => {
    const { id, name, nextAt = '', paused } = schedule;
    const newest = latest.get(id);
    const standing = standingOf(schedule, newest, zone, at);
    const line = { name: `schedule ${name}`, ok: standing !== 'overdue' };
    switch (standing) {
      case 'paused':
        return { ...line, says: `paused by ${paused?.by.name ?? 'nobody'}` };
      case 'overdue': {
        const since = nextAt !== '' && new Date(nextAt) <= at ? nextAt : (newest?.at ?? nextAt);
        return {
          ...line,
          says: `overdue since ${localTime(since, zone)}. Check that a bot and a worker run, and their logs.`,
        };
      }
      case 'going-on':
        return { ...line, says: 'going on' };
      case 'in-time':
        return { ...line, says: `next at ${localTime(nextAt, zone)}` };
      default:
        return standing satisfies never;
    }
  });
  return { seen, channels: all.flatMap(({ channel, paused }) => (paused ? [] : [channel])) };
}

import { z } from 'zod';
import {
  type Estate,
  findScope,
  isChannelId,
  type Lang,
  nameProblem,
  readTiming,
  scheduleKey,
} from '../kit/index.ts';
import type { Problem } from './problems.ts';

/** An inspection that comes by itself, as people write it in the inventory. */
export const ScheduleEntry = z.strictObject({
  name: z.string(),
  cron: z.string({ error: 'write when, in quotes: "daily 07:30" or cron like "30 7 * * *"' }),
  scope: z.string({ error: 'write what one types after /inspect, like all or mq' }),
  channel: z.string({ error: 'write the id of a Slack channel, like C0123ABCD' }),
  language: z.enum(['en', 'zh'], { error: 'write en or zh' }).optional(),
});
type ScheduleEntry = z.infer<typeof ScheduleEntry>;

export interface DeclaredSchedule {
  readonly name: string;
  readonly cron: string;
  /** What one types after /inspect. */
  readonly scope: string;
  readonly channel: string;
  /** Fettle's own language unless set. */
  readonly lang?: Lang;
  /** Where it is written: `inventory.yaml schedules.0`. */
  readonly declared: string;
}

/** The schedules of a file, or what is wrong with them; the estate gives the time zone and the names. */
export function readSchedules(
  file: string,
  entries: readonly ScheduleEntry[],
  estate: Estate,
): { readonly schedules: readonly DeclaredSchedule[]; readonly problems: readonly Problem[] } {
  const schedules: DeclaredSchedule[] = [];
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const [index, { name, cron, scope, channel, language }] of entries.entries()) {
    const path = `schedules.${index}`;
    const say = (part: keyof ScheduleEntry, says: string): void =>
      void problems.push({ file, path: `${path}.${part}`, says });
    const wrongName = nameProblem(name);
    if (wrongName) say('name', wrongName.en);
    const before = seen.get(scheduleKey(name));
    if (before !== undefined) say('name', `${before} has this name already; give each its own`);
    seen.set(scheduleKey(name), before ?? path);
    const found = findScope(scope, estate);
    if (!found.ok) say('scope', found.says.en);
    if (!isChannelId(channel)) say('channel', NO_CHANNEL);
    const timing = readTiming(cron, estate);
    if (timing.ok)
      schedules.push({
        name,
        cron: timing.cron,
        scope,
        channel,
        ...(language ? { lang: language } : {}),
        declared: `${file} ${path}`,
      });
    else say('cron', timing.says.en);
  }
  return { schedules, problems };
}

const NO_CHANNEL =
  'is no channel id; in Slack open the channel’s name and copy the id at the end of "About", like C0123ABCD';

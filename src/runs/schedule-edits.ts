import { z } from 'zod';
import type { ScheduleAction } from './actions.ts';

/** What a person did with a schedule, as it is recorded. */
export const EDITS = ['change', 'pause', 'resume', 'remove'] as const satisfies readonly (
  | ScheduleAction
  | 'change'
)[];

/** What the record holds of it beside who and when. */
export const EditFacts = z.object({
  schedule: z.string(),
  cron: z.string(),
  scope: z.string(),
  channel: z.string(),
  /** Where it was shown before, when that is another channel. */
  channelBefore: z.string().optional(),
  lang: z.enum(['en', 'zh']),
});
export type EditFacts = z.infer<typeof EditFacts>;

export interface ScheduleEdit extends EditFacts {
  /** Number of its line in the record. */
  readonly n: number;
  readonly at: Date;
  readonly by: string;
  readonly what: (typeof EDITS)[number];
}

/** `again`: somebody has begun to tell it and not come to an end. */
export type TellClaim = 'first' | 'again' | 'told' | 'busy';

/** What was done with schedules, and where it has been told. */
export interface ScheduleEdits {
  /** Recorded after this line; without one, of the last hour. `upTo` is where to go on. */
  readonly since: (
    line: number | undefined,
  ) => Promise<{ readonly edits: readonly ScheduleEdit[]; readonly upTo: number }>;
  /** The right to tell it in this channel, for a minute. */
  readonly claim: (line: number, channel: string) => Promise<TellClaim>;
  readonly told: (line: number, channel: string) => Promise<void>;
}

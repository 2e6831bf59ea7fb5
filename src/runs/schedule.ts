import { z } from 'zod';
import type { Lang, Words } from '../kit/index.ts';
import type { Person } from './ids.ts';

export const ScheduleId = z.uuid().brand('ScheduleId');
export type ScheduleId = z.infer<typeof ScheduleId>;

/** An inspection that comes by itself. Times are ISO 8601, the database's clock. */
export interface Schedule {
  readonly id: ScheduleId;
  readonly name: string;
  /** Five or six fields, in the time zone of the inventory. */
  readonly cron: string;
  /** What one types after /inspect. */
  readonly scope: string;
  readonly team: string;
  readonly channel: string;
  readonly lang: Lang;
  /** Whose rights count when it comes. */
  readonly owner: Person;
  /** Where it is written, when that is the inventory and not this store. */
  readonly declared?: string;
  /** The first slot that nobody has decided about; absent while it is paused. */
  readonly nextAt?: string;
  readonly paused?: Paused;
}

export interface Paused {
  readonly by: Person;
  readonly at: string;
  /** Why Fettle itself paused it. */
  readonly because?: Words;
}

/** What a run says of the schedule it came from. */
export interface Scheduled {
  readonly id: ScheduleId;
  readonly name: string;
  readonly owner: Person;
  /** When it was due, or asked for by hand. */
  readonly slot: string;
  /** Begun only after its grace; with why, when that is known. */
  readonly late?: Late;
  /** What was not inspected since the last time. */
  readonly missed?: Missed;
}

export interface Late {
  readonly because?: Outage;
}

/** `stopped`: nothing of Fettle ran, as far as anybody knows. `database`: it ran, and its database was away. */
export type Outage = 'stopped' | 'database';

export interface Missed {
  readonly count: number;
  /** There were more than could be counted. */
  readonly more?: boolean;
  readonly from: string;
  readonly to: string;
  readonly because?: Outage;
}

/** `due`: to be inspected. `skipped`: the one before was still going on. `missed`: too late. `refused`: its owner may not. `by-hand`: somebody pressed. */
export type SlotState = 'due' | 'skipped' | 'missed' | 'refused' | 'by-hand';

/** One slot that was decided about. Without a run, that run is still to be recorded. */
export interface Slot {
  readonly schedule: Schedule;
  readonly at: string;
  readonly state: SlotState;
  readonly late?: Late;
  readonly missed?: Missed;
  /** Why it was refused. */
  readonly because?: Words;
  /** It waits for its turn for so long that people should know, and nobody has told them. */
  readonly isLong?: boolean;
}

/** What a slot is decided by, under the lock of its schedule. */
export interface SlotMoment {
  readonly schedule: Schedule & { readonly nextAt: string };
  readonly now: Date;
  /** The inspection before has not ended. */
  readonly underWay: boolean;
  /** The last time for which nobody looked at schedules. */
  readonly away?: Away;
}

export interface Away {
  readonly from: string;
  readonly until: string;
  readonly because: Outage;
}

/** What is to become of the slots up to now. `nextAt` is the first that is left. */
export interface SlotVerdict {
  readonly at: string;
  readonly state: 'due' | 'skipped' | 'missed';
  readonly late?: Late;
  readonly missed?: Missed;
  readonly nextAt: string;
}

import { z } from 'zod';
import type { Lang, Words } from '../kit/index.ts';
import type { AuditEntry } from './ports.ts';
import type { Person, Run, RunId } from './run.ts';

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

/** The newest slot of a schedule, with what came of it. */
export interface LatestSlot {
  readonly at: string;
  readonly state: SlotState;
  readonly run?: Pick<Run, 'id' | 'state' | 'outcome' | 'says'>;
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

/** Schedules that people set up; those that the inventory declares do not count. */
export interface MostSchedules {
  readonly ofOwner: number;
  readonly inAll: number;
}

/** The truth about schedules. Whatever a person changes comes with its audit line, in one transaction. */
export interface ScheduleStore {
  readonly all: () => Promise<readonly Schedule[]>;
  /** undefined when one of this name is there. */
  readonly add: (schedule: Omit<Schedule, 'id'>, audit: AuditEntry) => Promise<Schedule | undefined>;
  /** The same for people: no more than so many of one owner, and in all. */
  readonly addWithin: (
    most: MostSchedules,
    schedule: Omit<Schedule, 'id'>,
    audit: AuditEntry,
  ) => Promise<Schedule | 'too-many-of-owner' | 'too-many' | undefined>;
  /** The schedule as it is afterwards, undefined when it is gone. While it is paused what waits for its turn is dropped. */
  readonly change: (
    id: ScheduleId,
    to: (now: Schedule) => Omit<Schedule, 'id'>,
    audit: AuditEntry,
  ) => Promise<Schedule | undefined>;
  /** false when it was gone already. */
  readonly remove: (id: ScheduleId, audit: AuditEntry) => Promise<boolean>;
  /** Decides about the slots up to now, once, whoever asks at the same time. `ringing`: a slot that has come by another clock. */
  readonly settle: (
    id: ScheduleId,
    decide: (moment: SlotMoment) => SlotVerdict | undefined,
    ringing?: Date,
  ) => Promise<void>;
  /** Slots whose run is still to be recorded, in time first. */
  readonly waiting: () => Promise<readonly Slot[]>;
  /** Runs of schedules that have not ended. */
  readonly underWay: () => Promise<number>;
  /** People were told that the slot waits. */
  readonly waitTold: (slot: Slot) => Promise<void>;
  /** The slot has its run. */
  readonly given: (slot: Slot, runId: RunId) => Promise<void>;
  /** The owner may not look any more: the schedule is paused and the slot is not inspected. */
  readonly refuse: (slot: Slot, because: Words, audit: AuditEntry) => Promise<void>;
  /** What somebody who asks for it now must know. */
  readonly standing: (id: ScheduleId) => Promise<{ readonly underWay: boolean; readonly missed?: Missed }>;
  /** Somebody asked for it now, and this is its run. */
  readonly startedByHand: (id: ScheduleId, runId: RunId) => Promise<void>;
  /** The newest slot of every schedule that has one. */
  readonly latest: () => Promise<ReadonlyMap<ScheduleId, LatestSlot>>;
  /** A sign of life, every few seconds. `since`: when this process first gave one, to tell its own outage from the database's. */
  readonly look: (since: Date | undefined) => Promise<{ readonly now: Date }>;
}

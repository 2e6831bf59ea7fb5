import type { Words } from '../kit/index.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { RunId } from './ids.ts';
import type { Run } from './run.ts';
import type { Missed, Schedule, ScheduleId, Slot, SlotMoment, SlotState, SlotVerdict } from './schedule.ts';

/** The newest slot of a schedule, with what came of it. */
export interface LatestSlot {
  readonly at: string;
  readonly state: SlotState;
  readonly run?: Pick<Run, 'id' | 'state' | 'outcome' | 'says'>;
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

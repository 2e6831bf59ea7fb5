import type { AuditEntry, RecordedLine } from './audit-entry.ts';
import type { Captured, Resource, Step, Words } from '../kit/index.ts';
import type { RunEvent } from './life.ts';
import type { PastHour, PastValue, Subject } from './measured.ts';
import type { Report } from './report.ts';
import type { AnyButton, StoredButton, Subject as AnySubject } from './subject.ts';
import type { Person, Run, RunId, Suspension } from './run.ts';

export type { AuditEntry, RecordedLine } from './audit-entry.ts';

/** The truth about runs. Every change of a run goes through the pure `next` of life.ts, inside one transaction with its audit line. */
export interface RunStore {
  /** Records a new run, once per key: the same key again returns the first run with created false. */
  readonly create: (
    run: Omit<Run, 'createdAt' | 'revision'>,
    idempotencyKey: string,
    audit: AuditEntry,
  ) => Promise<{ readonly run: Run; readonly created: boolean }>;
  /** Rejects with Unreadable when this version cannot read it. */
  readonly get: (id: RunId) => Promise<Run | undefined>;
  /** Applies an event. `ok: false` when the run's state does not allow it (the run as it is comes along), or when the claim it is made under was lost: whoever performs a change passes its claim. Throws when there is no such run. */
  readonly apply: (id: RunId, event: RunEvent, audit?: AuditEntry, claim?: Claim) => Promise<Applied>;
  /** Runs that still have to be handed to the queue: queued or approved for longer than the given seconds, or being prepared without a sign of life for ten times as long, however old. */
  readonly undelivered: (olderThanSeconds: number) => Promise<readonly Run[]>;
  /** Runs waiting for Confirm past their time. */
  readonly overdue: () => Promise<readonly RunId[]>;
  /** The newest finished report of the same scope that began before this run, if any; of the same schedule, where it has one. */
  readonly reportBefore: (run: Run) => Promise<Report | undefined>;
  /** Runs whose revision is not the one last shown, without those that are left for now; newest first. */
  readonly unshown: (limit: number, isLeft?: (id: RunId) => boolean) => Promise<readonly Run[]>;
  readonly recent: (limit: number) => Promise<readonly Run[]>;
  /** Confirmed changes that wait for something: those that were put down, and those whose window is closed; newest first. */
  readonly waiting: (limit: number) => Promise<readonly Run[]>;
}

/** Runs that this version cannot read, as far as they are known here; newest first. The lists of RunStore are without them. */
export type UnreadableRuns = (limit: number) => Promise<readonly UnreadableRun[]>;

/** A run that cannot be read, as far as it can be told of. */
export interface UnreadableRun {
  readonly id: RunId;
  readonly createdAt: string;
  readonly isNewer: boolean;
  /** Where its result goes and in which language, when that much can be read. */
  readonly shownTo?: Pick<Run, 'origin' | 'lang'>;
  /** Something of it was not shown, and nothing has happened to it for a minute: no version that can read it is running. */
  readonly isLeft: boolean;
}

export type Applied =
  | { readonly ok: true; readonly run: Run }
  | { readonly ok: false; readonly run: Run; readonly because: Words };

export interface ButtonStore {
  /** All or none of them, in one statement. */
  readonly create: (buttons: readonly AnyButton[]) => Promise<void>;
  readonly get: (id: string) => Promise<StoredButton | undefined>;
  /** Takes a once-button, on the database's clock. Exactly one caller ever gets `taken`. */
  readonly take: (id: string, by: Person) => Promise<'taken' | 'used' | 'expired' | 'absent'>;
}

export interface AuditLog {
  readonly write: (entry: AuditEntry) => Promise<void>;
  /** Everything that was recorded of a run, oldest first. */
  readonly ofRun: (id: RunId) => Promise<readonly RecordedLine[]>;
  /** Recomputes the chain. */
  readonly verify: () => Promise<AuditSeen>;
}

/** The result of recomputing the chain: whole as far as it was read when there is no problem. */
export interface AuditSeen {
  readonly rows: number;
  /** The hash of the newest row. */
  readonly head: string;
  readonly problems: readonly AuditProblem[];
}

export interface AuditProblem {
  /** The row at which it shows. */
  readonly n: number;
  readonly because: string;
}

/** Says by which version of policy.yaml a process goes, and hears which one is the newest. Gives no right: it only stops who is behind. */
export interface PolicyRegister {
  readonly register: (
    mine: {
      readonly version: string;
      /** When the file was modified last: a later one makes its version the newest, also an earlier text again. */
      readonly modifiedAt: Date;
      /** Account that owns the file. */
      readonly owner?: number | undefined;
    },
    by: string,
  ) => Promise<{ readonly newest: string; readonly modifiedAt: Date }>;
}

/** At most one execution of each step of a change, whatever dies when. All times are the database's. */
export interface Journal {
  /**
   * Takes an approved run, or one that was put down, that has its warrant: raises its fence, locks what it touches, state running,
   * lease. undefined when there is nothing to take; a run without a warrant is ended, one that finds a lock taken waits and does not
   * expire.
   */
  readonly claim: (
    id: RunId,
    touched: (run: Run) => readonly Resource[],
    owner: string,
    warrant: Warrant,
  ) => Promise<Claimed | undefined>;
  /**
   * Commits the intent of a step, with what it opens, only while the lease holds, and extends the lease. false: do nothing; the claim
   * is lost, somebody has cancelled the run and the step closes nothing, or `refusal` says why.
   */
  readonly begin: (claim: Claim, step: number, what: Step) => Promise<boolean>;
  /** Why a step may not be begun although the claim may hold: everything is stopped, which is waited for, or what it opens is open already. */
  readonly refusal: (claim: Claim, step: number, what: Step) => Promise<NotBegun | undefined>;
  /** Takes the intent of a step back that certainly had no effect and will have none, so that it can be begun anew. false: the claim was lost, or the step has a result. */
  readonly takeBack: (claim: Claim, step: number) => Promise<boolean>;
  /** Writes the result of a begun step; what it closes is closed when it is done. false: the claim was lost meanwhile. */
  readonly finish: (
    claim: Claim,
    step: number,
    result: 'done' | 'failed' | 'without-effect',
    evidence: Captured,
  ) => Promise<boolean>;
  /** Whether the claim still holds and the step is still open under it, now. Asked under the target's own lock, last before an effect. */
  readonly permits: (claim: Claim, step: number) => Promise<boolean>;
  /** Extends the lease, also one that has lapsed and that nobody has sealed. false: the claim is lost. */
  readonly hold: (claim: Claim) => Promise<boolean>;
  /** Gives the claim up when the run has ended or was put down. */
  readonly release: (claim: Claim) => Promise<void>;
  /** Runs that are `running` with a lapsed lease. */
  readonly lapsed: () => Promise<readonly RunId[]>;
  /** Raises the fence so that the lost owner can write nothing more, and returns what it left. undefined when someone else has it. */
  readonly seal: (id: RunId, owner: string) => Promise<Sealed | undefined>;
}

/** `waiting`: the run is put down until then, and not ended. */
export interface NotBegun {
  readonly says: Words;
  readonly waiting?: Extract<Suspension, { for: 'readonly' }>;
}

/** Runs of which nobody knows how they ended, until that is settled. Times are the database's. */
export interface UnknownRuns {
  /** Takes those that are due to be looked at, each for one caller, with the time (ISO 8601) of the look after this one, if there is one. */
  readonly take: () => Promise<readonly { readonly runId: RunId; readonly next?: string }[]>;
  readonly all: () => Promise<readonly Run[]>;
}

export interface Claim {
  readonly runId: RunId;
  /** Names the fence: each run has its own. */
  readonly target: string;
  readonly fence: number;
  readonly owner: string;
}

/** A claim with the run as it was when its warrant was examined: what is performed comes from here, not from a later row. */
export interface Claimed extends Claim {
  readonly run: Run;
  /** What the claims before have begun, with its result where it has one. */
  readonly steps: readonly JournalledStep[];
}

export interface JournalledStep {
  readonly no: number;
  readonly state: 'begun' | 'done' | 'failed';
  /** On the database's clock. */
  readonly at: Date;
}

/** Decides inside the transaction of the claim whether the run may be performed: by its signatures, and by what was recorded of it. */
export type Warrant = (run: Run, record: WarrantRecord) => Warranted;

/** What is known of a run beside its row, at the moment of the claim (`now`: the database's clock, ISO 8601). */
export interface WarrantRecord {
  readonly now: string;
  /** When it was first tried, where something was in its way: approvals that counted then have not lapsed by waiting. */
  readonly triedAt?: string;
  readonly lines: readonly RecordedLine[];
  /** Of the claim that is about to be made. */
  readonly target: string;
  readonly fence: number;
  /** Steps that the journal has already. */
  readonly journalled: readonly Pick<JournalledStep, 'no' | 'state'>[];
}

export type Warranted =
  /** `facts` go into the line of the claim. */
  | { readonly kind: 'good'; readonly facts: Readonly<Record<string, unknown>> }
  /** Agreed to, and its time is closed until `opens` (ISO 8601): it waits. */
  | { readonly kind: 'not-yet'; readonly opens: string; readonly says: Words }
  /** Agreed to, but not any more by what counts now. */
  | { readonly kind: 'lapsed'; readonly says: Words }
  /** The store holds what nobody signed or recorded. `reason` says which. */
  | { readonly kind: 'forged'; readonly says: Words; readonly reason: string }
  /** This process cannot tell; another may. */
  | { readonly kind: 'not-here' };

export interface Sealed {
  readonly claim: Claim;
  readonly steps: readonly {
    readonly no: number;
    readonly state: 'begun' | 'done' | 'failed';
    readonly what: Step;
    readonly evidence: Captured;
  }[];
}

/**
 * The hosts of a wide inspection in portions that workers take. A portion whose worker was not heard of for its lease can be taken
 * again; looking twice is harmless. All times are the database's.
 */
export interface PortionStore {
  /** Lays the portions out, once: a second call for the same run changes nothing. */
  readonly lay: (runId: RunId, portions: readonly (readonly string[])[]) => Promise<void>;
  /** Takes a portion that nobody has, or whose lease has lapsed. undefined when there is none. */
  readonly take: (
    runId: RunId,
    owner: string,
  ) => Promise<{ readonly no: number; readonly hosts: readonly string[] } | undefined>;
  /** Extends the leases of everything that the owner has of this run, and tells how far each is. */
  readonly hold: (runId: RunId, owner: string, how: readonly PortionProgress[]) => Promise<void>;
  /** Leaves the answers of a portion. They are taken even after the lease has lapsed, unless others are there already. */
  readonly finish: (runId: RunId, no: number, body: string) => Promise<void>;
  readonly look: (runId: RunId) => Promise<readonly PortionState[]>;
  readonly fetch: (runId: RunId, no: number) => Promise<string | undefined>;
  /** The inspection has ended. */
  readonly clear: (runId: RunId) => Promise<void>;
}

/** How far a portion is. `held`: a worker has it now. `finished`: its answers can be fetched. */
export interface PortionState extends PortionProgress {
  readonly held: boolean;
  readonly finished: boolean;
}

export interface PortionProgress {
  readonly no: number;
  /** Hosts that have answered. */
  readonly done: number;
  /** Hosts under way by name, the longest first. */
  readonly waitingFor: readonly string[];
}

/**
 * What finished inspections measured: written with their report, once for each run, and kept for some days. Times are the
 * database's; what is answered is by `findingKey`, without the subjects of which there is nothing.
 */
export interface History {
  /** What was measured between two moments, both included, oldest first. */
  readonly values: (
    subjects: readonly Subject[],
    from: Date,
    to: Date,
  ) => Promise<Past<readonly PastValue[]>>;
  /** The same by the hour. */
  readonly hours: (subjects: readonly Subject[], from: Date, to: Date) => Promise<Past<readonly PastHour[]>>;
  /** The lowest value since a moment, to the hour. */
  readonly lows: (subjects: readonly Subject[], since: Date) => Promise<Past<number>>;
  /** When something was first measured after a moment. */
  readonly firsts: (subjects: readonly Subject[], after: Date) => Promise<Past<Date>>;
  /** Everything that was measured of these checks on these apps, on whichever hosts. */
  readonly subjects: (
    of: readonly Pick<Subject, 'system' | 'app' | 'check'>[],
  ) => Promise<readonly Subject[]>;
  /** Forgets a small portion of what is kept for longer than so many days; answers how many rows it was. */
  readonly forget: () => Promise<number>;
}

export type Past<T> = ReadonlyMap<string, T>;

/** Where a subject was shown, so that it is shown once and edited in place. Written only by the renderer. */
export interface PostLedger {
  /** Takes the right to show this subject for some seconds; false when another process has it. */
  readonly take: (subject: AnySubject, owner: string, seconds: number) => Promise<boolean>;
  readonly posts: (subject: AnySubject) => Promise<readonly Post[]>;
  readonly save: (subject: AnySubject, post: Post) => Promise<void>;
  /** Everything of this revision is shown; gives the right back. */
  readonly shown: (subject: AnySubject, owner: string, revision: number) => Promise<void>;
  readonly giveBack: (subject: AnySubject, owner: string) => Promise<void>;
}

export interface Post {
  /** `top`, `app:msgbroker`, … unique within the subject. */
  readonly key: string;
  readonly channel: string;
  /** Slack's message ts; absent while nobody knows whether it was delivered. */
  readonly ts?: string;
  /** sha256 of what was last shown. */
  readonly hash: string;
}

/** Tells other processes that a run changed. Best effort: MySQL is the truth, this only saves waiting. */
export interface RunNotifier {
  readonly notify: (id: RunId) => void;
  /** Answers how to take that back. */
  readonly onNotify: (listener: (id: RunId) => void) => () => void;
}

/** Hands a run to the workers. Throws when the queue cannot be reached; the run stays recorded and is handed over later. */
export interface Dispatch {
  readonly send: (run: Run) => Promise<void>;
}

/** Asks other workers to take portions of an inspection, so many of them. Best effort: without them it takes longer. */
export type CallForHelp = (runId: RunId, helpers: number) => Promise<void>;

/** Who Slack last said a person is, as the Slack side writes it; nothing that is older than a day. */
export interface Standings {
  readonly keep: (slackId: string, body: string) => Promise<void>;
  readonly last: (slackId: string) => Promise<string | undefined>;
}

import { randomBytes } from 'node:crypto';
import type {
  Captured,
  CheckRef,
  Lang,
  PersonAnswer,
  Risk,
  Row,
  RowId,
  Scope,
  Step,
  Words,
} from '../kit/index.ts';
import type { ButtonAction } from './actions.ts';
import type { Person, RunId } from './ids.ts';
import type { Report } from './report.ts';
import type { Scheduled } from './schedule.ts';
import type { ClosingStep, Stage } from './stage.ts';

export { FETTLE, newRunId, type Person, RunId, shortId } from './ids.ts';

/** Where the run was asked for, and therefore where its result goes. */
export type Origin =
  | { readonly surface: 'slack'; readonly team: string; readonly channel: string; readonly threadTs?: string }
  | { readonly surface: 'cli' };

/** Why a change is asked for: policy may want it. Signed with the request. */
export interface Grounds {
  /** Of the change request or incident that it belongs to. */
  readonly ticket?: string;
  /** As typed; secrets in it are left out. */
  readonly reason?: string;
  /** The number of the emergency for which closed times are passed over. */
  readonly emergency?: string;
  /** Where its time is closed it is planned all the same, and waits confirmed for the opening. */
  readonly when?: 'window';
}

/** What was asked for, raw enough to be planned again by the worker. */
export type Ask =
  /** `only`: the systems that the person may look at, when the scope holds others as well. */
  | { readonly kind: 'inspect'; readonly scope: Scope; readonly only?: readonly string[] }
  | ({
      readonly kind: 'change';
      readonly playbooks: readonly string[];
      readonly args: Readonly<Record<string, unknown>>;
    } & Grounds)
  /** Puts back what an earlier run removed: its recorded rollback steps, nothing else. */
  | ({ readonly kind: 'rollback'; readonly of: RunId } & Grounds);

/** The grounds that are given, and nothing else. */
export const groundsOf = ({
  ticket,
  reason,
  emergency,
  when,
}: { readonly [Name in keyof Grounds]?: Grounds[Name] | undefined }): Grounds => ({
  ...(ticket === undefined ? {} : { ticket }),
  ...(reason === undefined ? {} : { reason }),
  ...(emergency === undefined ? {} : { emergency }),
  ...(when === undefined ? {} : { when }),
});

/**
 * queued: recorded, not yet begun. preparing: a worker looks (or inspects). waiting: the plan is shown, nobody has agreed.
 * approved: agreed, may be claimed once. running: claimed. suspended: put down, see `waiting`. ended: see the outcome.
 */
export type RunState = 'queued' | 'preparing' | 'waiting' | 'approved' | 'running' | 'suspended' | 'ended';

/** `unknown`: a step was begun and nobody knows whether it took effect. */
export type Outcome = 'done' | 'refused' | 'failed' | 'cancelled' | 'expired' | 'unknown';

export interface Plan {
  readonly playbook: string;
  /** As they were asked for. */
  readonly args: unknown;
  readonly title: Words;
  readonly risk: Risk;
  readonly rows: readonly [RowId, ...RowId[]];
  readonly because: Words;
  readonly warning: Words;
  readonly facts: unknown;
  /** Numbered from 1; what the journal, the record and the signatures speak of. */
  readonly steps: readonly Step[];
  /** In which order and how many beside each other; one after another where there are none. */
  readonly stages?: readonly Stage[];
  readonly always?: readonly ClosingStep[];
  readonly verify: readonly {
    readonly title: Words;
    readonly row: RowId;
    /** The checks that must be green then, where it is verified by checks. */
    readonly checks?: readonly CheckRef[];
  }[];
  readonly rollback: readonly Step[];
  /** Of each step of `rollback`, the steps of which one must have taken effect; none: always. */
  readonly rollbackOf?: readonly (readonly number[])[];
  readonly irreversible?: Words;
  /** Why there is nothing that would have to be put back. */
  readonly nothingToPutBack?: Words;
  /** What was looked at, with its rows, in order. */
  readonly looked: readonly Looked[];
  /** See `hashPlan`: what approvals are tied to. */
  readonly hash: string;
}

/** A look as people see it: secrets in it are left out. The facts and the steps of the plan hold what decides. */
export type Looked = LookedAtRows | LookedAt;

/** A statement and its rows. */
export interface LookedAtRows {
  readonly title: Words;
  readonly row: RowId;
  readonly database: string;
  readonly statement: Captured;
  readonly rows: readonly Row[];
}

/** A question that hosts answered. */
export interface LookedAt {
  readonly title: Words;
  /** Absent for a check that no manual has. */
  readonly row?: RowId;
  /** Hosts or apps by name. */
  readonly place: string;
  /** The command, page or check. */
  readonly asked: Captured;
  readonly says: Words;
  readonly answer: Captured;
}

/** One step as it went. `begun` without more means nobody knows: see the journal. `not-started`: begun, and taken back before anything was done. */
export interface StepRecord {
  readonly no: number;
  readonly title: Words;
  readonly state: 'begun' | 'done' | 'failed' | 'not-started' | 'unknown';
  /** Of a failed one: it was carried out, so part of it may have taken effect. Absent: it certainly changed nothing. */
  readonly partly?: true;
  readonly says?: Words;
  readonly evidence?: Captured;
  /** When it was begun (ISO 8601, the database's clock). */
  readonly begunAt?: string;
}

/** Until when a run is put down. It holds neither a claim nor a worker meanwhile, and is claimed again under the next fence. */
export type Suspension =
  /** A person answers the step; `until` (ISO 8601) is when that is late, after which nothing is assumed. */
  | { readonly for: 'person'; readonly step: number; readonly until?: string }
  | { readonly for: 'time'; readonly until: string }
  /** Another run has what this one needs. */
  | { readonly for: 'lock'; readonly of: string; readonly heldBy: RunId }
  | { readonly for: 'window'; readonly opens: string }
  /** Everything is stopped, by that person for that reason. */
  | { readonly for: 'readonly'; readonly by: string; readonly reason: string };

/** A person's word on a step that waited for one. Without its signature it is only a row, and counts for nothing. */
export interface StepReply {
  readonly step: number;
  readonly by: Person;
  readonly at: string;
  readonly word: PersonAnswer['word'];
  /** As typed: what was seen. */
  readonly saw: string;
  readonly signature: Signature;
}

export interface Approval {
  readonly by: Person;
  readonly at: string;
  readonly hash: string;
  /** Without it the approval is only a row, and counts for nothing. */
  readonly grant?: Grant;
}

/** Ed25519, base64url, by the key with this id. */
export interface Signature {
  readonly key: string;
  readonly value: string;
}

/** An approval as it was signed: for how risky a plan, under which policy and rule, until when (ISO 8601). */
export interface Grant extends Signature {
  readonly risk: Risk;
  readonly policy: string;
  readonly notAfter: string;
  /** Of the policy: which rule asked for it. */
  readonly rule?: string;
  /** As typed, where the name of what is changed had to be. */
  readonly word?: string;
}

/** People were called because of what a run left open; `arg` is that of the button that closes it. */
export interface RunCall {
  readonly no: number;
  readonly arg: string;
  readonly says: Words;
}

/** Told to people by a step, each message once; in a channel of its own, or where the run is shown. */
export interface RunTold {
  /** The step. */
  readonly no: number;
  /** Slack's id of a channel or a person. */
  readonly channel?: string;
  /** Slack's id of a group that is called by name there. */
  readonly group?: string;
  readonly says: Words;
  /** Which of several messages of the step, from 0. */
  readonly nth?: number;
  /** Names what it follows: an answer by its time. */
  readonly after?: string;
  /** ISO 8601, the database's clock. */
  readonly at?: string;
}

export interface Decided {
  readonly by: Person;
  readonly at: string;
  readonly tookEffect: boolean;
  /** As typed. */
  readonly reason: string;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The longest first. */
  readonly waitingFor: readonly Waiting[];
}

/** What is waited for, by name, and for how long already. */
export interface Waiting {
  readonly name: string;
  readonly seconds: number;
}

/** A button of this run that exists in the store under this opaque id. */
export interface RunButton {
  readonly id: string;
  readonly action: ButtonAction;
  readonly arg?: string;
}

/** 128 random bits, base64url: says nothing and cannot be guessed. */
export const newButtonId = (): string => randomBytes(16).toString('base64url');

export interface Run {
  readonly id: RunId;
  readonly ask: Ask;
  readonly state: RunState;
  readonly outcome?: Outcome;
  readonly lang: Lang;
  readonly requestedBy: Person;
  readonly origin: Origin;
  /** Signs who asked for what, and where. A change without it is never confirmed or performed. */
  readonly request?: Signature & { readonly at: string };
  /** ISO 8601, the database's clock. */
  readonly createdAt: string;
  readonly endedAt?: string;
  /** What was typed, for the record and the headline. */
  readonly typed: string;
  /** The schedule that it came from, when nobody typed it. */
  readonly schedule?: Scheduled;
  readonly plan?: Plan;
  readonly approvalsNeeded?: number;
  readonly approvals: readonly Approval[];
  /** Until when Confirm counts (ISO 8601). */
  readonly notAfter?: string;
  readonly steps: readonly StepRecord[];
  /** Of a suspended run, and of an approved one that waits for its window: what it waits for, since when (ISO 8601). */
  readonly waiting?: Suspension & { readonly since: string };
  /** Why no further step is begun but those that close what was opened. */
  readonly halted?: { readonly outcome: 'failed'; readonly says: Words };
  /** What people said of steps that wait; each counts once. */
  readonly replies?: readonly StepReply[];
  readonly report?: Report;
  readonly progress?: Progress;
  /** Somebody wants it to stop. What is under way is being ended until the run has ended; a change begins no further step but those that close what was opened. */
  readonly cancelled?: { readonly by: Person; readonly at: string };
  /** How often a worker has taken it up to look. */
  readonly begun?: number;
  /** Of an `unknown` run: when somebody last looked what became of it, how often, and when it is looked at again by itself. */
  readonly looked?: { readonly at: string; readonly times: number; readonly next?: string };
  /** A person said what became of an `unknown` run, because no look could. */
  readonly decided?: Decided;
  /** Somebody who could have confirmed it did not want it. */
  readonly rejected?: { readonly by: Person; readonly at: string; readonly reason: string };
  readonly buttons: readonly RunButton[];
  /** The sentence of the present state or of the end: why refused, what was verified. */
  readonly says?: Words;
  /** Commands to try instead, when there are any. */
  readonly instead?: readonly { readonly title: Words; readonly command: string }[];
  /** The last calls because of what it left open. */
  readonly calls?: readonly RunCall[];
  readonly told?: readonly RunTold[];
  /** Grows with every event; whoever shows the run compares it with what was shown. */
  readonly revision: number;
}

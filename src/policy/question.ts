import type { Risk, Words } from '../kit/index.ts';
import { words } from '../kit/index.ts';
import type { Grounds, Person } from '../runs/run.ts';

/**
 * What somebody wants to do. `ask`: to ask for changes at all, whichever. `change`: to ask for this change, and, once people have
 * approved, to have it carried out. `settle`: to say what became of a change that nobody knows the end of.
 */
export const DOES = [
  'look',
  'answer',
  'schedule',
  'audit',
  'readonly',
  'ask',
  'change',
  'confirm',
  'reject',
  'settle',
  'cancel',
] as const;
export type Does = (typeof DOES)[number];

/** How it came. */
export const DOORS = ['command', 'button', 'schedule', 'alert', 'cli'] as const;
export type Door = (typeof DOORS)[number];

/** A change as policy sees it. */
export interface What {
  readonly playbook: string;
  readonly risk: Risk;
  readonly undo: 'can' | 'cannot' | 'nothing';
}

/** Where something takes effect, as far as it is known. */
export interface Place {
  readonly site?: string;
  readonly system?: string;
  readonly app?: string;
  readonly host?: string;
}

/** The one question that every door asks. */
export interface Question extends Grounds {
  readonly who: Person;
  readonly does: Does;
  readonly what?: What;
  /** Over which rights are needed: of a change, the system that its playbook belongs to. */
  readonly systems: readonly string[];
  /** What it takes effect on. Absent as long as nothing is planned. */
  readonly where?: readonly Place[];
  readonly by: Door;
  /** Who asked for the change that is confirmed. */
  readonly requester?: Person;
  /** People who have approved this very plan. */
  readonly approved?: readonly Approver[];
  readonly at: Date;
}

export interface Approver extends Person {
  /** They typed the name of what is changed. */
  readonly isTyped?: boolean;
}

/** Names the rule that decided: `allow.0`, `deny.2`, `confirm.risky`, or the name of a rule of the list. */
export type RuleId = string;

/** Approvals by people of these roles. */
export interface Seat {
  readonly approvals: number;
  /** Absent: anybody who may confirm changes of the system. */
  readonly roles?: readonly string[];
  /** Whether the person who asked may give one. */
  readonly self: boolean;
}

export type No = Extract<Decision, { verdict: 'no' }>;

export type Decision =
  | {
      readonly verdict: 'run';
      readonly rule: RuleId;
      readonly because: Words;
      /** Of a confirmation: the name of what is changed must be typed. */
      readonly isTyped?: boolean;
      /** It waits until then: its time is closed. */
      readonly opens?: Date;
      /** Of an approved change: the approvals that it may run by, and how many were needed. */
      readonly counted?: ReadonlySet<string>;
      readonly approvals?: number;
    }
  /** It may be prepared, and runs once these people have agreed. */
  | {
      readonly verdict: 'ask';
      readonly rule: RuleId;
      readonly because: Words;
      readonly approvals: number;
      readonly seats: readonly Seat[];
      readonly isTyped: boolean;
      /** Confirmed, it waits until then: its time is closed. */
      readonly opens?: Date;
      /** Everybody who may give one. */
      readonly names: readonly string[];
      /** Until when it may be confirmed. */
      readonly until: Date;
    }
  | {
      readonly verdict: 'no';
      readonly rule: RuleId;
      readonly because: Words;
      /** When nothing closes it any more, as far as the rules say. */
      readonly opens?: Date;
      /** It may be planned and confirmed now, and wait until then. */
      readonly mayWait?: true;
    };

export const no = (rule: RuleId, en: string, zh: string): No => ({
  verdict: 'no',
  rule,
  because: words(en, zh),
});

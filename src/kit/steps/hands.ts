import type { Estate } from '../estate.ts';
import type { Targets } from '../targets.ts';
import type { Captured } from '../text/captured.ts';
import { type Words, words } from '../words.ts';
import type { Condition } from './condition.ts';
import type { Resource, Shown } from './facts.ts';

/**
 * `without-effect`: certainly nothing was changed. `failed`: it was carried out and did not succeed; part of it may have taken effect, and
 * nothing of it goes on. `unknown`: nobody knows; look, never repeat.
 */
export type StepAnswer = Told & { readonly evidence: Captured };

/** As the targets said it. */
export type Heard = Told & { readonly evidence: string };

type Told =
  | { readonly kind: 'done' | 'without-effect' | 'failed' | 'unknown'; readonly says: Words }
  /** It was begun and goes on when a person has answered, or the time has come: the run is put down until then. */
  | { readonly kind: 'waits'; readonly waiting: StepWaits; readonly says: Words };

export type StepWaits = { readonly for: 'person' } | { readonly for: 'time'; readonly until: Date };

/** The answer of a person to a step that waited for one. */
export interface PersonAnswer {
  readonly by: { readonly id: string; readonly name: string };
  readonly at: Date;
  readonly word: 'done' | 'not-done' | 'could-not';
  /** As typed: what was seen. */
  readonly saw: string;
}

/** The result of a look at a condition. `holds` only where everything was seen and is as wanted. */
export interface Held {
  readonly holds: boolean;
  readonly says: Words;
  readonly evidence: string;
}

export interface StepFrame {
  readonly runId: string;
  readonly no: number;
  readonly fence: number;
  /** The step certainly had not begun before this. */
  readonly since: Date;
  /** When it was begun, on the database's clock, where it is gone on with. */
  readonly begunAt?: Date;
  /** Aborted when the run is to be put down: a step that can go on later answers `waits`. */
  readonly stopping?: AbortSignal;
}

/** This process's clock, and the database's, which says which of two clocks is wrong. */
export interface Clocks {
  readonly here: () => Date;
  readonly database: () => Promise<Date>;
}

/** `never-sent`: and it will not be. `refused`: Slack will never take it. */
export type Delivered = 'told' | 'refused' | 'not-yet' | 'never-sent';

/** Tells people in Slack, each step once however often it is asked. */
export interface Tell {
  /** Where no channel is given: in the thread of the run. Waits for a while for Slack to have it. */
  readonly send: (
    frame: StepFrame,
    told: { readonly channel?: string; readonly group?: string; readonly says: Words },
  ) => Promise<Delivered>;
  readonly seen: (frame: StepFrame) => Promise<Delivered>;
}

/** Everything by which a step reaches the estate. */
export interface Hands extends Pick<Targets, 'rows' | 'once' | 'requests' | 'containers'> {
  readonly estate: Estate;
  readonly clocks: Clocks;
  readonly tell: Tell;
  /** Looks now, read-only. `since`: what is asked to be newer than the step must be newer than this; `waitsSince`: when a wait for it began, on the database's clock. Never throws for what it looks at. */
  readonly holds: (condition: Condition, since: Date, waitsSince?: Date) => Promise<Held>;
}

/** Whether the claim still holds and the step is still open. A journal that cannot be asked permits nothing. */
export type Permitted = () => Promise<boolean>;

/** One kind of step: what is shown of it, what it touches, how it is performed, and how one sees whether it took effect. */
export interface StepKind<Of> {
  /** The step without its secrets, for people to read. What is performed is the step itself. */
  readonly masked: (step: Of) => Of;
  /** The only place where the words are made that a person confirms. Given a masked step. */
  readonly shown: (step: Of) => Shown;
  /** Locked while it runs. */
  readonly touches: (step: Of, estate: Estate) => readonly Resource[];
  /** Names what it takes effect on; two steps with a name in common may do the same. */
  readonly effects: (step: Of) => readonly string[];
  /** Performs it, at most once whatever happens. */
  readonly perform: (step: Of, frame: StepFrame, permitted: Permitted, hands: Hands) => Promise<Heard>;
  /** Goes on after it waited; `answer` is what the person said, where it waited for one. Absent for kinds that never wait. */
  readonly resume?: (
    step: Of,
    frame: StepFrame,
    answer: PersonAnswer | undefined,
    hands: Hands,
  ) => Promise<Heard>;
  /** After an unknown: did it take effect? Changes nothing but, for what never began, that it never will. */
  readonly look: (step: Of, frame: StepFrame, hands: Hands) => Promise<Heard>;
}

/** Not carried out, because another worker may have taken over. */
export const fenced: Heard = {
  kind: 'without-effect',
  says: words(
    'The change was no longer certain to be this worker’s; it was not carried out.',
    '无法确认该变更仍由本执行进程负责，未执行。',
  ),
  evidence: '',
};

/** Of what was carried out and did not succeed. */
export const PARTLY = words('Part of it may have taken effect.', '可能已部分生效。');

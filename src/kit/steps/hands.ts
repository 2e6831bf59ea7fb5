import type { Estate } from '../estate.ts';
import type { Targets } from '../targets.ts';
import type { Captured } from '../text/captured.ts';
import { type Words, words } from '../words.ts';
import type { Resource, Shown } from './facts.ts';

/** `without-effect`: certainly nothing was changed. `unknown`: nobody knows; look, never repeat. */
export interface StepAnswer {
  readonly kind: 'done' | 'without-effect' | 'unknown';
  readonly says: Words;
  readonly evidence: Captured;
}

/** As the targets said it. */
export type Heard = Omit<StepAnswer, 'evidence'> & { readonly evidence: string };

export interface StepFrame {
  readonly runId: string;
  readonly no: number;
  readonly fence: number;
  /** The step certainly had not begun before this. */
  readonly since: Date;
}

/** This process's clock, and the database's, which says which of two clocks is wrong. */
export interface Clocks {
  readonly here: () => Date;
  readonly database: () => Promise<Date>;
}

/** Everything by which a step reaches the estate. */
export interface Hands extends Pick<Targets, 'rows' | 'once'> {
  readonly estate: Estate;
  readonly clocks: Clocks;
}

/** Whether the claim still holds and the step is still open. A journal that cannot be asked permits nothing. */
export type Permitted = () => Promise<boolean>;

/** One kind of step: what is shown of it, what it touches, how it is performed, and how one sees whether it took effect. */
export interface StepKind<Of> {
  /** The step without its secrets, for people to read. What is performed is the step itself. */
  readonly masked: (step: Of) => Of;
  /** The only place where the words are made that a person confirms. Given a masked step. */
  readonly shown: (step: Of) => Shown;
  /** What is locked while it runs. */
  readonly touches: (step: Of, estate: Estate) => readonly Resource[];
  /** Names what it takes effect on; two steps with a name in common may do the same. */
  readonly effects: (step: Of) => readonly string[];
  /** Performs it, at most once whatever happens. */
  readonly perform: (step: Of, frame: StepFrame, permitted: Permitted, hands: Hands) => Promise<Heard>;
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

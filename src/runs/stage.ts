import type { Words } from '../kit/index.ts';

/** A stage of a plan; its steps by their numbers, from 1. */
export interface Stage {
  readonly title?: Words;
  readonly atOnce: number;
  readonly lanes: readonly Lane[];
}

export interface Lane {
  readonly target: string;
  readonly steps: readonly number[];
}

/** A step that is performed at the end, whatever happened or only where not all took effect, once the step `closes` was begun. */
export interface ClosingStep {
  readonly step: number;
  readonly closes: number;
  readonly when?: 'not-done';
}

import type { CheckState } from '../kit/index.ts';

/** A picture as data, in one language: everything that is drawn and nothing else. Times are milliseconds. */
export interface Picture {
  readonly title: string;
  /** Below the title, small. */
  readonly notes: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly Tick[];
  readonly drawing: Curves | Strips;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
  /** A day begins. */
  readonly isDay: boolean;
}

/** Values over time. */
export interface Curves {
  readonly kind: 'curves';
  readonly unit: string;
  readonly curves: readonly Curve[];
  /** What is too much to be told apart: between the lowest and the highest of them. */
  readonly band?: {
    readonly name: string;
    readonly pieces: readonly (readonly (readonly [at: number, low: number, high: number])[])[];
  };
  readonly limits: readonly { readonly value: number; readonly label: string }[];
  readonly lowest: number;
  readonly highest: number;
}

export interface Curve {
  readonly name: string;
  /** Stretches without a gap. */
  readonly pieces: readonly (readonly (readonly [at: number, value: number])[])[];
}

/** States over time, a strip for each subject. */
export interface Strips {
  readonly kind: 'strips';
  readonly strips: readonly {
    readonly name: string;
    readonly spans: readonly { readonly from: number; readonly to: number; readonly state: CheckState }[];
  }[];
  readonly states: Readonly<Record<CheckState, string>>;
}

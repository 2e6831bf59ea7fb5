import type { Conditions } from './conditions.ts';
import type { LocalTime } from './local-time.ts';

/** A log of a program. Its path may hold the day of its lines: `{YYYYMMDD}` or `{YYYY-MM-DD}`. */
export type LogFile = RunningLog | StartLog;

interface LogFacts {
  readonly path: string;
  /** What stands before the text of every line; `STAMPS.comma` unless set. */
  readonly stamp?: Stamp;
}

/** Grows as long as the program runs. */
export interface RunningLog extends LogFacts {
  /** Every line of (from, to], in order. Milliseconds since the epoch. */
  readonly lines: (from: number, to: number, scene: LogScene) => readonly LogLine[];
  /** Minutes that are written at once when the host starts, and again when its conditions change. */
  readonly historyMinutes: number;
  /** A file of before lies beside it: `.1` with the minutes before, or `.{YYYY-MM-DD}` with the last minutes of yesterday. */
  readonly rotated?: { readonly suffix: '.1' | '.{YYYY-MM-DD}'; readonly minutes: number };
}

/** Is written once, whenever the program starts. */
export interface StartLog extends LogFacts {
  readonly started: (at: number, scene: LogScene) => readonly LogLine[];
}

export interface LogScene {
  readonly host: string;
  readonly address: string;
  /** Which of the hosts of its app, from 0. */
  readonly index: number;
  readonly conditions: Conditions;
  /** A moment as the host's clock shows it, for lines that hold a time inside. */
  readonly local: (at: number) => LocalTime;
}

export interface LogLine {
  readonly at: number;
  readonly text: string;
}

export type Stamp = (time: LocalTime) => string;

export const STAMPS = {
  /** `2018-05-31 17:02:14,434` */
  comma: ({ date, time, millis }) => `${date} ${time},${millis}`,
  /** `2018-05-31 17:02:14.434` */
  dot: ({ date, time, millis }) => `${date} ${time}.${millis}`,
  /** `[2018-05-31 17:02:14,434]` */
  bracketed: ({ date, time, millis }) => `[${date} ${time},${millis}]`,
  /** `2018-05-31T17:02:14.434+0800: `, as the virtual machine writes its gc.log */
  iso: ({ date, time, millis, zone }) => `${date}T${time}.${millis}${zone}: `,
  none: () => '',
} as const satisfies Readonly<Record<string, Stamp>>;

/** One thing that is measured. */
export interface Benchmark {
  readonly name: string;
  /** In a few words, for the list. */
  readonly says: string;
  /** Prints what it measured. Everything that it starts it hands over to be ended, whatever comes in between. */
  readonly run: (setting: Setting) => Promise<void>;
}

export interface Setting {
  /** Empty; it is removed afterwards. */
  readonly folder: string;
  /** How to end what was just started. The last is ended first. */
  readonly started: (stop: () => Promise<unknown>) => void;
  /** Aborted when the person at the terminal has seen enough. */
  readonly signal: AbortSignal;
  /** How often each contender runs; medians are printed. */
  readonly runs: number;
  /** Hosts, where the benchmark has not its own numbers. */
  readonly hosts?: number;
  /** Seconds of load, where there is one. */
  readonly seconds?: number;
}

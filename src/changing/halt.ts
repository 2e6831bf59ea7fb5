import type { StepWaits, Words } from '../kit/index.ts';
import type { Suspension } from '../runs/run.ts';

type Ending = 'failed' | 'unknown' | 'cancelled';

/** An unknown end outweighs a failure, and a failure outweighs a cancellation. */
const WEIGHT: Readonly<Record<Ending, number>> = { unknown: 3, failed: 2, cancelled: 1 };

/** What the lanes of a run tell each other: that nothing more is to be begun, and why. */
export class Halt {
  readonly said: Words[] = [];
  /** Steps that were begun, now or under an earlier claim. */
  readonly begun = new Set<number>();
  /** Steps that took effect. */
  readonly done = new Set<number>();
  /** Steps that wait. */
  readonly waiting = new Map<number, { readonly waiting: Suspension; readonly says: Words }>();
  outcome: Ending | undefined;
  isLost = false;
  #down: { readonly waiting: Suspension; readonly says: Words } | undefined;

  /** No further stage is begun. */
  get isSet(): boolean {
    return this.isFinal || this.waiting.size > 0;
  }

  /** No further step is begun. */
  get isFinal(): boolean {
    return this.isLost || this.outcome !== undefined || this.#down !== undefined;
  }

  /** Until when the run is put down: a time comes by itself, so it goes first. Not where nobody knows how a step ended: then the run ends. */
  waitsFor(): { readonly waiting: Suspension; readonly says: Words } | undefined {
    if (this.outcome === 'unknown') return undefined;
    const waits = [...this.waiting].sort(([a], [b]) => a - b).map(([, wait]) => wait);
    const first = this.#down ?? waits.find(({ waiting }) => waiting.for === 'time') ?? waits[0];
    if (first?.waiting.for !== 'person') return first;
    // Several steps may wait for people: the first is asked about, and the earliest that is late wakes the run.
    const [until] = waits
      .flatMap(({ waiting }) =>
        waiting.for === 'person' && waiting.until !== undefined ? waiting.until : [],
      )
      .sort();
    return until === undefined ? first : { ...first, waiting: { ...first.waiting, until } };
  }

  lose(): void {
    this.isLost = true;
  }

  stop(outcome: Ending, says: Words): void {
    if (this.outcome === undefined || WEIGHT[outcome] > WEIGHT[this.outcome]) this.outcome = outcome;
    this.said.push(says);
  }

  wait(no: number, waits: StepWaits, says: Words): void {
    const waiting: Suspension =
      waits.for === 'person'
        ? { for: 'person', step: no, ...(waits.until ? { until: waits.until.toISOString() } : {}) }
        : { for: 'time', until: waits.until.toISOString() };
    this.waiting.set(no, { waiting, says });
  }

  /** Between two steps. */
  putDown(waiting: Suspension, says: Words): void {
    this.#down ??= { waiting, says };
  }
}

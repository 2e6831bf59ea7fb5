import type { DueSchedules } from './desk/due-schedules.ts';
import type { Desk } from './desk/port.ts';
import type { Runner } from './runner/worker.ts';
import type { RunStore } from './runs/ports.ts';
import type { Store } from './store/index.ts';

/** Store, targets, runner and desk around one dispatch: what every role and the command line stand on. */
export interface Inside {
  readonly store: Store;
  readonly runs: RunStore;
  readonly runner: Runner;
  readonly desk: Desk;
  readonly dueSchedules: DueSchedules;
  readonly close: () => Promise<void>;
}

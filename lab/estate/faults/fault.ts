import type { RowId, Words } from '../../../src/kit/index.ts';
import type { Conditions } from '../conditions.ts';
import type { Flow } from '../orders/flow.ts';
import type { OrderDatabase } from '../orders/schema.ts';
import type { PracticeApp } from '../apps/app.ts';

/** Something that can go wrong, as the manuals describe it. */
export type Fault = HostFault | OrderFault;

interface FaultFacts {
  readonly id: string;
  readonly title: Words;
  /** Rows of the manuals whose check or alert turns red. */
  readonly rows: readonly RowId[];
}

/** Happens on a host: changes its conditions as long as it lasts. */
export interface HostFault extends FaultFacts {
  readonly on: 'host';
  /** Ids of the apps whose hosts can have it; every app when empty. */
  readonly apps: readonly string[];
  /** The hosts that get it when none is named. */
  readonly usual: { readonly app: string; readonly all: boolean };
  /** Whether a restart of the host's app mends it, as the manual says. */
  readonly mendedByRestart: boolean;
  readonly change: (conditions: Conditions, app: PracticeApp) => Conditions;
}

/** Happens in the release platform's databases. */
export interface OrderFault extends FaultFacts {
  readonly on: 'order';
  /** Number used when none is named. */
  readonly usual: string;
  readonly apply: (database: OrderDatabase, flow: Flow, order: string) => Promise<void>;
  readonly mend: (database: OrderDatabase, flow: Flow, order: string) => Promise<void>;
}

/** A fault of one app's hosts; the first of them gets it unless `all`. */
export const hostFault = (
  fault: Omit<HostFault, 'on' | 'mendedByRestart' | 'usual'> & {
    readonly usual: string;
    readonly all?: boolean;
    readonly mendedByRestart?: boolean;
  },
): HostFault => ({
  ...fault,
  on: 'host',
  usual: { app: fault.usual, all: fault.all ?? false },
  mendedByRestart: fault.mendedByRestart ?? false,
});

import type { RowId, Words } from '../../../src/kit/index.ts';
import { isOrRuns, mainProgram, type PracticeApp } from '../apps/app.ts';
import type { Conditions } from '../conditions.ts';
import type { Flow } from '../orders/flow.ts';
import type { OrderDatabase } from '../orders/schema.ts';
import type { PlannedHost } from '../plan.ts';

/** Something that can go wrong, as the manuals describe it. */
export type Fault = HostFault | OrderFault;

interface FaultFacts {
  readonly id: string;
  readonly title: Words;
  /** Rows of the manuals whose check or alert turns red. What it turns red on hosts of other apps stands with those apps. */
  readonly rows: readonly RowId[];
}

/** Happens on a host: changes its conditions as long as it lasts. */
export interface HostFault extends FaultFacts {
  readonly on: 'host';
  /** Ids of the apps, or of the agents, whose hosts can have it; every app when empty. */
  readonly apps: readonly string[];
  /** Leaves out apps that cannot have it, of those. */
  readonly where?: (app: PracticeApp) => boolean;
  /** The hosts that get it when none is named. */
  readonly usual: { readonly app: string; readonly all: boolean };
  /** Whether a restart mends it, as the manual says: of the app, or of the program that is named. */
  readonly mendedByRestart: boolean;
  readonly program?: string;
  /** What other hosts get with it, and lose when it is mended. */
  readonly brings?: (host: PlannedHost, all: readonly PlannedHost[]) => readonly ActiveFault[];
  readonly change: (conditions: Conditions, app: PracticeApp) => Conditions;
}

/** A fault that lasts, and where: a host's name or an order's number. */
export interface ActiveFault {
  readonly fault: string;
  readonly on: string;
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

export const canHave = (app: PracticeApp, fault: HostFault): boolean =>
  (fault.apps.length === 0 || fault.apps.some((id) => isOrRuns(app, id))) && (fault.where?.(app) ?? true);

/** Whether starting that program again mends the fault on a host of the app. */
export const isMendedBy = (fault: HostFault, app: PracticeApp, program: string): boolean =>
  fault.mendedByRestart && (fault.program ?? mainProgram(app)) === program;

/** The rows that a fault turns red on hosts of an app. */
export const rowsOn = (fault: Fault, app: PracticeApp): readonly RowId[] => [
  ...fault.rows,
  ...(app.rows?.[fault.id] ?? []),
];

/** The system whose fault it is; undefined when it can happen to hosts of any. */
export function systemOf(fault: Fault, apps: readonly PracticeApp[]): string | undefined {
  if (fault.on === 'order') return 'DEPS';
  return fault.apps.length === 0 ? undefined : apps.find(({ id }) => id === fault.usual.app)?.system;
}

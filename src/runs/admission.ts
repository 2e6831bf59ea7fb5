import type { AuditEntry } from './ports.ts';
import type { Ask, Person, Run, RunId } from './run.ts';

/** How many runs somebody may have under way, and may begin in a minute. */
export interface Allowance {
  readonly atOnce: number;
  readonly aMinute: number;
}

export interface Allowances {
  readonly person: Allowance;
  readonly channel: Allowance;
}

export const ALLOWANCES: Allowances = {
  person: { atOnce: 3, aMinute: 6 },
  channel: { atOnce: 12, aMinute: 24 },
};

/** What a person, or a channel, has asked for and what of it has not ended. */
export interface Load {
  /** Runs that a worker looks at or will look at. */
  readonly underWay: number;
  /** For how many seconds each run that was begun in the last minute has been asked for, the oldest first. */
  readonly begunSecondsAgo: readonly number[];
}

/** No more for now. `seconds`: when the next may begin, where that is known. */
export interface Full {
  readonly of: keyof Allowances;
  readonly underWay: number;
  readonly seconds?: number;
}

/** Whether one more run is too many. Those under way come first: nobody knows when they end. */
export function fullness(
  loads: Readonly<Record<keyof Allowances, Load>>,
  allowances: Allowances = ALLOWANCES,
): Full | undefined {
  for (const of of ['person', 'channel'] as const) {
    const { underWay, begunSecondsAgo } = loads[of];
    const { atOnce, aMinute } = allowances[of];
    if (underWay >= atOnce) return { of, underWay };
    const oldest = begunSecondsAgo.at(-aMinute);
    if (oldest !== undefined) return { of, underWay, seconds: Math.max(1, Math.ceil(60 - oldest)) };
  }
  return undefined;
}

export interface Asking {
  readonly ask: Ask;
  readonly person: Person;
  readonly channel: string;
  /** Idempotency key. */
  readonly key: string;
}

/** What there is before a run is begun. */
export interface Before {
  readonly full?: Full;
  /** An earlier delivery with this key has its run. */
  readonly isKnown: boolean;
  /** Inspections of just the same that have not ended, asked for in Slack; the oldest first. */
  readonly same: readonly Run[];
}

export type Admitted =
  | { readonly kind: 'begun'; readonly run: Run; readonly created: boolean }
  /** The same is under way already. */
  | { readonly kind: 'joined'; readonly run: Run }
  | { readonly kind: 'full'; readonly full: Full };

/** Begins runs that people ask for in Slack, within limits that all bots share. Times are the database's. */
export interface Admission {
  readonly look: (asking: Asking) => Promise<Before>;
  /** Joins the first run of the same that `mayJoin` names or that was asked for in this channel; the key of an earlier delivery gives its run. */
  readonly begin: (
    run: Omit<Run, 'createdAt' | 'revision'>,
    idempotencyKey: string,
    audit: AuditEntry,
    mayJoin: ReadonlySet<RunId>,
  ) => Promise<Admitted>;
}

import type { Person, RunId } from './ids.ts';
import type { Subject as AnySubject } from './subject.ts';

/** One line of the audit chain. `facts` is JSON without secrets. */
export interface AuditEntry {
  readonly actor: Person;
  readonly action: string;
  readonly runId?: RunId;
  /** What it is about, when that is no run. */
  readonly subject?: Exclude<AnySubject, { kind: 'run' }>;
  readonly decision?: 'run' | 'ask' | 'no';
  readonly reason?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** A line of the audit chain as it was read back. */
export interface RecordedLine {
  readonly n: number;
  readonly actorId: string;
  readonly action: string;
  readonly decision: string | undefined;
  readonly reason: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

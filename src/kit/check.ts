import type { Clause, RowId } from './clause.ts';
import type { App, Estate, Host } from './estate.ts';
import type { ShellCommand } from './shell.ts';
import type { Row, SqlQuery } from './sql.ts';
import type { Words } from './words.ts';

/** `unknown` when an answer is missing or cannot be understood; never `ok` by default. */
export type CheckState = 'ok' | 'warning' | 'critical' | 'unknown';

/** What a check concludes about one subject from one answer. */
export interface Judgement {
  readonly state: CheckState;
  /** Which of several subjects of one check, e.g. `9529` or `/home/admin`. Part of the identity that history follows. */
  readonly part?: string;
  /** The measured value, for comparison over time, with its unit: `%`, `lines/min`, … */
  readonly value?: number;
  readonly unit?: string;
  /** One short line: what was seen, against what. */
  readonly says: Words;
  /** Overrides the raw answer as the evidence that is kept. */
  readonly evidence?: string;
  /** The catalogue rows this judgement answers, when fewer than the check's. */
  readonly rows?: readonly RowId[];
}

/** A documented threshold; the inventory may override it by its row. */
export interface Limit {
  readonly row: RowId;
  readonly value: number;
}

export interface ResolvedLimit extends Limit {
  readonly overridden: boolean;
}

export interface CheckContext {
  readonly estate: Estate;
  readonly app: App;
  /** The manual's limits of this check by name, after the inventory's overrides. */
  readonly limits: Readonly<Record<string, ResolvedLimit>>;
}

export interface HostContext extends CheckContext {
  readonly host: Host;
}

interface CheckFacts {
  /** Unique within the system, kebab-case; part of the identity that history follows. */
  readonly id: string;
  readonly title: Words;
  /** Canonical app ids. */
  readonly apps: readonly string[];
  /** Every catalogue row this check answers. */
  readonly rows: readonly [RowId, ...RowId[]];
  /** Where the manual says so, shown on every line. */
  readonly clause: Clause;
  /** The manual's own command or page, when the exact form differs. */
  readonly literal?: string;
  readonly limits?: Readonly<Record<string, Limit>>;
}

/** One command in the batched script of every host of the apps. */
export interface HostCheck extends CheckFacts {
  readonly on: 'host';
  readonly command: (context: HostContext) => ShellCommand;
  /** Seconds before the command is stopped on the host; 10 unless set. */
  readonly timeoutSeconds?: number;
  readonly judge: (answer: ShellAnswer, context: HostContext) => readonly Judgement[];
}

/** A page requested from the worker. */
export interface PageCheck extends CheckFacts {
  readonly on: 'page';
  readonly url: (context: CheckContext) => string;
  readonly judge: (answer: PageAnswer, context: CheckContext) => readonly Judgement[];
}

/** A read-only statement on a database of the inventory. */
export interface DatabaseCheck extends CheckFacts {
  readonly on: 'database';
  readonly database: string;
  readonly query: (context: CheckContext) => SqlQuery;
  readonly judge: (rows: readonly Row[], context: CheckContext) => readonly Judgement[];
}

/** Only a person at a console can see it: the thread shows the path and asks. */
export interface PersonCheck extends CheckFacts {
  readonly on: 'person';
  /** Console path, as the manual prints it. */
  readonly page: Words;
  /** What must be seen there. */
  readonly expect: Words;
}

export type Check = HostCheck | PageCheck | DatabaseCheck | PersonCheck;

/** What one command of the batched script left. `exitCode` is null when it was stopped at its time limit. */
export interface ShellAnswer {
  readonly exitCode: number | null;
  readonly output: string;
  readonly truncated: boolean;
  readonly timedOut: boolean;
}

export type PageAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Where a redirect points, as sent. */
      readonly location?: string;
      readonly body: string;
      readonly truncated: boolean;
      readonly tookMs: number;
    }
  | { readonly kind: 'no-answer'; readonly detail: string };

/** The checks of one system: `playbooks/<system>/inspection.ts` default-exports one. */
export interface Inspection {
  readonly kind: 'inspection';
  readonly system: { readonly id: string; readonly title: Words; readonly names: readonly string[] };
  readonly apps: readonly { readonly id: string; readonly title: Words; readonly names: readonly string[] }[];
  readonly checks: readonly Check[];
}

export const defineInspection = (inspection: Omit<Inspection, 'kind'>): Inspection => ({
  kind: 'inspection',
  ...inspection,
});

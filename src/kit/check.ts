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
  /** What the value is held against; reports reckon from it when a growing value will get there. */
  readonly limit?: HeldAgainst;
  /** Held against the same value of an earlier inspection as well. */
  readonly compare?: Comparison;
}

/** A limit as a value was held against it. */
export interface HeldAgainst {
  readonly row: RowId;
  readonly value: number;
  readonly breach: Breach;
  /** Seconds that a breach must last before it counts, where the manual says so. */
  readonly lastsSeconds?: number;
}

/** `above`: more than the limit is a breach; `below`: less than it. */
export type Breach = 'above' | 'below';

/** A rule about how a value moves. Without an earlier value the row stays unanswered, and the report says so. */
export interface Comparison {
  readonly row: RowId;
  /** Same time a day or a week ago, or the inspection before. */
  readonly against: 'yesterday' | 'last-week' | 'before';
  readonly moves: 'drops' | 'rises';
  /** Per cent; more than this is a breach. */
  readonly percent: number;
  readonly state: 'warning' | 'critical';
}

/** A documented threshold; the inventory may override it by its row. */
export interface Limit {
  readonly row: RowId;
  readonly value: number;
  /** What a breach means; the probe's own state unless set. */
  readonly state?: 'warning' | 'critical';
  readonly lastsSeconds?: number;
}

export interface ResolvedLimit extends Limit {
  readonly overridden: boolean;
}

export interface CheckContext {
  readonly estate: Estate;
  readonly app: App;
  /** The manual's limits of this check by name, after the inventory's overrides. */
  readonly limits: Readonly<Record<string, ResolvedLimit>>;
  /** The window that the inventory sets for one of the check's rows. */
  readonly windowSeconds?: number;
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

/** One command on every host of the apps, judged once from all the answers: leaders, quorums, sums over machines, clocks. */
export interface ClusterCheck extends CheckFacts {
  readonly on: 'cluster';
  readonly command: (context: HostContext) => ShellCommand;
  readonly timeoutSeconds?: number;
  /** A read-only statement that is asked beside the hosts, when they are held against a database. */
  readonly database?: { readonly name: string; readonly query: SqlQuery };
  readonly judge: (answers: ClusterAnswers, context: CheckContext) => readonly Judgement[];
}

export interface ClusterAnswers {
  readonly hosts: readonly HostAnswer[];
  /** Undefined when none is asked, or it did not answer. */
  readonly database?: DatabaseAnswer;
}

export interface HostAnswer {
  readonly host: Host;
  /** Undefined when the host did not answer, or not in time. */
  readonly answer?: ShellAnswer;
  /** The command ran between these moments, by the clock of Fettle. */
  readonly ranBetween?: Span;
}

export interface DatabaseAnswer {
  readonly rows: readonly Row[];
  readonly ranBetween: Span;
}

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** A page requested from the worker. */
export interface PageCheck extends CheckFacts {
  readonly on: 'page';
  /** Its name among the consoles of the inventory, where that is not the system's. */
  readonly console?: string;
  /** Undefined where the manual prints no address and the inventory gives none: then nobody knows how the page is. */
  readonly url: (context: CheckContext) => string | undefined;
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
  /** Console path, as the manual prints it; `{domain}` becomes the estate's. */
  readonly page: Words;
  /** What must be seen there. */
  readonly expect: Words;
  /** Looking changes something: not asked for in production. */
  readonly changes?: true;
}

export type Check = HostCheck | ClusterCheck | PageCheck | DatabaseCheck | PersonCheck;

/** What one command of the batched script left. `exitCode` is null when it was stopped at its time limit. */
export interface ShellAnswer {
  readonly exitCode: number | null;
  /** No line is longer than `LINE_BYTES`. */
  readonly output: string;
  /** Something is missing: the output was over its cap, or one of its lines was too long and lost its middle. */
  readonly truncated: boolean;
  /** Only middles of long lines are missing. */
  readonly linesOnly?: true;
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

/** The checks of one system: `playbooks/<system>/inspection.ts` default-exports one. Checks may look at apps of other systems. */
export interface Inspection {
  readonly kind: 'inspection';
  readonly system: { readonly id: string; readonly title: Words; readonly names: readonly string[] };
  readonly apps: readonly AppFacts[];
  readonly checks: readonly Check[];
  /** What the manuals leave to the installation, by name; the inventory chooses. */
  readonly options?: Readonly<Record<string, InstallationOption>>;
}

export interface AppFacts {
  readonly id: string;
  readonly title: Words;
  readonly names: readonly string[];
  /** An agent: it runs on every host of this app, and the inventory need not name it. */
  readonly runsOn?: string;
}

/** A choice that the inventory makes, like the registry's version. */
export interface InstallationOption {
  readonly title: Words;
  readonly values: readonly [string, ...string[]];
  readonly usual: string;
}

export const defineInspection = (inspection: Omit<Inspection, 'kind'>): Inspection => ({
  kind: 'inspection',
  ...inspection,
});

import {
  type Captured,
  type CheckState,
  type Clause,
  type Comparison,
  type HeldAgainst,
  type RowId,
  type Scope,
  type Words,
  words,
} from '../kit/index.ts';
import type { Person } from './ids.ts';

/** One judgement with everything needed to show, compare and prove it. */
export interface Finding {
  readonly system: string;
  readonly app: string;
  /** Absent for a page or database check. */
  readonly host?: string;
  readonly check: string;
  readonly part?: string;
  readonly title: Words;
  readonly state: CheckState;
  readonly value?: number;
  readonly unit?: string;
  readonly says: Words;
  readonly rows: readonly RowId[];
  /** What the value is held against. */
  readonly limit?: HeldAgainst;
  /** A comparison with an earlier value that is still to be made. */
  readonly compare?: Comparison;
  readonly clause: Clause;
  /** The manual's own command, when the exact form differs. */
  readonly literal?: string;
  /** What was run, as text. */
  readonly command?: Captured;
  /** The answer. */
  readonly evidence: Captured;
  /** Rows of which the inventory set the threshold, the window or the level instead of the manual. */
  readonly overridden: readonly RowId[];
  /** Everything that was to be asked of a host, when the finding is that the host did not answer. */
  readonly standsFor?: readonly { readonly system: string; readonly app: string }[];
  /** Who saw it, when a person answered a question. */
  readonly seen?: Seen;
}

/** A person at a console, and when. */
export interface Seen {
  readonly by: Person;
  /** ISO 8601. */
  readonly at: string;
}

/** Something only a person can see. Once answered there is a finding with `seen`. */
export interface Question {
  readonly system: string;
  readonly app: string;
  readonly check: string;
  readonly title: Words;
  readonly rows: readonly RowId[];
  readonly clause: Clause;
  readonly page: Words;
  readonly expect: Words;
  /** Not to be done here: it would change something in production. */
  readonly forbidden?: boolean;
  /** What was seen the last time. */
  readonly last?: Seen & { readonly state: CheckState; readonly note?: string };
}

export interface Report {
  readonly scope: Scope;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** How many hosts were looked at. Those of the scope that no check is about do not count. */
  readonly hosts: number;
  readonly findings: readonly Finding[];
  readonly questions: readonly Question[];
  /** Apps that the manuals name and the inventory does not have. */
  readonly absent?: readonly string[];
  /** Systems that have nothing which can be looked at without a person. */
  readonly unasked?: readonly string[];
  /** Systems that were left out, because the person may not look at them. */
  readonly hidden?: readonly string[];
  /** It was cancelled: what became of each host. Absent when everything was asked. */
  readonly stopped?: { readonly hosts: readonly { readonly name: string; readonly fate: Fate }[] };
  /** Against the last finished report of the same scope; absent when there is none. */
  readonly changes?: Changes;
  /** Hosts that are unlike their peers, the most unlike first. */
  readonly outliers?: readonly Outlier[];
  /** Values that grow towards a threshold, the nearest first. */
  readonly forecasts?: readonly Forecast[];
  /** Rows that could not be answered for want of an earlier value. */
  readonly notYet?: readonly NotYet[];
}

/** A finding as it is told beside others: without what was run and what came back. */
export type Brief = Omit<Finding, 'command' | 'evidence' | 'literal'>;

export function briefly(finding: Finding): Brief {
  const { command: _command, evidence: _evidence, literal: _literal, ...brief } = finding;
  return brief;
}

/** A host whose value is unlike that of its peers in the same app, whether a limit is breached or not. */
export interface Outlier {
  readonly finding: Brief;
  readonly value: number;
  /** Of the peers, this host included. */
  readonly median: number;
  readonly peers: number;
}

/** A value that grows, and when it gets to its threshold if it goes on like that. Times are ISO 8601. */
export interface Forecast {
  readonly finding: Brief;
  readonly perDay: number;
  /** When the limit is reached; absent when it is breached already, or further away than forecasts reach. */
  readonly limitAt?: string;
  /** When a disk is full. */
  readonly fullAt?: string;
}

/** A row that is about how a value moves, and no earlier value to hold it against. */
export interface NotYet {
  readonly finding: Finding;
  readonly row: RowId;
  /** From when on an inspection can compare it, ISO 8601. */
  readonly from: string;
}

/**
 * What became of a host when an inspection was cancelled. `silent`: it had not answered before. `ended`: what ran there was ended,
 * as the host confirmed. `closed`: only the connection could be closed; what ran there ends at its own limit.
 */
export type Fate = 'answered' | 'silent' | 'ended' | 'closed' | 'not-asked';

export interface Changes {
  /** ISO 8601 of the report compared with. */
  readonly since: string;
  readonly entries: readonly Change[];
}

export interface Change {
  readonly kind: 'new' | 'worse' | 'better' | 'gone';
  readonly finding: Finding;
  readonly was?: CheckState;
}

/** Same subject in two reports. */
export const findingKey = (f: Pick<Finding, 'system' | 'app' | 'host' | 'check' | 'part'>): string =>
  [f.system, f.app, f.host ?? '', f.check, f.part ?? ''].join('|');

/** The argument of the Evidence button for all the hosts that did not answer. */
export const SILENT_HOSTS = '*hosts';

/** The arguments of the Evidence buttons that a report needs: one for each app, and one for the silent hosts of several. */
export function evidenceArgs({ findings }: Pick<Report, 'findings'>): readonly string[] {
  const apps = new Set(findings.flatMap(({ app, standsFor }) => standsFor?.map((each) => each.app) ?? [app]));
  return apps.size > 1 && findings.some(({ standsFor }) => standsFor) ? [...apps, SILENT_HOSTS] : [...apps];
}

/** The findings behind an Evidence button: of an app with its hosts that did not answer, of all such hosts, or all there are. */
export function findingsBehind(
  { findings }: Pick<Report, 'findings'>,
  arg: string | undefined,
): readonly Finding[] {
  if (arg === undefined) return findings;
  if (arg === SILENT_HOSTS) return findings.filter(({ standsFor }) => standsFor);
  return findings.filter(({ app, standsFor }) =>
    standsFor ? standsFor.some((each) => each.app === arg) : app === arg,
  );
}

/** Whether a person said so. */
export const isAnswer = (finding: Finding): finding is Finding & { readonly seen: Seen } =>
  finding.seen !== undefined;

/** How many findings there are of each state. */
export function countByState(
  findings: readonly Pick<Finding, 'state'>[],
): Readonly<Record<CheckState, number>> {
  const count = { critical: 0, warning: 0, unknown: 0, ok: 0 };
  for (const { state } of findings) count[state] += 1;
  return count;
}

/** A report in one sentence. */
export function summaryOf({ findings }: Pick<Report, 'findings'>): Words {
  const { ok } = countByState(findings);
  const bad = findings.length - ok;
  return bad === 0
    ? words(`All ${ok} checks passed.`, `${ok} 项检查全部通过。`)
    : words(
        `${bad} of ${findings.length} checks ${bad === 1 ? 'needs' : 'need'} attention.`,
        `${findings.length} 项检查中有 ${bad} 项需要关注。`,
      );
}

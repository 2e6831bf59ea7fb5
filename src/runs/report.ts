import type { CheckState, Clause, Comparison, HeldAgainst, RowId, Scope, Words } from '../kit/index.ts';

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
  readonly command?: string;
  /** The answer, capped, control characters removed, secrets masked. */
  readonly evidence: string;
  /** Rows of which the inventory set the threshold, the window or the level instead of the manual. */
  readonly overridden: readonly RowId[];
}

/** Something only a person can see; `seen` once recorded. */
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
}

export interface Report {
  readonly scope: Scope;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly hosts: number;
  readonly findings: readonly Finding[];
  readonly questions: readonly Question[];
  /** Apps that the manuals name and the inventory does not have. */
  readonly absent?: readonly string[];
  /** Systems that were left out, because the person may not look at them. */
  readonly hidden?: readonly string[];
  /** Against the last finished report of the same scope; absent when there is none. */
  readonly changes?: Changes;
}

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

/** Questions to a person, one per page that is looked at: a check of several apps is asked once, with all of them. */
export function groupQuestions(
  questions: readonly Question[],
): readonly { readonly question: Question; readonly apps: readonly string[] }[] {
  const groups = new Map<string, { readonly question: Question; readonly apps: string[] }>();
  for (const question of questions) {
    const key = [question.system, question.check, question.page.en].join('|');
    const group = groups.get(key);
    if (group) group.apps.push(question.app);
    else groups.set(key, { question, apps: [question.app] });
  }
  return [...groups.values()];
}

import type { CheckState } from './check.ts';
import type { ContainerSeen } from './containers/seen.ts';
import type { RowId } from './clause.ts';
import type { Estate } from './estate.ts';
import type { Row, SqlQuery } from './sql.ts';
import type { CheckRef } from './steps/condition.ts';
import type { Captured } from './text/captured.ts';
import { sentences, type Words, words } from './words.ts';

/** Read-only eyes for `observe` and `verify`. Everything looked at is kept as evidence of the plan. */
export interface Look<Cited extends RowId = RowId> {
  readonly estate: Estate;
  readonly sql: (question: {
    readonly title: Words;
    readonly row: Cited;
    readonly database: string;
    readonly query: SqlQuery;
  }) => Promise<readonly Row[]>;
  /** Asks checks of inspections now, on those hosts only, and judges them as the inspection does. */
  readonly checks: (question: {
    readonly title?: Words;
    readonly refs: readonly CheckRef[];
  }) => Promise<readonly CheckAnswer[]>;
  /** How the containers of these hosts are now, one answer a host. A name that is no host is unknown. */
  readonly containers: (question: {
    readonly title?: Words;
    readonly hosts: readonly string[];
  }) => Promise<readonly ContainerSeen[]>;
  readonly pause: (seconds: number) => Promise<void>;
}

/** What a check came to on one host, all its parts together: the worst of them. */
export interface CheckAnswer {
  readonly ref: CheckRef;
  /** Absent where the app is judged as a whole, and where the inventory has no such host. */
  readonly host?: string;
  readonly state: CheckState;
  /** What was seen, or why nothing is known. */
  readonly says: Words;
  readonly evidence: Captured;
  /** Of the check. */
  readonly title: Words;
  readonly rows: readonly RowId[];
  /** As it was asked. */
  readonly command: Captured;
}

/** Performs checks: at least one answer to each that was asked. */
export type AskChecks = (refs: readonly CheckRef[]) => Promise<readonly CheckAnswer[]>;

/** Whether something was asked and all of it is ok: a warning is not, and unknown never is. */
export const allGreen = (answers: readonly CheckAnswer[]): boolean =>
  answers.length > 0 && answers.every(({ state }) => state === 'ok');

/** The host that was asked; otherwise the app or host by the name that was asked for. */
export const placeOf = ({ host, ref: { on } }: Pick<CheckAnswer, 'host' | 'ref'>): string =>
  host ?? ('host' in on ? on.host : on.app);

/** What is not ok, the first of it with what was seen; how many are ok where all of them are. */
export function sayAnswers(answers: readonly CheckAnswer[]): Words {
  const bad = answers.filter(({ state }) => state !== 'ok');
  if (bad.length === 0)
    return answers.length === 0
      ? words('No check was asked.', '未执行任何检查。')
      : words(`${answers.length} of ${answers.length} ok.`, `${answers.length}/${answers.length} 项正常。`);
  const more = bad.length - SAID;
  return sentences(
    ...bad.slice(0, SAID).map(sayAnswer),
    ...(more > 0 ? [words(`${more} more are not ok.`, `另有 ${more} 项不正常。`)] : []),
  );
}

const SAID = 3;

/** One answer as a sentence: where, which check, how it is and why. */
export function sayAnswer(answer: CheckAnswer): Words {
  const { state, title, says } = answer;
  const place = placeOf(answer);
  return words(
    `${place}: ${title.en} is ${state}: ${says.en}`,
    `${place}：${title.zh}${STATE_ZH[state]}：${says.zh}`,
  );
}

const STATE_ZH: Readonly<Record<CheckState, string>> = {
  ok: '正常',
  warning: '警告',
  critical: '严重',
  unknown: '未知',
};

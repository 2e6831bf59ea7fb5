import type { CheckState, ShellAnswer } from './check.ts';
import type { ContainerSeen } from './containers/seen.ts';
import type { RowId } from './clause.ts';
import type { Estate } from './estate.ts';
import type { LogLook } from './probes/log-answer.ts';
import type { LogWindow } from './probes/log-words.ts';
import type { ShellCommand } from './shell.ts';
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
  /** Runs one command that changes nothing, with the frames, limits and caps of an inspection. */
  readonly shell: (
    question: HostQuestion<Cited> & {
      readonly command: ShellCommand;
      /** The documented user, reached through sudo without a password; the one that Fettle logs in with unless set. */
      readonly user?: string;
      /** 10 unless set. */
      readonly timeoutSeconds?: number;
    },
  ) => Promise<HostReply>;
  /** Requests a page as the host sees it and judges it: 2xx, whole, with or without a text. White space does not count; no redirect is followed. */
  readonly page: (
    question: HostQuestion<Cited> & { readonly url: string } & PageWanted,
  ) => Promise<PageReply>;
  /** Counts and groups the lines of a documented log in a window, on the host. The path is that of the app in this estate. */
  readonly log: (
    question: HostQuestion<Cited> & { readonly app: string; readonly log: LogLook },
  ) => Promise<LogReply>;
  /** How the containers of these hosts are now, one answer a host. A name that is no host is unknown. */
  readonly containers: (question: {
    readonly title?: Words;
    readonly hosts: readonly string[];
  }) => Promise<readonly ContainerSeen[]>;
  readonly pause: (seconds: number) => Promise<void>;
}

interface HostQuestion<Cited extends RowId> {
  readonly title: Words;
  readonly row: Cited;
  readonly host: string;
}

/** The answer of a host to one command, or why there is none. */
export type HostReply =
  | { readonly kind: 'answered'; readonly answer: ShellAnswer }
  | { readonly kind: 'no-answer'; readonly says: Words; readonly output: string };

/** A text that a page must have, or must not have. */
export interface PageWanted {
  readonly has?: string;
  readonly hasNot?: string;
}

/** `status` and `body` only when all of the page came. */
export interface PageReply {
  readonly holds: boolean;
  readonly says: Words;
  readonly status?: number;
  readonly body?: string;
}

/** The lines of a log, or why nothing is known of them. `whole: false` in the window: there may be more. */
export type LogReply =
  | { readonly kind: 'read'; readonly window: LogWindow }
  | { readonly kind: 'not-read'; readonly state: CheckState; readonly says: Words };

/** The result of a check on one host: the worst of all its parts. */
export interface CheckAnswer {
  readonly ref: CheckRef;
  /** Absent where the app is judged as a whole, and where the inventory has no such host. */
  readonly host?: string;
  readonly state: CheckState;
  /** Says what was seen, or why nothing is known. */
  readonly says: Words;
  readonly evidence: Captured;
  /** Of the check. */
  readonly title: Words;
  readonly rows: readonly RowId[];
  /** As it was asked. */
  readonly command: Captured;
  /** What it measured, by part; '' is a check without parts. Not what is unknown. */
  readonly values?: Readonly<Record<string, number>>;
}

/** Performs checks: at least one answer to each that was asked. */
export type AskChecks = (refs: readonly CheckRef[]) => Promise<readonly CheckAnswer[]>;

/** Whether something was asked and all of it is ok: a warning is not, and unknown never is. */
export const allGreen = (answers: readonly CheckAnswer[]): boolean =>
  answers.length > 0 && answers.every(({ state }) => state === 'ok');

/** The host that was asked; otherwise the app or host by the name that was asked for. */
export const placeOf = ({ host, ref: { on } }: Pick<CheckAnswer, 'host' | 'ref'>): string =>
  host ?? ('host' in on ? on.host : on.app);

/** Names answers that are not ok, the first of them with what was seen; says how many are ok where all of them are. */
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

import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  ClusterAnswers,
  ClusterCheck,
  DatabaseCheck,
  Estate,
  Host,
  HostCheck,
  Judgement,
  CheckContext,
  PageAnswer,
  PageCheck,
  Row,
  ShellAnswer,
} from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { contextOf, findingsOf, type OnBug, type Subject } from './judge.ts';

/** What a check is to be judged from. */
export type Came =
  | { readonly on: 'host'; readonly check: HostCheck; readonly host: Host; readonly answer: ShellAnswer }
  | { readonly on: 'cluster'; readonly check: ClusterCheck; readonly answers: ClusterAnswers }
  | { readonly on: 'page'; readonly check: PageCheck; readonly answer: PageAnswer }
  | { readonly on: 'database'; readonly check: DatabaseCheck; readonly rows: readonly Row[] };

export interface Question {
  readonly subject: Subject;
  readonly command: string;
  /** As evidence, unless the judge names another. */
  readonly output: string;
  readonly came: Came;
}

/** Judges what came, and makes findings of it. Always resolves: what could not be judged is unknown. */
export type Conclude = (question: Question) => Promise<readonly Finding[]>;

/** Judges at once, in this thread. */
export function concludeNow(
  { subject, command, output, came }: Question,
  estate: Estate,
  onBug: OnBug,
): readonly Finding[] {
  const context = contextOf(came.check, subject.app, estate);
  return findingsOf(came.check, subject, context, { command, output }, () => judgeOf(came, context), onBug);
}

function judgeOf(came: Came, context: CheckContext): readonly Judgement[] {
  switch (came.on) {
    case 'host':
      return came.check.judge(came.answer, { ...context, host: came.host });
    case 'cluster':
      return came.check.judge(came.answers, context);
    case 'page':
      return came.check.judge(came.answer, context);
    case 'database':
      return came.check.judge(came.rows, context);
    default:
      return came satisfies never;
  }
}

/** Milliseconds of judging after which whatever else waits in this process gets its turn. */
const SLICE_MS = 20;

/** Judges in this thread, one answer after the other, and lets others have their turn in between. */
export function concludeHere(estate: Estate, onBug: OnBug): Conclude {
  let before: Promise<unknown> = Promise.resolve();
  let sliceMs = 0;
  return (question) => {
    const concluded = before.then(async () => {
      if (sliceMs > SLICE_MS) {
        await nextTurn();
        sliceMs = 0;
      }
      const began = performance.now();
      const findings = concludeNow(question, estate, onBug);
      sliceMs += performance.now() - began;
      return findings;
    });
    before = concluded.catch(() => undefined);
    return concluded;
  };
}

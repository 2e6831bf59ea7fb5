import {
  type AskChecks,
  type CheckAnswer,
  captureSaying,
  capture,
  captureWhole,
  placeOf,
  type Requirement,
  sayAnswer,
  sayAnswers,
  sentences,
  type Words,
  words,
} from '../kit/index.ts';
import { EVIDENCE_CAP } from '../kit/text/evidence.ts';
import type { Looked } from '../runs/run.ts';

/** The environment as it was found, or why nothing is planned in it. */
export type Environment =
  | { readonly ok: true; readonly looked: readonly Looked[] }
  | { readonly ok: false; readonly says: Words };

/** Asks everything that is required, in one go. What is unknown is not well. */
export async function lookAround(
  requirements: readonly Requirement[],
  checks: AskChecks,
): Promise<Environment> {
  const refs = requirements.flatMap((each) => each.checks);
  if (refs.length === 0) return { ok: true, looked: [] };
  const answers = await checks([...new Map(refs.map((ref) => [nameOf(ref), ref])).values()]);
  const bad = requirements.flatMap(({ checks: wanted, atWorst }) =>
    wanted.flatMap((ref) => {
      const own = answers.filter((answer) => nameOf(answer.ref) === nameOf(ref));
      return own.length === 0 ? [unasked(ref)] : own.filter(({ state }) => !passes(state, atWorst));
    }),
  );
  return bad.length === 0
    ? { ok: true, looked: [lookedAround(answers)] }
    : { ok: false, says: notWell([...new Set(bad)]) };
}

const nameOf = (ref: CheckAnswer['ref']): string => JSON.stringify([ref.system, ref.check, ref.on]);

const passes = (state: CheckAnswer['state'], atWorst: Requirement['atWorst']): boolean =>
  state === 'ok' || (state === 'warning' && atWorst === 'warning');

const unasked = (ref: CheckAnswer['ref']): CheckAnswer => ({
  ref,
  state: 'unknown',
  says: words('there was no answer to this check', '该检查项没有返回结果'),
  evidence: captureWhole(''),
  title: words(ref.check, ref.check),
  rows: [],
  command: captureWhole(''),
});

function notWell(bad: readonly CheckAnswer[]): Words {
  const places = [...new Set(bad.map(placeOf))].slice(0, PLACES_SAID);
  return sentences(
    words('The environment check failed.', '环境检查未通过。'),
    sayAnswers(bad),
    words(
      `Fix ${places.join(', ')} first, then run the command again.`,
      `请先处理 ${places.join('、')}，再重新执行命令。`,
    ),
    NOTHING_CHANGED,
  );
}

/** Names in one sentence; the others are fixed after these. */
const PLACES_SAID = 5;

export const NOTHING_CHANGED = words('Nothing was changed.', '未做任何变更。');

/** All of it as one entry of the plan, a line an answer. */
function lookedAround(answers: readonly CheckAnswer[]): Looked {
  const row = answers[0]?.rows[0];
  return {
    title: words('Environment check', '环境检查'),
    ...(row === undefined ? {} : { row }),
    place: captureWhole(
      [...new Set(answers.map(({ ref: { on } }) => ('host' in on ? on.host : on.app)))].join(', '),
    ),
    asked: captureWhole([...new Set(answers.map(({ ref }) => `${ref.system} ${ref.check}`))].join('\n')),
    says: captureSaying(sayAnswers(answers)),
    answer: capture(answers.map((answer) => sayAnswer(answer).en).join('\n'), EVIDENCE_CAP.notOk),
  };
}

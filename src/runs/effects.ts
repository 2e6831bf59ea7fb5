import { effectsOf, type Step, type Words, words } from '../kit/index.ts';
import { rollbackFor } from './layout.ts';
import { type Outcome, type Run, type RunButton, type RunId, shortId, type StepRecord } from './run.ts';

const TITLES_SHOWN = 5;

/** How much of a plan took effect, with the steps that did; to be said after the words of the steps that did not succeed. */
export function whatTookEffect({ plan, steps }: Pick<Run, 'plan' | 'steps'>): Words {
  const total = plan?.steps.length ?? steps.length;
  const done = steps.filter(({ state }) => state === 'done');
  if (done.length === 0)
    return steps.some(({ partly }) => partly)
      ? words('Nothing else was changed.', '除此之外未做任何变更。')
      : words('Nothing was changed.', '未做任何变更。');
  const shown = done.slice(0, TITLES_SHOWN);
  const more = done.length - shown.length;
  const en = shown.map(({ title }) => title.en).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const zh = shown.map(({ title }) => title.zh).join('、') + (more > 0 ? `等 ${done.length} 步` : '');
  return words(
    `${done.length} of ${total} steps took effect: ${en}.`,
    `${total} 步中有 ${done.length} 步已生效：${zh}。`,
  );
}

/** The steps of which nobody knows whether they took effect: several where lanes ran beside each other. */
export const stepsNobodyKnows = ({ steps }: Pick<Run, 'steps'>): readonly StepRecord[] =>
  steps.filter(({ state }) => state === 'unknown' || state === 'begun');

/** The steps that took effect, by their numbers. */
export const stepsDone = ({ steps }: Pick<Run, 'steps'>): ReadonlySet<number> =>
  new Set(steps.flatMap(({ no, state }) => (state === 'done' ? [no] : [])));

/** Every step of the plan took effect. */
export function isWhole({ plan, steps }: Pick<Run, 'plan' | 'steps'>): boolean {
  const done = stepsDone({ steps });
  return plan !== undefined && plan.steps.length > 0 && plan.steps.every((_, at) => done.has(at + 1));
}

/** What can be pressed once a change has ended so. What took effect can be put back, whether the whole went well or not. */
export function buttonsAfter(
  run: Pick<Run, 'ask' | 'plan' | 'steps'>,
  outcome: Outcome,
): readonly Pick<RunButton, 'action' | 'arg'>[] {
  if (outcome === 'unknown') return [{ action: 'look-again' }, ...wordsOnSteps(stepsNobodyKnows(run))];
  const tookEffect = stepsDone(run);
  const back = run.plan && tookEffect.size > 0 ? rollbackFor(run.plan, tookEffect) : [];
  return back.length > 0 && run.ask.kind === 'change' ? [{ action: 'put-back' }] : [];
}

/** A person may say of each step what became of it; of a single one without naming it. */
function wordsOnSteps(open: readonly StepRecord[]): readonly Pick<RunButton, 'action' | 'arg'>[] {
  const named = open.length > 1 ? open.map(({ no }) => ({ arg: String(no) })) : [{}];
  return named.flatMap((arg) => [
    { action: 'took-effect' as const, ...arg },
    { action: 'no-effect' as const, ...arg },
  ]);
}

/** Whether these steps would do something of which an `unknown` run may have done the same. */
export function repeatsOpenEffect(steps: readonly Step[], unknown: Pick<Run, 'plan' | 'steps'>): boolean {
  const planned = unknown.plan?.steps ?? [];
  const open = stepsNobodyKnows(unknown).flatMap(({ no }) => planned[no - 1] ?? []);
  // Without an open step all were done, and nobody verified them.
  const keys = new Set((open.length > 0 ? open : planned).flatMap(effectsOf));
  return steps.flatMap(effectsOf).some((key) => keys.has(key));
}

/** Why nothing is begun beside a run that may have done the same. */
export const stillOpen = (id: RunId): Words =>
  words(
    `Run ${shortId(id)} may have done the same, and nobody knows yet whether it did. Settle that one first: Re-check, or say in its thread what became of it. Nothing was changed.`,
    `任务 ${shortId(id)} 可能已执行相同的操作，其结果尚未确定。请先处理该任务：点击“重新检查”，或在其消息列中说明结果。未做任何变更。`,
  );

import { z } from 'zod';
import type { Estate } from '../estate.ts';
import { capture, captureSaying } from '../text/captured.ts';
import { EVIDENCE_CAP } from '../text/evidence.ts';
import { MASK } from '../text/mask/rule.ts';
import { type Words, words } from '../words.ts';
import type { Resource, Shown } from './facts.ts';
import type { Hands, Heard, Permitted, StepAnswer, StepFrame, StepKind } from './hands.ts';
import { request, RequestStep } from './request.ts';
import { deleteRows, DeleteRowsStep, insertRows, InsertRowsStep } from './rows.ts';

/** One thing a playbook does. Plain data: listed, hashed, approved, and only then performed. The planner, the journal, the store and the runner all read this schema. */
export const Step = z.discriminatedUnion('kind', [DeleteRowsStep, InsertRowsStep, RequestStep]);
export type Step = z.infer<typeof Step>;

/** Every kind of step; one that is missing here does not compile. */
const KINDS: { readonly [Kind in Step['kind']]: StepKind<Extract<Step, { kind: Kind }>> } = {
  'delete-rows': deleteRows,
  'insert-rows': insertRows,
  request,
};

/** The kind of a step, for this very step: the table pairs each name with its own type, which no narrowing can see. */
const kindOf = <Of extends Step>({ kind }: Of): StepKind<Of> => KINDS[kind] as unknown as StepKind<Of>;

/** The exact statements or request of a step, as people read them before they confirm: secrets in it are left out. */
export function shownStep(step: Step): Shown {
  const kind = kindOf(step);
  const shown = kind.shown(kind.masked(step));
  return shown.text.en.includes(MASK) ? { ...shown, text: withExactValue(shown) } : shown;
}

/** What is locked while the step runs. */
export const touches = (step: Step, estate: Estate): readonly Resource[] =>
  kindOf(step).touches(step, estate);

/** Names what a step takes effect on, one name a row or request. */
export const effectsOf = (step: Step): readonly string[] => kindOf(step).effects(step);

/** Performs one step, at most once whatever happens, while `permit` says so. */
export async function performStep(
  step: Step,
  frame: StepFrame,
  permit: Permitted,
  hands: Hands,
): Promise<StepAnswer> {
  // A journal that cannot be asked permits nothing.
  const permitted: Permitted = () => permit().catch(() => false);
  return captured(await kindOf(step).perform(step, frame, permitted, hands));
}

/** After an unknown: looks whether the step took effect. Changes nothing but, for what was never begun, that it never will be. */
export const lookAtStep = async (step: Step, frame: StepFrame, hands: Hands): Promise<StepAnswer> =>
  captured(await kindOf(step).look(step, frame, hands));

const captured = ({ kind, says, evidence }: Heard): StepAnswer => ({
  kind,
  says: captureSaying(says),
  evidence: capture(evidence, EVIDENCE_CAP.notOk),
});

/** Said once under a text that shows `MASK` where the exact value will be used. */
const EXACT_VALUE = words(
  `${MASK} stands for a secret. It is not shown, and it is used exactly as it is.`,
  `${MASK} 代表敏感信息，不予显示，执行时按原值使用。`,
);

function withExactValue({ text, language }: Shown): Words {
  const mark = language === 'sh' ? '#' : '--';
  return {
    en: `${text.en}\n${mark} ${EXACT_VALUE.en}`,
    zh: `${text.zh}\n${mark} ${EXACT_VALUE.zh}`,
  };
}

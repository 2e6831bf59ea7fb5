import { z } from 'zod';
import type { Estate } from '../estate.ts';
import { capture, captureSaying } from '../text/captured.ts';
import { EVIDENCE_CAP } from '../text/evidence.ts';
import { MASK } from '../text/mask/rule.ts';
import { sentences, type Words, words } from '../words.ts';
import type { Condition } from './condition.ts';
import type { Resource, Shown } from './facts.ts';
import type {
  AnswerWord,
  Hands,
  Heard,
  Held,
  Permitted,
  PersonAnswer,
  StepAnswer,
  StepFrame,
  StepKind,
} from './hands.ts';
import { escalate, EscalateStep } from './escalate.ts';
import { notify, NotifyStep } from './notify.ts';
import { container, ContainerStep } from './container.ts';
import { file, FileStep } from './file.ts';
import { request, RequestStep } from './request.ts';
import { deleteRows, DeleteRowsStep, insertRows, InsertRowsStep } from './rows.ts';
import { service, ServiceStep } from './service.ts';
import { shell, ShellStep } from './shell.ts';
import { check, CheckStep } from './check.ts';
import { manual, ManualStep } from './manual.ts';
import { wait, WaitStep } from './wait.ts';

/** One thing a playbook does. Plain data: listed, hashed, approved, and only then performed. The planner, the journal, the store and the runner all read this schema. */
export const Step = z.discriminatedUnion('kind', [
  DeleteRowsStep,
  InsertRowsStep,
  NotifyStep,
  EscalateStep,
  RequestStep,
  ShellStep,
  ServiceStep,
  FileStep,
  CheckStep,
  WaitStep,
  ManualStep,
  ContainerStep,
]);
export type Step = z.infer<typeof Step>;

/** Every kind of step; one that is missing here does not compile. */
const KINDS: { readonly [Kind in Step['kind']]: StepKind<Extract<Step, { kind: Kind }>> } = {
  'delete-rows': deleteRows,
  'insert-rows': insertRows,
  notify,
  escalate,
  request,
  shell,
  service,
  file,
  check,
  wait,
  manual,
  container,
};

/** The kind of a step, for this very step: the table pairs each name with its own type, which no narrowing can see. */
const kindOf = <Of extends Step>({ kind }: Of): StepKind<Of> => KINDS[kind] as unknown as StepKind<Of>;

/** The exact statements or request of a step, as people read them before they confirm: secrets in it are left out. */
export function shownStep(step: Step): Shown {
  const kind = kindOf(step);
  const shown = kind.shown(kind.masked(step));
  return shown.text.en.includes(MASK) ? { ...shown, text: withExactValue(shown) } : shown;
}

/** Everything that is locked while the step runs. */
export const touches = (step: Step, estate: Estate): readonly Resource[] =>
  kindOf(step).touches(step, estate);

/** Names what a step takes effect on, one name a row or request. */
export const effectsOf = (step: Step): readonly string[] => kindOf(step).effects(step);

/** What a person may answer to a step that waits for one. */
export const answersTo = (step: Step): readonly AnswerWord[] => kindOf(step).answers ?? [];

/** A step as it stands in a plan. */
export const plannedStep = <Of extends Step>(step: Of, estate: Estate): Of =>
  kindOf(step).planned?.(step, estate) ?? step;

/** Contacts of the inventory that a step tells. */
export const contactsOf = (step: Step): readonly string[] => kindOf(step).contacts?.(step) ?? [];

/** Performs one step, at most once whatever happens, while `permit` says so and what must hold before it holds. */
export async function performStep(
  step: Step,
  frame: StepFrame,
  permit: Permitted,
  hands: Hands,
): Promise<StepAnswer> {
  const refused = await notHeld(step.before ?? [], frame, hands);
  if (refused) return captured(notBefore(refused));
  // A journal that cannot be asked permits nothing.
  const permitted: Permitted = () => permit().catch(() => false);
  return captured(await kindOf(step).perform(step, frame, permitted, hands));
}

/** The first condition that does not hold. Quorums are looked at last and together: their answers must be young when the step begins. */
async function notHeld(
  before: readonly Condition[],
  { since }: StepFrame,
  { holds }: Hands,
): Promise<Held | undefined> {
  for (const condition of before.filter(({ kind }) => kind !== 'quorum')) {
    const held = await holds(condition, since);
    if (!held.holds) return held;
  }
  const quorums = before.filter(({ kind }) => kind === 'quorum');
  const all = await Promise.all(quorums.map((condition) => holds(condition, since)));
  return all.find((held) => !held.holds);
}

/** After an unknown or a failure: looks whether the step took effect, where it was carried out and by its probe. Changes nothing but, for what was never begun, that it never will be. */
export async function lookAtStep(step: Step, frame: StepFrame, hands: Hands): Promise<StepAnswer> {
  const seen = await kindOf(step).look(step, frame, hands);
  if (step.probe === undefined || (seen.kind !== 'unknown' && seen.kind !== 'failed')) return captured(seen);
  const held = await hands.holds(step.probe, frame.since);
  const evidence = `${seen.evidence}\n${held.evidence}`;
  return captured(
    held.holds
      ? { kind: 'done', says: held.says, evidence }
      : { ...seen, says: sentences(seen.says, held.says), evidence },
  );
}

/** Goes on with a step that waited. Throws for a kind that never waits. */
export async function resumeStep(
  step: Step,
  frame: StepFrame,
  answer: PersonAnswer | undefined,
  hands: Hands,
): Promise<StepAnswer> {
  const { resume } = kindOf(step);
  if (!resume) throw new Error(`a step of kind ${step.kind} does not wait`);
  return captured(await resume(step, frame, answer, hands));
}

const notBefore = ({ says, evidence }: Held): Heard => ({
  kind: 'without-effect',
  says: sentences(words('Looked directly before it; not carried out:', '执行前核对未通过，未执行：'), says),
  evidence,
});

const captured = (heard: Heard): StepAnswer => ({
  ...heard,
  says: captureSaying(heard.says),
  evidence: capture(heard.evidence, EVIDENCE_CAP.notOk),
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

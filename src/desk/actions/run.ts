import type { FormValues } from '../../kit/index.ts';
import type { ButtonAction } from '../../runs/actions.ts';
import type { StoredButton } from '../../runs/subject.ts';
import { answerFilled, answerPressed } from '../answers.ts';
import { isStepButton, stepFilled, stepOver, stepPressed } from '../answer-step.ts';
import { closeBracket } from '../close-bracket.ts';
import { confirm, confirmFilled } from '../confirm.ts';
import { decideFilled, decidePressed } from '../decide-unknown.ts';
import { forgedButton } from '../drawn.ts';
import { overtaken } from '../overtaken.ts';
import { rejectFilled, rejectPressed, takeBack } from '../reject.ts';
import type { DeskParts } from '../parts.ts';
import type { Arrival, Filled, Pressed } from '../port.ts';
import type { RunAction } from './action.ts';
import { cancel } from './cancel.ts';
import { evidence } from './evidence.ts';
import { lookAgain } from './look-again.ts';
import { again, putBack } from './start-from.ts';

/** A person says what became of a run. */
const decide: RunAction = {
  press: ({ parts, button, run, arrival }) => decidePressed(parts, button, run, arrival.person),
  fill: ({ parts, button, run, arrival }, values) => decideFilled(parts, button, run, values, arrival.person),
};

/** A person says how a step went that waits for one. */
const answerStep: RunAction = {
  press: async ({ parts, button, run, arrival }) =>
    isStepButton(button) ? stepPressed(parts, button, run, arrival.person) : overtaken(run),
  fill: async ({ parts, button, run, arrival }, values) =>
    isStepButton(button) ? stepFilled(parts, button, run, values, arrival.person) : overtaken(run),
};

/** Every button of a run; one that is missing here does not compile. */
const ACTIONS: Readonly<Record<ButtonAction, RunAction>> = {
  confirm: {
    press: ({ parts, button, run, arrival, shown }) => confirm(parts, button, run, arrival.person, shown),
    fill: ({ parts, button, run, arrival, shown }, values) =>
      confirmFilled(parts, button, run, values, arrival.person, shown),
  },
  reject: {
    press: ({ parts, button, run, arrival }) => rejectPressed(parts, button, run, arrival.person),
    fill: ({ parts, button, run, arrival }, values) =>
      rejectFilled(parts, button, run, values, arrival.person),
  },
  'take-back': { press: ({ parts, run, arrival }) => takeBack(parts, run, arrival.person) },
  cancel,
  'put-back': putBack,
  again,
  evidence,
  'look-again': lookAgain,
  'took-effect': decide,
  'no-effect': decide,
  'step-done': answerStep,
  'step-not-done': answerStep,
  'step-could-not': answerStep,
  'step-taken': answerStep,
  'step-not-taken': answerStep,
  record: {
    press: ({ parts, button, run, arrival }) => answerPressed(parts, button, run, arrival.person),
    fill: ({ parts, button, run, arrival }, values) =>
      answerFilled(parts, button, run, values, arrival.person),
  },
  close: { press: ({ parts, button, run, arrival }) => closeBracket(parts, button, run, arrival) },
};

/** Carries out a button of a run, when the run still has it and says the same of it. */
export async function pressedOfRun(
  parts: DeskParts,
  button: StoredButton<'run'>,
  arrival: Arrival,
  shown: string | undefined,
): Promise<Pressed | undefined> {
  const run = await parts.runs.get(button.subject.id);
  if (!run) return undefined;
  const listed = run.buttons.find(({ id }) => id === button.id);
  if (!listed) return isStepButton(button) ? stepOver(run) : overtaken(run);
  if (listed.action !== button.action || listed.arg !== button.arg)
    return forgedButton(
      parts,
      listed.action,
      arrival.person,
      `a button that was drawn as ${listed.action} is stored as ${button.action}`,
      run,
    );
  return ACTIONS[button.action].press({ parts, button, run, arrival, shown });
}

/** A form that a button of a run has opened was sent. */
export async function filledOfRun(
  parts: DeskParts,
  button: StoredButton<'run'>,
  values: FormValues,
  arrival: Arrival,
  shown: string | undefined,
): Promise<Filled | undefined> {
  const run = await parts.runs.get(button.subject.id);
  const { fill } = ACTIONS[button.action];
  if (!run || !fill) return undefined;
  return fill({ parts, button, run, arrival, shown }, values);
}

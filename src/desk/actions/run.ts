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
import type { DeskDeps } from '../deps.ts';
import type { Arrival, FormReply, ButtonReply } from '../port.ts';
import type { RunAction } from './action.ts';
import { cancel } from './cancel.ts';
import { evidence } from './evidence.ts';
import { lookAgain } from './look-again.ts';
import { again, putBack } from './start-from.ts';

/** A person says what became of a run. */
const decide: RunAction = {
  press: ({ deps, button, run, arrival }) => decidePressed(deps, button, run, arrival.person),
  fill: ({ deps, button, run, arrival }, values) => decideFilled(deps, button, run, values, arrival.person),
};

/** A person says how a step went that waits for one. */
const answerStep: RunAction = {
  press: async ({ deps, button, run, arrival }) =>
    isStepButton(button) ? stepPressed(deps, button, run, arrival.person) : overtaken(run),
  fill: async ({ deps, button, run, arrival }, values) =>
    isStepButton(button) ? stepFilled(deps, button, run, values, arrival.person) : overtaken(run),
};

/** Every button of a run; one that is missing here does not compile. */
const ACTIONS: Readonly<Record<ButtonAction, RunAction>> = {
  confirm: {
    press: ({ deps, button, run, arrival, shown }) => confirm(deps, button, run, arrival.person, shown),
    fill: ({ deps, button, run, arrival, shown }, values) =>
      confirmFilled(deps, button, run, values, arrival.person, shown),
  },
  reject: {
    press: ({ deps, button, run, arrival }) => rejectPressed(deps, button, run, arrival.person),
    fill: ({ deps, button, run, arrival }, values) => rejectFilled(deps, button, run, values, arrival.person),
  },
  'take-back': { press: ({ deps, run, arrival }) => takeBack(deps, run, arrival.person) },
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
  record: {
    press: ({ deps, button, run, arrival }) => answerPressed(deps, button, run, arrival.person),
    fill: ({ deps, button, run, arrival }, values) => answerFilled(deps, button, run, values, arrival.person),
  },
  close: { press: ({ deps, button, run, arrival }) => closeBracket(deps, button, run, arrival) },
};

/** Carries out a button of a run, when the run still has it and says the same of it. */
export async function pressedOfRun(
  deps: DeskDeps,
  button: StoredButton<'run'>,
  arrival: Arrival,
  shown: string | undefined,
): Promise<ButtonReply | undefined> {
  const run = await deps.runs.get(button.subject.id);
  if (!run) return undefined;
  const listed = run.buttons.find(({ id }) => id === button.id);
  if (!listed) return isStepButton(button) ? stepOver(run) : overtaken(run);
  if (listed.action !== button.action || listed.arg !== button.arg)
    return forgedButton(
      deps,
      listed.action,
      arrival.person,
      `a button that was drawn as ${listed.action} is stored as ${button.action}`,
      run,
    );
  return ACTIONS[button.action].press({ deps, button, run, arrival, shown });
}

/** A form that a button of a run has opened was sent. */
export async function filledOfRun(
  deps: DeskDeps,
  button: StoredButton<'run'>,
  values: FormValues,
  arrival: Arrival,
  shown: string | undefined,
): Promise<FormReply | undefined> {
  const run = await deps.runs.get(button.subject.id);
  const { fill } = ACTIONS[button.action];
  if (!run || !fill) return undefined;
  return fill({ deps, button, run, arrival, shown }, values);
}

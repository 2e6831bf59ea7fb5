import { type FormValues, type Words, words } from '../kit/index.ts';
import { pressesOf } from './actions/index.ts';
import { forgedButton, isAsDrawn } from './drawn.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival, Drawn, FormReply, FormOf, ButtonReply } from './port.ts';

/** A click is authorised as if the person had typed the command; what the button means is a row of the store. */
export async function pressButton(
  deps: DeskDeps,
  buttonId: string,
  arrival: Arrival,
  shown?: string,
  drawn?: Drawn,
): Promise<ButtonReply> {
  const button = await deps.buttons.get(buttonId);
  if (!button) return { kind: 'says', says: NOT_KNOWN };
  if (!isAsDrawn(button, drawn))
    return forgedButton(
      deps,
      drawn?.action ?? button.action,
      arrival.person,
      `a button that was drawn as ${drawn?.action ?? button.action} does not mean that in the store`,
      button.subject,
    );
  return (await pressesOf(button).press(deps, button, arrival, shown)) ?? { kind: 'says', says: NOT_KNOWN };
}

/** The form of a button was sent. It is asked again whether the button still counts, for whom, and whether it means what the form said. */
export async function fillButton(
  deps: DeskDeps,
  { id, meaning, shown }: Extract<FormOf, { kind: 'button' }>,
  values: FormValues,
  arrival: Arrival,
): Promise<FormReply> {
  const gone = { kind: 'says', says: FORM_NOT_KNOWN } as const;
  const button = await deps.buttons.get(id);
  const fill = button && pressesOf(button).fill;
  if (!fill) return gone;
  if (!isAsDrawn(button, meaning === undefined ? undefined : { meaning }))
    return forgedButton(
      deps,
      button.action,
      arrival.person,
      'the button of a form is not what it was',
      button.subject,
    );
  return (await fill(deps, button, values, arrival, shown)) ?? gone;
}

const NOT_KNOWN: Words = words(
  'This button is not known here. Ask again to get a fresh one.',
  '无法识别此按钮，请重新发起命令。',
);
const FORM_NOT_KNOWN: Words = words('This form is not known here any more.', '此表单已失效。');

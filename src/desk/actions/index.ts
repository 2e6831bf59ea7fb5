import type { FormValues } from '../../kit/index.ts';
import type { Button, StoredButton, SubjectKind } from '../../runs/subject.ts';
import type { DeskDeps } from '../deps.ts';
import type { Arrival, FormReply, ButtonReply } from '../port.ts';
import { filledOfRun, pressedOfRun } from './run.ts';
import { pressedOfSchedule } from './schedule.ts';

/** What can be done with the buttons of one kind of subject. undefined: the subject is gone. */
interface Presses<Kind extends SubjectKind> {
  readonly press: (
    deps: DeskDeps,
    button: StoredButton<Kind>,
    arrival: Arrival,
    shown: string | undefined,
  ) => Promise<ButtonReply | undefined>;
  readonly fill?: (
    deps: DeskDeps,
    button: StoredButton<Kind>,
    values: FormValues,
    arrival: Arrival,
    shown: string | undefined,
  ) => Promise<FormReply | undefined>;
}

/** Every kind of subject that has buttons; one that is missing here does not compile. */
const PRESSES: { readonly [Kind in SubjectKind]: Presses<Kind> } = {
  run: { press: pressedOfRun, fill: filledOfRun },
  schedule: { press: pressedOfSchedule },
};

/** The presses of this very button: the table pairs each kind with its own buttons, which no narrowing can see. */
export const pressesOf = <Kind extends SubjectKind>(button: Button<Kind>): Presses<Kind> =>
  PRESSES[button.subject.kind as Kind] as unknown as Presses<Kind>;

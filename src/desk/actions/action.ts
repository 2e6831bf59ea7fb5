import type { FormValues } from '../../kit/index.ts';
import type { Run } from '../../runs/run.ts';
import type { StoredButton } from '../../runs/subject.ts';
import type { DeskDeps } from '../deps.ts';
import type { Arrival, FormReply, ButtonReply } from '../port.ts';

/** A button of a run was pressed, by somebody who is known. */
export interface RunPress {
  readonly deps: DeskDeps;
  readonly button: StoredButton<'run'>;
  readonly run: Run;
  readonly arrival: Arrival;
  /** Came with Confirm: stands for the plan that was drawn above it. */
  readonly shown: string | undefined;
}

/** What a button of a run does; it is authorised here, as if the person had typed it. */
export interface RunAction {
  readonly press: (press: RunPress) => Promise<ButtonReply>;
  /** The form that pressing it has opened was sent. Absent where it opens none. */
  readonly fill?: (press: RunPress, values: FormValues) => Promise<FormReply>;
}

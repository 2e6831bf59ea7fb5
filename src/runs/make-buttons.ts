import { type ButtonAction, RUN_ACTIONS } from './actions.ts';
import type { ButtonStore } from './ports.ts';
import { newButtonId, type RunButton, type RunId } from './run.ts';
import { ofRun } from './subject.ts';

/** Buttons of a run, in the store before anything is shown of them; `until` is when they end. */
export async function makeButtons(
  buttons: Pick<ButtonStore, 'create'>,
  runId: RunId,
  wanted: readonly { readonly action: ButtonAction; readonly arg?: string }[],
  until?: string,
): Promise<readonly RunButton[]> {
  const made = wanted.map(({ action, arg }) => ({
    id: newButtonId(),
    action,
    ...(arg === undefined ? {} : { arg }),
  }));
  await buttons.create(
    made.map((button) => ({
      ...button,
      subject: ofRun(runId),
      once: RUN_ACTIONS[button.action].once,
      ...(until === undefined ? {} : { expiresAt: until }),
    })),
  );
  return made;
}

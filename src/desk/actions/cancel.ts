import type { Decision } from '../../policy/question.ts';
import type { Person, Run } from '../../runs/run.ts';
import { RECORD } from '../../runs/story.ts';
import { may } from '../may.ts';
import { type DeskDeps, handOver, systemOf } from '../deps.ts';
import type { ButtonReply } from '../port.ts';
import { refusedTo } from '../refuse.ts';
import { strictest } from '../strictest.ts';
import type { RunAction, RunPress } from './action.ts';
import { playbooksOf } from './playbooks-of.ts';

/** Ends what is not wanted any more. */
export const cancel: RunAction = { press };

async function press({ deps, button, run, arrival: { person } }: RunPress): Promise<ButtonReply> {
  const decision = person.id === run.requestedBy.id ? undefined : await mayCancel(deps, run, person);
  if (decision?.verdict === 'no')
    return refusedTo(deps, { actor: person, action: 'cancel', runId: run.id }, decision.because);
  // A run that was begun is stopped, not undone.
  const isBegun = run.state === 'running' || (run.state === 'suspended' && run.steps.length > 0);
  const applied = await deps.runs.apply(
    run.id,
    { kind: isBegun ? 'stopping' : 'cancelled', by: person },
    { actor: person, action: isBegun ? RECORD.stop : RECORD.cancel, runId: run.id, decision: 'run' },
  );
  if (!applied.ok) return { kind: 'says', says: applied.because };
  await deps.buttons.take(button.id, person);
  if (applied.run.state === 'suspended') await handOver(deps, applied.run);
  return { kind: 'accepted' };
}

/** Somebody else's: an inspection by whoever could have asked for all of it, a change by whoever may change or confirm every system of it. */
async function mayCancel(deps: DeskDeps, run: Run, person: Person): Promise<Decision> {
  const { ask } = run;
  if (ask.kind === 'inspect') return may(deps, person, 'look', ask.only ?? deps.systemsOf(ask.scope));
  return strictest(
    (await playbooksOf(deps, run)).map((playbook) => may(deps, person, 'cancel', [systemOf(deps, playbook)])),
  );
}

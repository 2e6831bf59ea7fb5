import type { Words } from '../kit/index.ts';
import { type Brackets, callFor, closeArg, type OpenBracket } from '../runs/brackets.ts';
import type { AuditEntry, RunStore } from '../runs/ports.ts';
import type { Run, RunButton } from '../runs/run.ts';
import { audit } from './changing.ts';

export interface Watching {
  readonly brackets: Pick<Brackets, 'take'>;
  readonly runs: Pick<RunStore, 'get' | 'apply'>;
  /** Makes the button by which it is closed. */
  readonly closeButton: (run: Run, arg: string) => Promise<RunButton>;
  /** The database's clock. */
  readonly now: () => Promise<Date>;
  readonly log: Record<'error' | 'warn', (facts: object, message: string) => void>;
}

/**
 * Calls people, where the run was asked for, because of what is still open: again and again until it is closed. One that cannot be told
 * holds up no other.
 */
export async function watchBrackets(deps: Watching): Promise<void> {
  const due = await deps.brackets.take();
  if (due.length === 0) return;
  const now = await deps.now();
  for (const open of due) {
    await callPeople(open, now, deps).catch((error: unknown) =>
      deps.log.warn({ runId: open.runId, error }, 'people could not be called because of an open bracket'),
    );
  }
}

async function callPeople(open: OpenBracket, now: Date, deps: Watching): Promise<void> {
  const { opening, runId, calls } = open;
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(open.openedAt)) / 60_000));
  const says = callFor(open, minutes);
  // A run from a terminal has no channel: people watch the log there.
  deps.log.error(
    { runId, bracket: opening.bracket, where: opening.where, minutes, calls },
    'a bracket is still open',
  );
  const run = await deps.runs.get(runId);
  if (!run) return;
  const arg = closeArg(opening);
  const button =
    run.buttons.find((each) => each.action === 'close' && each.arg === arg) ??
    (await deps.closeButton(run, arg));
  await deps.runs.apply(
    runId,
    { kind: 'called', call: { no: calls, arg, says }, button },
    lineOf(run, open, says),
  );
}

const lineOf = ({ id }: Run, { opening, calls }: OpenBracket, says: Words): AuditEntry =>
  audit('people called', id, { bracket: opening.bracket, where: opening.where, call: calls, says: says.en });

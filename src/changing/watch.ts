import type { Condition, Held, Words } from '../kit/index.ts';
import { type Brackets, callFor, closeArg, type DueBrackets } from '../runs/brackets.ts';
import type { AuditEntry, RunStore } from '../runs/ports.ts';
import type { Run, RunButton } from '../runs/run.ts';
import { audit } from './changing.ts';
import { within } from './within.ts';

export interface Watching {
  readonly brackets: Pick<Brackets, 'take' | 'call'>;
  readonly runs: Pick<RunStore, 'get' | 'apply'>;
  /** Looks now, read-only. */
  readonly holds: (condition: Condition, since: Date) => Promise<Held>;
  /** Makes the button by which it is closed. */
  readonly closeButton: (run: Run, arg: string) => Promise<RunButton>;
  /** The database's clock. */
  readonly now: () => Promise<Date>;
  readonly log: Record<'error' | 'warn', (facts: object, message: string) => void>;
}

/** How long a sweep waits for looks at the estate; they go on beside the next ones. */
const PATIENCE_MS = 3000;

/**
 * Calls people, where the run was asked for, because of what is still open: again and again until it is closed. One that cannot be told
 * holds up no other, and a look that takes its time holds up no call.
 */
export async function watchBrackets(deps: Watching): Promise<void> {
  const due = await deps.brackets.take();
  const looks: Promise<void>[] = [];
  for (const each of due) {
    const { call } = each;
    if (call === undefined) looks.push(guarded(each, deps, () => lookFirst(each, deps)));
    else await guarded(each, deps, () => callPeople(each, call, false, deps));
  }
  await within(Promise.all(looks), PATIENCE_MS);
}

const guarded = ({ open: [{ runId }] }: DueBrackets, { log }: Watching, work: () => Promise<void>) =>
  work().catch((error: unknown) =>
    log.warn({ runId, error }, 'people could not be called because of an open bracket'),
  );

/** Whether nothing needs it any more: then people are called before its time is over. What cannot be seen is no such word. */
async function lookFirst(due: DueBrackets, deps: Watching): Promise<void> {
  const [{ opening, openedAt }] = due.open;
  if (!opening.callWhen) return;
  const { holds } = await deps.holds(opening.callWhen, new Date(openedAt));
  const call = holds ? await deps.brackets.call(due) : undefined;
  if (call !== undefined) await callPeople(due, call, true, deps);
}

async function callPeople(due: DueBrackets, calls: number, isOver: boolean, deps: Watching): Promise<void> {
  const [{ opening, runId, openedAt }] = due.open;
  const since = Date.parse(openedAt);
  const minutes = Math.max(0, Math.round(((await deps.now()).getTime() - since) / 60_000));
  const says = callFor(due, calls, minutes, isOver);
  // A run from a terminal has no channel: people watch the log there.
  deps.log.error(
    { runId, bracket: opening.bracket, where: placesOf(due), minutes, calls },
    'a bracket is still open',
  );
  const run = await deps.runs.get(runId);
  if (!run) return;
  // One playbook closes all of them.
  const arg = closeArg(opening);
  const button =
    run.buttons.find((each) => each.action === 'close' && each.arg === arg) ??
    (await deps.closeButton(run, arg));
  await deps.runs.apply(
    runId,
    { kind: 'called', call: { no: calls, arg, says }, button },
    lineOf(run, due, calls, says),
  );
}

const placesOf = ({ open }: DueBrackets): string => open.map(({ opening }) => opening.where).join(', ');

const lineOf = ({ id }: Run, due: DueBrackets, call: number, says: Words): AuditEntry =>
  audit('people called', id, {
    bracket: due.open[0].opening.bracket,
    where: placesOf(due),
    call,
    says: says.en,
  });

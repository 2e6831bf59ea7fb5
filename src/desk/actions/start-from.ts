import { whatOf, whatOfPlaybook } from '../../policy/about-change.ts';
import { decide } from '../../policy/decide.ts';
import { type Decision, no } from '../../policy/question.ts';
import { type Ask, groundsOf, type Run } from '../../runs/run.ts';
import { begin } from '../begin.ts';
import { forgedButton } from '../drawn.ts';
import { visibleScope } from '../visible-scope.ts';
import { type DeskDeps, systemOf } from '../deps.ts';
import type { Arrival, ButtonReply } from '../port.ts';
import { refusedTo } from '../refuse.ts';
import { says } from '../says.ts';
import { strictest } from '../strictest.ts';
import type { RunAction, RunPress } from './action.ts';
import { playbooksOf } from './playbooks-of.ts';

/** Inspects the same again. A change is never asked for in somebody's name by what a row says. */
export const again: RunAction = {
  press: async (press) => {
    const { deps, run, arrival } = press;
    if (run.ask.kind !== 'inspect')
      return forgedButton(deps, 'again', arrival.person, 'a change cannot be begun again', run);
    return startFrom(run.ask, press);
  },
};

/** Asks for what puts back what a change did, on the grounds that it was done for. */
export const putBack: RunAction = {
  press: (press) => {
    const { id, ask } = press.run;
    return startFrom({ kind: 'rollback', of: id, ...(ask.kind === 'inspect' ? {} : groundsOf(ask)) }, press);
  },
};

/** A new run from an old one, with its own plan and its own confirmations. Pressed twice it is one run. */
async function startFrom(wanted: Ask, { deps, button, run: from, arrival }: RunPress): Promise<ButtonReply> {
  const { person } = arrival;
  const { ask, decision } =
    wanted.kind === 'inspect'
      ? visibleScope(deps, person, wanted.scope)
      : { ask: wanted, decision: await decideFrom(deps, arrival, wanted, from) };
  if (decision.verdict === 'no')
    return refusedTo(deps, { actor: person, action: button.action, runId: from.id }, decision.because);
  const typed = ask.kind === 'rollback' ? `${from.typed} (put back)` : from.typed;
  const key = button.once ? `button:${button.id}` : arrival.key;
  const audit = { action: button.action, decision: decision.verdict, facts: { from: from.id } };
  const begun = await begin(deps, { ask, typed, lang: from.lang, key, audit }, arrival);
  if (begun.kind !== 'begun') return begun;
  if (!begun.created)
    return says('This was asked for already; see the other thread.', '该操作已发起过，请查看对应的消息。');
  return { kind: 'accepted' };
}

/** As asking for it: every fix that it may come to must be allowed, and there must be somebody to confirm it. */
async function decideFrom(
  deps: DeskDeps,
  arrival: Arrival,
  wanted: Exclude<Ask, { kind: 'inspect' }>,
  from: Run,
): Promise<Decision> {
  const now = await deps.now();
  return strictest(
    (await playbooksOf(deps, from)).map((playbook) => decideNew(deps, arrival, wanted, from, playbook, now)),
  );
}

function decideNew(
  deps: DeskDeps,
  { person, origin }: Arrival,
  wanted: Exclude<Ask, { kind: 'inspect' }>,
  { plan }: Run,
  name: string,
  at: Date,
): Decision {
  const playbook = deps.catalog.playbooks.get(name);
  const what = plan ? whatOf(plan) : playbook && whatOfPlaybook(playbook);
  if (!what) return no('unknown change', 'This playbook is not known here any more.', '此预案已不存在。');
  return decide(deps.policy(), {
    who: person,
    does: 'change',
    // Steps that put something back are given with the plan that they take back.
    what: wanted.kind === 'rollback' ? { ...what, undo: 'can' } : what,
    systems: [systemOf(deps, name)],
    by: origin.surface === 'cli' ? 'cli' : 'button',
    at,
    ...groundsOf(wanted),
  });
}

import { type FormValues, sentences, words } from '../kit/index.ts';
import { decideCancel, decideChange, decideInspect, type Decision } from '../policy/policy.ts';
import type { Button } from '../runs/ports.ts';
import { findingsBehind, SILENT_HOSTS } from '../runs/report.ts';
import { type Ask, type Person, type Run, RunId, shortId } from '../runs/run.ts';
import { RECORD } from '../runs/story.ts';
import { answerFilled, answerPressed } from './answers.ts';
import { isStepButton, stepFilled, stepOver, stepPressed } from './answer-step.ts';
import { begin } from './begin.ts';
import { closeBracket } from './close-bracket.ts';
import { confirm } from './confirm.ts';
import { decideFilled, decidePressed, decisionOn } from './decide-unknown.ts';
import { overtaken } from './overtaken.ts';
import { lookFor } from './look.ts';
import { strictest } from './strictest.ts';
import { type DeskParts, handOver, systemOf } from './parts.ts';
import { forgedButton, isAsDrawn } from './drawn.ts';
import type { Arrival, Drawn, Filled, FormOf, Pressed } from './port.ts';
import { pressedSchedule } from './schedules.ts';

/** A click is authorised as if the person had typed the command; what the button means is a row of the store. */
export async function pressed(
  parts: DeskParts,
  buttonId: string,
  arrival: Arrival,
  shown?: string,
  drawn?: Drawn,
): Promise<Pressed> {
  const button = await parts.buttons.get(buttonId);
  if (button && !isAsDrawn(button, drawn))
    return forgedButton(
      parts,
      drawn?.action ?? button.action,
      arrival.person,
      `a button that was drawn as ${drawn?.action ?? button.action} does not mean that in the store`,
      'runId' in button ? { id: button.runId } : undefined,
    );
  if (button && 'scheduleId' in button) return pressedSchedule(parts, button, arrival);
  const run = button && (await parts.runs.get(button.runId));
  if (!button || !run)
    return says(
      'This button is not known here. Ask again to get a fresh one.',
      '无法识别此按钮，请重新发起命令。',
    );
  const listed = run.buttons.find(({ id }) => id === buttonId);
  if (!listed) return isStepButton(button) ? stepOver(run) : overtaken(run);
  if (listed.action !== button.action || listed.arg !== button.arg)
    return forgedButton(
      parts,
      listed.action,
      arrival.person,
      `a button that was drawn as ${listed.action} is stored as ${button.action}`,
      run,
    );
  switch (button.action) {
    case 'confirm':
      return confirm(parts, button, run, arrival.person, shown);
    case 'cancel':
      return cancel(parts, button, run, arrival.person);
    case 'evidence':
      return evidence(parts, button, run, arrival.person);
    case 'put-back':
      return startFrom(parts, button, { kind: 'rollback', of: run.id }, run, arrival);
    case 'again':
      // Only inspections are begun again: what changes something is never asked for in somebody's name by what a row says.
      if (run.ask.kind !== 'inspect')
        return forgedButton(parts, 'again', arrival.person, 'a change cannot be begun again', run);
      return startFrom(parts, button, run.ask, run, arrival);
    case 'look-again':
      return lookAgain(parts, button, run, arrival.person);
    case 'took-effect':
    case 'no-effect':
      return decidePressed(parts, button, run, arrival.person);
    case 'step-done':
    case 'step-not-done':
    case 'step-could-not':
      return stepPressed(parts, { ...button, action: button.action }, run, arrival.person);
    case 'record':
      return answerPressed(parts, button, run, arrival.person);
    case 'close':
      return closeBracket(parts, button, run, arrival);
    case 'ask':
      return says('This button does nothing here.', '此按钮在此处无效。');
    default:
      return button satisfies never;
  }
}

/** The form of a button was sent. It is asked again whether the button still counts, for whom, and whether it means what the form said. */
export async function filledButton(
  parts: DeskParts,
  { id, meaning }: Extract<FormOf, { kind: 'button' }>,
  values: FormValues,
  { person }: Arrival,
): Promise<Filled> {
  const found = await parts.buttons.get(id);
  const button = found && 'runId' in found ? found : undefined;
  const run = button && (await parts.runs.get(button.runId));
  if (!button || !run)
    return { kind: 'says', says: words('This form is not known here any more.', '此表单已失效。') };
  if (!isAsDrawn(button, meaning === undefined ? undefined : { meaning }))
    return forgedButton(parts, button.action, person, 'the button of a form is not what it was', run);
  if (isStepButton(button)) return stepFilled(parts, button, run, values, person);
  return button.action === 'took-effect' || button.action === 'no-effect'
    ? decideFilled(parts, button, run, values, person)
    : answerFilled(parts, button, run, values, person);
}

async function cancel(parts: DeskParts, button: Button, run: Run, person: Person): Promise<Pressed> {
  const decision =
    person.id === run.requestedBy.id ? { verdict: 'run' as const } : await mayCancel(parts, run, person);
  if (decision.verdict === 'no') {
    await parts.audit.write({
      actor: person,
      action: 'cancel',
      runId: run.id,
      decision: 'no',
      reason: decision.because.en,
    });
    return { kind: 'says', says: decision.because };
  }
  // What was begun is stopped, not undone.
  const isBegun = run.state === 'running' || (run.state === 'suspended' && run.steps.length > 0);
  const applied = await parts.runs.apply(
    run.id,
    { kind: isBegun ? 'stopping' : 'cancelled', by: person },
    { actor: person, action: isBegun ? RECORD.stop : RECORD.cancel, runId: run.id, decision: 'run' },
  );
  if (!applied.ok) return { kind: 'says', says: applied.because };
  await parts.buttons.take(button.id, person);
  if (applied.run.state === 'suspended') await handOver(parts, applied.run);
  return { kind: 'accepted' };
}

/** Somebody else's: an inspection by whoever could have asked for all of it, a change by whoever may change or confirm every system of it. */
async function mayCancel(parts: DeskParts, run: Run, person: Person): Promise<Decision> {
  const { ask } = run;
  if (ask.kind === 'inspect')
    return decideInspect(parts.policy(), person, ask.only ?? parts.systemsOf(ask.scope));
  return strictest(
    (await playbooksOf(parts, run)).map((playbook) =>
      decideCancel(parts.policy(), person, systemOf(parts, playbook)),
    ),
  );
}

/** By name: the one of the plan, those that may apply while there is none, or the one that is put back. */
async function playbooksOf(parts: Pick<DeskParts, 'runs'>, { ask, plan }: Run): Promise<readonly string[]> {
  if (plan) return [plan.playbook];
  switch (ask.kind) {
    case 'inspect':
      return [];
    case 'change':
      return ask.playbooks;
    case 'rollback':
      return [(await parts.runs.get(ask.of))?.plan?.playbook ?? ''];
    default:
      return ask satisfies never;
  }
}

async function evidence(parts: DeskParts, button: Button, run: Run, person: Person): Promise<Pressed> {
  const { arg } = button;
  const findings = run.report ? findingsBehind(run.report, arg) : [];
  const systems = findings.flatMap(
    ({ system, standsFor }) =>
      standsFor
        ?.filter(({ app }) => arg === undefined || arg === SILENT_HOSTS || app === arg)
        .map((each) => each.system) ?? system,
  );
  const decision = decideInspect(
    parts.policy(),
    person,
    systems.length > 0 ? [...new Set(systems)] : systemsLookedAt(parts, run),
  );
  if (decision.verdict === 'no') return { kind: 'says', says: decision.because };
  const app = parts.estate.apps.find(({ id }) => id === arg);
  const title = arg === SILENT_HOSTS ? SILENT : (app?.title ?? words('Evidence', '证据'));
  return { kind: 'evidence', title, findings };
}

/** The systems of a run without findings, all of which the person must be allowed to see. */
const systemsLookedAt = (
  parts: Pick<DeskParts, 'catalog' | 'systemsOf'>,
  { ask, plan }: Run,
): readonly string[] =>
  ask.kind === 'inspect' ? (ask.only ?? parts.systemsOf(ask.scope)) : [systemOf(parts, plan?.playbook ?? '')];

const SILENT = words('Hosts that did not answer', '未返回结果的主机');

/** A new run from an old one, with its own plan and its own confirmations. Pressed twice it is one run. */
async function startFrom(
  parts: DeskParts,
  button: Button,
  wanted: Ask,
  from: Run,
  arrival: Arrival,
): Promise<Pressed> {
  const { person } = arrival;
  const { ask, decision } =
    wanted.kind === 'inspect'
      ? lookFor(parts, person, wanted.scope)
      : { ask: wanted, decision: await decideFrom(parts, person, wanted, from) };
  if (decision.verdict === 'no') {
    await parts.audit.write({
      actor: person,
      action: button.action,
      runId: from.id,
      decision: 'no',
      reason: decision.because.en,
    });
    return { kind: 'says', says: decision.because };
  }
  const typed = ask.kind === 'rollback' ? `${from.typed} (put back)` : from.typed;
  const key = button.once ? `button:${button.id}` : arrival.key;
  const audit = { action: button.action, decision: decision.verdict, facts: { from: from.id } };
  const begun = await begin(parts, { ask, typed, lang: from.lang, key, audit }, arrival);
  if (begun.kind !== 'begun') return begun;
  if (!begun.created)
    return says('This was asked for already; see the other thread.', '该操作已发起过，请查看对应的消息。');
  return { kind: 'accepted' };
}

/** As asking for it: every fix that it may come to must be allowed, and there must be somebody to confirm it. */
const decideFrom = async (parts: DeskParts, person: Person, wanted: Ask, from: Run): Promise<Decision> =>
  strictest(
    (await playbooksOf(parts, from)).map((playbook) =>
      decideChange(
        parts.policy(),
        person,
        systemOf(parts, playbook),
        from.plan?.risk ?? parts.catalog.playbooks.get(playbook)?.risk ?? 'dangerous',
        wanted.kind === 'change' &&
          (from.plan ?? parts.catalog.playbooks.get(playbook))?.irreversible !== undefined,
      ),
    ),
  );

/** Hands an `unknown` run to a worker that looks, and does nothing else: this one, or the one that stands in its way. For whoever may look at the system, or may say what became of the run. */
async function lookAgain(parts: DeskParts, button: Button, from: Run, person: Person): Promise<Pressed> {
  const run = button.arg === undefined ? from : await parts.runs.get(RunId.parse(button.arg));
  if (!run) return says('That run is not in the store.', '找不到该任务。');
  const decision = decideInspect(parts.policy(), person, [systemOf(parts, run.plan?.playbook ?? '')]);
  if (decision.verdict === 'no' && decisionOn(parts, run, person).verdict === 'no')
    return { kind: 'says', says: decision.because };
  if (run.outcome !== 'unknown') return settled(run);
  await parts.audit.write({ actor: person, action: 'look again', runId: run.id, decision: 'run' });
  try {
    await parts.dispatch.send(run);
  } catch (error) {
    parts.log.warn({ runId: run.id, error }, 'the queue cannot be reached; the run is looked at later');
    return says(
      'The queue cannot be reached now. Press again in a minute; it is also looked at by itself.',
      '目前无法连接队列，请稍后再试。系统也会自动核对。',
    );
  }
  return says(
    `A worker looks at run ${shortId(run.id)} now. What it sees is shown in that run's thread.`,
    `正在核对任务 ${shortId(run.id)}，结果将显示在该任务的消息列中。`,
  );
}

/** Somebody, or a look, was faster. */
function settled(run: Run): Pressed {
  return {
    kind: 'says',
    says: sentences(words('This is settled meanwhile.', '结果已经确定。'), run.says ?? words('', '')),
  };
}

const says = (en: string, zh: string): Pressed => ({ kind: 'says', says: words(en, zh) });

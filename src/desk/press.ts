import { words } from '../kit/index.ts';
import { decideChange, decideConfirm, decideInspect, type Decision } from '../policy/policy.ts';
import { alreadyCancelled } from '../runs/life.ts';
import type { Button } from '../runs/ports.ts';
import { findingsBehind, SILENT_HOSTS } from '../runs/report.ts';
import type { Ask, Person, Run } from '../runs/run.ts';
import { answerPressed } from './answers.ts';
import { begin } from './begin.ts';
import { lookFor } from './look.ts';
import { type DeskParts, handOver } from './parts.ts';
import type { Arrival, Pressed } from './port.ts';
import { pressedSchedule } from './schedules.ts';

/** A click is authorised as if the person had typed the command; what the button means is a row of the store. */
export async function pressed(parts: DeskParts, buttonId: string, arrival: Arrival): Promise<Pressed> {
  const button = await parts.buttons.get(buttonId);
  if (button && 'scheduleId' in button) return pressedSchedule(parts, button, arrival);
  const run = button && (await parts.runs.get(button.runId));
  if (!button || !run)
    return says(
      'This button is not known here. Ask again to get a fresh one.',
      '无法识别此按钮，请重新发起命令。',
    );
  if (!run.buttons.some(({ id }) => id === buttonId)) return overtaken(run);
  switch (button.action) {
    case 'confirm':
      return confirm(parts, button, run, arrival.person);
    case 'cancel':
      return cancel(parts, button, run, arrival.person);
    case 'evidence':
      return evidence(parts, button, run, arrival.person);
    case 'put-back':
      return startFrom(parts, button, { kind: 'rollback', of: run.id }, run, arrival);
    case 'again':
      return startFrom(parts, button, run.ask, run, arrival);
    case 'look-again':
      return lookAgain(parts, run, arrival.person);
    case 'record':
      return answerPressed(parts, button, run, arrival.person);
    case 'ask':
      return says('This button does nothing here.', '此按钮在此处无效。');
    default:
      return button satisfies never;
  }
}

async function confirm(parts: DeskParts, button: Button, run: Run, person: Person): Promise<Pressed> {
  const { plan } = run;
  if (run.state !== 'waiting' || !plan) return overtaken(run);
  const system = systemOf(parts, plan.playbook);
  const decision = decideConfirm(
    parts.policy(),
    person,
    run.requestedBy,
    system,
    plan.risk,
    plan.irreversible !== undefined,
  );
  const facts = { hash: plan.hash, policy: parts.policy().version };
  if (decision.verdict === 'no') {
    await parts.audit.write({
      actor: person,
      action: 'confirm',
      runId: run.id,
      decision: 'no',
      reason: decision.because.en,
      facts,
    });
    return { kind: 'says', says: decision.because };
  }
  const at = new Date().toISOString();
  const applied = await parts.runs.apply(
    run.id,
    { kind: 'approved', approval: { by: person, at, hash: plan.hash } },
    { actor: person, action: 'confirm', runId: run.id, decision: 'run', facts },
  );
  if (!applied.ok) return { kind: 'says', says: applied.because };
  if (applied.run.state === 'approved') {
    await parts.buttons.take(button.id, person);
    await handOver(parts, applied.run);
  }
  return { kind: 'accepted' };
}

async function cancel(parts: DeskParts, button: Button, run: Run, person: Person): Promise<Pressed> {
  const decision =
    person.id === run.requestedBy.id ? { verdict: 'run' as const } : mayCancel(parts, run, person);
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
  const applied = await parts.runs.apply(
    run.id,
    { kind: 'cancelled', by: person },
    { actor: person, action: 'cancel', runId: run.id, decision: 'run' },
  );
  if (!applied.ok) return { kind: 'says', says: applied.because };
  await parts.buttons.take(button.id, person);
  return { kind: 'accepted' };
}

/** Somebody else's: an inspection by whoever could have asked for it, a change by whoever may change the system. */
function mayCancel(parts: DeskParts, { ask, plan }: Run, person: Person): Decision {
  if (ask.kind === 'inspect')
    return decideInspect(parts.policy(), person, ask.only ?? parts.systemsOf(ask.scope));
  return plan
    ? decideChange(parts.policy(), person, systemOf(parts, plan.playbook), plan.risk, false)
    : { verdict: 'run' };
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
  const decision = decideInspect(parts.policy(), person, [...new Set(systems)]);
  if (decision.verdict === 'no') return { kind: 'says', says: decision.because };
  const app = parts.estate.apps.find(({ id }) => id === arg);
  const title = arg === SILENT_HOSTS ? SILENT : (app?.title ?? words('Evidence', '证据'));
  return { kind: 'evidence', title, findings };
}

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
      : {
          ask: wanted,
          decision: decideChange(
            parts.policy(),
            person,
            systemOf(parts, from.plan?.playbook ?? ''),
            from.plan?.risk ?? 'dangerous',
            false,
          ),
        };
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
  const audit = { action: button.action, runId: from.id, decision: decision.verdict };
  const begun = await begin(parts, { ask, typed, lang: from.lang, key, audit }, arrival);
  if (begun.kind !== 'begun') return begun;
  if (!begun.created)
    return says('This was asked for already; see the other thread.', '该操作已发起过，请查看对应的消息。');
  return { kind: 'accepted' };
}

/** Hands an `unknown` run to a worker that looks, and does nothing else. */
async function lookAgain(parts: DeskParts, run: Run, person: Person): Promise<Pressed> {
  const decision = decideInspect(parts.policy(), person, [systemOf(parts, run.plan?.playbook ?? '')]);
  if (decision.verdict === 'no') return { kind: 'says', says: decision.because };
  if (run.outcome !== 'unknown') return overtaken(run);
  await parts.audit.write({ actor: person, action: 'look again', runId: run.id, decision: 'run' });
  await handOver(parts, run);
  return { kind: 'accepted' };
}

/** System of a playbook, or of the change that a rollback puts back. */
const systemOf = (parts: Pick<DeskParts, 'catalog'>, playbook: string): string =>
  parts.catalog.playbooks.get(playbook)?.system ?? '';

function overtaken(run: Run): Pressed {
  const { cancelled, outcome, state } = run;
  if (outcome === 'expired')
    return says(
      'The time for Confirm is over. Ask again to get a fresh plan.',
      '确认时间已过。请重新发起，以获得新的方案。',
    );
  if (cancelled && state !== 'ended') return { kind: 'says', says: alreadyCancelled(cancelled.by) };
  if (outcome === 'cancelled') {
    const by = cancelled
      ? { en: ` by ${cancelled.by.name}`, zh: `由 ${cancelled.by.name} ` }
      : { en: '', zh: '' };
    return run.ask.kind === 'inspect'
      ? says(`This was cancelled${by.en}.`, `该任务已${by.zh}取消。`)
      : says(`This was cancelled${by.en}; nothing was changed.`, `该操作已${by.zh}取消，未做任何变更。`);
  }
  const who = run.approvals.at(-1)?.by.name;
  if (who !== undefined) return says(`${who} has confirmed this already.`, `${who} 已经确认过。`);
  if (run.ask.kind === 'inspect' && state === 'ended')
    return says('This inspection has already ended.', '本次巡检已经结束。');
  return says('This button is no longer valid: the run has gone on.', '此按钮已失效：任务状态已变化。');
}

const says = (en: string, zh: string): Pressed => ({ kind: 'says', says: words(en, zh) });

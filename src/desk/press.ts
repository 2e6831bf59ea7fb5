import { words } from '../kit/index.ts';
import { decideChange, decideConfirm, decideInspect } from '../policy/policy.ts';
import { sha256 } from '../runs/plan.ts';
import type { Button } from '../runs/ports.ts';
import { type Ask, newRunId, type Person, type Run } from '../runs/run.ts';
import { lookFor } from './look.ts';
import { type DeskParts, handOver } from './parts.ts';
import type { Arrival, Pressed } from './port.ts';

/** A click is authorised as if the person had typed the command; what the button means is a row of the store. */
export async function pressed(parts: DeskParts, buttonId: string, arrival: Arrival): Promise<Pressed> {
  const button = await parts.buttons.get(buttonId);
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
    case 'ask':
      return says('This button does nothing here.', '此按钮在此处无效。');
    default:
      return button.action satisfies never;
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
  const system = run.plan ? systemOf(parts, run.plan.playbook) : undefined;
  const decision =
    system === undefined || person.id === run.requestedBy.id
      ? { verdict: 'run' as const }
      : decideChange(parts.policy(), person, system, run.plan?.risk ?? 'low', false);
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
  const says = words(
    `Cancelled by ${person.name}. Nothing was changed.`,
    `已由 ${person.name} 取消。未做任何变更。`,
  );
  const applied = await parts.runs.apply(
    run.id,
    { kind: 'ended', outcome: 'cancelled', says },
    { actor: person, action: 'cancel', runId: run.id, decision: 'run' },
  );
  if (!applied.ok) return { kind: 'says', says: applied.because };
  await parts.buttons.take(button.id, person);
  return { kind: 'accepted' };
}

async function evidence(parts: DeskParts, button: Button, run: Run, person: Person): Promise<Pressed> {
  const findings = (run.report?.findings ?? []).filter(
    ({ app }) => button.arg === undefined || app === button.arg,
  );
  const decision = decideInspect(parts.policy(), person, [...new Set(findings.map(({ system }) => system))]);
  if (decision.verdict === 'no') return { kind: 'says', says: decision.because };
  const app = parts.estate.apps.find(({ id }) => id === button.arg);
  return { kind: 'evidence', title: app?.title ?? words('Evidence', '证据'), findings };
}

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
  const { run, created } = await parts.runs.create(
    {
      id: newRunId(),
      ask,
      state: 'queued',
      lang: from.lang,
      requestedBy: person,
      origin: arrival.origin,
      typed,
      approvals: [],
      steps: [],
      buttons: [],
    },
    sha256(key),
    { actor: person, action: button.action, runId: from.id, decision: decision.verdict },
  );
  if (!created)
    return says('This was asked for already; see the other thread.', '该操作已发起过，请查看对应的消息。');
  await handOver(parts, run);
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
  const who = run.approvals.at(-1)?.by.name;
  if (run.outcome === 'expired')
    return says(
      'The time for Confirm is over. Ask again to get a fresh plan.',
      '确认时间已过。请重新发起，以获得新的方案。',
    );
  if (run.outcome === 'cancelled')
    return says('This was cancelled; nothing was changed.', '该操作已取消，未做任何变更。');
  if (who !== undefined) return says(`${who} has confirmed this already.`, `${who} 已经确认过。`);
  return says('This button is no longer valid: the run has gone on.', '此按钮已失效：任务状态已变化。');
}

const says = (en: string, zh: string): Pressed => ({ kind: 'says', says: words(en, zh) });

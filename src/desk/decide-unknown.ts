import { type Form, type FormValues, words } from '../kit/index.ts';
import { whatOf } from '../policy/about-change.ts';
import { decide, NOT_THE_REQUESTER } from '../policy/decide.ts';
import { type Decision, no } from '../policy/question.ts';
import { isIntact, isRequestSigned, requestDigest } from '../runs/authority.ts';
import { buttonsAfter, stepsNobodyKnows } from '../runs/effects.ts';
import { makeButtons } from '../runs/make-buttons.ts';
import type { Button } from '../runs/subject.ts';
import { type Person, type Run, type RunButton, shortId, type StepRecord } from '../runs/run.ts';
import { isAsked, RECORD } from '../runs/story.ts';
import { forgedButton, formOf } from './drawn.ts';
import { asker } from './may.ts';
import { readReason, reasonField } from './reason.ts';
import { type DeskDeps, systemOf } from './deps.ts';
import type { FormReply, ButtonReply, Says } from './port.ts';
import { refusedTo } from './refuse.ts';

/** A person says what became of a run that no look can settle: a form asks why. */
export async function decidePressed(
  deps: DeskDeps,
  button: Button,
  run: Run,
  person: Person,
): Promise<ButtonReply> {
  const refused = await refusal(deps, button, run, person);
  return (
    refused ?? {
      kind: 'form',
      form: { of: formOf(button), form: reasonForm(button, run) },
    }
  );
}

/** The form was sent: the word of the person ends the run. */
export async function decideFilled(
  deps: DeskDeps,
  button: Button,
  run: Run,
  values: FormValues,
  person: Person,
): Promise<FormReply> {
  const refused = await refusal(deps, button, run, person);
  if (refused) return refused;
  const read = reasonForm(button, run).read(values, deps.estate);
  if (!read.ok) return { kind: 'mistakes', mistakes: read.problems };
  const tookEffect = button.action === 'took-effect';
  const open = stepOf(button, run);
  const buttons = await buttonsFor(deps, run, open, tookEffect);
  const applied = await deps.runs.apply(
    run.id,
    {
      kind: 'decided',
      by: person,
      tookEffect,
      reason: read.meant,
      ...(open ? { step: open.no } : {}),
      buttons,
    },
    {
      actor: person,
      action: tookEffect ? RECORD.tookEffect : RECORD.noEffect,
      runId: run.id,
      decision: 'run',
      reason: read.meant,
      facts: {
        step: open?.no ?? null,
        hash: run.plan?.hash ?? null,
        policy: deps.policy().version,
      },
    },
  );
  return applied.ok ? { kind: 'accepted' } : { kind: 'says', says: applied.because };
}

/** People who may confirm such a plan may say what became of it; where it takes several, not the person who asked for it. */
async function refusal(deps: DeskDeps, button: Button, run: Run, person: Person): Promise<Says | undefined> {
  if (run.outcome !== 'unknown')
    return {
      kind: 'says',
      says: words('The outcome of this run is known meanwhile.', '该任务的结果已经确定。'),
    };
  if (button.arg !== undefined && !stepOf(button, run))
    return {
      kind: 'says',
      says: words('The outcome of this step is known meanwhile.', '该步骤的结果已经确定。'),
    };
  const wrong = await forgery(deps, run);
  if (wrong !== undefined) return forgedButton(deps, button.action, person, wrong, run);
  const decision = decisionOn(deps, run, person);
  if (decision.verdict !== 'no') return undefined;
  return refusedTo(deps, { actor: person, action: button.action, runId: run.id }, decision.because);
}

/**
 * Why the row cannot be the reason for who may decide: its plan, its risk and who asked decide that, and all three are in the
 * record. Of a run that was asked for before requests were signed, only the plan is there.
 */
async function forgery(deps: DeskDeps, run: Run): Promise<string | undefined> {
  const { plan } = run;
  if (!plan || !isIntact(plan)) return 'the stored plan is not the one that was hashed';
  const lines = await deps.audit.ofRun(run.id);
  const claimed = lines.findLast(({ action }) => action === RECORD.claimed);
  if (claimed && claimed.facts['hash'] !== undefined && claimed.facts['hash'] !== plan.hash)
    return 'the record holds no claim of this plan';
  const asked = lines.find((line) => isAsked(line) && line.facts['request'] !== undefined);
  if (!asked) return undefined;
  if (asked.actorId !== run.requestedBy.id || asked.facts['request'] !== requestDigest(run))
    return 'the record holds no such request by this person';
  const keys = await deps.authority.keys();
  return run.request === undefined || (keys.has(run.request.key) && !isRequestSigned(run, keys))
    ? 'the request is not signed by a known key'
    : undefined;
}

/** Whether a person may say what became of a run. */
export function decisionOn(deps: DeskDeps, run: Run, person: Person): Decision {
  const { plan } = run;
  if (!plan) return no('no plan', 'There is no plan.', '没有方案。');
  // The row may say fewer than the policy does, not the other way round: policy refuses the requester by its own count as well.
  if (person.id === run.requestedBy.id && (run.approvalsNeeded ?? 1) > 1) return NOT_THE_REQUESTER;
  return decide(deps.policy(), {
    ...asker(person),
    does: 'settle',
    what: whatOf(plan),
    systems: [systemOf(deps, plan.playbook)],
    requester: run.requestedBy,
  });
}

/** The step that a button speaks of: the one that it names, or the only one of which nobody knows. */
function stepOf({ arg }: Pick<Button, 'arg'>, run: Run): StepRecord | undefined {
  const open = stepsNobodyKnows(run);
  return arg === undefined ? open[0] : open.find(({ no }) => String(no) === arg);
}

/** Those of the run as it is afterwards: of the steps that are still open, or of its end. */
async function buttonsFor(
  deps: DeskDeps,
  run: Run,
  open: StepRecord | undefined,
  tookEffect: boolean,
): Promise<readonly RunButton[]> {
  const steps = run.steps.map((step) =>
    step.no === open?.no ? { ...step, state: tookEffect ? ('done' as const) : ('failed' as const) } : step,
  );
  const after = { ...run, steps };
  const isKnown = stepsNobodyKnows(after).length === 0;
  const outcome = isKnown ? (tookEffect ? 'done' : 'failed') : 'unknown';
  return makeButtons(deps.buttons, run.id, buttonsAfter(after, outcome));
}

function reasonForm(button: Pick<Button, 'action' | 'arg'>, run: Run): Form<string> {
  const { action } = button;
  const open = stepOf(button, run);
  const step = open
    ? { en: `step ${open.no}, ${open.title.en}`, zh: `第 ${open.no} 步（${open.title.zh}）` }
    : undefined;
  const id = shortId(run.id);
  return {
    title:
      action === 'took-effect'
        ? words('It took effect', '确认已生效')
        : words('It did not take effect', '确认未生效'),
    submit: words('Record', '记录'),
    says:
      action === 'took-effect'
        ? words(
            `Run ${id}, ${step?.en ?? 'all steps'}: you say that it took effect. Look at the system itself first.`,
            `任务 ${id}，${step?.zh ?? '所有步骤'}：您确认其已生效。请先在系统中核实。`,
          )
        : words(
            `Run ${id}, ${step?.en ?? 'all steps'}: you say that it did not take effect. Look at the system itself first: the same can be asked for again then.`,
            `任务 ${id}，${step?.zh ?? '所有步骤'}：您确认其未生效。请先在系统中核实，此后可再次发起相同操作。`,
          ),
    fields: [reasonField(words('How you know', '判断依据'))],
    read: (values) => readReason(values, words('Say how you know.', '请填写判断依据。')),
  };
}

import { type Form, type FormValues, words } from '../kit/index.ts';
import { aboutChange } from '../policy/about-change.ts';
import { decide } from '../policy/decide.ts';
import { makeButtons } from '../runs/make-buttons.ts';
import { type Person, type Run, shortId } from '../runs/run.ts';
import { RECORD, takenBackFacts } from '../runs/story.ts';
import type { Button } from '../runs/subject.ts';
import { formOf } from './drawn.ts';
import { overtaken } from './overtaken.ts';
import { readReason, reasonField } from './reason.ts';
import { type DeskDeps, systemOf } from './deps.ts';
import type { FormReply, ButtonReply, Says } from './port.ts';
import { refusedTo } from './refuse.ts';

/** Somebody who could confirm a plan does not want it carried out: a form asks why. */
export async function rejectPressed(
  deps: DeskDeps,
  button: Button,
  run: Run,
  person: Person,
): Promise<ButtonReply> {
  const refused = await refusal(deps, run, person);
  return refused ?? { kind: 'form', form: { of: formOf(button), form: reasonForm(run) } };
}

/** The form was sent: the run ends, with who and why. */
export async function rejectFilled(
  deps: DeskDeps,
  button: Button,
  run: Run,
  values: FormValues,
  person: Person,
): Promise<FormReply> {
  const refused = await refusal(deps, run, person);
  if (refused) return refused;
  const read = reasonForm(run).read(values, deps.estate);
  if (!read.ok) return { kind: 'mistakes', mistakes: read.problems };
  const applied = await deps.runs.apply(
    run.id,
    { kind: 'rejected', by: person, reason: read.meant },
    {
      actor: person,
      action: RECORD.reject,
      runId: run.id,
      decision: 'run',
      reason: read.meant,
      facts: { hash: run.plan?.hash ?? null, policy: deps.policy().version },
    },
  );
  if (!applied.ok) return { kind: 'says', says: applied.because };
  await deps.buttons.take(button.id, person);
  return { kind: 'accepted' };
}

/** Only who may confirm such a plan may reject it; at any hour. */
async function refusal(deps: DeskDeps, run: Run, person: Person): Promise<Says | undefined> {
  const { plan } = run;
  if (!plan || (run.state !== 'waiting' && run.state !== 'approved')) return overtaken(run);
  const decision = decide(deps.policy(), {
    ...aboutChange(run, plan, {
      estate: deps.estate,
      system: systemOf(deps, plan.playbook),
      at: await deps.now(),
    }),
    does: 'reject',
    who: person,
    requester: run.requestedBy,
  });
  if (decision.verdict === 'run') return undefined;
  const facts = { policy: deps.policy().version, rule: decision.rule };
  return refusedTo(deps, { actor: person, action: RECORD.reject, runId: run.id, facts }, decision.because);
}

/** Somebody takes back what they agreed to, as long as no worker has claimed it. It is theirs: no rule is asked. */
export async function takeBack(deps: DeskDeps, run: Run, person: Person): Promise<ButtonReply> {
  const given = run.approvals.find(({ by }) => by.id === person.id);
  if (!given || (run.state !== 'waiting' && run.state !== 'approved'))
    return given ? overtaken(run) : { kind: 'says', says: NOTHING_TO_TAKE_BACK };
  const isDrawn = run.buttons.some(({ action }) => action === 'confirm');
  const confirm = isDrawn
    ? []
    : await makeButtons(deps.buttons, run.id, [{ action: 'confirm' }], run.notAfter);
  const buttons = [...confirm, ...run.buttons];
  const applied = await deps.runs.apply(
    run.id,
    { kind: 'taken-back', by: person, buttons },
    {
      actor: person,
      action: RECORD.takeBack,
      runId: run.id,
      decision: 'run',
      facts: takenBackFacts(given, deps.policy().version),
    },
  );
  return applied.ok ? { kind: 'accepted' } : { kind: 'says', says: applied.because };
}

const NOTHING_TO_TAKE_BACK = words(
  'You have not confirmed this; there is nothing to take back.',
  '您未确认过此操作，无可撤回。',
);

const reasonForm = (run: Run): Form<string> => ({
  title: words('Reject', '驳回'),
  submit: words('Reject', '驳回'),
  says: words(
    `Run ${shortId(run.id)}: ${run.plan?.title.en ?? ''}. It ends, and nothing is changed.`,
    `任务 ${shortId(run.id)}：${run.plan?.title.zh ?? ''}。任务将结束，不做任何变更。`,
  ),
  fields: [reasonField(words('Why not', '驳回理由'))],
  read: (values) => readReason(values, words('Say why.', '请填写驳回理由。')),
});

import { type Form, type FormRead, type FormValues, type Words, words } from '../kit/index.ts';
import { aboutChange, approversOf } from '../policy/about-change.ts';
import { decide } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import type { Decision } from '../policy/question.ts';
import { isIntact, isRequestSigned, shownOf, signGrant } from '../runs/authority.ts';
import { confirmationWord, isConfirmationWord } from '../runs/confirmation-word.ts';
import type { Button } from '../runs/subject.ts';
import type { Person, Plan, Run } from '../runs/run.ts';
import { confirmFacts, RECORD } from '../runs/story.ts';
import { formOf } from './drawn.ts';
import { overtaken } from './overtaken.ts';
import { type DeskDeps, handOver, systemOf } from './deps.ts';
import type { FormReply, ButtonReply } from './port.ts';
import { refusedTo } from './refuse.ts';

type Planned = Run & { readonly plan: Plan };

/** A person agrees to the plan that was shown to them: it is signed here, for this run and plan, until its time is over. */
export async function confirm(
  deps: DeskDeps,
  button: Button,
  run: Run,
  person: Person,
  shown: string | undefined,
  word?: string,
): Promise<ButtonReply> {
  const { plan } = run;
  if (run.state !== 'waiting' || !plan) return overtaken(run);
  const planned: Planned = { ...run, plan };
  const outdated = await deps.outdated?.();
  if (outdated) return { kind: 'says', says: outdated };
  const policy = deps.policy();
  const decision = await decisionFor(deps, policy, planned, person);
  if (decision.verdict !== 'run') {
    const { because, rule } = decision;
    const facts = { hash: plan.hash, policy: policy.version, rule };
    return refusedTo(deps, { actor: person, action: RECORD.confirm, runId: run.id, facts }, because);
  }
  const signer = await deps.authority.signer();
  if (!signer.ok) return { kind: 'says', says: signer.because };
  if (run.request === undefined) return { kind: 'says', says: UNSIGNED };
  const wrong = await forgery(deps, planned, shown);
  if (wrong !== undefined) return refuse(deps, planned, person, wrong);

  if (decision.isTyped === true && word === undefined)
    return {
      kind: 'form',
      form: {
        of: { ...formOf(button), ...(shown === undefined ? {} : { shown }) },
        form: wordForm(plan),
      },
    };
  const terms = {
    risk: plan.risk,
    policy: policy.version,
    notAfter: await until(deps, planned),
    rule: decision.rule,
    ...(word === undefined ? {} : { word }),
  };
  const at = new Date().toISOString();
  const approval = signGrant(planned, { by: person, at, hash: plan.hash }, terms, signer.key);
  const applied = await deps.runs.apply(
    run.id,
    { kind: 'approved', approval },
    {
      actor: person,
      action: RECORD.confirm,
      runId: run.id,
      decision: 'run',
      facts: confirmFacts(plan, approval, policy.version),
    },
  );
  if (!applied.ok) return { kind: 'says', says: applied.because };
  if (applied.run.state === 'approved') {
    await deps.buttons.take(button.id, person);
    await handOver(deps, applied.run);
  }
  return { kind: 'accepted' };
}

/** Whether this person may agree to it now, the requester may still ask for it, and nothing closes it. */
async function decisionFor(deps: DeskDeps, policy: Policy, run: Planned, person: Person): Promise<Decision> {
  const { estate } = deps;
  const { plan } = run;
  const system = systemOf(deps, plan.playbook);
  return decide(policy, {
    ...aboutChange(run, plan, { estate, system, at: await deps.now() }),
    does: 'confirm',
    who: person,
    requester: run.requestedBy,
    approved: approversOf(plan, run.approvals),
  });
}

/** The name of what is changed was typed: the same as Confirm, with that word. */
export async function confirmFilled(
  deps: DeskDeps,
  button: Button,
  run: Run,
  values: FormValues,
  person: Person,
  shown: string | undefined,
): Promise<FormReply> {
  const { plan } = run;
  if (run.state !== 'waiting' || !plan || !run.buttons.some(({ id }) => id === button.id))
    return {
      kind: 'says',
      says: words('This plan does not wait for Confirm any more.', '该方案已不再等待确认。'),
    };
  const read = wordForm(plan).read(values, deps.estate);
  if (!read.ok) return { kind: 'mistakes', mistakes: read.problems };
  const pressed = await confirm(deps, button, run, person, shown, read.meant);
  return pressed.kind === 'accepted' || pressed.kind === 'says'
    ? pressed
    : { kind: 'says', says: words('Press Confirm again.', '请重新点击确认。') };
}

function wordForm(plan: Plan): Form<string> {
  const word = confirmationWord(plan);
  return {
    title: words('Confirm', '确认'),
    submit: words('Confirm', '确认'),
    says: words(
      `${plan.title.en}. This is dangerous: type ${word} to confirm it.`,
      `${plan.title.zh}。此操作风险高：请输入 ${word} 以确认。`,
    ),
    fields: [
      {
        kind: 'text',
        id: 'word',
        label: words('Name of what is changed', '变更对象的名称'),
        lines: 'one',
        mostCharacters: MOST_CHARACTERS,
      },
    ],
    read: (values) => readWord(values, plan),
  };
}

const MOST_CHARACTERS = 200;

function readWord(values: FormValues, plan: Plan): FormRead<string> {
  const typed = (values['word']?.[0] ?? '').trim();
  const word = confirmationWord(plan);
  return isConfirmationWord(typed, plan)
    ? { ok: true, meant: typed }
    : {
        ok: false,
        problems: [{ field: 'word', says: words(`Type exactly: ${word}`, `请准确输入：${word}`) }],
      };
}

/** Names the first part of the row that is not what was asked for, or not what was shown. */
async function forgery(deps: DeskDeps, run: Planned, shown: string | undefined): Promise<string | undefined> {
  if (!isIntact(run.plan)) return 'the stored plan is not the one that was hashed';
  if (!isRequestSigned(run, await deps.authority.keys())) return 'the request is not signed by a known key';
  if (shown !== shownOf(run)) return 'the plan is not the one that was shown';
  return undefined;
}

async function refuse(deps: DeskDeps, run: Planned, person: Person, reason: string): Promise<ButtonReply> {
  deps.log.error({ runId: run.id, reason }, 'a confirmation was refused: the store holds what nobody signed');
  await deps.audit.write({
    actor: person,
    action: RECORD.confirm,
    runId: run.id,
    decision: 'no',
    reason,
    facts: { hash: run.plan.hash, forged: true },
  });
  return { kind: 'says', says: ALTERED };
}

/** As long as the plan may be confirmed, and never longer than policy says from now on. */
async function until(deps: DeskDeps, { notAfter }: Run): Promise<string> {
  const latest = new Date((await deps.now()).getTime() + deps.policy().confirmMinutes * 60_000).toISOString();
  return notAfter !== undefined && notAfter < latest ? notAfter : latest;
}

const ALTERED: Words = words(
  'Not confirmed: this plan was altered in the store. Nothing was changed. Tell the owner of Fettle, and ask again to get a fresh plan.',
  '未确认：该方案的存储内容已被改动。未做任何变更。请告知 Fettle 的维护人，并重新发起以获得新的方案。',
);

const UNSIGNED: Words = words(
  'Not confirmed: it was asked for where requests cannot be signed, or of an earlier version. Ask again to get a fresh plan.',
  '未确认：该操作由无法签名的进程或旧版本发起。请重新发起，以获得新的方案。',
);

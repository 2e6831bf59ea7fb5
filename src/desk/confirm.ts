import { type Words, words } from '../kit/index.ts';
import { decideConfirm, type Policy } from '../policy/policy.ts';
import { mayStillAsk } from '../policy/still-allowed.ts';
import { isIntact, isRequestSigned, shownOf, signGrant } from '../runs/authority.ts';
import type { Button } from '../runs/subject.ts';
import type { Person, Plan, Run } from '../runs/run.ts';
import { confirmFacts, RECORD } from '../runs/story.ts';
import { overtaken } from './overtaken.ts';
import { type DeskParts, handOver, systemOf } from './parts.ts';
import type { Pressed } from './port.ts';

type Planned = Run & { readonly plan: Plan };

/** A person agrees to the plan that was shown to them: it is signed here, for this run and plan, until its time is over. */
export async function confirm(
  parts: DeskParts,
  button: Button,
  run: Run,
  person: Person,
  shown: string | undefined,
): Promise<Pressed> {
  const { plan } = run;
  if (run.state !== 'waiting' || !plan) return overtaken(run);
  const planned: Planned = { ...run, plan };
  const outdated = await parts.outdated?.();
  if (outdated) return { kind: 'says', says: outdated };
  const policy = parts.policy();
  const because = whyNot(parts, policy, planned, person);
  if (because) {
    await parts.audit.write({
      actor: person,
      action: RECORD.confirm,
      runId: run.id,
      decision: 'no',
      reason: because.en,
      facts: { hash: plan.hash, policy: policy.version },
    });
    return { kind: 'says', says: because };
  }
  const signer = await parts.authority.signer();
  if (!signer.ok) return { kind: 'says', says: signer.because };
  if (run.request === undefined) return { kind: 'says', says: UNSIGNED };
  const wrong = await forgery(parts, planned, shown);
  if (wrong !== undefined) return refuse(parts, planned, person, wrong);

  const terms = { risk: plan.risk, policy: policy.version, notAfter: await until(parts, planned) };
  const at = new Date().toISOString();
  const approval = signGrant(planned, { by: person, at, hash: plan.hash }, terms, signer.key);
  const applied = await parts.runs.apply(
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
    await parts.buttons.take(button.id, person);
    await handOver(parts, applied.run);
  }
  return { kind: 'accepted' };
}

/** Why this person may not agree to it, or the requester may not ask for it any more; undefined when both may. */
function whyNot(parts: DeskParts, policy: Policy, run: Planned, person: Person): Words | undefined {
  const { plan, requestedBy } = run;
  const system = systemOf(parts, plan.playbook);
  const irreversible = plan.irreversible !== undefined;
  const decision = decideConfirm(policy, person, requestedBy, system, plan.risk, irreversible);
  if (decision.verdict === 'no') return decision.because;
  const asking = mayStillAsk(policy, { system, risk: plan.risk, irreversible, requester: requestedBy });
  return asking.ok ? undefined : asking.because;
}

/** Names the first part of the row that is not what was asked for, or not what was shown. */
async function forgery(
  parts: DeskParts,
  run: Planned,
  shown: string | undefined,
): Promise<string | undefined> {
  if (!isIntact(run.plan)) return 'the stored plan is not the one that was hashed';
  if (!isRequestSigned(run, await parts.authority.keys())) return 'the request is not signed by a known key';
  if (shown !== shownOf(run)) return 'the plan is not the one that was shown';
  return undefined;
}

async function refuse(parts: DeskParts, run: Planned, person: Person, reason: string): Promise<Pressed> {
  parts.log.error(
    { runId: run.id, reason },
    'a confirmation was refused: the store holds what nobody signed',
  );
  await parts.audit.write({
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
async function until(parts: DeskParts, { notAfter }: Run): Promise<string> {
  const latest = new Date(
    (await parts.now()).getTime() + parts.policy().confirmMinutes * 60_000,
  ).toISOString();
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

import type { Catalog } from '../catalog/catalog.ts';
import { type Estate, type Words, words } from '../kit/index.ts';
import { aboutChange, approversOf } from '../policy/about-change.ts';
import { decide } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import type { Decision } from '../policy/question.ts';
import { grantDigest, isGrantSigned, isIntact, isRequestSigned } from '../runs/authority.ts';
import type { PublicKeys } from '../runs/keys.ts';
import type { RecordedLine, Warrant, Warranted, WarrantRecord } from '../runs/ports.ts';
import type { Approval, Plan, Run } from '../runs/run.ts';
import { cannotResume, contradiction, RECORD } from '../runs/story.ts';

export interface Examining {
  readonly keys: PublicKeys;
  readonly catalog: Pick<Catalog, 'playbooks'>;
  readonly policy: Policy;
  readonly estate: Estate;
  readonly log: { readonly error: (facts: object, message: string) => void };
}

/**
 * Whether a run may be performed: it was asked for and planned as its row says, and enough people who may confirm it now have
 * signed this very plan, in time. A row alone is never a reason.
 */
export function warrantBy(deps: Examining): Warrant {
  return (run, record) => {
    if (deps.keys.size === 0) {
      deps.log.error(
        { runId: run.id },
        'a change is left alone: this worker has no public key to verify approvals with',
      );
      return { kind: 'not-here' };
    }
    const warranted = run.state === 'suspended' ? goesOn(run, record, deps) : examine(run, record, deps);
    if (warranted.kind === 'forged')
      deps.log.error(
        { runId: run.id, reason: warranted.reason },
        'a forged change was refused: the store holds what nobody signed',
      );
    return warranted;
  };
}

function examine(run: Run, record: WarrantRecord, { keys, catalog, estate, policy }: Examining): Warranted {
  const { plan } = run;
  if (run.ask.kind === 'inspect' || !plan) return forged('there is no plan');
  const planned = { ...run, plan };
  if (!isIntact(plan)) return forged('the stored plan is not the one that was hashed');
  if (!isRequestSigned(run, keys)) return forged('the request is not signed by a known key');
  if (run.approvals.length < (run.approvalsNeeded ?? 1)) return forged('it is approved by too few people');
  const unsigned = run.approvals.find((approval) => !isGrantSigned(planned, approval, keys));
  if (unsigned) return forged(`the approval of ${unsigned.by.id} is not signed for this plan by a known key`);
  const people = new Set(run.approvals.map(({ by }) => by.id));
  if (people.size !== run.approvals.length) return forged('one person stands for several');
  if (record.journalled.length > 0) return forged('the journal holds steps that nobody claimed');
  const contradicted = contradiction(planned, run.approvals, record);
  if (contradicted !== undefined) return forged(contradicted);

  const inTime = run.approvals.filter(({ grant }) => grant !== undefined && record.now <= grant.notAfter);
  if (inTime.length < run.approvals.length) return { kind: 'lapsed', says: LATE };
  const decision = decideNow(planned, inTime, record, { catalog, estate, policy });
  if (decision.verdict !== 'run' || decision.counted === undefined)
    return {
      kind: 'lapsed',
      says: notAnyMore(decision.verdict === 'no' ? decision.because : NO_LONGER),
    };
  const { counted, approvals = 1, rule } = decision;
  const by = inTime.filter((approval) => counted.has(approval.by.id));
  return { kind: 'good', facts: { ...claimFacts(plan, by, approvals, policy), rule } };
}

const NO_LONGER = words(
  'The confirmation no longer counts: the policy has changed.',
  '策略已变更，原确认不再有效。',
);

/** The same question as at the click, with the people who have approved it and the hour of the claim. */
function decideNow(
  run: Run & { readonly plan: Plan },
  approvals: readonly Approval[],
  { now }: Pick<WarrantRecord, 'now'>,
  { catalog, estate, policy }: Pick<Examining, 'catalog' | 'estate' | 'policy'>,
): Decision {
  const system = catalog.playbooks.get(run.plan.playbook)?.system ?? '';
  return decide(policy, {
    ...aboutChange(run, run.plan, { estate, system, at: new Date(now) }),
    approved: approversOf(run.plan, approvals),
  });
}

/**
 * Of a run that was put down: its approvals have counted with the first claim, and are not asked again once a step was begun. Before
 * that policy is, as it may have waited long.
 */
function goesOn(run: Run, record: WarrantRecord, deps: Examining): Warranted {
  const { plan } = run;
  const { keys } = deps;
  const reason =
    unreliable(run, record.lines, keys) ??
    (plan ? cannotResume({ plan }, record) : 'the stored run has lost its plan');
  if (reason !== undefined) return { kind: 'forged', reason, says: NOT_AS_RECORDED };
  if (plan && record.journalled.length === 0) {
    const decision = decideNow({ ...run, plan }, run.approvals, record, deps);
    if (decision.verdict !== 'run')
      return {
        kind: 'lapsed',
        says: notAnyMore(decision.verdict === 'no' ? decision.because : NO_LONGER),
      };
  }
  return { kind: 'good', facts: { hash: plan?.hash } };
}

/** What the record must know of a claim: enough to tell later on whose word it was made. */
const claimFacts = ({ hash }: Plan, counted: readonly Approval[], needs: number, { version }: Policy) => ({
  hash,
  needs,
  policy: version,
  approvers: counted.map(({ by }) => by.id),
  grants: counted.flatMap(({ grant }) => (grant ? [grantDigest(grant)] : [])),
});

/**
 * Why the plan of a run that has ended cannot be relied on; undefined when it can: it is intact, it was claimed with this hash, and
 * the approvals that counted then are signed for it.
 */
export function unreliable(run: Run, lines: readonly RecordedLine[], keys: PublicKeys): string | undefined {
  const { plan } = run;
  if (!plan || !isIntact(plan)) return 'the stored plan is not the one that was hashed';
  if (!isRequestSigned(run, keys)) return 'the request is not signed by a known key';
  const claimed = lines.find(({ action }) => action === RECORD.claimed)?.facts;
  if (claimed?.['hash'] !== plan.hash) return 'the record holds no claim of this plan';
  const counted: unknown = claimed['grants'];
  const signed = new Set(
    run.approvals.flatMap((approval) =>
      approval.grant && isGrantSigned({ ...run, plan }, approval, keys) ? [grantDigest(approval.grant)] : [],
    ),
  );
  return Array.isArray(counted) && counted.length > 0 && counted.every((grant) => signed.has(String(grant)))
    ? undefined
    : 'the approvals of the claim are not signed for this plan by a known key';
}

const forged = (reason: string): Warranted => ({ kind: 'forged', reason, says: FORGED });

/** Told to people; the reason stands in the record and in the log. */
export const FORGED: Words = words(
  'Not run: what is stored of this change is not what was asked for and confirmed. Nothing was changed. Tell the owner of Fettle, and ask again to get a fresh plan.',
  '未执行：该变更的存储内容与发起和确认时不一致。未做任何变更。请告知 Fettle 的维护人，并重新发起以获得新的方案。',
);

const NOT_AS_RECORDED: Words = words(
  'Stopped: what is stored of this change is not what was confirmed and recorded. No further step is carried out, and what was opened is not closed by it. Tell the owner of Fettle; the record says which steps were carried out.',
  '已停止：该变更的存储内容与确认和记录时不一致。不再执行后续步骤，已打开的状态也不会由其恢复。请告知 Fettle 的维护人；已执行的步骤以审计记录为准。',
);

const LATE: Words = words(
  'Not run: the time for which it was confirmed is over. Nothing was changed. Ask again to get a fresh plan.',
  '未执行：确认的有效时间已过。未做任何变更。请重新发起，以获得新的方案。',
);

const notAnyMore = ({ en, zh }: Words): Words =>
  words(`Not run: ${en} Nothing was changed.`, `未执行：${zh}未做任何变更。`);

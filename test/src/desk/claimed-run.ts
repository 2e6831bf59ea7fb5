import { words } from '../../../src/kit/index.ts';
import { requestDigest, signRequest } from '../../../src/runs/authority.ts';
import { newRunId, type Person, type Plan, type RunId } from '../../../src/runs/run.ts';
import type { DeskStage } from './stage.ts';

const lin: Person = { id: 'lin', name: 'Lin Wei' };
const zhao: Person = { id: 'zhao', name: 'Zhao Min' };

/** A change of Lin Wei's in the store: planned like this, approved by so many people, and claimed. Unsigned is one of a version that did not sign. */
export async function claimedRun(
  { store, authority }: Pick<DeskStage, 'store' | 'authority'>,
  plan: Plan,
  { approvalsNeeded = 1, isSigned = true } = {},
): Promise<RunId> {
  const { runs } = store;
  const id = newRunId();
  const asked = {
    id,
    ask: { kind: 'change', playbooks: ['fix'], args: {} },
    requestedBy: lin,
    origin: { surface: 'cli' },
    typed: '/unstick x',
  } as const;
  const signer = await authority.signer();
  if (!signer.ok) throw new Error('no key');
  const request = isSigned ? { request: signRequest(asked, 'now', signer.key) } : {};
  await runs.create(
    { ...asked, ...request, state: 'queued', lang: 'en', approvals: [], steps: [], buttons: [] },
    id,
    {
      actor: lin,
      action: 'ask',
      runId: id,
      ...(isSigned ? { decision: 'ask' as const, facts: { request: requestDigest(asked) } } : {}),
    },
  );
  const notAfter = new Date(Date.now() + 600_000).toISOString();
  const says = words('planned', '已生成方案');
  await runs.apply(id, { kind: 'begun' });
  await runs.apply(id, { kind: 'planned', plan, approvalsNeeded, notAfter, buttons: [], says });
  for (const by of [zhao, lin].slice(0, approvalsNeeded))
    await runs.apply(id, { kind: 'approved', approval: { by, at: 'x', hash: plan.hash } });
  await runs.apply(id, { kind: 'claimed' });
  return id;
}

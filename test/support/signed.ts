import {
  requestDigest,
  signGrant,
  signReply,
  signRequest,
  type Authority,
} from '../../src/runs/authority.ts';
import {
  type KeyPair,
  makeKeyPair,
  publicHalf,
  readPublicKeys,
  readSigningKey,
} from '../../src/runs/keys.ts';
import type { Warrant } from '../../src/runs/ports.ts';
import { type Approval, newRunId, type Person, type Run, type StepReply } from '../../src/runs/run.ts';
import { confirmFacts, RECORD, replyFacts } from '../../src/runs/story.ts';
import type { Store } from '../../src/store/index.ts';

/** For tests of what comes after the examination. */
export const anyWarrant: Warrant = () => ({ kind: 'good', facts: {} });

export const keysOf = ({ publicPem }: Pick<KeyPair, 'publicPem'>) => readPublicKeys(publicPem);

/** What a process that holds both halves of a pair may do. */
export function authorityWith(pair: KeyPair = makeKeyPair()): Authority {
  const key = readSigningKey(pair.privatePem);
  return { signer: async () => ({ ok: true, key }), keys: async () => publicHalf(key) };
}

/** A change that this person asked for, signed and recorded as the desk does it. */
export async function recordChange(
  store: Store,
  pair: KeyPair,
  by: Person,
  ask: Run['ask'],
  action: 'ask' | 'put-back' = 'ask',
): Promise<Run> {
  const asked = {
    id: newRunId(),
    ask,
    requestedBy: by,
    origin: { surface: 'cli' } as const,
    typed: '/unstick',
  };
  const { run } = await store.runs.create(
    {
      ...asked,
      request: signRequest(asked, new Date().toISOString(), readSigningKey(pair.privatePem)),
      state: 'queued',
      lang: 'en',
      approvals: [],
      steps: [],
      buttons: [],
    },
    newRunId(),
    { actor: by, action, runId: asked.id, decision: 'ask', facts: { request: requestDigest(asked) } },
  );
  return run;
}

/** The approval of this person as the desk signs it. */
export async function grantFor(
  store: Store,
  pair: KeyPair,
  run: Run,
  by: Person,
  { seconds = 600, policy = 'test' }: { readonly seconds?: number; readonly policy?: string } = {},
): Promise<Approval> {
  if (!run.plan) throw new Error(`no plan: ${run.says?.en}`);
  const now = (await store.now()).getTime();
  return signGrant(
    run,
    { by, at: new Date().toISOString(), hash: run.plan.hash },
    { risk: run.plan.risk, policy, notAfter: new Date(now + seconds * 1000).toISOString() },
    readSigningKey(pair.privatePem),
  );
}

/** Confirms a waiting run as the desk does it. */
export async function confirmAs(store: Store, pair: KeyPair, id: Run['id'], by: Person): Promise<Run> {
  const run = await store.runs.get(id);
  if (!run?.plan) throw new Error(`no plan: ${run?.says?.en}`);
  const approval = await grantFor(store, pair, run, by);
  const applied = await store.runs.apply(
    id,
    { kind: 'approved', approval },
    {
      actor: by,
      action: 'confirm',
      runId: id,
      decision: 'run',
      facts: confirmFacts(run.plan, approval, 'test'),
    },
  );
  if (!applied.ok) throw new Error(applied.because.en);
  return applied.run;
}

/** Answers the step for which a run waits as the desk does it. */
export async function replyAs(
  store: Store,
  pair: KeyPair,
  id: Run['id'],
  by: Person,
  word: StepReply['word'],
  saw = 'seen on the page',
): Promise<Run> {
  const run = await store.runs.get(id);
  if (!run?.plan || run.waiting?.for !== 'person') throw new Error(`it waits for nobody: ${run?.says?.en}`);
  const { plan, waiting } = run;
  const reply = signReply(
    { ...run, plan },
    { step: waiting.step, by, at: new Date().toISOString(), word, saw },
    readSigningKey(pair.privatePem),
  );
  const applied = await store.runs.apply(
    id,
    { kind: 'replied', reply },
    { actor: by, action: RECORD.replied, runId: id, decision: 'run', facts: replyFacts(plan, reply) },
  );
  if (!applied.ok) throw new Error(applied.because.en);
  return applied.run;
}

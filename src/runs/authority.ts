import { sign, verify } from 'node:crypto';
import { canonicalJson, captureWhole, type Words } from '../kit/index.ts';
import type { PublicKeys, SigningKey } from './keys.ts';
import { hashPlan, sha256 } from './plan.ts';
import type { Approval, Grant, Plan, Run, RunButton, RunId, Signature, StepReply } from './run.ts';

/** The keys of this process. Both are asked each time, so that keys can be changed while Fettle runs. */
export interface Authority {
  /** Only where people are authorised: the bot, and the command line of a named person. */
  readonly signer: () => Promise<
    { readonly ok: true; readonly key: SigningKey } | { readonly ok: false; readonly because: Words }
  >;
  /** Empty: nothing can be verified here, so nothing may be performed. */
  readonly keys: () => Promise<PublicKeys>;
}

/** Under which an approval is given: all of them are signed. */
type Terms = Omit<Grant, keyof Signature>;

type Requested = Pick<Run, 'id' | 'ask' | 'requestedBy' | 'origin' | 'typed'>;

/** A person asked for this run, from there. Signed when the run is recorded. */
export function signRequest(run: Requested, at: string, key: SigningKey): NonNullable<Run['request']> {
  return { at, ...signed('request', requestOf(run, at), key) };
}

/** Nobody has changed who asked for what, and where, since it was signed. */
export const isRequestSigned = (run: Requested & Pick<Run, 'request'>, keys: PublicKeys): boolean =>
  run.request !== undefined && isSigned('request', requestOf(run, run.request.at), run.request, keys);

/** A person agrees to the plan of this run, and to nothing else. Signed when Confirm is pressed. */
export function signGrant(
  run: Requested,
  approval: Omit<Approval, 'grant'>,
  terms: Terms,
  key: SigningKey,
): Approval {
  return { ...approval, grant: { ...terms, ...signed('grant', grantOf(run, approval, terms), key) } };
}

/** The approval was signed for this very run, plan and risk, and for the person who asked. Whether it is still in time is another question. */
export function isGrantSigned(
  run: Requested & { readonly plan: Plan },
  approval: Approval,
  keys: PublicKeys,
) {
  const { grant, hash } = approval;
  return (
    grant !== undefined &&
    hash === run.plan.hash &&
    grant.risk === run.plan.risk &&
    isSigned('grant', grantOf(run, approval, grant), grant, keys)
  );
}

/** A person says how a step of this run and plan went, and what was seen. Signed when the form is sent. */
export function signReply(
  run: Pick<Run, 'id'> & { readonly plan: Plan },
  reply: Omit<StepReply, 'signature'>,
  key: SigningKey,
): StepReply {
  return { ...reply, signature: signed('reply', replyOf(run, reply), key) };
}

/** Nobody has changed what this person said of this very step since it was signed. Whether it counts still is another question. */
export const isReplySigned = (
  run: Pick<Run, 'id'> & { readonly plan: Plan },
  { signature, ...reply }: StepReply,
  keys: PublicKeys,
): boolean => isSigned('reply', replyOf(run, reply), signature, keys);

const replyOf = (
  { id, plan }: Pick<Run, 'id'> & { readonly plan: Plan },
  { step, by, at, word, saw }: Omit<StepReply, 'signature'>,
) => ({ run: id, plan: plan.hash, step, by, at, word, saw });

/** The plan is the one that was hashed: nothing that is performed or promised was changed in the store. */
export const isIntact = (plan: Plan): boolean => hashPlan(plan) === plan.hash;

/** Stands for the plan of this run as somebody sees it. It goes with Confirm, and is asked back when Confirm is pressed. */
export const shownOf = ({ id, plan }: Pick<Run, 'id'> & { readonly plan: Plan }): string =>
  sha256(canonicalJson({ run: id, plan: hashPlan(plan), looked: plan.looked }));

/**
 * Stands for what a button was drawn as. It goes with the button, and is asked back when it is pressed: what the store says of the
 * button since then counts for nothing.
 */
export const drawnAs = (run: RunId, { id, action, arg }: RunButton): string =>
  BigInt(`0x${sha256(canonicalJson({ run, id, action, arg })).slice(0, 24)}`)
    .toString()
    .padStart(29, '0');

/** Who asked for what, in which words, and where, in the record. */
export const requestDigest = ({ ask, requestedBy, origin, typed }: Omit<Requested, 'id'>): string =>
  sha256(canonicalJson({ ask, requester: requestedBy, origin, typed: captureWhole(typed) }));

/** A signed word of a person, in the record. */
export const grantDigest = ({ value }: Pick<Signature, 'value'>): string => sha256(value);

/** The words as they are kept and shown, so that nobody is shown others than were typed. */
const requestOf = ({ id, ask, requestedBy, origin, typed }: Requested, at: string) => ({
  run: id,
  ask,
  requester: requestedBy,
  origin,
  typed: captureWhole(typed),
  at,
});

const grantOf = (
  { id, requestedBy }: Requested,
  { by, at, hash }: Omit<Approval, 'grant'>,
  { risk, policy, notAfter, rule, word }: Terms,
) => ({ run: id, plan: hash, risk, approver: by, requester: requestedBy, policy, notAfter, at, rule, word });

type Purpose = 'request' | 'grant' | 'reply';

function signed(purpose: Purpose, statement: object, { id, key }: SigningKey): Signature {
  return { key: id, value: sign(null, bytesOf(purpose, statement), key).toString('base64url') };
}

function isSigned(purpose: Purpose, statement: object, signature: Signature, keys: PublicKeys): boolean {
  const key = keys.get(signature.key);
  return (
    key !== undefined &&
    verify(null, bytesOf(purpose, statement), key, Buffer.from(signature.value, 'base64url'))
  );
}

/** The purpose stands before the statement, so that a signature for one never serves another. */
const bytesOf = (purpose: Purpose, statement: object): Buffer =>
  Buffer.from(`fettle ${purpose} 1\n${canonicalJson(statement)}`);

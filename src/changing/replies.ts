import { z } from 'zod';
import type { PersonAnswer } from '../kit/index.ts';
import { grantDigest, isReplySigned } from '../runs/authority.ts';
import type { PublicKeys } from '../runs/keys.ts';
import type { RecordedLine } from '../runs/ports.ts';
import type { Run } from '../runs/run.ts';
import { RECORD } from '../runs/story.ts';

/** The word of a person on a step, if there is one; or why it does not count. */
export type HeardReply =
  | { readonly kind: 'heard'; readonly answer: PersonAnswer }
  | { readonly kind: 'none' }
  | { readonly kind: 'forged'; readonly reason: string };

/** An answer counts when it is signed for this run, plan and step, and recorded by the person since the run was last put down for it. */
export function replyTo(
  run: Run,
  step: number,
  lines: readonly RecordedLine[],
  keys: PublicKeys,
): HeardReply {
  const { plan } = run;
  const reply = run.replies?.find((each) => each.step === step);
  if (!reply || !plan) return { kind: 'none' };
  const forged = (reason: string): HeardReply => ({ kind: 'forged', reason });
  if (!isReplySigned({ ...run, plan }, reply, keys))
    return forged(`the answer to step ${step} is not signed for it by a known key`);
  const putDown = lines.findLast((line) => asksAPerson(line, step))?.n ?? Infinity;
  const isRecorded = lines.some(
    ({ n, action, decision, actorId, facts }) =>
      n > putDown &&
      action === RECORD.replied &&
      decision === 'run' &&
      actorId === reply.by.id &&
      facts['step'] === step &&
      facts['reply'] === grantDigest(reply.signature),
  );
  if (!isRecorded) return forged(`the answer to step ${step} is not recorded since it was asked for`);
  const { by, at, word, saw } = reply;
  return { kind: 'heard', answer: { by, at: new Date(at), word, saw } };
}

const asksAPerson = ({ action, facts }: RecordedLine, step: number): boolean =>
  action === RECORD.suspended && AsksAPerson.safeParse(facts).data?.waiting.step === step;

const AsksAPerson = z.object({ waiting: z.object({ for: z.literal('person'), step: z.number() }) });

import type { Decision } from '../policy/policy.ts';
import { requestDigest, signRequest } from '../runs/authority.ts';
import { sha256 } from '../runs/plan.ts';
import type { AuditEntry } from '../runs/ports.ts';
import { type Ask, newButtonId, newRunId, type Run, type RunButton, type RunId } from '../runs/run.ts';
import { type DeskParts, handOver } from './parts.ts';
import type { Arrival } from './port.ts';

/** A run that somebody may have, as it is recorded. */
export interface Beginning {
  readonly ask: Ask;
  readonly typed: string;
  readonly lang: Run['lang'];
  /** The same key is the same run. */
  readonly key: string;
  readonly audit: Omit<AuditEntry, 'actor' | 'decision' | 'runId'> & {
    readonly decision: Decision['verdict'];
  };
}

/** Records the run, then hands it over. When the queue is away the run stays recorded and goes on by itself later. */
export async function begin(
  parts: Pick<DeskParts, 'authority' | 'buttons' | 'dispatch' | 'log' | 'runs'>,
  { ask, typed, lang, key, audit }: Beginning,
  { person, origin }: Pick<Arrival, 'person' | 'origin'>,
): Promise<{ readonly run: Run; readonly created: boolean }> {
  const id = newRunId();
  // A change brings its own Cancel with its plan.
  const buttons = ask.kind === 'inspect' ? [await newCancel(parts, id)] : [];
  const asked = { id, ask, requestedBy: person, origin };
  const { run, created } = await parts.runs.create(
    {
      ...asked,
      ...(await signedRequest(parts, asked)),
      state: 'queued',
      lang,
      typed,
      approvals: [],
      steps: [],
      buttons,
    },
    sha256(key),
    { actor: person, ...audit, runId: id, facts: { ...audit.facts, request: requestDigest(asked) } },
  );
  if (created) await handOver(parts, run);
  return { run, created };
}

/** Only what changes something needs it. Without a key here the plan is still made and shown; Confirm then says what is missing. */
async function signedRequest(
  { authority }: Pick<DeskParts, 'authority'>,
  asked: Pick<Run, 'id' | 'ask' | 'requestedBy' | 'origin'>,
): Promise<Pick<Run, 'request'>> {
  if (asked.ask.kind === 'inspect') return {};
  const signer = await authority.signer();
  return signer.ok ? { request: signRequest(asked, new Date().toISOString(), signer.key) } : {};
}

/** Ends an inspection as long as it has not ended. Before the run: a button that is shown must be known. */
export async function newCancel(parts: Pick<DeskParts, 'buttons'>, runId: RunId): Promise<RunButton> {
  const button = { id: newButtonId(), action: 'cancel' } as const;
  await parts.buttons.create([{ ...button, runId, once: true }]);
  return button;
}

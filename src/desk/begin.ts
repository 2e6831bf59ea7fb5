import { type Words, words } from '../kit/index.ts';
import type { Decision } from '../policy/question.ts';
import type { Admission, Full } from '../runs/admission.ts';
import { requestDigest, signRequest } from '../runs/authority.ts';
import { makeButtons } from '../runs/make-buttons.ts';
import { sha256 } from '../runs/plan.ts';
import type { AuditEntry } from '../runs/ports.ts';
import { type Ask, newRunId, type Run, type RunButton, type RunId } from '../runs/run.ts';
import { ofRun } from '../runs/subject.ts';
import { type DeskDeps, handOver } from './deps.ts';
import type { Arrival, Joined } from './port.ts';

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

export type Begun =
  | { readonly kind: 'begun'; readonly run: Run; readonly created: boolean }
  | Joined
  /** Too many, in words. */
  | { readonly kind: 'says'; readonly says: Words };

type Deps = Pick<
  DeskDeps,
  'admission' | 'authority' | 'buttons' | 'canRead' | 'dispatch' | 'log' | 'posts' | 'runs'
>;

/** Records the run, then hands it over. When the queue is away the run stays recorded and goes on by itself later. */
export async function begin(
  deps: Deps,
  beginning: Beginning,
  arrival: Pick<Arrival, 'person' | 'origin' | 'slackId'>,
): Promise<Begun> {
  const { ask, typed, lang, key, audit } = beginning;
  const { person, origin } = arrival;
  const limits = origin.surface === 'slack' && ask.kind !== 'rollback' ? deps.admission : undefined;
  const mayJoin = limits && (await joinable(deps, limits, beginning, arrival));
  if (mayJoin?.kind === 'says') return mayJoin;
  const id = newRunId();
  // A change brings its own Cancel with its plan.
  const buttons = ask.kind === 'inspect' ? await newCancel(deps, id) : [];
  const asked = { id, ask, requestedBy: person, origin, typed };
  const run = {
    ...asked,
    ...(await signedRequest(deps, asked)),
    state: 'queued',
    lang,
    approvals: [],
    steps: [],
    buttons,
  } as const;
  const facts = { ...audit.facts, request: requestDigest(asked) };
  const entry = { actor: person, ...audit, runId: id, facts };
  const admitted =
    limits && mayJoin
      ? await limits.begin(run, sha256(key), entry, mayJoin.runs)
      : { kind: 'begun' as const, ...(await deps.runs.create(run, sha256(key), entry)) };
  switch (admitted.kind) {
    case 'begun':
      if (admitted.created) await handOver(deps, admitted.run);
      return admitted;
    case 'joined':
      return joined(deps, admitted.run, origin);
    case 'full':
      return { kind: 'says', says: tooMany(admitted.full) };
    default:
      return admitted satisfies never;
  }
}

/** Looked at before anything is written: what may be joined, or that it is too many. */
async function joinable(
  { canRead }: Pick<Deps, 'canRead'>,
  limits: Admission,
  { ask, key }: Beginning,
  { person, origin, slackId }: Pick<Arrival, 'person' | 'origin' | 'slackId'>,
): Promise<{ readonly kind: 'runs'; readonly runs: ReadonlySet<RunId> } | Extract<Begun, { kind: 'says' }>> {
  const channel = origin.surface === 'slack' ? origin.channel : '';
  const { full, same, isKnown } = await limits.look({ ask, person, channel, key: sha256(key) });
  const readable = await Promise.all(
    same.map(async (run) => {
      if (run.origin.surface !== 'slack') return [];
      const there = run.origin.channel;
      const isTheirs = there === channel || run.requestedBy.id === person.id;
      return isTheirs || (slackId !== undefined && (await canRead?.(there, slackId))) ? [run.id] : [];
    }),
  );
  const ids = new Set(readable.flat());
  // A delivery that came before has its run, however many there are by now.
  if (full && ids.size === 0 && !isKnown) return { kind: 'says', says: tooMany(full) };
  return { kind: 'runs', runs: ids };
}

async function joined({ posts }: Pick<Deps, 'posts'>, run: Run, asked: Run['origin']): Promise<Begun> {
  const place = run.origin.surface === 'slack' ? run.origin : asked;
  if (place.surface !== 'slack') return { kind: 'begun', run, created: false };
  const top = (await posts?.posts(ofRun(run.id)))?.find(({ key }) => key === 'top');
  const ts = top?.ts ?? place.threadTs;
  return { kind: 'joined', runId: run.id, by: run.requestedBy, place, ...(ts === undefined ? {} : { ts }) };
}

function tooMany({ of, underWay, seconds }: Full): Words {
  const mine = of === 'person';
  if (seconds !== undefined)
    return words(
      `${mine ? 'You have' : 'This channel has'} started as many runs as one minute allows. The next is possible in ${seconds} s.`,
      `${mine ? '您' : '此频道'}一分钟内发起的任务已达上限，${seconds} 秒后可再次发起。`,
    );
  return words(
    `${mine ? 'You have' : 'This channel has'} ${underWay} inspections under way; the next is possible when one of them has ended.`,
    `${mine ? '您' : '此频道'}有 ${underWay} 项任务正在进行，其中一项结束后可再次发起。`,
  );
}

/** Only what changes something needs it. Without a key here the plan is still made and shown; Confirm then says what is missing. */
async function signedRequest(
  { authority }: Pick<DeskDeps, 'authority'>,
  asked: Pick<Run, 'id' | 'ask' | 'requestedBy' | 'origin' | 'typed'>,
): Promise<Pick<Run, 'request'>> {
  if (asked.ask.kind === 'inspect') return {};
  const signer = await authority.signer();
  return signer.ok ? { request: signRequest(asked, new Date().toISOString(), signer.key) } : {};
}

/** The button that ends an inspection as long as it has not ended. Before the run: a button that is shown must be known. */
export async function newCancel(
  deps: Pick<DeskDeps, 'buttons'>,
  runId: RunId,
): Promise<readonly RunButton[]> {
  return makeButtons(deps.buttons, runId, [{ action: 'cancel' }]);
}

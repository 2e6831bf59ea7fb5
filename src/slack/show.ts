import type { Post, PostLedger } from '../runs/ports.ts';
import type { Run } from '../runs/run.ts';
import { REFUSED } from '../runs/told.ts';
import type { Subject } from '../runs/subject.ts';
import type { Delivery, Sent } from './deliver.ts';
import type { Place } from './place.ts';
import type { Log } from './log.ts';
import { type DesiredFile, type DesiredPost, isContinuation, isFile, postHash } from './view/post.ts';

/** Marks in the ledger where a hash would be. `SENDING`: perhaps in Slack. `NONE`: certainly not. */
const SENDING = 'sending';
const NONE = 'none';
/** After an answer nobody understands, a message may still appear; it is looked for after this. */
const SETTLE_MS = 2000;

export type Shown =
  | { readonly kind: 'shown' }
  | { readonly kind: 'given-up'; readonly because: string }
  /** `fault` when Slack failed, and not only asked for patience. */
  | { readonly kind: 'later'; readonly afterMs: number; readonly because: string; readonly fault: boolean };

interface Deps {
  readonly posts: PostLedger;
  readonly delivery: Delivery;
  readonly log: Log;
  /** Asked before every write: false when another process has taken over or this one stops. */
  readonly stillMine: () => Promise<boolean>;
  /** Asked last: false when this process may have slept since, so that another may have taken over. */
  readonly isCertain: () => boolean;
}

/** A subject with what showing it needs: where its messages go, and a moment before the first of them. */
export interface Showable extends Pick<Run, 'origin' | 'createdAt'> {
  readonly subject: Subject;
}

/** Writes one message more into the thread of a subject, or brings it to what it should be; the others stay as they are. */
export async function showAlso(of: Showable, post: DesiredPost, deps: Deps): Promise<Shown> {
  if (of.origin.surface !== 'slack') return { kind: 'shown' };
  const { channel, threadTs } = of.origin;
  const ledger = new Map((await deps.posts.posts(of.subject)).map((known) => [known.key, known]));
  const place = placeOf(channel, threadTs ?? ledger.get('top')?.ts);
  const result = await bring(of, post, ledger.get(post.key), place, deps, nothing);
  return result.kind === 'stands' ? { kind: 'shown' } : result;
}

/** Writes the difference between what stands in Slack and what should, in order. Safe to repeat from any point. */
export async function showSubject(of: Showable, wanted: readonly DesiredPost[], deps: Deps): Promise<Shown> {
  if (of.origin.surface !== 'slack') return { kind: 'shown' };
  const { channel, threadTs } = of.origin;
  const ledger = new Map((await deps.posts.posts(of.subject)).map((post) => [post.key, post]));
  let root = threadTs ?? ledger.get('top')?.ts;

  for (const post of wanted) {
    const isTop = post.key === 'top';
    const known = ledger.get(post.key);
    if (post.apart && known?.hash === REFUSED) continue;
    const place = post.apart
      ? placeOf(post.apart.channel ?? channel, undefined)
      : placeOf(channel, isTop ? threadTs : root);
    // Replies that hang on a message that is gone are said again under the new one.
    const onGone = isTop && threadTs === undefined ? () => forgetReplies(of, ledger, deps) : nothing;
    const result = await bring(of, post, known, place, deps, onGone);
    if (post.apart && result.kind === 'given-up') {
      // Its channel is not the one of the run, which goes on; whoever waits for it sees that it was refused.
      deps.log.warn(
        { subject: of.subject, key: post.key, because: result.because },
        'people cannot be told there',
      );
      await deps.posts.save(of.subject, { key: post.key, channel: place.channel, hash: REFUSED });
      continue;
    }
    if (result.kind !== 'stands') return result;
    if (isTop && threadTs === undefined) root = result.ts;
  }
  return removeRest(of, wanted, ledger, deps);
}

const nothing = async (): Promise<void> => undefined;

const placeOf = (channel: string, threadTs: string | undefined): Place => ({
  channel,
  ...(threadTs === undefined ? {} : { threadTs }),
});

type Brought = { readonly kind: 'stands'; readonly ts: string } | Exclude<Shown, { kind: 'shown' }>;

async function bring(
  of: Showable,
  post: DesiredPost,
  known: Post | undefined,
  place: Place,
  deps: Deps,
  onGone: () => Promise<void>,
): Promise<Brought> {
  const hash = postHash(post);
  const mark = markOf(of, post.key);
  if (known?.ts !== undefined && known.hash === hash) return { kind: 'stands', ts: known.ts };
  if (!(await deps.stillMine())) return LOST;
  if (isFile(post)) return bringFile(of, post, known, place, deps);

  if (known?.ts !== undefined) {
    const sent = await deps.delivery.update(post, known.channel, known.ts, mark);
    if (sent.kind === 'sent') return stands(of, post.key, known.channel, known.ts, hash, deps);
    if (sent.kind !== 'missing') return outcome(sent);
    deps.log.info({ subject: of.subject, key: post.key }, 'message is gone from slack; posted anew');
    await onGone();
    return postNew(of, post, place, hash, deps);
  }
  if (known?.hash === SENDING) {
    const found = await deps.delivery.find(mark, place, new Date(of.createdAt));
    if (found.kind === 'found') {
      // Which revision arrived is not known, so it is written over.
      const delivered = { key: post.key, channel: place.channel, ts: found.ts, hash: SENDING };
      await deps.posts.save(of.subject, delivered);
      return bring(of, post, delivered, place, deps, onGone);
    }
    if (found.kind !== 'absent') return outcome(found);
  }
  return postNew(of, post, place, hash, deps);
}

/** A file cannot be edited: another content is another file. */
async function bringFile(
  of: Showable,
  post: DesiredFile,
  known: Post | undefined,
  place: Place,
  deps: Deps,
): Promise<Brought> {
  const { key, file } = post;
  const hash = postHash(post);
  // A file of this name has this content: its name is of its subject, and what it says does not change.
  if (known?.hash === SENDING) {
    const found = await deps.delivery.findFile(file.name, place, new Date(of.createdAt));
    if (found.kind === 'found') return stands(of, key, place.channel, found.ts, hash, deps);
    if (found.kind !== 'absent') return outcome(found);
  }
  await deps.posts.save(of.subject, { key, channel: place.channel, hash: SENDING });
  if (!deps.isCertain()) return LOST;
  const sent = await deps.delivery.file(post, place);
  if (sent.kind === 'sent') return stands(of, key, place.channel, sent.ts, hash, deps);
  if (sent.kind !== 'unclear') await deps.posts.save(of.subject, { key, channel: place.channel, hash: NONE });
  return outcome(sent);
}

async function postNew(
  of: Showable,
  post: DesiredPost,
  place: Place,
  hash: string,
  deps: Deps,
): Promise<Brought> {
  const { key } = post;
  await deps.posts.save(of.subject, { key, channel: place.channel, hash: SENDING });
  if (!deps.isCertain()) return LOST;
  const sent = await deps.delivery.post(post, place, markOf(of, key));
  if (sent.kind === 'sent') return stands(of, key, place.channel, sent.ts, hash, deps);
  if (sent.kind !== 'unclear') await deps.posts.save(of.subject, { key, channel: place.channel, hash: NONE });
  return outcome(sent);
}

async function stands(
  of: Showable,
  key: string,
  channel: string,
  ts: string,
  hash: string,
  deps: Deps,
): Promise<Brought> {
  await deps.posts.save(of.subject, { key, channel, ts, hash });
  return { kind: 'stands', ts };
}

const LOST: Extract<Shown, { kind: 'later' }> = {
  kind: 'later',
  afterMs: 0,
  because: 'another process shows this',
  fault: false,
};

function outcome(sent: Exclude<Sent, { kind: 'sent' }>): Exclude<Shown, { kind: 'shown' }> {
  switch (sent.kind) {
    case 'later':
      return { kind: 'later', afterMs: sent.afterMs, because: sent.because, fault: sent.fault };
    case 'unclear':
      return { kind: 'later', afterMs: SETTLE_MS, because: sent.because, fault: true };
    case 'missing':
      return { kind: 'later', afterMs: SETTLE_MS, because: 'the message is gone', fault: true };
    case 'closed':
      return { kind: 'given-up', because: sent.because };
    default:
      return sent satisfies never;
  }
}

async function forgetReplies(of: Showable, ledger: Map<string, Post>, { posts }: Deps): Promise<void> {
  for (const [key, { channel }] of ledger) {
    // Steps tell people once, and calls have been heard.
    if (key === 'top' || /^(?:told|call):/.test(key)) continue;
    ledger.set(key, { key, channel, hash: NONE });
    await posts.save(of.subject, { key, channel, hash: NONE });
  }
}

/** Continuations that a shorter text no longer needs are taken away; every other message stays. */
async function removeRest(
  of: Showable,
  wanted: readonly DesiredPost[],
  ledger: ReadonlyMap<string, Post>,
  deps: Deps,
): Promise<Shown> {
  for (const { key, channel, ts } of ledger.values()) {
    if (ts === undefined || !isContinuation(key)) continue;
    if (wanted.some((post) => post.key === key)) continue;
    if (!(await deps.stillMine())) return LOST;
    const sent = await deps.delivery.remove(channel, ts);
    if (sent.kind === 'sent' || sent.kind === 'missing' || sent.kind === 'closed')
      await deps.posts.save(of.subject, { key, channel, hash: NONE });
    else return outcome(sent);
  }
  return { kind: 'shown' };
}

/** What a message of ours is recognised by; says nothing about its content. */
const markOf = (of: Showable, key: string): string => `${of.subject.id}:${key}`;

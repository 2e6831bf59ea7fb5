import type { WebClient } from '@slack/web-api';
import { failureOf, type Failure, SLACK_API_URL } from './client.ts';
import type { Log } from './log.ts';
import { EVENT_TYPE, hasOurFile, isOurs, type Me, type Message, searchMessages } from './find-message.ts';
import type { Place } from './place.ts';
import type { RateLimit, RateLimited } from './rate-limit.ts';
import { upload } from './upload.ts';
import type { DesiredFile, DesiredPost } from './view/post.ts';
import { plainOf } from './view/text.ts';

/** What became of one write. */
export type Sent =
  | { readonly kind: 'sent'; readonly ts: string }
  /** Not written; try again after these milliseconds. `fault`: somebody should know; otherwise only patience is asked. */
  | { readonly kind: 'later'; readonly afterMs: number; readonly because: string; readonly fault: boolean }
  /** Perhaps written: look for it before writing again. */
  | { readonly kind: 'unclear'; readonly because: string }
  /** The message is not there any more, or cannot be edited. */
  | { readonly kind: 'missing' }
  /** Slack will never take it: the channel is gone or closed to us. */
  | { readonly kind: 'closed'; readonly because: string };

export type Found =
  | { readonly kind: 'found'; readonly ts: string }
  | { readonly kind: 'absent' }
  | Exclude<Sent, { kind: 'sent' | 'missing' }>;

export interface Delivery {
  /** `mark` is what `find` recognises the message by. */
  readonly post: (post: DesiredPost, place: Place, mark: string) => Promise<Sent>;
  readonly update: (post: DesiredPost, channel: string, ts: string, mark: string) => Promise<Sent>;
  readonly remove: (channel: string, ts: string) => Promise<Sent>;
  /** Puts a text file into the thread. The answer names the file, which is never edited. */
  readonly file: (post: DesiredFile, place: Place) => Promise<Sent>;
  /** Looks for a file of ours of this name. */
  readonly findFile: (name: string, place: Place, notBefore: Date) => Promise<Found>;
  /** Looks for our own message with this mark, in the thread or the channel, not before the given moment. */
  readonly find: (mark: string, place: Place, notBefore: Date) => Promise<Found>;
}

/** Clocks of ours and of Slack may differ by this much. */
const SKEW_SECONDS = 300;

const CLOSED = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'messages_tab_disabled',
  'cannot_dm_bot',
  'user_not_found',
  'ekm_access_denied',
]);
const MISSING = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'cant_delete_message',
]);
/** Slack dislikes the blocks: the words must arrive all the same. */
const CONTENT = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'invalid_arguments',
]);

/** All writing to Slack: paced, one attempt each, with an answer that says what to do next. */
export function createDelivery(deps: {
  readonly client: WebClient;
  readonly rateLimit: RateLimit;
  readonly log: Log;
  readonly slackApiUrl?: string;
}): Delivery {
  const { client, log } = deps;
  const self = onceResolved(() => client.auth.test());

  const send = (post: DesiredPost, place: Place, mark: string) =>
    client.chat.postMessage({
      channel: place.channel,
      ...(place.threadTs === undefined ? {} : { thread_ts: place.threadTs }),
      ...contentOf(post, mark),
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
    });
  const edit = (post: DesiredPost, channel: string, ts: string, mark: string) =>
    client.chat.update({ channel, ts, ...contentOf(post, mark), parse: 'none', link_names: false });

  async function tsOf(call: Promise<{ readonly ts?: string }>): Promise<Sent> {
    const { ts } = await call;
    return ts === undefined
      ? { kind: 'unclear', because: 'Slack answered without a ts' }
      : { kind: 'sent', ts };
  }

  return {
    post: (post, place, mark) =>
      attempt(
        deps,
        'chat.postMessage',
        place.channel,
        () => tsOf(send(post, place, mark)),
        () => {
          log.error({ key: post.key }, 'slack refused the blocks; sent as words');
          return tsOf(send({ ...post, blocks: [] }, place, mark));
        },
      ),
    update: (post, channel, ts, mark) =>
      attempt(
        deps,
        'chat.update',
        channel,
        () => tsOf(edit(post, channel, ts, mark)),
        () => {
          log.error({ key: post.key }, 'slack refused the blocks; sent as words');
          return tsOf(edit({ ...post, blocks: [] }, channel, ts, mark));
        },
      ),
    remove: (channel, ts) =>
      attempt(deps, 'chat.delete', channel, () => tsOf(client.chat.delete({ channel, ts }))),
    file: ({ text, file }, place) =>
      attempt(deps, 'files', place.channel, async () => {
        const bytes = Buffer.from(file.content, 'utf8');
        const what = { title: plainOf(text), name: file.name, type: 'text/plain', bytes } as const;
        return { kind: 'sent', ts: await upload(client, deps.slackApiUrl ?? SLACK_API_URL, what, place) };
      }),
    find: (mark, place, notBefore) => search(place, notBefore, (message, me) => isOurs(message, mark, me)),
    findFile: (name, place, notBefore) =>
      search(place, notBefore, (message, me) => hasOurFile(message, name, me)),
  };

  async function search(
    place: Place,
    notBefore: Date,
    matches: (message: Message, me: Me) => boolean,
  ): Promise<Found> {
    const found = await attempt(deps, 'conversations.history', place.channel, async () => {
      const me = await self();
      const oldest = String(Math.floor(notBefore.getTime() / 1000) - SKEW_SECONDS);
      const ts = await searchMessages(client, place, oldest, (message) => matches(message, me));
      return ts === undefined ? { kind: 'missing' } : { kind: 'sent', ts };
    });
    if (found.kind === 'sent') return { kind: 'found', ts: found.ts };
    return found.kind === 'missing' ? { kind: 'absent' } : found;
  }
}

const contentOf = (post: DesiredPost, mark: string) => ({
  text: post.text,
  blocks: [...post.blocks],
  metadata: { event_type: EVENT_TYPE, event_payload: { key: mark } },
});

async function attempt(
  { rateLimit, log }: { readonly rateLimit: RateLimit; readonly log: Log },
  method: RateLimited,
  channel: string,
  call: () => Promise<Sent>,
  plainly?: () => Promise<Sent>,
): Promise<Sent> {
  const wait = rateLimit.take(method, channel);
  if (wait > 0) return { kind: 'later', afterMs: wait, because: 'spaced', fault: false };
  try {
    return await call();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'refused' && plainly && CONTENT.has(failure.error)) {
      log.error({ method, error: failure.error, detail: failure.detail }, 'slack did not accept a message');
      return attempt({ rateLimit, log }, method, channel, plainly);
    }
    return outcomeOf(failure, (seconds) => rateLimit.hold(method, channel, seconds));
  }
}

function outcomeOf(failure: Failure, hold: (seconds: number) => void): Sent {
  switch (failure.kind) {
    case 'rate-limited':
      hold(failure.seconds);
      return {
        kind: 'later',
        afterMs: Math.max(1, failure.seconds) * 1000,
        because: 'rate limited',
        fault: false,
      };
    case 'unclear':
      return { kind: 'unclear', because: failure.detail };
    case 'refused':
      if (CLOSED.has(failure.error)) return { kind: 'closed', because: failure.error };
      if (MISSING.has(failure.error)) return { kind: 'missing' };
      // A token or scope that somebody has to mend, or something new: the result stays and is tried again.
      return { kind: 'later', afterMs: 60_000, because: failure.error, fault: true };
    default:
      return failure satisfies never;
  }
}

/** Asks once; a failure is not remembered. */
function onceResolved<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}

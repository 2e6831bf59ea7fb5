import { isObject, textOf, type JsonObject } from '../json.ts';
import { newId, type World } from '../world.ts';

export type Kind = 'slash_commands' | 'interactive' | 'events_api';

export interface Envelope {
  readonly kind: Kind;
  readonly payload: JsonObject;
  /** Attempt 1 to 3 of an event that was not acknowledged. */
  readonly retry?: { readonly attempt: number; readonly reason: string };
}

/** What the app made of an envelope. `payload` is what it acknowledged with, empty when nothing. */
export type Answer =
  | { readonly kind: 'acked'; readonly payload: JsonObject }
  | {
      readonly kind: 'no-answer';
      readonly why: 'timeout' | 'not-connected' | 'http-error' | 'refused';
    };

/** One way to the app. Answers within the acknowledgement time, always. */
export interface Transport {
  readonly send: (envelope: Envelope) => Promise<Answer>;
}

/** Brings what people do to the app. */
export interface Delivery {
  /** A command or interaction: once, never repeated. */
  readonly ask: (kind: 'slash_commands' | 'interactive', payload: JsonObject) => Promise<Answer>;
  /** An event: in the background, up to three more times when it is not acknowledged. */
  readonly tell: (event: JsonObject) => void;
  /** The next thing delivered arrives this many times more. */
  readonly duplicateNext: (times: number) => void;
  readonly issueTicket: () => string;
  readonly stop: () => void;
}

export function createDelivery(
  world: World,
  transport: Transport,
  issueTicket: () => string,
  retryDelaysMs: readonly number[],
): Delivery {
  let duplicates = 0;
  let stopped = false;
  const timers = new Set<NodeJS.Timeout>();

  const sendOnce = async (envelope: Envelope): Promise<Answer> => {
    const began = performance.now();
    const answer = await transport.send(envelope);
    world.feed.add({
      type: 'delivery',
      kind: envelope.kind,
      what: nameOf(envelope.payload),
      answer: answer.kind === 'acked' ? 'acked' : answer.why,
      took_ms: Math.round(performance.now() - began),
      retry: envelope.retry?.attempt ?? 0,
    });
    return answer;
  };

  const send = (envelope: Envelope): Promise<Answer> => {
    const copies = duplicates;
    duplicates = 0;
    const first = sendOnce(envelope);
    for (let copy = 0; copy < copies; copy += 1) void sendOnce(envelope);
    return first;
  };

  const tellUntilAcked = async (payload: JsonObject, attempt: number, reason: string): Promise<void> => {
    if (stopped) return;
    const envelope: Envelope = {
      kind: 'events_api',
      payload,
      ...(attempt === 0 ? {} : { retry: { attempt, reason } }),
    };
    const answer = await send(envelope);
    if (answer.kind === 'acked' || answer.why === 'refused') return;
    const delay = retryDelaysMs[attempt];
    if (delay === undefined) return;
    const why =
      answer.why === 'timeout' ? 'timeout' : answer.why === 'http-error' ? 'http_error' : 'connection_failed';
    const timer = setTimeout(() => {
      timers.delete(timer);
      void tellUntilAcked(payload, attempt + 1, why);
    }, delay);
    timers.add(timer);
  };

  return {
    ask: (kind, payload) => send({ kind, payload }),
    tell: (event) => {
      void tellUntilAcked(eventPayload(world, event), 0, '');
    },
    duplicateNext: (times) => {
      duplicates = times;
    },
    issueTicket,
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

const eventPayload = (world: World, event: JsonObject): JsonObject => ({
  token: 'verification',
  team_id: world.team.id,
  api_app_id: world.bot.appId,
  type: 'event_callback',
  event_id: newId('Ev'),
  event_time: Math.floor(world.now() / 1000),
  authorizations: [
    {
      enterprise_id: null,
      team_id: world.team.id,
      user_id: world.bot.userId,
      is_bot: true,
      is_enterprise_install: false,
    },
  ],
  is_ext_shared_channel: false,
  event_context: newId('4-'),
  event,
});

function nameOf(payload: JsonObject): string {
  if (typeof payload['command'] === 'string') return payload['command'];
  if (isObject(payload['event'])) return textOf(payload['event']['type']);
  return textOf(payload['type']);
}

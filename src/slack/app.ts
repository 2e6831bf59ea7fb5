import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import { z } from 'zod';
import { langOf, say, type Lang } from '../kit/index.ts';
import { ACK_BUDGET_MS, acknowledgement } from './listeners/acknowledge.ts';
import type { Log } from './log.ts';
import { soon } from './soon.ts';
import { stalePress, unknownCommand } from './view/answer.ts';

export interface FettleAppOptions extends AppOptions {
  readonly log: Log;
  readonly lang: Lang;
  /** Milliseconds after which an unacknowledged delivery is reported; Slack gives up at 3000. */
  readonly ackWarnMs?: number;
}

/** Deliveries remembered as seen; the desk's key is what holds across processes and restarts. */
const REMEMBERED = 5000;

const Envelope = z.looseObject({
  type: z.string().optional(),
  command: z.string().optional(),
  text: z.string().optional(),
  event_id: z.string().optional(),
  trigger_id: z.string().optional(),
});
type Envelope = z.infer<typeof Envelope>;

/** Bolt with four guarantees: nothing comes twice at the same moment, everything is answered, nothing thrown escapes, and stopping waits. */
export class FettleApp extends App {
  readonly #log: Log;
  readonly #lang: Lang;
  readonly #ackWarnMs: number;
  readonly #seen = new Map<string, Promise<void>>();
  readonly #inFlight = new Set<Promise<void>>();

  constructor({ log, lang, ackWarnMs = 2500, ...options }: FettleAppOptions) {
    super(options);
    this.#log = log;
    this.#lang = lang;
    this.#ackWarnMs = ackWarnMs;
  }

  /** Deliveries being worked on. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    const work = this.#process(event);
    this.#inFlight.add(work);
    await work.finally(() => this.#inFlight.delete(work));
  }

  /** Resolves when nothing is in flight, or after the limit; the answer is how many were left. */
  async drain(limitMs: number): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    const idle = async (): Promise<void> => {
      while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
    };
    await Promise.race([idle(), limit]);
    clearTimeout(timer);
    return this.#inFlight.size;
  }

  /** Never rejects: a rejection here would end the process through Bolt's receivers. */
  async #process(event: ReceiverEvent): Promise<void> {
    const envelope = Envelope.safeParse(event.body);
    const body = envelope.success ? envelope.data : {};
    const key = body.event_id ?? body.trigger_id;
    if (key === undefined) return this.#take(event, body, key);
    const first = this.#seen.get(key);
    // Earlier events may not be recorded yet: each is acknowledged once it is.
    if (first) return this.#acknowledgeAfter(first, event, body);
    const taken = this.#take(event, body, key);
    this.#remember(key, taken);
    await taken;
  }

  async #acknowledgeAfter(first: Promise<void>, event: ReceiverEvent, body: Envelope): Promise<void> {
    await soon(first, ACK_BUDGET_MS, undefined);
    await event
      .ack()
      .catch((err: unknown) => this.#log.warn({ kind: kindOf(body), err }, 'slack took no acknowledgement'));
  }

  async #take(event: ReceiverEvent, body: Envelope, key: string | undefined): Promise<void> {
    const kind = kindOf(body);
    // Bolt acknowledges an event before anybody has heard it. Here that waits until it is recorded, so that Slack brings it again.
    const held = body.event_id === undefined ? undefined : acknowledgement(() => event.ack(), this.#log);
    let acked = false;
    const ack: ReceiverEvent['ack'] = async (response) => {
      acked = true;
      if (!held) await event.ack(response);
    };
    const late = setTimeout(() => {
      if (!acked)
        this.#log.error({ kind, afterMs: this.#ackWarnMs }, 'slack delivery not acknowledged in time');
    }, this.#ackWarnMs);
    try {
      await super.processEvent({ ...event, ack });
      if (!acked) {
        this.#log.warn({ kind }, 'slack delivery matched nothing');
        await ack(this.#unmatched(body));
      }
    } catch (error) {
      if (key !== undefined) this.#seen.delete(key);
      this.#log.error({ kind, err: error }, 'slack delivery failed');
      if (!acked)
        await ack().catch((err: unknown) => this.#log.warn({ kind, err }, 'slack took no acknowledgement'));
    } finally {
      clearTimeout(late);
      await held?.give();
    }
  }

  #remember(key: string, taken: Promise<void>): void {
    this.#seen.set(key, taken);
    if (this.#seen.size > REMEMBERED)
      for (const oldest of [...this.#seen.keys()].slice(0, REMEMBERED / 10)) this.#seen.delete(oldest);
  }

  #unmatched({ command, text, type }: Envelope): { response_type: 'ephemeral'; text: string } | undefined {
    const lang = langOf(text ?? '', this.#lang);
    if (command !== undefined)
      return { response_type: 'ephemeral', text: say(unknownCommand(command), lang) };
    return type === 'block_actions' ? { response_type: 'ephemeral', text: say(stalePress, lang) } : undefined;
  }
}

const kindOf = ({ command, type }: Envelope): string => command ?? type ?? 'unknown';

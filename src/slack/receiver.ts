import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from 'node:http';
import { HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { Dispatcher } from 'undici';
import { clientOptions } from './client.ts';
import { notConnected, portTaken, SlackStartFailed } from './failed.ts';
import { boundHandshake, cuttable } from './handshake.ts';
import { boltLogger, type Log } from './log.ts';
import { guardBodies, MOST_BYTES } from './signed-body.ts';

/** Socket Mode needs no public address; HTTP needs one, and Slack's signing secret. */
export type Transport =
  | {
      readonly kind: 'socket';
      readonly appToken: string;
      /** For a proxy: the environment's proxy settings do not reach WebSockets. */
      readonly dispatcher?: Dispatcher;
      /** Milliseconds without a pong before the connection counts as lost; also the gap when Slack renews it. */
      readonly pingTimeoutMs?: number;
    }
  | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number; readonly host?: string };

/** A way in for Slack's deliveries, with a life. */
export interface Entrance {
  readonly receiver: SocketModeReceiver | HTTPReceiver;
  readonly start: () => Promise<void>;
  /** Stops taking deliveries; call it when nothing is in flight. */
  readonly stop: () => Promise<void>;
  readonly isConnected: () => boolean;
  /** Where HTTP listens; undefined for Socket Mode and before the start. */
  readonly port: () => number | undefined;
}

interface Common {
  readonly log: Log;
  readonly slackApiUrl?: string;
  readonly startTimeoutMs: number;
}

const RECONNECT_MS = [1000, 2000, 5000, 10_000, 30_000] as const;
const CLOSE_MS = 2000;
/** Milliseconds for one answer to where the next connection is to be made. */
const OPEN_MS = 4000;

export const createEntrance = (transport: Transport, common: Common): Entrance =>
  transport.kind === 'socket' ? socketEntrance(transport, common) : httpEntrance(transport, common);

type Kind<K extends Transport['kind']> = Extract<Transport, { kind: K }>;

function socketEntrance(
  { appToken, dispatcher, pingTimeoutMs = 2500 }: Kind<'socket'>,
  common: Common,
): Entrance {
  const { log, startTimeoutMs } = common;
  // A proxy's connections are its own to end.
  const own = dispatcher === undefined ? cuttable() : undefined;
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    clientPingTimeout: pingTimeoutMs,
    dispatcher: dispatcher ?? own?.dispatcher,
    installerOptions: {
      clientOptions: { ...clientOptions({ ...common, timeoutMs: OPEN_MS }), fetch: failingOnRefusal },
    },
    processEventErrorHandler: async () => false,
  });
  const { client } = receiver;
  let stopped = false;
  let connected = false;
  client.on('connected', () => {
    connected = true;
    log.info({}, 'slack connected');
  });
  client.on('close', () => {
    if (connected && !stopped) log.warn({}, 'slack connection closed');
    connected = false;
  });

  // Called by the library for every reconnect, without anybody to catch what it throws.
  const connect = client.start.bind(client);
  client.start = async () => {
    for (let failures = 0; ; failures += 1) {
      try {
        return await connect();
      } catch (error) {
        if (stopped) return { ok: false };
        log.error({ err: error, failures }, 'slack connection not re-established yet');
        await sleep(RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)], undefined, { ref: false });
        if (stopped) return { ok: false };
      }
    }
  };
  refuseMalformed(client, log);
  const handshake = boundHandshake(client, () => own?.cut(), log);

  return {
    receiver,
    async start() {
      const ready = new Promise<void>((resolve) => {
        client.once('connected', () => resolve());
      });
      void client.start();
      const limit = new AbortController();
      const late = sleep(startTimeoutMs, 'late', { signal: limit.signal }).catch(() => 'late');
      const first = await Promise.race([ready, late]);
      limit.abort();
      if (first !== 'late') return;
      await this.stop();
      throw new SlackStartFailed(notConnected(Math.ceil(startTimeoutMs / 1000)));
    },
    async stop() {
      stopped = true;
      handshake.stop();
      // Resolves when Slack has closed its side too; a peer that does not is left behind.
      await Promise.race([client.disconnect(), sleep(CLOSE_MS, undefined, { ref: false })]);
      connected = false;
    },
    isConnected: () => connected,
    port: () => undefined,
  };
}

/** The library retries some refusals on a path that can hang or end the process; as a failed request they reach our own loop. */
const failingOnRefusal: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const text = await response.text();
  if (response.status !== 200 || !/"ok"\s*:\s*true/.test(text))
    throw new Error(`apps.connections.open answered ${response.status} ${text.slice(0, 200)}`);
  return new Response(text, { status: 200, headers: response.headers });
};

/** An event envelope without an event would throw inside the library where nobody catches it. */
function refuseMalformed(client: SocketModeReceiver['client'], log: Log): void {
  const listeners = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    if (!isBinary && !isWellFormed(data)) {
      log.warn({}, 'slack sent an envelope that is not understood; ignored');
      return;
    }
    for (const listener of listeners) {
      const done: unknown = Reflect.apply(listener, client, [data, isBinary]);
      if (done instanceof Promise)
        done.catch((error: unknown) => log.error({ err: error }, 'slack envelope could not be read'));
    }
  });
}

function isWellFormed(data: unknown): boolean {
  try {
    const envelope: unknown = JSON.parse(typeof data === 'string' ? data : String(data));
    if (!isObject(envelope)) return false;
    if (envelope['type'] === 'hello' || envelope['type'] === 'disconnect') return true;
    const { payload } = envelope;
    if (typeof envelope['envelope_id'] !== 'string' || !isObject(payload)) return false;
    return (
      envelope['type'] !== 'events_api' ||
      (isObject(payload['event']) && typeof payload['event']['type'] === 'string')
    );
  } catch {
    return false;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function httpEntrance({ signingSecret, port, host }: Kind<'http'>, { log }: Common): Entrance {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: ['/slack/events'],
    logger: boltLogger(log),
    bodyLimit: MOST_BYTES,
    processEventErrorHandler: async () => false,
  });
  guardBodies(receiver, log);
  let server: Server | undefined;
  return {
    receiver,
    async start() {
      try {
        server = await receiver.start({ port, ...(host === undefined ? {} : { host }) });
      } catch (error) {
        throw new SlackStartFailed(
          portTaken(port, error instanceof Error ? error.message : String(error)),
          error,
        );
      }
    },
    async stop() {
      const closing = server;
      if (!closing) return;
      server = undefined;
      const closed = new Promise<void>((resolve) => {
        closing.close(() => resolve());
      });
      closing.closeIdleConnections();
      const hard = setTimeout(() => closing.closeAllConnections(), CLOSE_MS);
      await closed;
      clearTimeout(hard);
    },
    isConnected: () => server?.listening ?? false,
    port: () => {
      const address = server?.address();
      return typeof address === 'object' && address ? address.port : undefined;
    },
  };
}

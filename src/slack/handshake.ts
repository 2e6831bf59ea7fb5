import type { SocketModeReceiver } from '@slack/bolt';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { Log } from './log.ts';

type Client = SocketModeReceiver['client'];

/** Milliseconds from opening a connection to Slack's hello; then the next is tried. */
const HANDSHAKE_MS = 4000;

/** Connections that can be cut from here: one that hangs in its handshake cannot be closed by asking the other side. */
export function cuttable(): { readonly dispatcher: Dispatcher; readonly cut: () => void } {
  // A socket of its own for each connection, as the library has it.
  const connect = buildConnector({ allowH2: false, timeout: HANDSHAKE_MS });
  const open = new Set<{ readonly destroy: () => void }>();
  const dispatcher = new Agent({
    headersTimeout: HANDSHAKE_MS,
    connect: (options, callback) => {
      connect(options, (...result) => {
        const [, socket] = result;
        if (socket) {
          open.add(socket);
          socket.once('close', () => open.delete(socket));
        }
        callback(...result);
      });
    },
  });
  return {
    dispatcher,
    cut: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Gives up a connection that does not come up in time, or fails on its way; the library then makes the next. */
export function boundHandshake(client: Client, cut: () => void, log: Log): { readonly stop: () => void } {
  let isUp = false;
  let timer: NodeJS.Timeout | undefined;
  const giveUp = (because: string): void => {
    clearTimeout(timer);
    if (isUp) return;
    log.warn({ because }, 'slack connection did not come up; trying again');
    cut();
    abandon(client);
  };
  client.on('connecting', () => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp(`no hello within ${HANDSHAKE_MS} ms`), HANDSHAKE_MS);
  });
  client.on('connected', () => {
    isUp = true;
    clearTimeout(timer);
  });
  client.on('close', () => {
    isUp = false;
    clearTimeout(timer);
    // A peer that is silent keeps its end open.
    cut();
  });
  // The library answers an error on the way up by waiting half a minute for a goodbye that cannot come.
  client.on('error', (error: Error) => {
    if (!isUp) setImmediate(() => giveUp(error.message));
  });
  return { stop: () => clearTimeout(timer) };
}

/** Ends the library's view of the connection at once. Its own way there is private and waits for the peer. */
function abandon(client: Client): void {
  const socket: unknown = Reflect.get(client, 'websocket');
  if (typeof socket !== 'object' || socket === null) return;
  const cleanup: unknown = Reflect.get(socket, 'cleanup');
  // Nothing of it is left, and it was cleaned up already.
  if (Reflect.get(socket, 'websocket') === null || typeof cleanup !== 'function') return;
  Reflect.apply(cleanup, socket, []);
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { isObject, objectOf, parseJson, textOf } from '../json.ts';
import type { World } from '../world.ts';
import type { Answer, Envelope, Transport } from './delivery.ts';

/** Socket Mode: apps connect with a ticket, envelopes go out, acknowledgements come back. */
export interface Sockets extends Transport {
  /** A ticket for one connection. */
  readonly issueTicket: () => string;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** `refresh` asks the app to reconnect, `drop` cuts the connections. */
  readonly disconnect: (how: 'refresh' | 'drop') => void;
  /** Nothing moves on any connection: no ping is answered, no handshake ends. What hung in one hangs on. */
  readonly silence: (silent: boolean) => void;
  readonly open: () => number;
  readonly stop: () => void;
}

export function createSockets(world: World, ackMs: number): Sockets {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const sockets: WebSocket[] = [];
  const tickets = new Set<string>();
  const waiting = new Map<string, (answer: Answer) => void>();
  let turn = 0;
  let isSilent = false;
  const hanging: Duplex[] = [];

  const accept = (socket: WebSocket): void => {
    sockets.push(socket);
    // Everything under way listens for the end.
    socket.setMaxListeners(0);
    socket.on('close', () => {
      sockets.splice(sockets.indexOf(socket), 1);
      world.feed.add({ type: 'socket', open: sockets.length });
    });
    // A broken connection is closed by `ws` right after; there is nothing else to do about it.
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data: Buffer) => {
      if (!isSilent) socket.pong(data);
    });
    socket.on('message', (data: Buffer) => {
      if (isSilent) return;
      const message = objectOf(parseJson(data.toString('utf8')));
      const payload = isObject(message['payload']) ? message['payload'] : {};
      waiting.get(textOf(message['envelope_id']))?.({ kind: 'acked', payload });
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: sockets.length,
        connection_info: { app_id: world.bot.appId },
        debug_info: { host: 'workspace', approximate_connection_time: 18_060 },
      }),
    );
    world.feed.add({ type: 'socket', open: sockets.length });
  };

  const send = (envelope: Envelope): Promise<Answer> => {
    turn += 1;
    const socket = sockets[turn % Math.max(1, sockets.length)];
    if (socket === undefined) return Promise.resolve({ kind: 'no-answer', why: 'not-connected' });
    const envelopeId = randomUUID();
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish({ kind: 'no-answer', why: 'timeout' }), ackMs);
      const gone = (): void => finish({ kind: 'no-answer', why: 'timeout' });
      const finish = (answer: Answer): void => {
        clearTimeout(timer);
        socket.off('close', gone);
        waiting.delete(envelopeId);
        resolve(answer);
      };
      socket.once('close', gone);
      waiting.set(envelopeId, finish);
      if (isSilent) return;
      socket.send(
        JSON.stringify({
          envelope_id: envelopeId,
          type: envelope.kind,
          payload: envelope.payload,
          accepts_response_payload: envelope.kind !== 'events_api',
          ...(envelope.kind === 'events_api'
            ? { retry_attempt: envelope.retry?.attempt ?? 0, retry_reason: envelope.retry?.reason ?? '' }
            : {}),
        }),
      );
    });
  };

  return {
    send,
    issueTicket: () => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return ticket;
    },
    silence: (silent) => {
      isSilent = silent;
    },
    upgrade: (request, socket, head) => {
      if (isSilent) {
        hanging.push(socket);
        socket.on('error', () => socket.destroy());
        return;
      }
      const ticket = new URL(request.url ?? '/', 'http://workspace').searchParams.get('ticket') ?? '';
      if (!tickets.delete(ticket)) {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    disconnect: (how) => {
      for (const socket of sockets) {
        if (how === 'drop') socket.terminate();
        else
          socket.send(
            JSON.stringify({
              type: 'disconnect',
              reason: 'refresh_requested',
              debug_info: { host: 'workspace' },
            }),
          );
      }
    },
    open: () => sockets.length,
    stop: () => {
      for (const socket of sockets) socket.terminate();
      for (const socket of hanging) socket.destroy();
      server.close();
    },
  };
}

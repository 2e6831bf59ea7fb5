import { chmod, mkdir, rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';

/** What the processes on the hosts connect to: the one socket through which they reach the supervisor. */
export interface Relay {
  /** Resolves with the control connection of a program's process once it has started. */
  readonly program: (host: string, program: string) => Promise<net.Socket>;
  /** Resolves with a connection that a host makes because it was asked to dial. */
  readonly dialled: (id: string, timeoutMs: number) => Promise<net.Socket>;
  readonly stop: () => Promise<void>;
}

/** Longest path of a Unix socket that the kernel takes. */
const LONGEST_SOCKET_PATH = 107;

/** Listens in `<folder>/relay`. Connections that clients made to a program's port go to `accepted`. */
export async function startRelay(
  folder: string,
  accepted: (socket: net.Socket, host: string, port: number) => void,
): Promise<Relay> {
  const waiting = new Map<string, (socket: net.Socket) => void>();
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    readHeader(socket, ([kind = '', host = '', name = '', port = '']) => {
      if (kind === 'conn') return accepted(socket, host, Number(port));
      const key = kind === 'program' ? programKey(host, name) : `dial ${name}`;
      const take = waiting.get(key);
      waiting.delete(key);
      if (take) take(socket);
      else socket.destroy();
    });
  });
  const wait = (key: string, timeoutMs: number): Promise<net.Socket> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(key);
        reject(new Error(`no connection within ${timeoutMs} ms: ${key}`));
      }, timeoutMs);
      waiting.set(key, (socket) => {
        clearTimeout(late);
        resolve(socket);
      });
    });
  await listen(server, path.join(folder, 'relay'));
  return {
    program: (host, program) => wait(programKey(host, program), 20_000),
    dialled: (id, timeoutMs) => wait(`dial ${id}`, timeoutMs),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const programKey = (host: string, program: string): string => `program ${host} ${program}`;

async function listen(server: net.Server, folder: string): Promise<void> {
  const file = path.join(folder, 'sock');
  if (Buffer.byteLength(file) > LONGEST_SOCKET_PATH) {
    throw new Error(`the path ${file} is too long for a socket; choose a folder nearer to /`);
  }
  await mkdir(folder, { recursive: true });
  await rm(file, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, resolve);
  });
  await chmod(file, 0o600);
}

/** The first line says what the connection is; what follows stays in the socket. */
function readHeader(socket: net.Socket, then: (words: readonly string[]) => void): void {
  let read = Buffer.alloc(0);
  const more = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf('\n');
    if (end < 0) return;
    socket.off('readable', more);
    if (end + 1 < read.length) socket.unshift(read.subarray(end + 1));
    then(read.subarray(0, end).toString().split('\t'));
  };
  socket.on('readable', more);
}

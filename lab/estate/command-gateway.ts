import { chmodSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Ran } from './service.ts';

/** Where the commands of one host that are answered from outside ask: a socket in the host's own file system. */
export interface CommandGateway {
  readonly close: () => Promise<void>;
}

const SOCKET = '.host/commands';
const MOST_BYTES = 64 * 1024;

/** The script that stands at a command's path and passes everything on. */
export const commandStub = (file: string): string =>
  `#!/bin/sh\nexec /usr/bin/perl /.host/ask.pl '${file}' "$@"\n`;

/** Opens the gateway in the folder through which the host's `/` is reached. */
export async function openCommandGateway(
  root: string,
  run: (file: string, args: readonly string[]) => Promise<Ran>,
): Promise<CommandGateway> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let asked = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      asked += chunk;
      if (asked.length > MOST_BYTES) socket.destroy();
    });
    socket.on('end', () => {
      const [file = '', ...args] = asked.split('\0').slice(0, -1);
      run(file, args)
        .catch(
          (error: unknown): Ran => ({
            err: `${error instanceof Error ? error.message : String(error)}\n`,
            code: 1,
          }),
        )
        .then(({ out = '', err = '', code = 0 }) =>
          socket.end(`${code} ${Buffer.byteLength(out)}\n${out}${err}`),
        )
        .catch(() => socket.destroy());
    });
  });
  const file = path.join(root, SOCKET);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, resolve);
  });
  chmodSync(file, 0o666);
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

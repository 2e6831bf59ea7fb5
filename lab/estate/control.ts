import { rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { CannotBreak } from './active-faults.ts';
import type { ActiveFault } from './faults/index.ts';
import type { Signal } from './orders/flow.ts';

/** What can be asked of a running estate. */
export interface Controls {
  readonly break: (fault: string, on?: string) => Promise<readonly ActiveFault[]>;
  readonly mend: (fault: string, on?: string) => Promise<readonly ActiveFault[]>;
  readonly restart: (host: string) => Promise<void>;
  readonly state: () => EstateState;
  readonly signals: () => readonly Signal[];
}

export interface EstateState {
  readonly hosts: readonly {
    readonly name: string;
    readonly app: string;
    readonly address: string;
    readonly processRuns: boolean;
    readonly faults: readonly string[];
  }[];
  /** Faults of release orders. */
  readonly orders: readonly ActiveFault[];
  readonly signals: number;
}

export const controlSocket = (folder: string): string => path.join(folder, 'control.sock');

/** Serves the controls on a socket in the estate's folder, for the command line. */
export async function startControl(
  folder: string,
  controls: Controls,
): Promise<{ readonly stop: () => Promise<void> }> {
  const file = controlSocket(folder);
  await rm(file, { force: true });
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://control');
    answer(controls, url)
      .then((body) => ({ status: 200, body }))
      .catch((error: unknown) => ({
        status: error instanceof CannotBreak ? 400 : 500,
        body: { says: error instanceof Error ? error.message : String(error) },
      }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
        response.end(JSON.stringify(body));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, resolve);
  });
  return {
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(controls: Controls, url: URL): Promise<unknown> {
  const fault = url.searchParams.get('fault') ?? '';
  const on = url.searchParams.get('on') ?? undefined;
  switch (url.pathname) {
    case '/break':
      return controls.break(fault, on);
    case '/mend':
      return controls.mend(fault, on);
    case '/restart':
      await controls.restart(on ?? '');
      return controls.state();
    case '/state':
      return controls.state();
    case '/signals':
      return controls.signals();
    default:
      throw new CannotBreak(`nothing answers ${url.pathname}`);
  }
}

/** Asks the estate that runs in a folder. Throws with its answer when it refuses, or when none runs there. */
export function askEstate(
  folder: string,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        socketPath: controlSocket(folder),
        path: `${path}?${new URLSearchParams(query).toString()}`,
        method: 'POST',
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          const answered: unknown = JSON.parse(body);
          if (response.statusCode === 200) resolve(answered);
          else reject(new CannotBreak((answered as { readonly says: string }).says));
        });
      },
    );
    request.on('error', () => reject(new CannotBreak(`no practice estate runs in ${folder}`)));
    request.end();
  });
}

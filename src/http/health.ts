import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One thing that must work before this process is ready; `problem` is a sentence, undefined when it works. */
export interface Readiness {
  readonly name: string;
  readonly problem: () => Promise<string | undefined> | string | undefined;
}

/** `/healthz`: the process lives. `/readyz`: 200 when everything it needs answers, else 503 and what does not. */
export async function serveHealth(options: {
  readonly host: string;
  readonly port: number;
  readonly checks: readonly Readiness[];
  /** Remarks that do not make this process unready: named in the body, with status 200. */
  readonly notes?: readonly Readiness[];
}): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '', options.checks, options.notes ?? []).then(({ status, body }) => {
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      });
      response.end(`${JSON.stringify(body)}\n`);
    });
  });
  await listening(server, options.port, options.host);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  url: string,
  checks: readonly Readiness[],
  notes: readonly Readiness[],
): Promise<{ readonly status: number; readonly body: object }> {
  const [route = ''] = url.split('?');
  switch (route) {
    case '/healthz':
      return { status: 200, body: { ok: true } };
    case '/readyz': {
      const [problems, noted] = await Promise.all([saidBy(checks), saidBy(notes)]);
      const ready = Object.keys(problems).length === 0;
      return {
        status: ready ? 200 : 503,
        body: {
          ready,
          ...(ready ? {} : { problems }),
          ...(Object.keys(noted).length === 0 ? {} : { notes: noted }),
        },
      };
    }
    default:
      return { status: 404, body: { ok: false, says: 'there is /healthz and /readyz' } };
  }
}

/** The sentences of those that have one, by name. */
async function saidBy(checks: readonly Readiness[]): Promise<Readonly<Record<string, string>>> {
  const seen = await Promise.all(
    checks.map(async ({ name, problem }) => ({
      name,
      problem: await Promise.resolve(problem()).catch((error: unknown) => String(error)),
    })),
  );
  return Object.fromEntries(
    seen.flatMap(({ name, problem }) => (problem === undefined ? [] : [[name, problem]])),
  );
}

const listening = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });

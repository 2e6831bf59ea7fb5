import http from 'node:http';
import type net from 'node:net';
import type { Console, PracticeApp } from './apps/app.ts';
import type { Hosts } from './hosts.ts';
import { page } from './service.ts';

export interface Consoles {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

interface Entry {
  readonly app: string;
  readonly console: Console;
}

/**
 * The web entrance of the estate on loopback, in place of the load balancers: a console is found by the first part of the
 * host name that was asked for, or by the first folder of the path, and the request passed on to one of its hosts.
 */
export async function startConsoles(
  hosts: Hosts,
  apps: readonly PracticeApp[],
  port: number,
): Promise<Consoles> {
  const entries = apps.flatMap(({ id, consoles = [] }) =>
    consoles.map((each) => ({ app: id, console: each })),
  );
  const server = http.createServer((request, response) => {
    const found = entryFor(entries, request.headers.host ?? '', request.url ?? '/');
    if (!found) return send(response, page(404, '404', '<p>no console has this address</p>'));
    passOn(hosts, found, request, response)
      .then((isAnswered) => isAnswered || send(response, NOBODY))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const NOBODY = page(502, '502 Bad Gateway', '<p>no console host answers</p>');

function send(response: http.ServerResponse, { status, type, body }: ReturnType<typeof page>): true {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
  return true;
}

interface Found extends Entry {
  /** What is asked of the host: without the folder that names the console. */
  readonly path: string;
}

/** Of several apps behind one name, the one whose folder fits best. */
function entryFor(entries: readonly Entry[], host: string, url: string): Found | undefined {
  const named = host.split('.')[0] ?? '';
  const [, folder = '', rest = ''] = /^\/([^/?]*)(.*)$/.exec(url) ?? [];
  const byName = entries.filter(({ console: each }) => each.name === named);
  const path = byName.length > 0 ? url : rest.startsWith('/') ? rest : `/${rest}`;
  const below = ({ console: each }: Entry): string => each.below ?? '';
  const fits = (byName.length > 0 ? byName : entries.filter(({ console: each }) => each.name === folder))
    .filter((each) => path === below(each) || path.startsWith(`${below(each)}/`) || below(each) === '')
    .toSorted((one, other) => below(other).length - below(one).length);
  return fits[0] && { ...fits[0], path };
}

/** Asks one host after the other, as a load balancer does. False when none answers. */
async function passOn(
  hosts: Hosts,
  { app, console: { port }, path }: Found,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<boolean> {
  const body = await bodyOf(request);
  for (const host of hosts.hostsOf(app)) {
    if (!host.serves(port)) continue;
    const answer = await ask(() => hosts.dial(host, port), request, path, body).catch(() => undefined);
    if (!answer) continue;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
    return true;
  }
  return false;
}

interface Passed {
  readonly status: number;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: string;
}

async function ask(
  dial: () => Promise<net.Socket>,
  { method = 'GET', headers }: http.IncomingMessage,
  path: string,
  body: string,
): Promise<Passed> {
  const socket = await dial();
  const { 'content-type': type = 'text/plain' } = headers;
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        method,
        path,
        createConnection: () => socket,
        timeout: 5000,
        headers: {
          host: 'localhost',
          ...(body === '' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const answered = { 'content-type': response.headers['content-type'] ?? 'text/html; charset=utf-8' };
        bodyOf(response)
          .then((read) => resolve({ status: response.statusCode ?? 502, headers: answered, body: read }))
          .catch(reject);
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.end(body);
  });
}

async function bodyOf(message: http.IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of message.setEncoding('utf8')) body += String(chunk);
  return body;
}

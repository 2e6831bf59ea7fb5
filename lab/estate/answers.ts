import http from 'node:http';
import type net from 'node:net';
import type { PracticeApp, Service } from './apps/app.ts';
import type { Conditions } from './conditions.ts';
import type { SignalRequest } from './orders/flow.ts';

/** What an answer depends on. */
export interface Served {
  readonly host: string;
  readonly app: PracticeApp;
  readonly conditions: Conditions;
  /** Hands a signal to the flow engine. */
  readonly signal: (request: SignalRequest) => Promise<{ readonly accepted: boolean; readonly says: string }>;
}

/** Answers one accepted connection the way the service on that port does. */
export function serve(service: Service, socket: net.Socket, served: () => Served): void {
  if (service === 'open') return void socket.resume();
  if (service === 'service-list') return serviceList(socket, served);
  const server = http.createServer((request, response) => {
    void respond(service, request, served()).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type, connection: 'close' });
      response.end(body);
    });
  });
  server.emit('connection', socket);
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function respond(
  service: Exclude<Service, 'open' | 'service-list'>,
  request: http.IncomingMessage,
  served: Served,
): Promise<Answer> {
  const path = request.url?.split('?')[0] ?? '/';
  switch (service) {
    case 'check-service':
      return path === '/checkService' ? text(200, health(served)) : text(404, 'not found\n');
    case 'registry-health':
      return path === '/health/check'
        ? json(200, {
            success: true,
            message:
              'SessionServerBoot registerServer:true, serverForSession:true, httpServer:true, metaClient:true',
          })
        : text(404, 'not found\n');
    case 'web-page':
      return page(served);
    case 'private-api':
      return signal(path, request, served);
    default:
      return service satisfies never;
  }
}

const text = (status: number, body: string): Answer => ({ status, type: 'text/plain; charset=utf-8', body });
const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

function health({ app, conditions }: Served): string {
  const { failedComponent } = conditions;
  const lines = app.components.map((name) => `${name} passed:${name !== failedComponent}`);
  return `passed:${failedComponent === null}\n${lines.join('\n')}\n`;
}

function page({ app, conditions }: Served): Answer {
  const body = (words: string): string =>
    `<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>${app.title.zh}</title></head><body><h1>${app.title.zh}</h1><p>${words}</p></body></html>\n`;
  return conditions.page === 'opens'
    ? { status: 200, type: 'text/html; charset=utf-8', body: body(app.title.en) }
    : { status: 500, type: 'text/html; charset=utf-8', body: body('Internal Server Error') };
}

/** `service` lists the services of the container with their state, as the telnet console of the apps does. */
function serviceList(socket: net.Socket, served: () => Served): void {
  let typed = '';
  socket.write('sofa> ');
  socket.on('data', (bytes) => {
    typed += bytes.toString();
    const lines = typed.split(/\r?\n/);
    typed = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === 'quit') return void socket.end();
      if (line.trim() === 'service') socket.write(services(served()));
      socket.write('sofa> ');
    }
  });
}

function services({ app, conditions }: Served): string {
  const rows = app.components.map((name) => {
    const state = name === conditions.failedComponent ? '未激活' : '已激活';
    return `  com.practice.${app.id}.${name}.facade  ${state}`;
  });
  const kinds = ['JVM', 'TR'].map((kind) => `${kind} 服务列表:\n${rows.join('\n')}\n`);
  return `${kinds.join('')}`;
}

const SIGNAL_PATH = '/privateapi/orch/signal';
const MOST_BYTES = 4096;

async function signal(
  path: string,
  request: http.IncomingMessage,
  { signal: send }: Served,
): Promise<Answer> {
  if (path !== SIGNAL_PATH) return json(404, { success: false, message: 'not found' });
  if (request.method !== 'POST') return json(405, { success: false, message: 'POST only' });
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return json(415, { success: false, message: 'Content-Type must be application/json' });
  }
  const asked = readSignal(await read(request));
  if (!asked)
    return json(400, { success: false, message: 'executionId, namespace, nodeId and condition are needed' });
  const { accepted, says } = await send(asked);
  return json(accepted ? 200 : 409, { success: accepted, message: says });
}

async function read(request: http.IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MOST_BYTES) return '';
  }
  return body;
}

/** The four documented fields; ids are strings of digits. */
function readSignal(body: string): SignalRequest | undefined {
  let asked: unknown;
  try {
    asked = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof asked !== 'object' || asked === null) return undefined;
  const { executionId, namespace, nodeId, condition } = asked as Readonly<Record<string, unknown>>;
  if (typeof executionId !== 'string' || typeof namespace !== 'string') return undefined;
  if (typeof nodeId !== 'string' || !/^\d+$/.test(nodeId) || typeof condition !== 'number') return undefined;
  return { executionId, namespace, nodeId, condition };
}

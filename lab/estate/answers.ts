import http from 'node:http';
import type net from 'node:net';
import {
  type Answer,
  type Asked,
  escapeHtml,
  type HttpService,
  json,
  NOT_FOUND,
  page,
  type Served,
  type Service,
  text,
} from './service.ts';

/** Answers one accepted connection the way the service on that port does. */
export function serve(service: Service, socket: net.Socket, served: () => Served): void {
  if (service === 'open') return void socket.resume();
  if (service === 'service-list') return serviceList(socket, served);
  const answer = typeof service === 'string' ? BUILT_IN[service] : service;
  const server = http.createServer((request, response) => {
    read(request)
      .then((asked) => answer(asked, served()))
      .catch((error: unknown) => text(500, `${error instanceof Error ? error.message : String(error)}\n`))
      .then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, connection: 'close' });
        response.end(body);
      })
      .catch(() => response.destroy());
  });
  server.emit('connection', socket);
}

const BUILT_IN: Readonly<Record<Exclude<Service, 'open' | 'service-list' | HttpService>, HttpService>> = {
  'check-service': ({ path }, served) => (path === '/checkService' ? text(200, health(served)) : NOT_FOUND),
  readiness: ({ path }, served) => (path === '/health/readiness' ? readiness(served) : NOT_FOUND),
  'web-page': (_, served) => webPage(served),
};

const MOST_BYTES = 4096;

async function read(request: http.IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'http://host');
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += String(chunk);
    if (body.length > MOST_BYTES) break;
  }
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    contentType: request.headers['content-type'] ?? '',
    body: body.length > MOST_BYTES ? '' : body,
  };
}

function health({ host }: Served): string {
  const { failedComponent } = host.conditions;
  const lines = componentsOf(host).map((name) => `${name} passed:${name !== failedComponent}`);
  return `passed:${failedComponent === null}\n${lines.join('\n')}\n`;
}

/** Spring Boot's readiness: one word for the whole, and for each part. */
function readiness({ host }: Served): Answer {
  const { failedComponent } = host.conditions;
  const state = (isUp: boolean) => ({ status: isUp ? 'UP' : 'DOWN' });
  const parts = componentsOf(host).map((name) => [name, state(name !== failedComponent)] as const);
  return json(failedComponent === null ? 200 : 503, {
    ...state(failedComponent === null),
    components: Object.fromEntries(parts),
  });
}

function webPage({ host }: Served): Answer {
  const { title } = host.plan.app;
  return host.conditions.page === 'opens'
    ? page(200, title.zh, `<p>${escapeHtml(title.en)}</p>`)
    : page(500, title.zh, '<p>Internal Server Error</p>');
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

function services({ host }: Served): string {
  const rows = componentsOf(host).map((name) => {
    const state = name === host.conditions.failedComponent ? '未激活' : '已激活';
    return `  com.practice.${host.plan.app.id}.${name}.facade  ${state}`;
  });
  return ['JVM', 'TR'].map((kind) => `${kind} 服务列表:\n${rows.join('\n')}\n`).join('');
}

const componentsOf = (host: Served['host']): readonly string[] => host.plan.app.components ?? [];

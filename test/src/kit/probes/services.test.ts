import http from 'node:http';
import type net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkService, osgiServices } from '../../../../src/kit/index.ts';
import { aContext, answer, listen, look, onlyPrograms } from './ask.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function page(status: number, body: string): Promise<number> {
  const pages = http.createServer((request, response) => {
    response.writeHead(request.url === '/checkService' ? status : 404).end(body);
  });
  const server = await listen((socket) => pages.emit('connection', socket));
  ends.push(server.close);
  return server.port;
}

async function freePort(): Promise<number> {
  const server = await listen();
  await server.close();
  return server.port;
}

describe('checkService', () => {
  it.each([
    ['passed:true\n', 'ok', 'the health check has passed'],
    ['passed = true\ndb passed = true\n', 'ok', 'the health check has passed'],
    ['{"passed":true,"components":[{"name":"db","passed":true}]}', 'ok', 'the health check has passed'],
    ['{"passed":"true"}', 'ok', 'the health check has passed'],
    ['passed:false\ndb passed:false\nmq passed:true\n', 'critical', 'the health check has not passed: db'],
    ['passed:true\nrpc: false\n', 'critical', 'the health check has not passed: rpc'],
    [
      '{"passed":false,"components":[{"name":"db","passed":false},{"name":"mq","passed":true}]}',
      'critical',
      'the health check has not passed: db',
    ],
    ['', 'critical', 'the health check answers nothing'],
    ['<html>welcome</html>', 'unknown', 'the health check says neither true nor false'],
    ['status:up\npassed:true\n', 'unknown', 'the health check says neither true nor false'],
    ['{"components":{"passed":true}}', 'unknown', 'the health check says neither true nor false'],
  ])('judges %j: %s', async (body, state, says) => {
    expect(await look(checkService(await page(200, body)))).toMatchObject([{ state, says: { en: says } }]);
  });

  it('does not pass with another status, whatever the page says', async () => {
    expect(await look(checkService(await page(500, 'passed:true')))).toMatchObject([
      { state: 'critical', says: { en: 'the health check answers 500' } },
    ]);
  });

  it.each([[['curl']], [['bash', 'cat']], [['wget']]])('asks with nothing but %j', async (programs) => {
    const only = await onlyPrograms(...programs);
    ends.push(only.remove);
    const seen = async (port: number): Promise<readonly unknown[]> =>
      (await look(checkService(port), aContext(), only.env)).map(({ state }) => state);
    expect(await seen(await page(200, 'passed:true\n'))).toEqual(['ok']);
    expect(await seen(await page(200, 'passed:false\n'))).toEqual(['critical']);
    expect(await seen(await freePort())).toEqual(['critical']);
  });

  it('is unknown when the program that asks was killed', () => {
    expect(checkService().judge(answer('Segmentation fault\n', 139), aContext())).toMatchObject([
      { state: 'unknown' },
    ]);
  });

  it('is unknown where no program can ask, and when the page was cut off', async () => {
    const only = await onlyPrograms('cat');
    ends.push(only.remove);
    expect(await look(checkService(await page(200, 'passed:true')), aContext(), only.env)).toMatchObject([
      { state: 'unknown' },
    ]);
    const cut = { ...answer('HTTP/1.1 200 OK\r\n\r\npassed:true\n'), truncated: true };
    expect(checkService().judge(cut, aContext())).toMatchObject([{ state: 'unknown' }]);
  });
});

/** A console that prompts, answers `service` with these lines, and stays open. */
async function console_(answerTo: (socket: net.Socket) => void): Promise<number> {
  const server = await listen((socket) => {
    socket.write('sofa> ');
    let typed = '';
    socket.on('data', (bytes) => {
      typed += bytes.toString();
      if (/service\r?\n/.test(typed)) answerTo(socket);
    });
  });
  ends.push(server.close);
  return server.port;
}

const lines =
  (...text: readonly string[]) =>
  (socket: net.Socket) =>
    void socket.write(`${text.join('\n')}\nsofa> `);

describe('osgiServices', () => {
  it('passes when every service is activated or resolved', async () => {
    const port = await console_(
      lines(
        'TR 服务列表：',
        '  com.bank.a.error.OneFacade  已激活',
        'JVM 服务列表：',
        '  com.bank.a.Two  已解析',
      ),
    );
    expect(await look(osgiServices(port))).toMatchObject([{ state: 'ok', value: 2 }]);
  });

  it('names the services that are not', async () => {
    const port = await console_(
      lines(
        'com.bank.a.One ACTIVE',
        'com.bank.a.Two UNRESOLVED',
        'com.bank.a.Three 未激活',
        'com.bank.a.Active.Four',
      ),
    );
    expect(await look(osgiServices(port))).toMatchObject([
      {
        state: 'critical',
        value: 1,
        says: { en: '3 of 4 services not active: com.bank.a.Two, com.bank.a.Three, com.bank.a.Active.Four' },
      },
    ]);
  });

  it('is critical when nothing listens', async () => {
    expect(await look(osgiServices(await freePort()))).toMatchObject([{ state: 'critical' }]);
  });

  it('is unknown when no line is understood', async () => {
    const port = await console_(lines('command not found: service'));
    expect(await look(osgiServices(port))).toMatchObject([{ state: 'unknown' }]);
  });

  it('is unknown when the list never ends', async () => {
    const port = await console_((socket) => {
      const timer = setInterval(() => socket.write('com.bank.a.One 已激活\n'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await look(osgiServices(port))).toMatchObject([{ state: 'unknown' }]);
  });

  it('is unknown where no program can ask', async () => {
    const only = await onlyPrograms('cat');
    ends.push(only.remove);
    expect(await look(osgiServices(1), aContext(), only.env)).toMatchObject([{ state: 'unknown' }]);
  });
});

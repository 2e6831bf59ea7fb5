import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../lab/services.ts';
import { createHttpClient } from '../../../src/targets/http.ts';

const limits = { timeoutSeconds: 5, bodyCapBytes: 10_001 };
const client = createHttpClient();
const asked: string[] = [];
let written = 0;
let closedEarly = 0;

const server = http.createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  switch (request.url ?? '') {
    case '/status':
      return response.writeHead(503).end('锁 down');
    case '/moved':
      return response.writeHead(302, { location: '/status' }).end('over there');
    case '/huge': {
      response.on('close', () => {
        closedEarly += 1;
      });
      const more = (): void => {
        while (!response.destroyed && written < 500_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536, '锁'))) return void response.once('drain', more);
        }
      };
      response.writeHead(200);
      return more();
    }
    case '/slow':
      return;
    case '/drip':
      response.writeHead(200);
      return void response.write('part');
    case '/reset':
      return request.socket.destroy();
    default:
      return response.end(JSON.stringify(request.headers));
  }
});

let base = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('a page', () => {
  it('answers with its status and text, whatever the status', async () => {
    expect(await client.get(`${base}/status`, limits)).toEqual({
      kind: 'answered',
      status: 503,
      body: '锁 down',
      truncated: false,
      tookMs: expect.any(Number),
    });
  });

  it('that redirects answers with that, and the other address is not asked', async () => {
    asked.length = 0;
    const answer = await client.get(`${base}/moved`, limits);
    expect(answer).toMatchObject({ kind: 'answered', status: 302, body: 'over there' });
    expect(asked).toEqual(['GET /moved']);
  });

  it('of any size is read up to the cap, and the rest never leaves the server', async () => {
    const answer = await client.get(`${base}/huge`, limits);
    if (answer.kind !== 'answered') throw new Error(answer.detail);
    expect(answer.truncated).toBe(true);
    expect(Buffer.byteLength(answer.body)).toBeLessThanOrEqual(limits.bodyCapBytes);
    expect(answer.body).not.toContain('\uFFFD');
    await expect.poll(() => closedEarly).toBe(1);
    expect(written).toBeLessThan(50_000_000);
  });

  it('that takes too long is given up, before and within its answer', async () => {
    const short = { ...limits, timeoutSeconds: 0.3 };
    for (const page of ['/slow', '/drip'])
      expect(await client.get(base + page, short)).toEqual({
        kind: 'no-answer',
        detail: 'no answer within 0.3 s',
      });
  });

  it('that breaks off says so', async () => {
    expect(await client.get(`${base}/reset`, limits)).toEqual({
      kind: 'no-answer',
      detail: 'the connection was closed before an answer',
    });
  });

  it('that nobody serves says so', async () => {
    const answer = await client.get(`http://127.0.0.1:${await freePort()}/`, limits);
    expect(answer).toEqual({ kind: 'no-answer', detail: 'connection refused' });
  });

  it('of a host without an address says so', async () => {
    const answer = await client.get('http://nobody.invalid/', limits);
    expect(answer).toEqual({ kind: 'no-answer', detail: 'the name could not be resolved' });
  });

  it('that is not HTTP says so', async () => {
    const other = net.createServer((socket) => socket.end('220 mail.example\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const answer = await client.get(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`, limits);
    expect(answer).toEqual({ kind: 'no-answer', detail: 'the answer is not HTTP' });
    other.close();
  });

  it.each([
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1/',
    'not an address',
    'http://user:pass@127.0.0.1/',
  ])('is not asked at %s', async (url) => {
    asked.length = 0;
    expect(await client.get(url, limits)).toMatchObject({ kind: 'no-answer' });
    expect(asked).toEqual([]);
  });

  it('is asked directly, whatever proxy the environment names', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      HTTP_PROXY: 'http://127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
      NODE_USE_ENV_PROXY: '1',
    });
    const fresh = createHttpClient();
    try {
      expect(await fresh.get(`${base}/status`, limits)).toMatchObject({ status: 503 });
    } finally {
      process.env = before;
      await fresh.close();
    }
  });

  it('over TLS is believed when the given authority signed it, and otherwise not', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'https-'));
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
    await promisify(execFile)('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${folder}/key`,
      '-out',
      `${folder}/cert`,
      ...subject,
    ]);
    const [key, cert] = await Promise.all([readFile(`${folder}/key`), readFile(`${folder}/cert`, 'utf8')]);
    const secure = https.createServer({ key, cert }, (_, response) => response.end('inside'));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { port } = secure.address() as AddressInfo;
    const trusting = createHttpClient({ ca: cert });
    expect(await trusting.get(`https://localhost:${port}/`, limits)).toMatchObject({
      status: 200,
      body: 'inside',
    });
    const wrongName = await trusting.get(`https://127.0.0.1:${port}/`, limits);
    expect(wrongName).toMatchObject({ kind: 'no-answer', detail: expect.stringMatching(/^TLS: /) });
    const stranger = await client.get(`https://localhost:${port}/`, limits);
    expect(stranger).toMatchObject({ kind: 'no-answer', detail: expect.stringMatching(/^TLS: /) });
    await trusting.close();
    secure.closeAllConnections();
    secure.close();
    await rm(folder, { recursive: true });
  });
});

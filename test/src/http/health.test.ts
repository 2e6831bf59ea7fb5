import { afterEach, describe, expect, it } from 'vitest';
import { serveHealth } from '../../../src/http/health.ts';

let server: Awaited<ReturnType<typeof serveHealth>>;
let problem: string | undefined;
const ask = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return { status: response.status, body: (await response.json()) as object };
};
const start = async () => {
  server = await serveHealth({
    host: '127.0.0.1',
    port: 0,
    checks: [
      { name: 'redis', problem: () => problem },
      { name: 'mysql', problem: () => undefined },
    ],
  });
};
afterEach(() => server.stop());

describe('health', () => {
  it('is ready only while everything answers, and names what does not', async () => {
    await start();
    problem = undefined;
    expect(await ask('/readyz')).toEqual({ status: 200, body: { ready: true } });
    problem = 'does not answer';
    expect(await ask('/readyz')).toEqual({
      status: 503,
      body: { ready: false, problems: { redis: 'does not answer' } },
    });
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
  });

  it('names what is worth a look, and is ready all the same', async () => {
    let note: string | undefined = 'policy.yaml: allow: is missing';
    server = await serveHealth({
      host: '127.0.0.1',
      port: 0,
      checks: [],
      notes: [{ name: 'configuration', problem: () => note }],
    });
    expect(await ask('/readyz')).toEqual({
      status: 200,
      body: { ready: true, notes: { configuration: 'policy.yaml: allow: is missing' } },
    });
    note = undefined;
    expect(await ask('/readyz')).toEqual({ status: 200, body: { ready: true } });
  });

  it('counts a check that throws as not ready', async () => {
    server = await serveHealth({
      host: '127.0.0.1',
      port: 0,
      checks: [{ name: 'mysql', problem: () => Promise.reject(new Error('gone')) }],
    });
    expect(await ask('/readyz')).toMatchObject({ status: 503, body: { problems: { mysql: 'Error: gone' } } });
  });

  it('says what there is when asked for something else', async () => {
    await start();
    expect(await ask('/')).toMatchObject({ status: 404 });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import mid from '../../../playbooks/mid/inspection.ts';
import { API_CALL, readCall } from '../../../playbooks/mid/traffic.ts';
import { awkKeys } from '../../support/awk-keys.ts';
import { ageLog, linesOver, type PastLine, runCheck, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mid-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (id: string) => runCheck(mid, id, folder);
const write = (file: string, lines: readonly PastLine[], stamped?: boolean) =>
  writeLog(folder, file, lines, stamped);

describe('a request in the access log', () => {
  it.each([
    ['10.0.0.9 "GET /api/mq/topics?page=2 HTTP/1.1" 200 512', 'GET /api/mq/topics', 200],
    ['POST /api/ms/services 502 14ms', 'POST /api/ms/services', 502],
    ['DELETE /api/dds/sources/7,14ms', 'DELETE /api/dds/sources/7,14ms', undefined],
    ['"GET /api/mq/topics HTTP/1.0" - -', 'GET /api/mq/topics', undefined],
    ['GET /api/mq/topics 1024', 'GET /api/mq/topics', undefined],
    ['GET /api/mq/topics 200', 'GET /api/mq/topics', 200],
  ])('is told from %j', async (line, api, status) => {
    const [key = ''] = await awkKeys(API_CALL, [line]);
    expect(readCall(key)).toEqual({ api, ...(status === undefined ? {} : { status }) });
  });

  it.each(['', 'intelliproxy started', 'GET api', 'forward to /api/mq'])('is not in %j', async (line) => {
    const [key = ''] = await awkKeys(API_CALL, [line]);
    expect(key).toBe('');
    expect(readCall(key)).toBeUndefined();
  });
});

describe('the traffic of the proxy', () => {
  const call = (api: string, status: number) => ` 10.0.0.9 "${api}?t=1 HTTP/1.1" ${status} 77`;

  it('is shown by API, with what failed, and never red', async () => {
    await write('access.log', [
      { ago: 900, text: call('GET /api/old', 200) },
      ...linesOver(200, 8, (k) =>
        k < 6 ? call('GET /api/mq/topics', k < 2 ? 502 : 200) : call('POST /api/ms/x', 200),
      ),
    ]);
    expect(await run('intelliproxy-traffic')).toMatchObject([
      {
        state: 'ok',
        value: 8,
        says: {
          en: '8 requests in 5 minutes: GET /api/mq/topics ×6, POST /api/ms/x ×2; 2 answered 5xx: GET /api/mq/topics ×2',
          zh: '5 分钟内 8 次请求：GET /api/mq/topics ×6、POST /api/ms/x ×2；返回 5xx 2 次：GET /api/mq/topics ×2',
        },
      },
    ]);
  });

  it('is counted without APIs where the lines show none, and without times', async () => {
    await write(
      'access.log',
      linesOver(200, 3, () => ' forwarded'),
    );
    expect((await run('intelliproxy-traffic'))[0]?.says.en).toBe('3 requests in 5 minutes');
    await write(
      'access.log',
      linesOver(200, 3, () => '[01/Jan/2026:10:00:00 +0800] "GET /a" 200'),
      false,
    );
    expect((await run('intelliproxy-traffic'))[0]?.says.en).toBe(
      '3 requests in the newest 3 lines: GET /a ×3',
    );
  });

  it('is unknown without the log', async () => {
    expect(await run('intelliproxy-traffic')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('the errors of the portal', () => {
  it('are counted by their times where they have any', async () => {
    await write('node-stderr.log', [
      { ago: 900, text: ' Error: before' },
      { ago: 20, text: ' Error: proxy forward failed' },
    ]);
    expect(await run('portal-errors')).toMatchObject([
      { state: 'warning', value: 1, says: { zh: '5 分钟内 1 条错误，高于阈值 0（MID-L02）' } },
    ]);
  });

  it('count without times as long as the file was just written', async () => {
    const trace = ['Error: proxy forward failed', '    at Socket.a (net.js:1)'];
    await write(
      'node-stderr.log',
      trace.map((text) => ({ ago: 0, text })),
      false,
    );
    expect(await run('portal-errors')).toMatchObject([
      {
        state: 'warning',
        value: 2,
        says: { en: expect.stringContaining('in the newest 2 lines') as string },
      },
    ]);
    await ageLog(folder, 'node-stderr.log', 7200);
    expect(await run('portal-errors')).toMatchObject([
      { state: 'ok', value: 0, says: { en: '0 errors in 5 minutes' } },
    ]);
  });

  it('are none in an empty log, and unknown without one', async () => {
    expect(await run('portal-errors')).toMatchObject([{ state: 'unknown' }]);
    await write('node-stderr.log', []);
    expect(await run('portal-errors')).toMatchObject([{ state: 'ok', value: 0 }]);
  });
});

describe('logs without a documented format', () => {
  it.each([
    ['osp-authentication-log', 'osp/user-façade.log'],
    ['osp-authentication-log', 'osp/user-facade.log'],
    ['osp-authentication-log', `osp/${'user-façade.log'.normalize('NFD')}`],
    ['osp-openapi-log', 'osp/openapi.log'],
    ['osp-product-log', 'osp/operation/product-instance.log'],
    ['portal-log', 'node-stdout.log'],
  ])('of %s are shown from %s, and unknown when they are not there', async (id, file) => {
    expect(await run(id)).toMatchObject([{ state: 'unknown' }]);
    await write(file, [{ ago: 30, text: ' INFO something happened' }]);
    expect(await run(id)).toMatchObject([
      { state: 'ok', value: 1, evidence: expect.stringContaining('something happened') as string },
    ]);
  });

  it.each([
    ['osp-errors', 'osp/common-error.log'],
    ['intelliproxy-errors', 'common-error.log'],
  ])('of %s may have no error', async (id, file) => {
    expect(await run(id)).toMatchObject([{ state: 'unknown' }]);
    await write(file, [{ ago: 400, text: ' ERROR before' }]);
    expect(await run(id)).toMatchObject([{ state: 'ok', value: 0 }]);
    await write(file, [{ ago: 30, text: ' ERROR [x] failed' }]);
    expect(await run(id)).toMatchObject([{ state: 'warning', value: 1 }]);
  });
});

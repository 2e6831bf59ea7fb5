import { describe, expect, it } from 'vitest';
import { readHealth, readiness } from '../../../playbooks/dst/readiness.ts';
import type { Judgement } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';

const HOST = { name: 'dstweb-1', app: 'dstweb', site: 'a', address: '10.0.0.1', port: 2022 };
const CONTEXT = { estate: estateOf(), app: appOf('dstweb', 'DST'), limits: {}, host: HOST };

const judge = (output: string, exitCode: number | null = 0): readonly Judgement[] =>
  readiness.judge({ output, exitCode, truncated: false, timedOut: exitCode === null }, CONTEXT);
const answered = (code: number, body: string): Judgement | undefined =>
  judge(`HTTP/1.1 ${code} X\r\nContent-Type: application/json\r\n\r\n${body}`)[0];

describe('the health of a Spring Boot application', () => {
  it.each([
    ['{"status":"UP"}', { status: 'UP', down: [] }],
    [
      '{"status":"UP","components":{"db":{"status":"UP"},"x":{"status":"UNKNOWN"}}}',
      { status: 'UP', down: [] },
    ],
    [
      '{"status":"DOWN","components":{"db":{"status":"DOWN","details":{"error":"refused"}},"rpc":{"status":"UP"}}}',
      { status: 'DOWN', down: ['db'] },
    ],
    [
      '{"status":"DOWN","details":{"dataSources":{"status":"DOWN","details":{"ledger":{"status":"DOWN"},"card":{"status":"UP"}}}}}',
      { status: 'DOWN', down: ['ledger'] },
    ],
    // As older versions write it.
    [
      '{"status":"OUT_OF_SERVICE","sofaBootComponents":{"status":"OUT_OF_SERVICE"},"diskSpace":{"status":"UP"}}',
      { status: 'OUT_OF_SERVICE', down: ['sofaBootComponents (OUT_OF_SERVICE)'] },
    ],
    [
      '{"status":{"code":"DOWN","description":""},"db":{"status":{"code":"DOWN"}}}',
      { status: 'DOWN', down: ['db'] },
    ],
  ])('is read from %s', (body, health) => {
    expect(readHealth(body)).toEqual(health);
  });

  it.each(['', 'UP', '<html>', '[]', '{"state":"UP"}', '{"status":1}'])('is not in %j', (body) => {
    expect(readHealth(body)).toBeUndefined();
  });
});

describe('the readiness check', () => {
  it('is well when the status is UP, and says what is not UP nevertheless', () => {
    expect(answered(200, '{"status":"UP"}')).toMatchObject({
      state: 'ok',
      says: { zh: '就绪检查通过，status 为 UP' },
    });
    expect(answered(200, '{"status":"UP","components":{"cache":{"status":"DOWN"}}}')).toMatchObject({
      state: 'ok',
      says: { en: 'the readiness check has passed, status UP; not UP: cache' },
    });
  });

  it('is critical when it is not, and names the parts', () => {
    const body = '{"status":"DOWN","components":{"db":{"status":"DOWN"},"rpc":{"status":"DOWN"}}}';
    expect(answered(503, body)).toMatchObject({
      state: 'critical',
      says: {
        en: 'the readiness check has not passed, status DOWN: db, rpc',
        zh: '就绪检查未通过，status 为 DOWN：db、rpc',
      },
    });
    expect(answered(503, '{"status":"DOWN"}')).toMatchObject({
      says: { en: 'the readiness check has not passed, status DOWN' },
    });
  });

  it('is critical when the page fails or does not answer', () => {
    expect(answered(404, 'not found')).toMatchObject({
      state: 'critical',
      says: { en: 'the readiness check answers 404' },
    });
    expect(judge('curl: (7) Failed to connect', 7)).toMatchObject([{ state: 'critical' }]);
  });

  it('is unknown when nobody can say', () => {
    expect(answered(200, 'ok')).toMatchObject({ state: 'unknown' });
    expect(judge('no client', 127)).toMatchObject([{ state: 'unknown' }]);
    expect(judge('', null)).toMatchObject([{ state: 'unknown' }]);
  });

  it('is asked where the inventory says that the port is', () => {
    expect(readiness.command(CONTEXT)).toContain('http://127.0.0.1:8080/health/readiness');
    const elsewhere = { ...CONTEXT, app: appOf('dstweb', 'DST', { ports: { 8080: 18080 } }) };
    expect(readiness.command(elsewhere)).toContain('http://127.0.0.1:18080/health/readiness');
  });
});

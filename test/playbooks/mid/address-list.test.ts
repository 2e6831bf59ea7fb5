import { describe, expect, it } from 'vitest';
import { readAddresses } from '../../../playbooks/mid/address-list.ts';
import { judgeSubscribed } from '../../../playbooks/mid/subscribed.ts';

const read = (status: number, body: string) => readAddresses({ kind: 'answered', status, body });
const limit = { row: 'MID-C10', value: 2, state: 'warning', overridden: false } as const;

describe('the addresses of a service', () => {
  it.each([
    ['a list of texts', '["10.0.0.1:12200","10.0.0.2:12200"]'],
    ['objects', '{"success":true,"data":[{"ip":"10.0.0.1","port":80},{"ip":"10.0.0.2","port":80}]}'],
    ['lines', '10.0.0.1:12200\n10.0.0.2:12200\n10.0.0.2:8341\n'],
    ['addresses with a scheme', '["bolt://10.0.0.1:12200?timeout=3000","bolt://10.0.0.2:12200"]'],
  ])('are read from %s, each machine once', (_, body) => {
    expect(read(200, body)).toEqual({ kind: 'listed', addresses: ['10.0.0.1', '10.0.0.2'] });
  });

  it.each([[''], ['[]'], ['{"success":true,"data":[]}'], ['{"data":{"addresses":[]},"tags":[]}']])(
    'are none in %j',
    (body) => {
      expect(read(200, body)).toEqual({ kind: 'listed', addresses: [] });
    },
  );

  it.each([
    [401, '{"message":"Unauthorized"}'],
    [403, ''],
    [302, ''],
    [200, '<!doctype html><html><body>v1.2.3.4</body></html>'],
    [200, '{"success":false,"message":"not logged in, please login"}'],
    [200, '{"success":false,"message":"请先登录"}'],
  ])('are behind a login with %i %s', (status, body) => {
    expect(read(status, body)).toEqual({ kind: 'login' });
  });

  it.each([
    ['{"success":false}'],
    ['{"data":["osp-1.bank.example:8341"]}'],
    ['ok'],
    ['1.2.3'],
    ['[[], [1]]'],
  ])('are not understood in %j', (body) => {
    expect(read(200, body)).toEqual({ kind: 'not-understood' });
  });

  it('are not there when the page is not', () => {
    expect(read(404, 'not found 10.0.0.1')).toEqual({ kind: 'refused', status: 404 });
    expect(readAddresses({ kind: 'silent' })).toEqual({ kind: 'silent' });
    expect(readAddresses({ kind: 'no-client' })).toEqual({ kind: 'not-asked' });
  });
});

describe('what OSP is subscribed to', () => {
  const listed = (...addresses: readonly string[]) => ({ kind: 'listed', addresses }) as const;

  it('is well with two machines', () => {
    expect(judgeSubscribed('mq', listed('10.0.0.1', '10.0.0.2'), limit, true)).toEqual({
      part: 'mq',
      state: 'ok',
      value: 2,
      limit: { row: 'MID-C10', value: 2, breach: 'below' },
      says: {
        en: '2 addresses of mq: 10.0.0.1, 10.0.0.2',
        zh: 'mq 有 2 个地址：10.0.0.1、10.0.0.2',
      },
      evidence: '10.0.0.1\n10.0.0.2',
    });
  });

  it('is a single point with one', () => {
    expect(judgeSubscribed('mq', listed('10.0.0.1'), limit, true)).toMatchObject({
      state: 'warning',
      value: 1,
      says: {
        en: '1 address of mq, fewer than 2 (MID-C10), a single point: 10.0.0.1',
        zh: 'mq 仅有 1 个地址，少于 2 个（MID-C10），存在单点问题：10.0.0.1',
      },
    });
    const level = { ...limit, value: 1 };
    expect(judgeSubscribed('mq', listed('10.0.0.1'), level, true)).toMatchObject({ state: 'ok' });
  });

  it('may be nothing only where the inventory has nothing of it', () => {
    expect(judgeSubscribed('mq', listed(), limit, true)).toMatchObject({ state: 'critical', value: 0 });
    expect(judgeSubscribed('dds', listed(), limit, false)).toMatchObject({
      state: 'ok',
      says: { zh: 'OSP 上没有 dds 的地址，资产清单中也没有该产品的应用' },
    });
  });

  it.each([
    [{ kind: 'silent' }, 'critical', 'mq: OSP does not answer'],
    [{ kind: 'refused', status: 500 }, 'critical', 'mq: OSP answers 500'],
    [{ kind: 'login' }, 'unknown', 'mq: OSP asks for a login; look as the middleware tenant in a browser'],
    [{ kind: 'not-understood' }, 'unknown', 'mq: the answer could not be understood'],
    [{ kind: 'not-asked' }, 'unknown', 'mq: OSP could not be asked'],
  ] as const)('with %j is %s', (list, state, en) => {
    expect(judgeSubscribed('mq', list, limit, true)).toMatchObject({ state, says: { en } });
  });
});

import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../../lab/services.ts';
import { checkRedis, judge } from '../../../src/queue/check-redis.ts';

const user = 'fettle-check-test';
let redis: Redis;

beforeAll(async () => {
  redis = new Redis({ port: inject('redisPort') });
  await redis.acl('SETUSER', user, 'reset', 'on', '>pw', '+@connection', '~none:*');
});
afterAll(async () => {
  await redis.acl('DELUSER', user);
  redis.disconnect();
});

describe('checkRedis', () => {
  it('is content with a server that keeps everything', async () => {
    expect(await checkRedis({ port: inject('redisPort') })).toEqual({ ok: true, warnings: [] });
  });

  it('says what it may not look at', async () => {
    const seen = await checkRedis({ port: inject('redisPort'), username: user, password: 'pw' });
    expect(seen.ok).toBe(true);
    expect(seen.warnings.map(({ en }) => en.slice(0, 12))).toEqual(Array(4).fill('Cannot check'));
  });

  it.each([
    ['the server does not answer', async () => ({ port: await freePort() })],
    ['the login is wrong', async () => ({ port: inject('redisPort'), username: user, password: 'no' })],
  ])('reports that %s', async (_, address) => {
    const seen = await checkRedis(await address());
    expect(seen).toMatchObject({ ok: false, problems: [{ en: expect.stringContaining('does not answer') }] });
  });

  const good = { version: '7.2.1', policy: 'noeviction', appendOnly: true, fsync: 'always' };
  it.each([
    ['6.2 or newer', { version: '6.0.16' }],
    ['6.2 or newer', { version: '5.0.7' }],
    ['maxmemory-policy noeviction', { policy: 'allkeys-lru' }],
    ['appendonly yes', { appendOnly: false }],
  ])('asks for %s', (says, differs) => {
    const seen = judge({ ...good, ...differs });
    expect(seen).toMatchObject({ ok: false, problems: [{ en: expect.stringContaining(says) }] });
  });

  it('only warns when the last second may be lost', () => {
    expect(judge({ ...good, fsync: 'everysec' })).toMatchObject({ ok: true, warnings: [{}] });
    expect(judge({ ...good, version: '6.2.0' })).toEqual({ ok: true, warnings: [] });
  });
});

import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.ts';
import { EXPOSURES } from '../../../src/config/exposure-names.ts';
import { bitsOf, exposuresOf, isLocal, refusedExposures } from '../../../src/config/exposures.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-open-'));
  await writeFile(path.join(folder, 'key'), 'k', { mode: 0o600 });
  await writeFile(path.join(folder, '.env'), '', { mode: 0o600 });
});

const KEY = 'q7Zr2m0V8cXyB1nTtLw5sGd9uHfKjPea4iOoQ6zE3Yk=';
const closed = (): Record<string, string> => ({
  MYSQL_USER: 'fettle',
  MYSQL_HOST: 'db.bank.example',
  MYSQL_CA_FILE: '/ca.pem',
  MYSQL_AUDIT_USER: 'fettle_audit',
  FETTLE_AUDIT_KEY: KEY,
  REDIS_URL: 'rediss://fettle:secret@redis.bank.example:6379/0',
  SSH_USER: 'admin',
  SSH_KEY_FILE: path.join(folder, 'key'),
  DB_READ_USER: 'reader',
  DB_CA_FILE: '/ca.pem',
});
const estate = { databases: [{ name: 'd', host: 'rds.bank.example', port: 3306, schema: 'd' }] };
const both = ['bot', 'worker'];

async function open(change: Record<string, string> = {}, roles = both) {
  const read = readEnvironment({ ...closed(), ...change });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return { env: read.env, found: await exposuresOf(read.env, estate, folder, roles) };
}

describe('what production refuses', () => {
  it('is nothing in a configuration that is closed', async () => {
    expect((await open()).found).toEqual([]);
  });

  const cases: readonly (readonly [string, Record<string, string>, string, string])[] = [
    ['MySQL on another host in clear text', { MYSQL_CA_FILE: '' }, 'plain-mysql', 'MYSQL_CA_FILE'],
    ['databases of the estate in clear text', { DB_CA_FILE: '' }, 'plain-databases', 'DB_CA_FILE'],
    ['Redis in clear text', { REDIS_URL: 'redis://:s@redis.bank.example' }, 'plain-redis', 'REDIS_URL'],
    ['Redis without a password', { REDIS_URL: 'rediss://redis.bank.example' }, 'open-redis', 'REDIS_URL'],
    ['keys of hosts believed at first sight', { SSH_ACCEPT_NEW: 'true' }, 'accept-new', 'SSH_ACCEPT_NEW'],
    ['Slack in clear text', { SLACK_API_URL: 'http://slack.com/api/' }, 'plain-slack', 'SLACK_API_URL'],
    ['no audit key', { FETTLE_AUDIT_KEY: '' }, 'no-audit-key', 'FETTLE_AUDIT_KEY'],
    [
      'an audit key of one letter',
      { FETTLE_AUDIT_KEY: 'a'.repeat(64) },
      'weak-audit-key',
      'FETTLE_AUDIT_KEY',
    ],
    ['no audit account', { MYSQL_AUDIT_USER: '' }, 'one-audit-account', 'MYSQL_AUDIT_USER'],
    ['the audit by the own account', { MYSQL_AUDIT_USER: 'fettle' }, 'one-audit-account', 'MYSQL_AUDIT_USER'],
    [
      'the chain in the own schema',
      { MYSQL_AUDIT_DATABASE: 'fettle' },
      'one-audit-account',
      'MYSQL_AUDIT_USER',
    ],
    ['health on every address', { FETTLE_HTTP_HOST: '0.0.0.0' }, 'all-addresses', 'FETTLE_HTTP_HOST'],
    ['health on every address of IPv6', { FETTLE_HTTP_HOST: '::' }, 'all-addresses', 'FETTLE_HTTP_HOST'],
    [
      'Slack’s port on every address',
      { SLACK_MODE: 'http', SLACK_HTTP_HOST: '*' },
      'all-addresses',
      'SLACK_HTTP_HOST',
    ],
  ];
  it.each(cases)('is %s', async (_, change, name, at) => {
    const { env, found } = await open(change);
    expect(found.map((each) => [each.name, each.path])).toEqual([[name, at]]);
    const refused = refusedExposures(found, env, 'production');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.says).toContain(`FETTLE_ALLOW=${name}`);
    expect(refusedExposures(found, env, 'practice')).toEqual([]);
    const allowed = await open({ ...change, FETTLE_ALLOW: name });
    expect(refusedExposures(allowed.found, allowed.env, 'production')).toEqual([]);
  });

  it.each([0o644, 0o640, 0o604, 0o620, 0o602])('is a secret file of mode %o', async (mode) => {
    for (const [file, at] of [
      ['key', 'SSH_KEY_FILE'],
      ['.env', '.env'],
    ] as const) {
      await chmod(path.join(folder, file), mode);
      expect((await open()).found.map((each) => [each.name, each.path])).toEqual([['readable-secrets', at]]);
      await chmod(path.join(folder, file), 0o600);
    }
  });

  it.each<readonly [number, string[], string[]]>([
    [0o600, both, []],
    [0o640, both, []],
    [0o644, both, ['FETTLE_GRANT_KEY_FILE']],
    [0o620, both, ['FETTLE_GRANT_KEY_FILE']],
    [0o644, ['worker'], []],
  ])('is a key that signs of mode %o for %j: %j', async (mode, roles, refused) => {
    await writeFile(path.join(folder, 'grant'), 'k');
    await chmod(path.join(folder, 'grant'), mode);
    const { found } = await open({ FETTLE_GRANT_KEY_FILE: 'grant' }, roles);
    expect(found.map((each) => each.path)).toEqual(refused);
  });

  it.each<readonly [number, string[]]>([
    [0o644, []],
    [0o664, ['FETTLE_GRANT_PUBLIC_FILE']],
    [0o646, ['FETTLE_GRANT_PUBLIC_FILE']],
  ])('is a key that verifies of mode %o: %j', async (mode, refused) => {
    await writeFile(path.join(folder, 'public'), 'k');
    await chmod(path.join(folder, 'public'), mode);
    for (const roles of [['bot'], ['worker'], both]) {
      const { found } = await open({ FETTLE_GRANT_PUBLIC_FILE: 'public' }, roles);
      expect(found.map((each) => each.path)).toEqual(refused);
    }
  });

  it('is only what a role uses', async () => {
    const change = { DB_CA_FILE: '', SSH_ACCEPT_NEW: 'true', SLACK_API_URL: 'http://slack.com/api/' };
    const names = async (roles: string[]) => (await open(change, roles)).found.map(({ name }) => name);
    expect(await names(['bot'])).toEqual(['plain-slack']);
    expect(await names(['worker'])).toEqual(['plain-databases', 'accept-new']);
    expect(await names(['changer'])).toEqual(['plain-databases', 'accept-new']);
  });

  it('is nothing that stays on this machine', async () => {
    const here = { MYSQL_HOST: '127.0.0.1', MYSQL_CA_FILE: '', REDIS_URL: 'redis://localhost:6379/0' };
    expect((await open(here)).found).toEqual([]);
    for (const host of ['127.0.0.1', '127.77.1.2', 'localhost', '::1', '[::1]'])
      expect(isLocal(host)).toBe(true);
    for (const host of ['10.0.0.1', 'localhost.bank.example', '128.0.0.1', '127.0.0.1.evil.example', ''])
      expect(isLocal(host)).toBe(false);
  });
});

describe('FETTLE_ALLOW', () => {
  it('takes the names that there are, and no other', () => {
    const allow = (names: string) => readEnvironment({ MYSQL_USER: 'f', FETTLE_ALLOW: names });
    expect(allow(EXPOSURES.join(' , ')).ok).toBe(true);
    const read = allow('plain-mysql,plain-mysq');
    expect(read.ok ? [] : read.problems.map(({ path: at, says }) => `${at}: ${says}`)).toEqual([
      expect.stringContaining('"plain-mysq" is no exception (near: plain-mysql)'),
    ]);
  });
});

describe('a key', () => {
  it.each([
    'aaaaaaaaaaaaaaaa',
    'abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd',
    'passwordpasswordpasswordpassword',
    '0123456789abcdef',
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ',
    'changeme-changeme',
    '11111111111111111111111111111111111111112',
  ])('counts as guessed: %s', (key) => {
    expect(bitsOf(key)).toBeLessThan(90);
  });

  it('does not when it is random', () => {
    for (let n = 0; n < 500; n += 1) {
      const bytes = Buffer.from(Array.from({ length: 32 }, () => Math.floor(Math.random() * 256)));
      expect(bitsOf(bytes.toString('base64'))).toBeGreaterThan(90);
      expect(bitsOf(bytes.toString('hex'))).toBeGreaterThan(90);
    }
  });
});

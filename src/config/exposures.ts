import { stat } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Estate } from '../kit/index.ts';
import type { Environment } from './environment.ts';
import type { ExposureName } from './exposure-names.ts';
import type { Problem } from './problems.ts';
import { needsEstate, needsSlack, type RoleNeeds } from './role-needs.ts';

/** Something that production does not begin with unless FETTLE_ALLOW names it. */
export interface Exposure {
  readonly name: ExposureName;
  /** The variable or file that it is about. */
  readonly path: string;
  readonly says: string;
}

/** Variables that hold the path of a file with a secret. */
export const SECRET_FILES = ['SSH_KEY_FILE'] as const satisfies readonly (keyof Environment)[];

/** Everything that is open in this configuration, for what these roles use of it. */
export async function exposuresOf(
  env: Environment,
  estate: Pick<Estate, 'databases'>,
  folder: string,
  roles: RoleNeeds,
): Promise<readonly Exposure[]> {
  return [
    ...transportsOf(env, estate, roles),
    ...auditOf(env),
    ...listenersOf(env, roles),
    ...(await readableSecrets(env, folder, roles)),
  ];
}

/** As problems: those that production does not allow. */
export const refusedExposures = (
  exposures: readonly Exposure[],
  { FETTLE_ALLOW }: Pick<Environment, 'FETTLE_ALLOW'>,
  environment: Estate['environment'],
): readonly Problem[] =>
  environment === 'production'
    ? exposures
        .filter(({ name }) => !FETTLE_ALLOW.includes(name))
        .map(({ name, path: at, says }) => ({
          file: '.env',
          path: at,
          says: `${says}; to go on as it is, name it: FETTLE_ALLOW=${[...FETTLE_ALLOW, name].join(',')}`,
        }))
    : [];

function transportsOf(
  env: Environment,
  { databases }: Pick<Estate, 'databases'>,
  roles: RoleNeeds,
): readonly Exposure[] {
  const found: Exposure[] = [];
  const say = (name: ExposureName, at: string, says: string): void =>
    void found.push({ name, path: at, says });
  if (!isLocal(env.MYSQL_HOST) && env.MYSQL_CA_FILE === undefined)
    say(
      'plain-mysql',
      'MYSQL_CA_FILE',
      `is missing: passwords and results go to ${env.MYSQL_HOST} in clear text; write the file of its certificate authority`,
    );
  const redis = new URL(env.REDIS_URL);
  if (!isLocal(redis.hostname)) {
    if (redis.protocol === 'redis:')
      say('plain-redis', 'REDIS_URL', `is not encrypted to ${redis.hostname}; write rediss://…`);
    if (redis.password === '')
      say(
        'open-redis',
        'REDIS_URL',
        `has no password for ${redis.hostname}; write redis(s)://user:password@…`,
      );
  }
  if (needsEstate(roles)) {
    const [remote] = databases.filter(({ host }) => !isLocal(host));
    if (remote && env.DB_CA_FILE === undefined && env.DB_READ_USER !== undefined)
      say(
        'plain-databases',
        'DB_CA_FILE',
        `is missing: passwords and rows go to ${remote.host} in clear text; write the file of its certificate authority`,
      );
    if (env.SSH_ACCEPT_NEW)
      say(
        'accept-new',
        'SSH_ACCEPT_NEW',
        'believes whichever key a host shows first; pin the keys, and write false',
      );
  }
  if (needsSlack(roles) && new URL(env.SLACK_API_URL).protocol !== 'https:')
    say('plain-slack', 'SLACK_API_URL', 'would carry the bot token in clear text; write https://…');
  return found;
}

function auditOf(env: Environment): readonly Exposure[] {
  const { FETTLE_AUDIT_KEY: key } = env;
  const found: Exposure[] = [];
  if (key === undefined)
    found.push({
      name: 'no-audit-key',
      path: 'FETTLE_AUDIT_KEY',
      says: 'is missing, so the record can be rewritten unnoticed; write the output of "openssl rand -base64 32"',
    });
  else if (bitsOf(key) < LEAST_BITS)
    found.push({
      name: 'weak-audit-key',
      path: 'FETTLE_AUDIT_KEY',
      says: 'can be guessed; write the output of "openssl rand -base64 32"',
    });
  if (env.MYSQL_AUDIT_USER === undefined || env.MYSQL_AUDIT_USER === env.MYSQL_USER)
    found.push({
      name: 'one-audit-account',
      path: 'MYSQL_AUDIT_USER',
      says: 'is missing or the service’s own account, which can then rewrite the record; write a second account that may only add rows',
    });
  return found;
}

function listenersOf(env: Environment, roles: RoleNeeds): readonly Exposure[] {
  const listening = [
    { at: 'FETTLE_HTTP_HOST', host: env.FETTLE_HTTP_HOST },
    ...(needsSlack(roles) && env.SLACK_MODE === 'http'
      ? [{ at: 'SLACK_HTTP_HOST', host: env.SLACK_HTTP_HOST }]
      : []),
  ];
  return listening
    .filter(({ host }) => /^(0+(\.0+)*|\[?::(ffff:0+(\.0+)*)?\]?|\*)$/i.test(host.trim()))
    .map(({ at, host }) => ({
      name: 'all-addresses',
      path: at,
      says: `listens on every address (${host}); write the one that is meant, like 127.0.0.1 behind a proxy`,
    }));
}

/** Files with secrets that others than the account of this process can read. */
async function readableSecrets(
  env: Environment,
  folder: string,
  roles: RoleNeeds,
): Promise<readonly Exposure[]> {
  const named = needsEstate(roles) ? SECRET_FILES.map((at) => ({ at: at as string, file: env[at] })) : [];
  const seen = await Promise.all(
    [{ at: '.env', file: '.env' }, ...named].map(async ({ at, file }) => {
      const facts =
        file === undefined ? undefined : await stat(path.resolve(folder, file)).catch(() => undefined);
      return file !== undefined && facts ? [{ at, file, mode: facts.mode, uid: facts.uid }] : [];
    }),
  );
  return seen.flat().flatMap(({ at, file, mode, uid }): readonly Exposure[] => {
    const open = mode & 0o077;
    const own = process.getuid?.() ?? uid;
    if (open === 0 && (uid === own || uid === 0)) return [];
    const why =
      open === 0
        ? `belongs to another account (uid ${uid}); give it to the one that runs Fettle`
        : `can be read or written by others (mode ${(mode & 0o777).toString(8)}); run: chmod 600 ${file}`;
    return [{ name: 'readable-secrets', path: at, says: why }];
  });
}

/** Whether a connection to this host stays on this machine. */
export const isLocal = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|\/.*)$/i.test(host);

const LEAST_BITS = 90;

/** A careful guess at how much there is to guess: repeated, counted and few characters count little. */
export function bitsOf(secret: string): number {
  const codes = Array.from(secret, (each) => each.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, at) => code - (codes[at] ?? 0));
  const packed = deflateRawSync(Buffer.from(secret), { level: 9 }).length * 8;
  return Math.min(entropyOf(codes) * codes.length, entropyOf(steps) * codes.length, packed);
}

/** Shannon's, in bits for each value. */
function entropyOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum - (n / values.length) * Math.log2(n / values.length), 0);
}

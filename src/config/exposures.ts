import { stat } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Estate } from '../kit/index.ts';
import { accountFacts } from './accounts.ts';
import type { Environment } from './environment.ts';
import type { ExposureName } from './exposure-names.ts';
import type { Problem } from './problems.ts';
import { needsEstate, needsSlack, type RoleNeeds, signs } from './role-needs.ts';

/** Something that production does not begin with unless FETTLE_ALLOW names it. */
export interface Exposure {
  readonly name: ExposureName;
  /** The variable or file that it is about. */
  readonly path: string;
  readonly says: string;
}

interface GuardedFile {
  readonly at: 'SSH_KEY_FILE' | 'FETTLE_GRANT_KEY_FILE' | 'FETTLE_GRANT_PUBLIC_FILE' | '.env';
  readonly isUsedBy: (roles: RoleNeeds) => boolean;
  /** Bits of the mode that nobody may have. */
  readonly forbidden: number;
  readonly mode: string;
  /** Whether its content is a secret; else only who can write it matters. */
  readonly isSecret: boolean;
}

/** Files with secrets, and the keys by which approvals are believed. */
export const SECRET_FILES: readonly GuardedFile[] = [
  { at: '.env', isUsedBy: () => true, forbidden: 0o077, mode: '600', isSecret: true },
  { at: 'SSH_KEY_FILE', isUsedBy: needsEstate, forbidden: 0o077, mode: '600', isSecret: true },
  // A group of people who confirm on one machine may read it.
  { at: 'FETTLE_GRANT_KEY_FILE', isUsedBy: signs, forbidden: 0o027, mode: '600', isSecret: true },
  { at: 'FETTLE_GRANT_PUBLIC_FILE', isUsedBy: () => true, forbidden: 0o022, mode: '644', isSecret: false },
];

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
  const { hasAuditAccount } = accountFacts(env);
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
  if (!hasAuditAccount)
    found.push({
      name: 'one-audit-account',
      path: 'MYSQL_AUDIT_USER',
      says: 'is missing, or its chain is not apart: the service’s own account could rewrite the record; "fettle migrate --sql" prints the accounts and grants',
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

/** Files with secrets that others than the account of this process can read, and keys that others could replace. */
async function readableSecrets(
  env: Environment,
  folder: string,
  roles: RoleNeeds,
): Promise<readonly Exposure[]> {
  const seen = await Promise.all(
    SECRET_FILES.filter(({ isUsedBy }) => isUsedBy(roles)).map((file) => exposureOf(file, env, folder)),
  );
  return seen.flat();
}

async function exposureOf(
  { at, forbidden, mode: right, isSecret }: GuardedFile,
  env: Environment,
  folder: string,
): Promise<readonly Exposure[]> {
  const file = at === '.env' ? '.env' : env[at];
  if (file === undefined) return [];
  const facts = await stat(path.resolve(folder, file)).catch(() => undefined);
  if (!facts) return [];
  const { mode, uid } = facts;
  const say = (says: string): readonly Exposure[] => [{ name: 'readable-secrets', path: at, says }];
  if ((mode & forbidden) !== 0)
    return say(
      `is open to others, who can ${isSecret ? 'read or ' : ''}write it (mode ${(mode & 0o777).toString(8)}); run: chmod ${right} ${file}`,
    );
  const own = process.getuid?.() ?? uid;
  return isSecret && uid !== own && uid !== 0
    ? say(`is owned by another account (uid ${uid}); give it to the one that runs Fettle`)
    : [];
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

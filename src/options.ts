import { readFile } from 'node:fs/promises';
import type { Config } from './config/load.ts';
import type { Log } from './log.ts';
import type { Transport } from './slack/index.ts';
import { accountFacts } from './config/accounts.ts';
import type { RedisAddress } from './queue/index.ts';
import { auditSchemaOf, type migrateStore, type StoreOptions } from './store/index.ts';
import type { HostKeyOptions, JumpHost, SshLogin, TargetsOptions } from './targets/index.ts';

/** The configuration as each edge wants it. Certificates are read here; a file that cannot be read rejects with its path. */
export async function storeOptions(
  { env }: Pick<Config, 'env'>,
  log: Log,
  policy: () => { readonly version: string },
): Promise<StoreOptions> {
  const ca = await certificate(env.MYSQL_CA_FILE);
  return {
    host: env.MYSQL_HOST,
    port: env.MYSQL_PORT,
    user: env.MYSQL_USER,
    password: env.MYSQL_PASSWORD,
    database: env.MYSQL_DATABASE,
    ...(ca === undefined ? {} : { ssl: { ca } }),
    ...(env.MYSQL_AUDIT_USER === undefined
      ? {}
      : { auditAccount: { user: env.MYSQL_AUDIT_USER, password: env.MYSQL_AUDIT_PASSWORD } }),
    auditDatabase: auditDatabaseOf(env),
    migratesAtStart: !accountFacts(env).areApart,
    ...(env.FETTLE_AUDIT_KEY === undefined ? {} : { auditKey: env.FETTLE_AUDIT_KEY }),
    historyDays: env.FETTLE_HISTORY_DAYS,
    stamp: () => ({ policy: policy().version }),
    // Kept with the log, outside of the database: what was cut off the end of the chain shows against it.
    onHead: auditHeadLogger(auditDatabaseOf(env), log),
    log,
  };
}

/** The account that makes and changes tables: one of its own, or the service's where one account does everything. */
export async function migrateOptions({ env }: Config): Promise<Parameters<typeof migrateStore>[0]> {
  const ca = await certificate(env.MYSQL_CA_FILE);
  const account =
    env.MYSQL_MIGRATE_USER === undefined
      ? { user: env.MYSQL_USER, password: env.MYSQL_PASSWORD }
      : { user: env.MYSQL_MIGRATE_USER, password: env.MYSQL_MIGRATE_PASSWORD };
  return {
    host: env.MYSQL_HOST,
    port: env.MYSQL_PORT,
    ...account,
    database: env.MYSQL_DATABASE,
    auditDatabase: auditDatabaseOf(env),
    ...(ca === undefined ? {} : { ssl: { ca } }),
  };
}

/** Writes a head of the chain to the log, as `fettle audit verify --heads` reads it. */
export const auditHeadLogger =
  (chain: string, log: Pick<Log, 'info'>) =>
  (n: number, hash: string): void =>
    log.info({ audit: { n, hash, chain } }, 'head of the audit chain');

/** The schema of the audit chain. */
export const auditDatabaseOf = (env: Config['env']): string =>
  env.MYSQL_AUDIT_DATABASE ?? auditSchemaOf(env.MYSQL_DATABASE);

export async function targetOptions({ env, inventory }: Config): Promise<TargetsOptions> {
  const ca = await certificate(env.DB_CA_FILE);
  const { jump } = inventory;
  const hop: JumpHost | undefined = jump && {
    name: 'jump',
    address: jump.address,
    port: jump.port,
    ...(jump.user === undefined ? {} : { user: jump.user }),
  };
  const hostKeys: HostKeyOptions = {
    ...(env.SSH_KNOWN_HOSTS === undefined ? {} : { knownHosts: env.SSH_KNOWN_HOSTS }),
    fingerprints: {
      ...inventory.fingerprints,
      ...(jump?.fingerprint === undefined ? {} : { jump: [jump.fingerprint] }),
    },
    acceptNew: env.SSH_ACCEPT_NEW,
  };
  const read = { user: env.DB_READ_USER ?? '', password: env.DB_READ_PASSWORD };
  const change =
    env.DB_CHANGE_USER === undefined
      ? {}
      : { change: { user: env.DB_CHANGE_USER, password: env.DB_CHANGE_PASSWORD } };
  return {
    ssh: {
      client: env.SSH_CLIENT,
      user: env.SSH_USER ?? '',
      login: login(env),
      hostKeys,
      ...(hop ? { jump: () => hop } : {}),
    },
    databases: {
      accounts: () => (env.DB_READ_USER === undefined ? undefined : { read, ...change }),
      ...(ca === undefined ? {} : { tls: { ca } }),
    },
    ...(env.KUBECONFIG === undefined ? {} : { kubernetes: { kubeconfig: env.KUBECONFIG } }),
  };
}

/** Where Redis is; of rediss:// with a certificate authority of its own when one is given. */
export async function redisOptions({ env }: Config): Promise<RedisAddress & { readonly url: string }> {
  const ca = await certificate(env.REDIS_CA_FILE);
  return { url: env.REDIS_URL, ...(ca === undefined ? {} : { tls: { ca } }) };
}

export const transportOf = ({ env }: Config): Transport =>
  env.SLACK_MODE === 'socket'
    ? { kind: 'socket', appToken: env.SLACK_APP_TOKEN ?? '' }
    : {
        kind: 'http',
        signingSecret: env.SLACK_SIGNING_SECRET ?? '',
        port: env.SLACK_HTTP_PORT,
        host: env.SLACK_HTTP_HOST,
      };

function login(env: Config['env']): Exclude<SshLogin, { kind: 'key-text' }> {
  if (env.SSH_KEY_FILE === undefined) return { kind: 'agent', socket: env.SSH_AUTH_SOCK ?? '' };
  return {
    kind: 'key-file',
    path: env.SSH_KEY_FILE,
    ...(env.SSH_KEY_PASSPHRASE === undefined ? {} : { passphrase: env.SSH_KEY_PASSPHRASE }),
  };
}

const certificate = (file: string | undefined): Promise<string> | undefined =>
  file === undefined ? undefined : readFile(file, 'utf8');

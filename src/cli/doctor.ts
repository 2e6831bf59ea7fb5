import { say } from '../kit/index.ts';
import type { Settings } from '../main.ts';
import { maySeeOutside } from '../policy/policy.ts';
import { redisOptions, storeOptions, targetOptions } from '../options.ts';
import { checkRedis } from '../queue/index.ts';
import { slackProblems } from '../config/environment.ts';
import { probeSlack } from '../slack/index.ts';
import { openStore, StoreFailed } from '../store/index.ts';
import { openTargets, sshFileProblems, tryLogin } from '../targets/index.ts';
import { diagnoseDatabases } from './doctor/databases.ts';
import type { Diagnosis } from './doctor/diagnosis.ts';
import { diagnoseContainers } from './doctor/containers.ts';
import { diagnoseHosts } from './doctor/hosts.ts';
import { fileLines, preventsLogin } from './doctor/ssh-files.ts';
import { diagnoseKeys } from './keys.ts';
import { diagnoseAccounts } from './migrate.ts';
import { diagnoseConfig } from './policy.ts';
import { diagnoseSchedules } from './schedules.ts';

/** Looks at the configuration, Redis, MySQL, Slack, every database with both accounts and every host. Changes nothing of the estate. */
export async function examine(settings: Settings): Promise<readonly Diagnosis[]> {
  const ofStore = diagnoseStore(settings);
  const { config } = settings;
  const [redis, store, accounts, slack, keys, databases, hosts] = await Promise.all([
    redisLine(settings),
    ofStore,
    diagnoseAccounts(config),
    ofStore.then(({ channels }) => slackLines(settings, channels)),
    diagnoseKeys(config.env),
    databaseLines(settings),
    hostLines(settings),
  ]);
  return [
    ...diagnoseConfig(config),
    redis,
    ...store.seen,
    ...accounts,
    ...slack,
    ...keys,
    ...databases,
    ...hosts,
  ];
}

async function redisLine({ config }: Settings): Promise<Diagnosis> {
  const redis = await checkRedis(await redisOptions(config));
  const told = redis.ok ? redis.warnings : redis.problems;
  return {
    name: 'Redis',
    ok: redis.ok,
    says: told.map((each) => say(each, 'en')).join(' ') || 'answers, keeps what it holds',
  };
}

/** The database and what it says of the schedules; `channels` is where they are shown, also of those that inventory.yaml declares only. */
async function diagnoseStore({ config, policy, log }: Settings): Promise<{
  readonly seen: readonly Diagnosis[];
  readonly channels: readonly string[];
}> {
  const { env, inventory } = config;
  const declared = inventory.schedules.map(({ channel }) => channel);
  const who =
    env.MYSQL_AUDIT_USER === undefined ? env.MYSQL_USER : `${env.MYSQL_USER} and ${env.MYSQL_AUDIT_USER}`;
  const where = `${env.MYSQL_HOST}:${env.MYSQL_PORT}, schema ${env.MYSQL_DATABASE}, as ${who}`;
  try {
    const store = await openStore(await storeOptions(config, log, policy));
    try {
      const schedules = await diagnoseSchedules(store, inventory.estate.timeZone);
      const unread = (await store.unreadable(100)).length;
      const unreadSays = unread > 0 ? `; this version cannot read ${unread} of its runs` : '';
      const well = { name: 'MySQL', ok: true, says: `${where}: answers, schema up to date${unreadSays}` };
      return { seen: [well, ...schedules.seen], channels: [...declared, ...schedules.channels] };
    } finally {
      await store.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const detail = error instanceof Error ? error.message : String(error);
    const failed = (says: string) => ({ seen: [{ name: 'MySQL', ok: false, says }], channels: declared });
    // Refusals of Fettle itself already say what to do.
    if (code.startsWith('SCHEMA_')) return failed(`${where}: ${detail}`);
    const [says, advice] = STORE_TROUBLE[code] ?? [
      detail,
      error instanceof StoreFailed ? GRANTS : CONNECTION,
    ];
    return failed(`${where}: ${says}. ${advice}`);
  }
}

const CONNECTION = 'Check MYSQL_HOST and MYSQL_PORT, and that the server runs.';
const GRANTS = '"fettle migrate --sql" prints the schemas, accounts and grants for an administrator.';
const STORE_TROUBLE: Readonly<Record<string, readonly [string, string]>> = {
  ECONNREFUSED: ['connection refused (ECONNREFUSED)', CONNECTION],
  ENOTFOUND: ['unknown host name (ENOTFOUND)', CONNECTION],
  EAI_AGAIN: ['unknown host name (EAI_AGAIN)', CONNECTION],
  ETIMEDOUT: ['no connection in time (ETIMEDOUT)', CONNECTION],
  TIMEOUT: ['no answer in time', CONNECTION],
  ER_ACCESS_DENIED_ERROR: [
    'wrong user or password (ER_ACCESS_DENIED_ERROR)',
    `Correct MYSQL_USER and MYSQL_PASSWORD, or the account: ${GRANTS}`,
  ],
  ER_DBACCESS_DENIED_ERROR: [
    'the schema is missing, or the account has no right to it (ER_DBACCESS_DENIED_ERROR)',
    GRANTS,
  ],
  ER_BAD_DB_ERROR: [
    'there is no such schema (ER_BAD_DB_ERROR)',
    `Correct MYSQL_DATABASE, or make it: ${GRANTS}`,
  ],
};

async function slackLines(
  { config, log }: Settings,
  channels: readonly string[],
): Promise<readonly Diagnosis[]> {
  const { env } = config;
  const missing = slackProblems(env);
  if (missing.length > 0)
    return missing.map(({ path, says }) => ({ name: `Slack ${path}`, ok: false, says }));
  const probed = await probeSlack({
    botToken: env.SLACK_BOT_TOKEN ?? '',
    ...(env.SLACK_APP_TOKEN === undefined ? {} : { appToken: env.SLACK_APP_TOKEN }),
    slackApiUrl: env.SLACK_API_URL,
    teams: env.SLACK_TEAMS,
    channels,
    mayShare: (channel) => maySeeOutside(config.policy, channel),
    log,
  });
  return probed.map(({ ok, says }) => ({ name: 'Slack', ok, says: say(says, 'en') }));
}

async function databaseLines({ config }: Settings): Promise<readonly Diagnosis[]> {
  const options = await targetOptions(config).catch((error: unknown) => error);
  if (options instanceof Error) return [{ name: 'DB_CA_FILE', ok: false, says: options.message }];
  const { databases } = options as Awaited<ReturnType<typeof targetOptions>>;
  return diagnoseDatabases(config.inventory.estate, {
    accounts: databases.accounts,
    tryLogin: (database, purpose) => tryLogin(database, databases, purpose),
  });
}

async function hostLines({ config }: Settings): Promise<readonly Diagnosis[]> {
  const { estate } = config.inventory;
  const options = await targetOptions(config);
  const files = sshFileProblems(options.ssh);
  const lines = fileLines(files, estate.hosts);
  if (files.some(preventsLogin))
    return [...lines, { name: 'hosts', ok: false, says: `none of ${estate.hosts.length} was asked` }];
  const { ssh } = options;
  const targets = openTargets({
    ...options,
    ssh: ssh.client === 'system' ? { ...ssh, explains: true } : ssh,
  });
  try {
    return [
      ...lines,
      ...(await diagnoseHosts(estate, targets.exec, config.env.SSH_USER ?? '')),
      ...(await diagnoseContainers(estate, targets.containers)),
    ];
  } finally {
    await targets.close();
  }
}

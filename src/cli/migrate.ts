import type { Config } from '../config/load.ts';
import { accountFacts } from '../config/accounts.ts';
import type { Settings } from '../main.ts';
import { auditDatabaseOf, migrateOptions } from '../options.ts';
import {
  type AccountRole,
  accountName,
  type GrantsSeen,
  grantsOf,
  inspectGrants,
  migrateStore,
} from '../store/index.ts';
import { type Diagnosis, diagnosisText } from './doctor/diagnosis.ts';

type Env = Config['env'];

/** `fettle migrate`: brings the database up to date, looks at the accounts, or prints what an administrator runs. */
export async function migrateHere(
  { config }: Settings,
  wanted: { readonly check: boolean; readonly sql: boolean },
): Promise<number> {
  if (wanted.sql) return out([await administratorSql(config.env)], 0);
  try {
    if (wanted.check) {
      const seen = await diagnoseAccounts(config);
      return out([diagnosisText(seen)], seen.every(({ ok }) => ok) ? 0 : 1);
    }
    const done = await migrateStore(await migrateOptions(config));
    return out([done.length > 0 ? `Applied: ${done.join(', ')}.` : 'The database was up to date.'], 0);
  } catch (error) {
    return out([`MySQL: ${error instanceof Error ? error.message : String(error)}`], 1);
  }
}

/** Looks at the rights of every account that is named here, as that account. */
export async function diagnoseAccounts(config: Config): Promise<readonly Diagnosis[]> {
  const { env } = config;
  if (!accountFacts(env).areApart)
    return [
      {
        name: 'MySQL accounts',
        ok: true,
        says: 'one account does everything: whoever holds its password can change the record. "fettle migrate --sql" prints three',
      },
    ];
  const { host, port, ssl } = await migrateOptions(config);
  const named: readonly (readonly [AccountRole, string | undefined, string])[] = [
    ['app', env.MYSQL_USER, env.MYSQL_PASSWORD],
    ['audit', env.MYSQL_AUDIT_USER, env.MYSQL_AUDIT_PASSWORD],
    ['migrate', env.MYSQL_MIGRATE_USER, env.MYSQL_MIGRATE_PASSWORD],
  ];
  const seen: Diagnosis[] = [];
  for (const [role, user, password] of named) {
    if (user === undefined) continue;
    const name = `MySQL ${user}`;
    try {
      const account = { host, port, user, password, ...(ssl ? { ssl } : {}) };
      const grants = await inspectGrants(role, account, schemasOf(env));
      seen.push({ name, ok: isAsItShould(grants), says: sayGrants(grants) });
    } catch (error) {
      seen.push({ name, ok: false, says: error instanceof Error ? error.message : String(error) });
    }
  }
  return seen;
}

const isAsItShould = ({ tooWide, missing }: GrantsSeen): boolean =>
  tooWide.length === 0 && missing.length === 0;

function sayGrants({ account, tooWide, missing }: GrantsSeen): string {
  if (tooWide.length === 0 && missing.length === 0) return 'may do what it must, and nothing else';
  return [
    ...(tooWide.length > 0 ? [`may do too much (${tooWide.join('; ')}): revoke it from ${account}.`] : []),
    ...(missing.length > 0 ? [`lacks ${missing.join('; ')}: grant it to ${account}.`] : []),
  ].join(' ');
}

const schemasOf = (env: Env) => ({ database: env.MYSQL_DATABASE, auditDatabase: auditDatabaseOf(env) });

/** Schemas, accounts and grants with the names of this installation, for an administrator to complete and run. */
export async function administratorSql(env: Env): Promise<string> {
  const named: readonly (readonly [AccountRole, string])[] = [
    ['app', env.MYSQL_USER],
    ['audit', env.MYSQL_AUDIT_USER ?? `${env.MYSQL_USER}_audit`],
    ['migrate', env.MYSQL_MIGRATE_USER ?? `${env.MYSQL_USER}_migrate`],
  ];
  const { database, auditDatabase } = schemasOf(env);
  const lines = [
    '-- Run as an administrator. Replace each <password>, and each % by where the account logs in from.',
    ...[...new Set([database, auditDatabase])].map(
      (schema) => `create database if not exists \`${schema}\` character set utf8mb4 collate utf8mb4_bin;`,
    ),
  ];
  for (const [role, user] of named) {
    lines.push(`create user if not exists ${accountName(user)} identified by '<password>';`);
    lines.push(...(await grantsOf(role, { database, auditDatabase }, user)).map((grant) => `${grant};`));
  }
  return lines.join('\n');
}

function out(lines: readonly string[], code: number): number {
  process.stdout.write(`${lines.join('\n')}\n`);
  return code;
}

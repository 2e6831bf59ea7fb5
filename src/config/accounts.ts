import type { Environment } from './environment.ts';

/** How far the accounts of Fettle's own database are apart. */
export interface AccountFacts {
  /** The audit chain is an HMAC chain: nobody without the key can write one that verifies. */
  readonly hasAuditKey: boolean;
  /** The chain is written on another account than the service's, in another schema. */
  readonly hasAuditAccount: boolean;
  /** More than one account is named, so the service's makes no table: `fettle migrate` does. */
  readonly areApart: boolean;
  /** The password of the account that makes tables is in this environment, where the service does not need it. */
  readonly holdsMigrateAccount: boolean;
}

export function accountFacts(env: Environment): AccountFacts {
  const other = (user: string | undefined): boolean => user !== undefined && user !== env.MYSQL_USER;
  return {
    hasAuditKey: env.FETTLE_AUDIT_KEY !== undefined,
    hasAuditAccount: other(env.MYSQL_AUDIT_USER) && env.MYSQL_AUDIT_DATABASE !== env.MYSQL_DATABASE,
    areApart: other(env.MYSQL_AUDIT_USER) || other(env.MYSQL_MIGRATE_USER),
    holdsMigrateAccount: other(env.MYSQL_MIGRATE_USER),
  };
}

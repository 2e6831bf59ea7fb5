import { readFile } from 'node:fs/promises';
import { auditSchemaOf, quotedName } from './audit-table.ts';
import { statementsOf } from './migrate.ts';

/** Fettle's accounts on its own database: the service, who writes the audit chain, who makes and changes tables. */
export type AccountRole = 'app' | 'audit' | 'migrate';

/** The schemas that rights are granted on. `auditDatabase`: `<database>_audit` unless set. */
export interface Schemas {
  readonly database: string;
  readonly auditDatabase?: string;
}

/** The grants of an account, for an administrator to run. `user` is `name` or `name@host`. */
export async function grantsOf(
  role: AccountRole,
  { database, auditDatabase = auditSchemaOf(database) }: Schemas,
  user: string,
): Promise<readonly string[]> {
  const text = await readFile(new URL('./migrations/grants.sql', import.meta.url), 'utf8');
  return statementsOf(text)
    .filter((statement) => statement.includes(`to {${role}}`))
    .map((statement) =>
      statement
        .replaceAll('{schema}', pattern(database))
        .replaceAll('{audit_schema}', pattern(auditDatabase))
        .replaceAll(`{${role}}`, accountName(user)),
    );
}

/** The grants of the account that writes the audit chain. */
export const grantsFor = (schema: string, user: string): Promise<readonly string[]> =>
  grantsOf('audit', { database: schema }, user);

/** The grants of the service's account when the audit chain has an account of its own. */
export const appGrantsFor = (schema: string, user: string): Promise<readonly string[]> =>
  grantsOf('app', { database: schema }, user);

/** `name` or `name@host` as statements name an account. Throws on what could be more than a name. */
export function accountName(user: string): string {
  const [name, host = '%'] = user.split('@');
  return `'${plain(name)}'@'${plain(host)}'`;
}

/** In a grant on a whole schema "_" stands for any character unless it is escaped. */
const pattern = (schema: string): string => quotedName(schema).replaceAll('_', '\\_');

function plain(name: string | undefined): string {
  if (name === undefined || !/^[\w.%:-]{1,64}$/.test(name))
    throw new Error(`not a name for an account, host or schema: ${name ?? ''}`);
  return name;
}

import type { Database, Estate } from '../../kit/index.ts';
import { type Account, type LoginTried, mayOn, type TableRights } from '../../targets/index.ts';
import { askEach } from './ask-each.ts';
import { byCause, type Diagnosis, type Failed, some } from './diagnosis.ts';

type Purpose = 'read' | 'change';
export interface DatabaseLogins {
  readonly accounts: (database: Database) => Readonly<Partial<Record<Purpose, Account>>> | undefined;
  readonly tryLogin: (database: Database, purpose: Purpose) => Promise<LoginTried>;
}

const LOGINS_AT_ONCE = 16;

/** Logs in to every database with both accounts; says which of the two is wrong, why, and which grant lacks. */
export async function diagnoseDatabases(
  { databases }: Pick<Estate, 'databases'>,
  logins: DatabaseLogins,
): Promise<readonly Diagnosis[]> {
  if (databases.length === 0) return [];
  const wanted = databases.flatMap((database) =>
    (['read', 'change'] as const)
      .filter((purpose) => purpose === 'read' || logins.accounts(database)?.change !== undefined)
      .map((purpose) => ({ database, purpose })),
  );
  const tried = await askEach(wanted, LOGINS_AT_ONCE, ({ database, purpose }) =>
    logins.tryLogin(database, purpose),
  );
  const failed = tried.flatMap(([{ database, purpose }, how]): readonly Failed[] => {
    const user = logins.accounts(database)?.[purpose]?.user ?? '';
    return how.ok
      ? lacking(database, purpose, user, how.rights)
      : [{ name: database.name, ...troubleOf(database, purpose, user, how) }];
  });
  const without = databases.filter((database) => logins.accounts(database)?.change === undefined);
  const bad = new Set(failed.map(({ name }) => name));
  const well = databases.filter(({ name }) => !bad.has(name)).map(({ name }) => name);
  const accounts = without.length === 0 ? 'log in with both accounts' : 'log in with the account for looking';
  return [
    ...(well.length === 0
      ? []
      : [
          {
            name: `${well.length} of ${databases.length} databases (${some(well)})`,
            ok: true,
            says: accounts,
          },
        ]),
    ...(without.length === 0 || well.length === 0
      ? []
      : [{ name: 'DB_CHANGE_USER', ok: true, says: 'is not set: fixes that change rows are refused' }]),
    ...byCause({ one: 'database', many: 'databases' }, failed),
  ];
}

function troubleOf(
  { host, port, schema }: Database,
  purpose: Purpose,
  user: string,
  { because, detail }: Extract<LoginTried, { ok: false }>,
): Pick<Failed, 'cause' | 'advice'> {
  const [who, variable] = [ACCOUNT[purpose], VARIABLE[purpose]];
  const at = `${host}:${port}`;
  const cause = (says: string): string => `${at} as ${user} (${who}): ${says}`;
  switch (because) {
    case 'no-account':
      return {
        cause: `no ${who}: ${variable}_USER is not set`,
        advice: 'Set it, or nothing can be read there.',
      };
    case 'wrong-password':
      return {
        cause: cause('wrong user or password'),
        advice: `Correct ${variable}_USER and ${variable}_PASSWORD, or the account there.`,
      };
    case 'no-such-schema':
      return { cause: cause(`there is no schema ${schema}`), advice: 'Correct "schema" in the inventory.' };
    case 'no-right-to-schema':
      return {
        cause: cause(`no right to the schema ${schema}`),
        advice: `An administrator runs: ${grant('SELECT', `\`${schema}\`.*`, user)}`,
      };
    case 'host-not-allowed':
      return {
        cause: cause('the server admits no login from this machine'),
        advice: 'Correct the host of the account there.',
      };
    case 'refused':
      return {
        cause: `${at}: connection refused`,
        advice: 'Check that the database runs there and its port in the inventory.',
      };
    case 'unreachable':
      return {
        cause: `${at}: ${detail}`,
        advice: 'Check the address in the inventory and the network between here and there.',
      };
    case 'other':
      return { cause: cause(detail), advice: '' };
    default:
      return because satisfies never;
  }
}

/** Rights that are missing, and rights that the account for looking must not have. Nothing when they come through roles. */
function lacking(
  { name, host, port, schema }: Database,
  purpose: Purpose,
  user: string,
  rights: readonly TableRights[] | undefined,
): readonly Failed[] {
  if (!rights) return [];
  const at = `${host}:${port} as ${user} (${ACCOUNT[purpose]})`;
  const tables = rights.map(({ table }) => table);
  if (!tables.some((table) => mayOn(rights, table, 'SELECT')))
    return [
      {
        name,
        cause: `${at}: may not read ${schema}`,
        advice: `An administrator runs: ${grant('SELECT', `\`${schema}\`.*`, user)}`,
      },
    ];
  if (purpose === 'read') {
    const may = WRITES.filter((right) => tables.some((table) => mayOn(rights, table, right)));
    return may.length === 0
      ? []
      : [
          {
            name,
            cause: `${at}: may change rows (${may.join(', ')})`,
            advice: 'Give the account for looking SELECT only.',
          },
        ];
  }
  return tables.flatMap((table): readonly Failed[] => {
    const missing = ['SELECT', 'INSERT', 'DELETE'].filter((right) => !mayOn(rights, table, right));
    const isChanged = mayOn(rights, table, 'DELETE') || mayOn(rights, table, 'INSERT');
    if (!isChanged || missing.length === 0) return [];
    const on = `\`${schema}\`.${table === '*' ? '*' : `\`${table}\``}`;
    return [
      {
        name,
        cause: `${at}: lacks ${missing.join(' and ')} on ${schema}.${table}, so what a fix changes there could not be shown or undone`,
        advice: `An administrator runs: ${grant(missing.join(', '), on, user)}`,
      },
    ];
  });
}

const WRITES = ['INSERT', 'UPDATE', 'DELETE', 'ALTER', 'DROP'] as const;
const ACCOUNT: Readonly<Record<Purpose, string>> = {
  read: 'account for looking',
  change: 'account for changes',
};
const VARIABLE: Readonly<Record<Purpose, string>> = { read: 'DB_READ', change: 'DB_CHANGE' };
const grant = (rights: string, on: string, user: string): string =>
  `grant ${rights.toLowerCase()} on ${on} to '${user}'@'%'`;

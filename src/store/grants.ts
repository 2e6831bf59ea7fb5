import { readFile } from 'node:fs/promises';
import { statementsOf } from './migrate.ts';

/** The grants of the account that writes the audit chain, for an administrator to run. `user` is `name` or `name@host`. */
export const grantsFor = (schema: string, user: string): Promise<readonly string[]> =>
  fill('{audit}', schema, user);

/** The grants of the service's own account when the audit chain has an account of its own. */
export const appGrantsFor = (schema: string, user: string): Promise<readonly string[]> =>
  fill('{app}', schema, user);

async function fill(role: '{app}' | '{audit}', schema: string, user: string): Promise<readonly string[]> {
  const text = await readFile(new URL('./migrations/grants.sql', import.meta.url), 'utf8');
  const [name, host = '%'] = user.split('@');
  return statementsOf(text)
    .filter((statement) => statement.includes(role))
    .map((statement) =>
      statement
        .replaceAll('{schema}', `\`${plain(schema)}\``)
        .replaceAll(role, `'${plain(name)}'@'${plain(host)}'`),
    );
}

function plain(name: string | undefined): string {
  if (name === undefined || !/^[\w.%:-]{1,64}$/.test(name))
    throw new Error(`not a name for an account, host or schema: ${name ?? ''}`);
  return name;
}

import { z } from 'zod';
import { ALL_RIGHTS, isOnlyOn, reaches, readGrant, type TableGrant } from '../kit/grant.ts';
import { auditSchemaOf } from './audit-table.ts';
import { grantsOf, type AccountRole, type Schemas } from './grants.ts';
import { openPool, type Account } from './pool.ts';
import { oneOf } from './values.ts';

/** The rights of an account, held against grants.sql. */
export interface GrantsSeen {
  /** `name@host` as the server knows the account. */
  readonly account: string;
  /** Rights that it should not have, each as the server words it. */
  readonly tooWide: readonly string[];
  /** Rights that it lacks. */
  readonly missing: readonly string[];
}

/** Asks the server for the rights of an account, as that account. A grant that is not understood counts as too wide. */
export async function inspectGrants(
  role: AccountRole,
  account: Omit<Account, 'database'>,
  schemas: Schemas,
): Promise<GrantsSeen> {
  const pool = openPool({ ...account, database: 'information_schema' }, 1);
  try {
    const who = oneOf(z.object({ who: z.string() }), await pool.rows('select current_user() as who'));
    const rows = z.array(z.record(z.string(), z.string())).parse(await pool.rows('show grants'));
    const wanted = (await grantsOf(role, schemas, 'x')).map(readGrant).filter((grant) => grant !== undefined);
    const own = [schemas.database, schemas.auditDatabase ?? auditSchemaOf(schemas.database)];
    const said = rows.flatMap((row) => Object.values(row));
    return { account: who?.who ?? account.user, ...compare(said, wanted, own) };
  } finally {
    await pool.close();
  }
}

/** The rights that an account holds against those that it should hold, on `schemas`. */
export function compare(
  said: readonly string[],
  wanted: readonly TableGrant[],
  schemas: readonly string[],
): Pick<GrantsSeen, 'tooWide' | 'missing'> {
  const held = said.map((text) => ({ text: withoutSecrets(text), grant: readGrant(text) }));
  const tooWide = held.flatMap(({ text, grant }) => {
    // Rights on columns are not asked for anywhere.
    if (!grant || grant.rights.some(({ onColumns }) => onColumns)) return [text];
    const extra = grant.withOption
      ? ['GRANT OPTION']
      : grant.rights.map(({ right }) => right).filter((right) => !isWanted(right, grant));
    return extra.length > 0 ? [`${extra.join(', ')} on ${grant.schema}.${grant.table}`] : [];
  });
  const missing = wanted.flatMap((want) => {
    const schema = schemas.find((name) => reaches(want, name));
    const isHeld = (wantedRight: string): boolean =>
      held.some(
        ({ grant }) =>
          grant?.table === '*' &&
          schema !== undefined &&
          reaches(grant, schema) &&
          grant.rights.some(({ right }) => right === wantedRight || right === ALL_RIGHTS),
      );
    const lacked = want.rights.map(({ right }) => right).filter((right) => !isHeld(right));
    return lacked.length > 0 ? [`${lacked.join(', ')} on ${schema ?? want.schema}.*`] : [];
  });
  return { tooWide, missing };

  /** On one schema only, by the grant that asks for it; USAGE is no right. */
  function isWanted(wantedRight: string, grant: TableGrant): boolean {
    if (wantedRight === 'USAGE') return true;
    const [touched, ...others] = schemas.filter((name) => reaches(grant, name));
    if (touched === undefined || others.length > 0 || !isOnlyOn(grant, touched)) return false;
    return wanted.some(
      (want) => reaches(want, touched) && want.rights.some(({ right }) => right === wantedRight),
    );
  }
}

/** Some servers add what the password was made into. */
const withoutSecrets = (text: string): string => text.replace(/ (identified|require) .*$/is, '');

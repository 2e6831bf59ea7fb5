import { z } from 'zod';
import { isLike } from '../kit/index.ts';
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

interface Grant {
  readonly rights: readonly string[];
  /** A schema as a pattern of the server, `*` for all. */
  readonly schema: string;
  /** `*` for all tables. */
  readonly table: string;
  /** May be passed on. */
  readonly withOption: boolean;
}

/** The rights that an account holds against those that it should hold, on `schemas`. */
export function compare(
  said: readonly string[],
  wanted: readonly Grant[],
  schemas: readonly string[],
): Pick<GrantsSeen, 'tooWide' | 'missing'> {
  const held = said.map((text) => ({ text: withoutSecrets(text), grant: readGrant(text) }));
  const tooWide = held.flatMap(({ text, grant }) => {
    if (!grant) return [text];
    const extra = grant.withOption
      ? ['GRANT OPTION']
      : grant.rights.filter((right) => !isWanted(right, grant));
    return extra.length > 0 ? [`${extra.join(', ')} on ${grant.schema}.${grant.table}`] : [];
  });
  const missing = wanted.flatMap((want) => {
    const schema = schemas.find((name) => covers(want.schema, name));
    const lacked = want.rights.filter(
      (right) =>
        !held.some(
          ({ grant }) =>
            grant?.table === '*' &&
            schema !== undefined &&
            covers(grant.schema, schema) &&
            (grant.rights.includes(right) || grant.rights.includes('ALL PRIVILEGES')),
        ),
    );
    return lacked.length > 0 ? [`${lacked.join(', ')} on ${schema ?? want.schema}.*`] : [];
  });
  return { tooWide, missing };

  /** On one schema only, by the grant that asks for it; USAGE is no right. */
  function isWanted(right: string, grant: Grant): boolean {
    if (right === 'USAGE') return true;
    const touched = schemas.filter((name) => covers(grant.schema, name));
    const exact = touched.length === 1 && unescaped(grant.schema) === touched[0];
    return (
      exact && wanted.some((want) => covers(want.schema, touched[0] ?? '') && want.rights.includes(right))
    );
  }
}

const GRANT =
  /^grant ([^*`]+?) on (?:table )?(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`) to .+?( with grant option)?$/i;

/** A grant of rights on tables; undefined for roles, routines, proxies and what is not understood. */
export function readGrant(text: string): Grant | undefined {
  const [, rights, schema, table, option] = GRANT.exec(text.trim()) ?? [];
  if (rights === undefined || schema === undefined || table === undefined) return undefined;
  if (/\(|\bproxy\b/i.test(rights)) return undefined;
  return {
    rights: rights.split(',').map((right) => right.trim().toUpperCase()),
    schema: bare(schema),
    table: bare(table),
    withOption: option !== undefined,
  };
}

const bare = (name: string): string => (name === '*' ? name : name.slice(1, -1).replaceAll('``', '`'));

/** Whether a pattern of the server stands for a schema. */
const covers = (pattern: string, schema: string): boolean => pattern === '*' || isLike(pattern, schema);

const unescaped = (pattern: string): string => pattern.replaceAll(/\\([_%])/g, '$1');

/** Some servers add what the password was made into. */
const withoutSecrets = (text: string): string => text.replace(/ (identified|require) .*$/is, '');
